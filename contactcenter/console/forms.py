"""What the console's forms share."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from contactcenter.lib.errors import AppError

M = TypeVar("M", bound=Model)


class ConsoleForm(forms.ModelForm[M]):
    """Shows what the service said where it belongs: at the field, else on top."""

    # set for the round in which the form is shown again because the service refused
    refusal: ClassVar[ValidationError | AppError | None] = None
    # model field -> form field, where they have different names
    aliases: ClassVar[dict[str, str]] = {}
    # names of the rows below the form, which show their errors themselves
    rows_below: ClassVar[frozenset[str]] = frozenset()

    # what those of them that changed are to be, once everything is known to be valid
    rows: Mapping[str, list[Any]]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        refusal = self.refusal
        if isinstance(refusal, AppError):
            self.add_error(self._shown(refusal.field), ValidationError(refusal.message, code=refusal.code))
        elif refusal is not None:
            self.add_error(None, refusal)

    def add_error(self, field: str | None, error: Any) -> None:
        """As in Django, but errors of fields that this form does not have go on top instead of failing."""
        if not hasattr(error, "error_dict"):
            super().add_error(field, error)
            return
        for name, errors in error.error_dict.items():
            if name.partition(".")[0] not in self.rows_below:
                super().add_error(self._shown(name), errors)

    def _shown(self, name: str) -> str | None:
        name = self.aliases.get(name, name)
        return name if name in self.fields else None


class Checklist(forms.CheckboxSelectMultiple):
    """Many choices as checkboxes in a box that scrolls, with a filter above them when there are more than a few."""

    template_name = "console/widgets/checklist.html"
    option_inherits_attrs = False  # they are those of the whole list
    MANY = 8

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["attrs"].pop("aria-invalid", None)  # is for single controls
        widget["has_filter"] = len(widget["optgroups"]) > self.MANY
        if widget["has_filter"]:  # what is chosen must not be hidden far below
            widget["optgroups"].sort(key=lambda group: not group[1][0]["selected"])
        return context


class Lines(forms.Textarea):
    """Several short texts, one a line."""

    def format_value(self, value: Any) -> str:
        return "\n".join(value) if isinstance(value, list) else str(value or "")


class LinesField(forms.Field):
    """Several short texts. Each is checked as ``each`` says, and told by its line."""

    widget = Lines

    def __init__(self, *, each: forms.Field, most: int, **options: Any) -> None:
        self.each = each
        self.most = most
        super().__init__(**options)

    def to_python(self, value: Any) -> list[str]:
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if len(value) > self.most:
            text = _("There are %(count)d lines, and %(most)d at most can be kept.")
            raise ValidationError(text % {"count": len(value), "most": self.most}, code="max_length")
        for line in value:
            try:
                self.each.clean(line)
            except ValidationError as error:
                raise ValidationError([f"“{line}”: {message}" for message in error.messages]) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)


class OrderedChoice(forms.SelectMultiple):
    """Chosen objects one below the other, with buttons that move them: the order counts.

    ``group_of`` names the group a choice belongs to; only the group chosen in the field ``grouped_by`` is offered.
    """

    template_name = "console/widgets/ordered_choice.html"

    class Media:
        js = [forms.Script("js/console-ordered.js", type="module")]

    def __init__(self, *, grouped_by: str = "", group_of: Callable[[Any], Any] | None = None) -> None:
        self.grouped_by = grouped_by
        self.group_of = group_of
        super().__init__()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        choices: Any = self.choices
        offered = [
            {"value": str(option.value), "label": label, "group": self._group(option)}
            for option, label in choices
            if str(option)
        ]
        by_value = {choice["value"]: choice for choice in offered}
        chosen = [by_value[str(one)] for one in value or () if str(one) in by_value]
        show_when = context["widget"]["attrs"].get("data-show-when")
        own = {"offered": offered, "chosen": chosen, "grouped_by": self.grouped_by, "show_when": show_when}
        return {**context, **own}

    def _group(self, option: Any) -> str:
        return str(self.group_of(option.instance)) if self.group_of else ""


class OrderedChoiceField(forms.ModelMultipleChoiceField[Any]):
    """Several objects in the order in which they were given."""

    widget = OrderedChoice

    def clean(self, value: Any) -> list[Any]:  # type: ignore[override]  # a list, because the order counts
        found = {str(instance.pk): instance for instance in super().clean(value)}
        return [found[str(one)] for one in dict.fromkeys(value or ())]

    def prepare_value(self, value: Any) -> Any:
        prepare = super().prepare_value
        return [prepare(one) for one in value] if isinstance(value, list) else prepare(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [str(one) for one in self.prepare_value(initial) or ()] != [str(one) for one in data or ()]
