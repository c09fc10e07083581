"""Publishing: the only way an event is written."""

import logging
import time
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from django.db import Error, connection, transaction

from contactcenter.events.cursor import current_snapshot
from contactcenter.events.models import Event, Horizon

logger = logging.getLogger(__name__)

CHANNEL = "contactcenter_events"
WAKE_UP_PERIOD = 0.05  # seconds between two of one process

# Control events: they end the streams of their audience and are not shown to clients.
SESSION_ENDED = "session.ended"
ACCESS_CHANGED = "access.changed"

KEPT = timedelta(hours=24)
PRUNE_BATCH = 5000


class Message(NamedTuple):
    kind: str
    audience: Iterable[str]
    payload: Mapping[str, object]


class NotInTransactionError(RuntimeError):
    """An event belongs to the change it tells about, so both need one transaction around them."""


def publish(kind: str, *, audience: Iterable[str], payload: Mapping[str, object]) -> None:
    """Tell ``audience``, when the running transaction commits, that something happened."""
    publish_many([Message(kind, audience, payload)])


def publish_many(messages: Iterable[Message]) -> None:
    """Publish several events with one INSERT."""
    if not connection.in_atomic_block:
        raise NotInTransactionError(
            "Publish events inside transaction.atomic(), together with the change they tell about."
        )
    events = [
        Event(kind=message.kind, audience=sorted(set(message.audience)), payload=dict(message.payload))
        for message in messages
    ]
    Event.objects.bulk_create(events)
    if events:
        wake_listeners_on_commit()


def wake_listeners_on_commit() -> None:
    """Have listeners look for new events when the running transaction commits, or now if there is none."""
    # A wake-up that is already registered lives at least as long as the savepoint we are in.
    if not any(entry[1] is _wake_listeners for entry in connection.run_on_commit):
        transaction.on_commit(_wake_listeners)


class _LastWakeUp:
    """When this process last sent one."""

    at = float("-inf")


def _wake_listeners() -> None:
    """Send NOTIFY in a transaction of its own: in the writer's it takes a lock that all commits share.

    Not with every change of many: whoever has been woken looks again a moment later, see ``Bus``.
    """
    now = time.monotonic()
    if now - _LastWakeUp.at < WAKE_UP_PERIOD:
        return
    _LastWakeUp.at = now
    try:
        with connection.cursor() as cursor:
            # PostgreSQL does not make the commit of a mere NOTIFY wait for the disk.
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    except Error:
        _LastWakeUp.at = float("-inf")
        logger.warning("The wake-up for new events failed; listeners find them by polling.", exc_info=True)


def prune(kept: timedelta = KEPT) -> int:
    """Delete events older than ``kept``, in short transactions. Return how many were deleted."""
    deleted = _delete_foreign()
    while batch := _delete_batch(kept):
        deleted += batch
        if batch < PRUNE_BATCH:
            break
    return deleted


def _delete_batch(kept: timedelta) -> int:
    # By id, not by time: that needs no index on created_at, and ids and times rise together closely enough.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH oldest AS (SELECT id FROM events_event ORDER BY id LIMIT %s),
                 gone AS (
                     DELETE FROM events_event USING oldest
                     WHERE events_event.id = oldest.id AND created_at < now() - make_interval(secs => %s)
                     RETURNING xid
                 ),
                 horizon AS (
                     INSERT INTO events_horizon (id, xid) SELECT 1, max(xid) + 1 FROM gone HAVING count(*) > 0
                     ON CONFLICT (id) DO UPDATE SET xid = greatest(events_horizon.xid, excluded.xid)
                 )
            SELECT count(*) FROM gone
            """,
            [PRUNE_BATCH, kept.total_seconds()],
        )
        return int(cursor.fetchone()[0])


def _delete_foreign() -> int:
    """Delete what another database cluster wrote: after a restore its numbers may lie in our future."""
    following = current_snapshot().next
    deleted, _ = Event.objects.filter(xid__gte=following).delete()
    if deleted:
        logger.warning("Deleted %d events that came from another database cluster.", deleted)
    Horizon.objects.filter(xid__gt=following).update(xid=following)
    return deleted
