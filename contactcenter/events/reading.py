"""The two ways to read events: what is new since a snapshot (bus), and what one client missed (replay)."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection

from contactcenter.events.cursor import Snapshot
from contactcenter.events.services import ACCESS_CHANGED, SESSION_ENDED

CONTROL_KINDS = frozenset({SESSION_ENDED, ACCESS_CHANGED})

# What clients get to see, made by the database, so that nothing is parsed only to be written again.
DATA = """
    json_build_object(
        'id', id, 'xid', xid, 'kind', kind, 'payload', payload,
        'at', to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    )::text
"""

# One statement, so that the new snapshot is the very one that the rows are read with. The upper bound keeps
# out rows restored from another database cluster, whose transaction numbers mean nothing here.
NEW_EVENTS = f"""
    SELECT pg_current_snapshot()::text, id, xid, kind, audience, {DATA}
    FROM (VALUES (1)) AS always LEFT JOIN events_event
        ON (xid >= %(next)s OR xid = ANY(%(running)s::bigint[]))
        AND xid < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    ORDER BY id
"""  # noqa: S608 - made of constants

MISSED_EVENTS = f"""
    SELECT {DATA}
    FROM events_event
    WHERE xid >= %(after)s AND xid < %(next)s
        AND pg_visible_in_snapshot(xid::text::xid8, %(until)s::pg_snapshot)
        AND audience && %(tokens)s::text[] AND kind <> ALL(%(control)s)
    ORDER BY id LIMIT %(limit)s
"""  # noqa: S608 - made of constants


@dataclass(frozen=True, slots=True)
class Notice:
    """One event as the bus hands it on."""

    xid: int
    kind: str
    audience: tuple[str, ...]
    data: str


async def read_snapshot(connection: psycopg.AsyncConnection[Any]) -> Snapshot:
    result = await connection.execute("SELECT pg_current_snapshot()::text")
    [(text,)] = await result.fetchall()
    return Snapshot.parse(text)


async def new_events(
    connection: psycopg.AsyncConnection[Any], since: Snapshot
) -> AsyncIterator[tuple[Snapshot, Notice | None]]:
    """Yield the events that ``since`` does not see, with the snapshot of the reading; if none, one None."""
    parameters = {"next": since.next, "running": list(since.running)}
    async with connection.cursor() as cursor:
        async for text, pk, xid, kind, audience, data in cursor.stream(NEW_EVENTS, parameters):
            notice = Notice(xid, kind, tuple(audience), data) if pk is not None else None
            yield Snapshot.parse(text), notice


def missed_events(tokens: Iterable[str], *, after: int, until: Snapshot, limit: int) -> list[str] | None:
    """Return the data of the events from ``after`` on that ``until`` sees, or None if some are missing."""
    parameters: dict[str, int | str | list[str]] = {
        "after": after,
        "next": until.next,
        "until": str(until),
        "tokens": list(tokens),
        "control": list(CONTROL_KINDS),
        "limit": limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(MISSED_EVENTS, parameters)
        missed = [data for (data,) in cursor]
        # Looked up after the events: had some been deleted before we read them, it says so by now.
        cursor.execute("SELECT coalesce(max(xid), 0) FROM events_horizon")
        complete = after >= cursor.fetchone()[0] and len(missed) <= limit
    return missed if complete else None
