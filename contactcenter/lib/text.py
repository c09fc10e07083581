"""Names as people compare them."""

import unicodedata


def name_key(value: str) -> str:
    """Return the form under which two names count as the same: case, composition and outer spaces ignored.

    Computed here and stored, because what the database's own ``lower()`` does depends on its locale.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", value.strip()).casefold())
