"""Places in long lists, as they stand in addresses."""

import base64
import binascii
import json
from typing import Any, Final

LONGEST: Final = 2048  # characters of a cursor; the longest of ours have 1,700


def pack(value: object) -> str:
    """Write a value as it can stand in an address."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpack(text: str) -> Any:
    """Read what ``pack`` wrote; ``None`` for anything that it cannot have written."""
    if len(text) > LONGEST:
        return None
    try:
        return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):  # lists in lists in lists …
        return None
