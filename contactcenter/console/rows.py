"""Rows below the form of the object they belong to: stored together with it, by the service that stores it."""

from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, QuerySet
from django.forms import Field as FormField
from django.forms.models import construct_instance
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.admin import TabularInline
from unfold.forms import PaginationInlineFormSet

from contactcenter.console.access import Access
from contactcenter.lib.errors import AppError

M = TypeVar("M", bound=Model)


class RowForm(forms.ModelForm[M]):
    """One row. What rows have to do with each other is checked where they are stored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = capfirst(str(field.label))

    def _post_clean(self) -> None:
        """Without Django's look at the constraints, row by row: two rows may well exchange their names."""
        self.instance = construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
        owners = {name for name, field in self.fields.items() if isinstance(field, forms.models.InlineForeignKeyField)}
        try:
            self.instance.clean_fields(exclude=owners | self._get_validation_exclusions())  # type: ignore[attr-defined]
        except ValidationError as error:
            self.add_error(None, error)


class RowFormSet(PaginationInlineFormSet):
    """The rows as they were sent; ``given`` is what the service is to store."""

    # set for the round in which the form is shown again because the service refused
    refusal: ClassVar[ValidationError | AppError | None] = None
    # rows that are shown at once; where there are more, only new ones are taken here
    most: ClassVar[int | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices: dict[str, list[Any]] = {}
        self.left_out = 0
        stored: QuerySet[Any] = self.queryset  # type: ignore[has-type]  # Django sets it
        if self.most is not None and not self.is_bound and stored.count() > self.most:
            self.left_out = stored.count()
            self.queryset = stored.none()

    @property
    def counts(self) -> bool:
        """Whether there are to be rows at all, beside what else was chosen."""
        return True

    def add_fields(self, form: Any, index: int | None) -> None:
        """Read what can be chosen once, not for each row."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            if isinstance(field, forms.ModelChoiceField) and not field.widget.is_hidden:
                offered: Any = field.choices
                if name not in self.choices:
                    self.choices[name] = list(offered)
                field.choices = self.choices[name]

    def filled(self) -> list[Any]:
        """The rows that are filled in and stay, as forms."""
        return [
            form
            for form in self.forms
            if (form.instance.pk is not None or form.has_changed()) and not self._should_delete_form(form)
        ]

    def given(self) -> list[Any]:
        """All rows that the object is to have; those that others added in the meantime stay."""
        return [*self.unseen(), *self.rows()] if self.counts else []

    def unseen(self) -> list[Any]:
        """Stored rows that the form did not show."""
        shown = {form.instance.pk for form in self.initial_forms}
        return [row for row in self.get_queryset() if row.pk not in shown]

    def rows(self) -> Iterator[Any]:
        for form in self.filled():
            yield form.instance

    def is_valid(self) -> bool:
        return not self.counts or bool(super().is_valid())

    def validate_unique(self) -> None:
        """The service says which row repeats another."""

    def clean(self) -> None:
        super().clean()
        if any(form.instance.pk is None for form in self.initial_forms):
            raise ValidationError(_("Somebody else removed a row in the meantime: load the page again."))
        if isinstance(self.refusal, ValidationError) and hasattr(self.refusal, "error_dict"):
            self._show(self.refusal.error_dict)

    def _show(self, refused: dict[str, list[ValidationError]]) -> None:
        """Tell each error where it belongs: ``groups.1.name`` is a field of the second row."""
        forms_of = [None] * len(self.unseen()) + self.filled()
        for key, errors in refused.items():
            prefix, number, field = [*key.split("."), "", ""][:3]
            if prefix != self.prefix:
                continue
            form: Any = forms_of[int(number)] if number else None
            if form is None:
                raise ValidationError(errors)
            form.add_error(field if field in form.fields else None, errors)


class Rows(TabularInline):
    """Subclasses declare ``model``, ``access`` and ``fields``."""

    access: ClassVar[Access]
    # the field of a row by whose number the rows are in an order
    ordered_by: ClassVar[str] = ""
    # the field that the first row goes without
    not_in_first: ClassVar[str] = ""
    # a list of these rows alone, where single ones can be found and changed
    list_url_name: ClassVar[str] = ""

    template = "console/rows.html"
    form: type[RowForm[Any]] = RowForm
    formset = RowFormSet

    class Media:
        extend = False  # Django's script would do the same in another way
        js = [forms.Script("js/console-rows.js", type="module")]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Empty rows, for those whose browser cannot add any."""
        return 1 if obj is not None else 3

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        return type(formset.__name__, (formset,), {"refusal": getattr(request, "refusal", None)})

    def show_when(self) -> str:
        """With which choices in the form above the rows count, as JSON; empty: always."""
        return ""

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> FormField | None:
        field: FormField | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.access.view(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.access.edit(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.access.edit(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.access.edit(request.user)
