"""Names as people compare them, and numbers as addresses give them."""

import math
import unicodedata


def name_key(value: str) -> str:
    """Return the form under which two names count as the same: case, composition and outer spaces ignored.

    Computed here and stored, because what the database's own ``lower()`` does depends on its locale.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", value.strip()).casefold())


def row_number(text: str) -> int | None:
    """Read the number of a row; ``None`` where the text is not one, or the database has no room for it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def megabytes(size: int) -> str:
    """Say how much that is, rounded up, so that one byte too many does not look like the limit itself."""
    return f"{math.ceil(size * 10 / 2**20) / 10:.1f}".removesuffix(".0")
