"""The bus loses nothing: not a lost wake-up, not a listener cut off, not too much at once."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import transaction

from contactcenter.directory.models import User
from contactcenter.events.bus import Bus
from contactcenter.events.cursor import Snapshot, current_cursor
from contactcenter.events.hub import MAX_PENDING, Hub
from contactcenter.events.models import Event
from contactcenter.events.services import Message, publish_many
from tests.events.support import COOKIE, Web, running, tell

LISTENERS = "FROM pg_stat_activity WHERE application_name = 'contactcenter events' AND datname = current_database()"


def publish_burst(numbers: range) -> None:
    with transaction.atomic():
        publish_many(Message("test.happened", ["everyone"], {"n": n}) for n in numbers)


@pytest.mark.database
def test_poll_finds_an_event_whose_wake_up_was_lost(web: Web, cookie: str) -> None:
    page = web.open(cookie)
    Event.objects.create(kind="test.happened", audience=["everyone"], payload={"n": 1})
    started = time.monotonic()
    assert page.numbers(until=1) == [1]
    assert time.monotonic() - started < 2


@pytest.mark.database
def test_listener_that_was_cut_off_comes_back_and_has_missed_nothing(
    web: Web, cookie: str, other: "psycopg.Connection[Any]"
) -> None:
    page = web.open(cookie)
    tell(1)
    page.numbers(until=1)
    assert other.execute(f"SELECT pg_terminate_backend(pid, 5000) {LISTENERS}").fetchall() == [(True,)]
    tell(2)
    tell(3)
    assert page.numbers(until=3) == [2, 3]
    assert other.execute(f"SELECT count(*) {LISTENERS}").fetchone() == (1,)


def test_stream_holds_no_connection(web: Web, cookie: str, other: "psycopg.Connection[Any]") -> None:
    counting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    web.open(cookie)
    before = other.execute(counting).fetchone()
    for _ in range(20):
        web.open(cookie)
    assert other.execute(counting).fetchone() == before


def test_wake_ups_in_quick_succession_deliver_each_event_once(web: Web, cookie: str) -> None:
    page = web.open(cookie)
    for number in range(100):
        tell(number)
    assert page.numbers(until=99) == list(range(100))


def test_burst_reaches_a_client_that_reads(web: Web, cookie: str) -> None:
    page = web.open(cookie)
    publish_burst(range(3000))
    assert page.numbers(until=2999) == list(range(3000))


@pytest.fixture
def narrow_web(transactional_db: None) -> Iterator[Web]:
    """A server whose connections hold little that has not been read."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
    yield from running(Web(Bus(Hub()), listener))


@pytest.fixture
def quick_web(transactional_db: None) -> Iterator[Web]:
    """A server that pings every second."""
    yield from running(Web(Bus(Hub(ping_slots=1))))


def test_client_that_does_not_read_is_let_go(narrow_web: Web, cookie: str) -> None:
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)  # as on a network, so that windows move
        client.settimeout(10)
        client.connect(("127.0.0.1", narrow_web.port))
        client.sendall(f"GET /events/ HTTP/1.1\r\nHost: localhost\r\nCookie: {COOKIE}={cookie}\r\n\r\n".encode())
        received = b""
        while b"event: ping" not in received:
            received += client.recv(4096)
        cursor = current_cursor()
        publish_burst(range(1000))  # fills all buffers on the way
        time.sleep(0.3)
        for first in range(1000, 1000 + 2 * MAX_PENDING, 500):
            publish_burst(range(first, first + 500))
        tell(5000)
        while not received.endswith(b"0\r\n\r\n"):
            received += client.recv(65536)
    assert b'event: end\ndata: {"reason": "too_slow"}' in received
    assert b'"n": 5000' not in received
    assert narrow_web.open(cookie, after=cursor).next("reset", "message").event == "reset"


def test_pings_carry_the_cursor_on_while_nothing_happens(quick_web: Web, cookie: str) -> None:
    page = quick_web.open(cookie)
    first = page.next("ping").cursor or 0  # the end of the replay
    User.objects.update(first_name="Jana")  # no event, but the transaction numbers move on
    page.next("ping")
    page.next("ping")
    assert page.cursor is not None
    assert page.cursor > first


def test_database_that_went_back_in_time_makes_clients_reload(web: Web, cookie: str) -> None:
    page = web.open(cookie)
    page.next("ping")
    future = Snapshot(2**40, 2**40, ())
    web.hub.advance(future)
    assert page.next("reset").cursor == page.cursor
    tell(1)
    assert page.numbers(until=1) == [1]
