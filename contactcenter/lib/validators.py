"""What no field of one line holds."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_NOT_IN_LINES = {"Cc", "Cs", "Zl", "Zp"}  # control characters, halves of characters, separators of lines


def validate_single_line(value: str) -> None:
    """Names stand in e-mail subjects and lists: a line break there breaks more than the line."""
    bad = next((character for character in value if unicodedata.category(character) in _NOT_IN_LINES), None)
    if bad is not None:
        raise ValidationError(
            _("Keep to one line, without control characters: take %(bad)s out."),
            code="invalid_characters" if bad != "\0" else "null_characters_not_allowed",
            params={"bad": f"U+{ord(bad):04X}"},
        )
