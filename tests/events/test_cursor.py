"""The cursor is a transaction watermark: whatever commits late is never skipped."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from contactcenter.directory.models import User
from contactcenter.events.cursor import Snapshot, current_cursor, current_snapshot
from contactcenter.events.services import CHANNEL
from tests.events.support import Web, tell

pytestmark = pytest.mark.database

INSERT = "INSERT INTO events_event (kind, audience, payload) VALUES ('test.happened', '{everyone}', '{\"n\": 1}')"
INSERT_WITH_ID = INSERT.replace("(kind", "(id, kind").replace("('test", "(%s, 'test")

Slow = Callable[[], object]


def _insert_early(other: "psycopg.Connection[Any]") -> Slow:
    """It draws its id and its transaction number first, and commits last."""
    other.execute("BEGIN")
    other.execute(INSERT)
    return lambda: None


def _number_early(other: "psycopg.Connection[Any]") -> Slow:
    """It draws its transaction number first and its id last."""
    other.execute("BEGIN")
    other.execute("SELECT pg_current_xact_id()")
    return lambda: other.execute(INSERT)


def _id_early(other: "psycopg.Connection[Any]") -> Slow:
    """It draws its id first and its transaction number last."""
    other.execute("BEGIN")
    (pk,) = other.execute("SELECT nextval(pg_get_serial_sequence('events_event', 'id'))").fetchone() or (0,)
    return lambda: other.execute(INSERT_WITH_ID, [pk])


def commit(other: "psycopg.Connection[Any]") -> None:
    other.execute("COMMIT")
    other.execute(f"NOTIFY {CHANNEL}")


late = pytest.mark.parametrize("begin", [_insert_early, _number_early, _id_early])


@late
def test_live_stream_gets_an_event_that_commits_late(
    web: Web, cookie: str, other: "psycopg.Connection[Any]", begin: Callable[..., Slow]
) -> None:
    page = web.open(cookie)
    finish = begin(other)
    tell(2)
    assert page.numbers(until=2) == [2]
    finish()
    commit(other)
    assert page.numbers(until=1) == [1]
    tell(3)
    assert page.numbers(until=3) == [3]  # and each only once


@late
def test_replay_brings_an_event_that_commits_late(
    web: Web, cookie: str, other: "psycopg.Connection[Any]", begin: Callable[..., Slow]
) -> None:
    page = web.open(cookie, after=current_cursor())
    finish = begin(other)
    tell(2)
    page.numbers(until=2)
    tell(3)  # the cursor of this frame is newer than event 2
    page.numbers(until=3)
    finish()
    commit(other)
    again = web.open(cookie, after=page.cursor)
    told = again.numbers(until=3)  # where the late one stands depends on its id
    assert 1 in told or again.numbers(until=1)


def test_page_sees_a_change_either_in_its_queries_or_as_an_event(
    web: Web, cookie: str, other: "psycopg.Connection[Any]"
) -> None:
    other.execute("BEGIN")
    other.execute(INSERT)
    cursor = current_cursor()  # the page takes it, and its queries do not see the change yet
    commit(other)
    assert web.open(cookie, after=cursor).numbers(until=1) == [1]


def test_what_the_page_has_seen_is_not_told_again(web: Web, cookie: str) -> None:
    tell(1)
    page = web.open(cookie, after=current_cursor())
    tell(2)
    assert page.numbers(until=2) == [2]


def test_snapshot_agrees_with_postgresql(other: "psycopg.Connection[Any]") -> None:
    other.execute("BEGIN")
    running = other.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    assert running is not None
    User.objects.create_superuser("later@example.com", None)
    snapshot = current_snapshot()
    other.execute("COMMIT")
    assert running[0] in snapshot.running
    for xid in range(snapshot.lowest - 3, snapshot.next + 3):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_visible_in_snapshot(%s::text::xid8, %s::pg_snapshot)", [xid, str(snapshot)])
            assert snapshot.sees(xid) is cursor.fetchone()[0], xid


def test_cursor_stays_below_a_running_transaction(other: "psycopg.Connection[Any]") -> None:
    other.execute("BEGIN")
    (running,) = other.execute("SELECT pg_current_xact_id()::text::bigint").fetchone() or (0,)
    with transaction.atomic():
        User.objects.create_superuser("later@example.com", None)
    assert current_cursor() == running
    other.execute("COMMIT")
    assert current_cursor() > running


@pytest.mark.parametrize("text", ["10:10:", "10:14:10,12"])
def test_snapshot_reads_and_writes_postgresqls_form(text: str) -> None:
    assert str(Snapshot.parse(text)) == text
