"""Cursors: how far somebody has read the events. See docs/decisions/event-cursor.md."""

from dataclasses import dataclass
from typing import Self

from django.db import connection


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which transactions one database snapshot sees: PostgreSQL's ``pg_snapshot``."""

    lowest: int  # everything below has ended: the watermark, and so the cursor
    next: int  # nothing from here on had ended
    running: tuple[int, ...]  # those between that had not ended

    @classmethod
    def parse(cls, text: str) -> Self:
        lowest, following, running = text.split(":")
        return cls(int(lowest), int(following), tuple(map(int, running.split(","))) if running else ())

    def __str__(self) -> str:
        return f"{self.lowest}:{self.next}:{','.join(map(str, self.running))}"

    def sees(self, xid: int) -> bool:
        return xid < self.lowest or (xid < self.next and xid not in self.running)


def current_snapshot() -> Snapshot:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return Snapshot.parse(cursor.fetchone()[0])


def current_cursor() -> int:
    """Return the cursor for a page. Taken before the page's own queries, it lets no change slip through."""
    return current_snapshot().lowest
