"""Form fields of the directory's pages."""

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from contactcenter.directory.models.base import time_zone_names


def _zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(time_zone_names())]


def time_zone_choice(empty: str | Promise = "") -> forms.ChoiceField:
    """Offer the time zones; with ``empty``, the words for none of them, the field may stay empty."""
    first = [("", empty)] if empty else []
    return forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=not empty,
        choices=lambda: [*first, *_zones()],
        widget=UnfoldAdminSelectWidget,
    )
