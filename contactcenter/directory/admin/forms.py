"""Forms of configuration objects: what counts only beside certain choices is shown and asked for only then."""

import json
from typing import Any, TypeVar

from django import forms
from django.db.models import Model

from contactcenter.console.forms import ConsoleForm
from contactcenter.directory.catalog import Need, type_of
from contactcenter.directory.models.conditions import Only, conditions_of, default_of

M = TypeVar("M", bound=Model)


def show_when(when: dict[str, list[str]]) -> str:
    """Spell a condition for the page: the form's fields, and the values that they send."""
    return json.dumps(when)


def spelt(only: Only) -> dict[str, list[str]]:
    return {name: [_sent(value) for value in values] for name, values in only.when.items()}


def _sent(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class DirectoryForm(ConsoleForm[M]):
    """Knows from the model which fields count when; those that do not count are not looked at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model = self._meta.model
        for column in type_of(model).columns:
            if column.need is Need.MANDATORY:
                self._require(column.field)
        for only in conditions_of(model):
            for name in only.fields:
                if shown := self._shown(name):
                    self.fields[shown].widget.attrs["data-show-when"] = show_when(self.condition(only))
                if only.mandatory:
                    self._require(name)

    def condition(self, only: Only) -> dict[str, list[str]]:
        """Return the choices in this form with which the fields of a condition count."""
        return spelt(only)

    def _require(self, name: str) -> None:
        shown = self._shown(name)
        if shown and not isinstance(self.fields[shown], forms.BooleanField):
            self.fields[shown].required = True

    def _post_clean(self) -> None:
        """Forget what was sent for fields that do not count, and what is wrong with it."""
        chosen: Any = forms.models.construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
        chosen.derive()
        for only in conditions_of(type(chosen)):
            if only.holds(chosen):
                continue
            for name in only.fields:
                if shown := self._shown(name):
                    self.errors.pop(shown, None)
                    self.cleaned_data[shown] = default_of(type(chosen), name)
        super()._post_clean()
