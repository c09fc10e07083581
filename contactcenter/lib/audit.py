"""The audit trail: which models it follows."""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory

T = TypeVar("T", bound=type[Any])


def audited(*further: Any, **options: Any) -> Callable[[T], T]:
    """Record every insert, update and delete of the model, from wherever it comes, in a table beside its own.

    Statement by statement: a thousand rows changed by one statement cost one write to the trail, not a thousand.
    """
    trackers = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), *further)
    track: Callable[[T], T] = pghistory.track(*trackers, level=pghistory.Statement, **options)
    return track
