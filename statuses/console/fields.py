"""Fields that several pages about the past have."""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from contactcenter.directory.models.querysets import UserQuerySet
from contactcenter.lib.text import row_number

# No history is older or newer, and in every time zone the day has a beginning and an end.
FIRST_DAY: Final = date(1970, 1, 1)
LAST_DAY: Final = date(9000, 12, 31)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")  # what browsers read, whatever the language


class DayField(forms.DateField):
    def __init__(self, label: Any) -> None:
        validators = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
        super().__init__(required=False, label=label, widget=DayInput, validators=validators)


def people_called(people: UserQuerySet, words: str) -> UserQuerySet:
    """Those with these words in name or e-mail, or the one with this number, as links give it: ``#17``."""
    number = row_number(words[1:]) if words.startswith("#") else None
    return people.filter(pk=number) if number is not None else people.matching(words)
