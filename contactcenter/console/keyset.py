"""Pages of big tables: each starts after the last row of the one before, and nothing is ever counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime

from contactcenter.console.cursors import pack, unpack

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Ordering:
    """Fields that put the rows in one certain order, all rising or all falling; the last one is unique."""

    fields: tuple[str, ...]
    types: tuple[type, ...]
    falling: bool = False

    @property
    def order_by(self) -> list[str]:
        return [f"-{name}" if self.falling else name for name in self.fields]

    def after(self, key: Sequence[Any]) -> Q:
        """Select the rows that come after the one with this key."""
        comparison = "lt" if self.falling else "gt"
        first = Q(**{f"{self.fields[0]}__{comparison}e": key[0]})  # what an index can start at
        later, equal = Q(), Q()
        for name, value in zip(self.fields, key, strict=True):
            later |= equal & Q(**{f"{name}__{comparison}": value})
            equal &= Q(**{name: value})
        return first & later

    def key_of(self, row: Any) -> list[Any]:
        return [getattr(row, name) for name in self.fields]


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    rows: list[M]
    following: str  # the cursor of the next page; empty on the last one
    is_first: bool


def page_of(rows: QuerySet[M], ordering: Ordering, cursor: str, size: int) -> KeysetPage[M]:
    """Return the page after ``cursor``; a cursor that cannot be used counts as none."""
    key = decode(cursor, ordering)
    rows = rows.order_by(*ordering.order_by)
    if key is not None:
        rows = rows.filter(ordering.after(key))
    found = list(rows[: size + 1])
    following = encode(ordering.key_of(found[size - 1])) if len(found) > size else ""
    return KeysetPage(found[:size], following, key is None)


def encode(key: Sequence[Any]) -> str:
    return pack([value.isoformat() if isinstance(value, datetime) else value for value in key])


def decode(cursor: str, ordering: Ordering) -> list[Any] | None:
    values = unpack(cursor)
    if not isinstance(values, list) or len(values) != len(ordering.types):
        return None
    try:
        return [_read(value, kind) for value, kind in zip(values, ordering.types, strict=True)]
    except ValueError:
        return None


def _read(value: Any, kind: type) -> Any:
    """Return the value as this type. Raises ``ValueError`` when it is another or the database has no room for it."""
    read = parse_datetime(value) if kind is datetime and isinstance(value, str) else value
    if type(read) is not kind or "\0" in str(read) or (isinstance(read, int) and not -(2**63) <= read < 2**63):
        raise ValueError(value)
    if isinstance(read, datetime) and read.tzinfo is None:
        raise ValueError(value)
    if isinstance(read, str):
        read.encode()  # half a surrogate pair is no text
    return read
