"""How values are written in cells, as django-import-export's widgets: ``clean`` reads a cell, ``render`` writes one.

A cell that cannot be read is a ``ValueError`` with a sentence for people.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from contactcenter.directory.catalog import Column, Kind
from contactcenter.directory.models import AddressBook, Team
from contactcenter.directory.models.numbers import NO_BOOK
from contactcenter.lib.text import name_key

BAR = "|"
CLEAR = "[CLEAR]"  # empties an optional cell, where a blank one would keep what is stored


def literal(text: str) -> str:
    """Write a text that is by chance that instruction so that it is read as a text."""
    return f"'{text}" if text.endswith(CLEAR) and text.lstrip("'") == CLEAR else text


def from_literal(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'") == CLEAR else cell


class Name(NamedTuple):
    """A name as a cell gives it; of a team perhaps with its site. ``key`` and ``site`` are as names are compared."""

    text: str
    key: str
    site: str = ""


class TextWidget(Widget):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        return value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class IntegerWidget(TextWidget):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        number = value.removeprefix("-")
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            raise ValueError(_("“%(value)s” is not a whole number.") % {"value": value})
        return int(value)


_ON = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


class SwitchWidget(TextWidget):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        found = _ON.get(value.casefold())
        if found is None:
            raise ValueError(_("“%(value)s” is neither ON nor OFF.") % {"value": value})
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "ON" if value else "OFF"


class ChoiceWidget(TextWidget):
    """Reads choices ignoring case, and spaces for what others write with underscores."""

    def __init__(self, choices: Iterable[str]) -> None:
        super().__init__()
        self._choices = {self._comparable(choice): choice for choice in choices}

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        found = self._choices.get(self._comparable(value))
        if found is None:
            message = _("“%(value)s” is not one of %(choices)s.")
            raise ValueError(message % {"value": value, "choices": ", ".join(self._choices.values())})
        return found

    @staticmethod
    def _comparable(value: str) -> str:
        return re.sub(r"[\s_]+", "_", value.strip()).casefold()


class TextsWidget(TextWidget):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return _split(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return BAR.join(value or ())


class ReferenceWidget(TextWidget):
    """Reads the name of an object, to be looked up together with all others of its kind."""

    def __init__(self, model: type[Model], *, none: str = "") -> None:
        super().__init__()
        self._is_team = model is Team
        self._none = none.casefold()

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return None if self._none and value.casefold() == self._none else self.name(value)

    def name(self, value: str) -> Name:
        return _name(value, self._is_team)


class ReferencesWidget(ReferenceWidget):
    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        return [self.name(text) for text in _split(value)]


@lru_cache(maxsize=10_000)  # the same names stand in row after row
def _name(value: str, is_team: bool) -> Name:
    if not is_team or ":" not in value:
        return Name(value, name_key(value))
    team, _separator, site = value.partition(":")
    return Name(value, name_key(team), name_key(site))


def _split(value: str) -> list[str]:
    texts = [text.strip() for text in value.split(BAR)]
    if not all(texts):
        raise ValueError(_("“%(value)s” has nothing between two bars: write “one|two”.") % {"value": value})
    return texts


@cache
def widget_of(column: Column) -> TextWidget:
    match column.kind:
        case Kind.INTEGER:
            return IntegerWidget()
        case Kind.SWITCH:
            return SwitchWidget()
        case Kind.CHOICE:
            return ChoiceWidget(value for value, _label in column.model_field.choices)
        case Kind.TEXTS:
            return TextsWidget()
        case Kind.REFERENCE:
            model = column.model_field.related_model
            return ReferenceWidget(model, none=NO_BOOK if model is AddressBook else "")
        case Kind.REFERENCES:
            return ReferencesWidget(column.model_field.related_model)
        case _:
            return TextWidget()
