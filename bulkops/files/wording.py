"""Names in messages."""

from collections.abc import Collection

from django.utils.translation import ngettext

_MOST_NAMES = 40
_MOST_CHARACTERS = 80


def quoted(names: Collection[str]) -> str:
    """Name them all, unless there are so many, or so long ones, that nobody would read them."""
    shown = [f"“{_shortened(name)}”" for _place, name in zip(range(_MOST_NAMES), names, strict=False)]
    unnamed = len(names) - len(shown)
    more = ngettext(" and %(count)d more", " and %(count)d more", unnamed) % {"count": unnamed} if unnamed else ""
    return ", ".join(shown) + more


def _shortened(name: str) -> str:
    start = "".join(character if character.isprintable() else " " for character in name[:_MOST_CHARACTERS])
    return start if len(name) <= _MOST_CHARACTERS else start + "…"
