"""Words of the console's skin, which comes in English only: named here so that translators find them."""

from django.utils.translation import gettext_noop as _

WORDS = (
    _("Clear all filters"),
    _("Filters"),
    _("Select all rows"),
    _("Select record"),
    _("Select value"),
)
