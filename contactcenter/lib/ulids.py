"""Numbers that sort by the time they were made, and cannot be guessed."""

import secrets
import time
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: without letters that look like digits
LENGTH: Final = 26


def new_ulid() -> str:
    """Make a ULID: 48 bits of milliseconds and 80 random bits, in 26 characters."""
    number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(LENGTH)))
