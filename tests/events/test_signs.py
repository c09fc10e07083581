"""Signs of life: what pages answer, and how it is gathered and handed on."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.core import signing
from django.db import OperationalError

from contactcenter.directory.models import User
from contactcenter.events import signs
from contactcenter.events.signs import Sign, Signs, make_token
from tests.events.support import Web, sign_in

PATH = "/events/presence/"


def send(web: Web, body: object, method: str = "POST", **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.request(method, web.url + PATH, content=content, headers=headers, trust_env=False, timeout=10)


def heard(web: Web, user_id: int, kind: int = 0) -> Sign:
    """Wait for the batch with a sign of the user, which comes within a second."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for batch in web.batches:
            for sign in batch[kind]:
                if sign.user_id == user_id:
                    return sign
        time.sleep(0.02)
    raise TimeoutError("No such sign was handed on.")


@pytest.fixture
def door(shared_web: Web) -> Web:
    """Needs no database: nothing is looked up for a sign of life."""
    shared_web.batches.clear()
    return shared_web


def assert_refused(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.content
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code


# --- The endpoint ------------------------------------------------------------------------------------------------


def test_sign_is_taken_and_handed_on(door: Web) -> None:
    answer = send(door, {"token": make_token(71), "idle": 12.5})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["cache-control"] == "no-store"
    sign = heard(door, 71)
    assert 0 <= sign.seen_ago < 5
    assert 12.5 <= sign.input_ago < 17.5


def test_no_cookie_is_needed_and_none_is_set(door: Web) -> None:
    answer = send(door, {"token": make_token(71), "idle": 0}, Origin="https://elsewhere.example")
    assert answer.status_code == 204
    assert "set-cookie" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "token",
    [
        "",
        "71",
        "71:x:y",
        signing.TimestampSigner(salt="another").sign("71"),
        signing.TimestampSigner(salt="contactcenter.events.signs", key="another key").sign("71"),
        make_token(71)[:-1],
        "7" + make_token(71),
        "žluť:🦊:x",
        "\0",
        ":" * 200,
    ],
)
def test_tokens_that_are_none(door: Web, token: str) -> None:
    assert_refused(send(door, {"token": token, "idle": 0}), 401, "not_authenticated")


def test_token_outlives_its_stream_but_not_by_much(door: Web) -> None:
    def made(minutes: int) -> str:
        with time_machine.travel(datetime.now(UTC) - timedelta(minutes=minutes)):
            return make_token(71)

    assert send(door, {"token": made(44), "idle": 0}).status_code == 204
    assert_refused(send(door, {"token": made(46), "idle": 0}), 401, "not_authenticated")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods(door: Web, method: str) -> None:
    answer = send(door, {"token": make_token(71), "idle": 0}, method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_bodies_that_are_too_large(door: Web) -> None:
    token = make_token(71)
    largest = json.dumps({"token": token, "idle": 0}).encode()
    assert send(door, largest + b" " * (signs.BODY_LIMIT - len(largest))).status_code == 204
    assert_refused(send(door, largest + b" " * (signs.BODY_LIMIT - len(largest) + 1)), 413, "too_large")


def test_body_without_an_end_is_not_read_to_it(door: Web) -> None:
    def endless() -> Any:
        for _ in range(2000):
            yield b" " * 1024

    try:
        answer = httpx.post(door.url + PATH, content=endless(), trust_env=False, timeout=10)
    except httpx.TransportError:
        return  # the connection was closed on it
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"null",
        b"7",
        b'"x"',
        b"[]",
        b'["token", "idle"]',
        b"{}",
        b'{"idle": 0}',
        b'{"token": "x"}',
        b'{"token": null, "idle": 0}',
        b'{"token": 71, "idle": 0}',
        b'{"token": ["x"], "idle": 0}',
        b'{"token": {"x": 1}, "idle": 0}',
        b'{"token": "7:1:\\ud800", "idle": 0}',
        b"[" * 1000,
        b'{"a":' * 200,
    ],
    ids=lambda body: f"{body[:20]!r}",
)
def test_what_is_no_sign(door: Web, body: bytes) -> None:
    assert_refused(send(door, body), 400, "invalid")


@pytest.mark.parametrize(
    "idle",
    ["null", "true", '"5"', "[5]", "{}", "-1", "-0.001", "604801", "1e400", "NaN", "Infinity", "-Infinity", "9" * 900],
    ids=lambda idle: idle[:10],
)
def test_idle_is_a_number_of_seconds(door: Web, idle: str) -> None:
    body = f'{{"token": "{make_token(71)}", "idle": {idle}}}'.encode()
    assert_refused(send(door, body), 400, "invalid")


@pytest.mark.parametrize("idle", ["0", "0.0", "1e2", "604800", "-0.0"])
def test_idle_may_be_written_as_json_writes_numbers(door: Web, idle: str) -> None:
    assert send(door, f'{{"idle": {idle}, "token": "{make_token(71)}", "more": 1}}'.encode()).status_code == 204


def test_address_is_exact(door: Web) -> None:
    for path in ("/events/presence", "/events/presence/x", "/events/presence//"):
        answer = httpx.post(door.url + path, content=b"{}", trust_env=False, timeout=10)
        assert answer.status_code in {403, 404}


# --- With the stream ---------------------------------------------------------------------------------------------


def test_stream_begins_with_a_token_that_counts(web: Web, jana: User, cookie: str) -> None:
    web.batches.clear()
    first = web.open(cookie).next("token", "message", "ping", "reset")
    assert first.event == "token"
    assert send(web, {"token": first.data, "idle": 3}).status_code == 204
    assert heard(web, jana.pk).input_ago >= 3


def test_token_moves_no_cursor(web: Web, cookie: str) -> None:
    """A page that lost its connection right after the token starts over from where it was."""
    assert web.open(cookie).next("token").cursor is None


def test_closed_stream_is_told(web: Web, jana: User) -> None:
    web.batches.clear()
    web.open(sign_in(jana)).next("token")
    assert not [sign for batch in web.batches for sign in batch[1]]
    web.close_pages()
    assert 0 <= heard(web, jana.pk, kind=1).seen_ago < 5


# --- Batches -----------------------------------------------------------------------------------------------------


class Sink:
    """Remembers what it was handed, or fails."""

    def __init__(self, *failures: Exception) -> None:
        self.batches: list[tuple[Sequence[Sign], Sequence[Sign]]] = []
        self.failures = list(failures)

    def __call__(self, seen: Sequence[Sign], closed: Sequence[Sign]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.batches.append((seen, closed))


def flushed(sink: Sink, *rounds: Callable[[Signs], object]) -> None:
    """Do things to signs, each followed by a batch."""

    async def run() -> None:
        with ThreadPoolExecutor(1) as executor:
            gathered = Signs(executor, sink)
            for one in rounds:
                one(gathered)
                await gathered.flush()

    asyncio.run(run())


def test_many_signs_of_one_user_are_one() -> None:
    """The latest sign counts, and the latest input in any of the pages."""
    sink = Sink()

    def several(gathered: Signs) -> None:
        gathered.heard(7, 500)
        gathered.heard(7, 30)
        gathered.heard(7, 900)
        gathered.heard(3, 5)

    flushed(sink, several)
    [(seen, closed)] = sink.batches
    assert [sign.user_id for sign in seen] == [3, 7]  # in the order in which rows are locked
    assert seen[1].seen_ago == pytest.approx(0, abs=1)
    assert seen[1].input_ago == pytest.approx(30, abs=1)
    assert closed == []


def test_batch_is_handed_on_once() -> None:
    sink = Sink()
    flushed(sink, lambda gathered: gathered.heard(7, 0), lambda gathered: gathered.closed(7), lambda _gathered: None)
    assert [([s.user_id for s in seen], [s.user_id for s in closed]) for seen, closed in sink.batches] == [
        ([7], []),
        ([], [7]),
        ([], []),
    ]


def test_batch_that_cannot_be_stored_is_let_go(caplog: pytest.LogCaptureFixture) -> None:
    sink = Sink(OperationalError("the database is away"))
    flushed(sink, lambda gathered: gathered.heard(7, 0), lambda gathered: gathered.heard(8, 0))
    assert [[sign.user_id for sign in seen] for seen, _closed in sink.batches] == [[8]]
    assert "could not be stored: the database is away" in caplog.text


def test_process_that_hears_nothing_still_says_that_it_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "PERIOD", 0.01)
    monkeypatch.setattr(signs, "BEAT", 0.05)
    sink = Sink()

    async def run() -> None:
        with ThreadPoolExecutor(1) as executor:
            task = asyncio.create_task(Signs(executor, sink).run())
            await asyncio.sleep(0.3)
            task.cancel()
            await asyncio.wait([task])

    asyncio.run(run())
    assert 2 <= len(sink.batches) <= 7  # not at every turn
    assert sink.batches[0] == ([], [])
