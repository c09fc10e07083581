"""Signs of life. A page that is open answers each ping of its stream with a small request; see ``static/js/live.js``.

They are gathered in memory and handed on together once a second, so that a thousand open pages cost a statement a
second and not forty.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Final, NamedTuple

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope
from django.core import signing
from django.db import Error, connections

from contactcenter.lib.asgi import respond, send_problem

logger = logging.getLogger(__name__)

PERIOD: Final = 1.0  # seconds between batches
BEAT: Final = 2.0  # seconds after which an empty batch is handed on too: this process is up
TOKEN_AGE: Final = 45 * 60  # seconds; a stream lives half an hour
BODY_LIMIT: Final = 1024  # bytes
LONGEST_IDLE: Final = 7 * 24 * 3600.0  # seconds

_signer = signing.TimestampSigner(salt="contactcenter.events.signs")


class Sign(NamedTuple):
    """A user's page answered ``seen_ago`` seconds ago; the last input was ``input_ago`` seconds ago."""

    user_id: int
    seen_ago: float
    input_ago: float


Sink = Callable[[Sequence[Sign], Sequence[Sign]], None]


def make_token(user_id: int) -> str:
    """Return what the pages of a stream identify themselves with when they answer."""
    return _signer.sign(str(user_id))


class Signs:
    """What this process has heard since the last batch."""

    def __init__(self, executor: Executor, sink: Sink) -> None:
        self._executor = executor
        self._sink = sink
        self._heard: dict[int, tuple[float, float]] = {}
        self._closed: dict[int, float] = {}
        self._flushed_at = float("-inf")

    def heard(self, user_id: int, idle: float) -> None:
        """The latest sign counts, and the latest input of all of a user's pages."""
        now = time.monotonic()
        _, input_at = self._heard.get(user_id, (now, float("-inf")))
        self._heard[user_id] = (now, max(input_at, now - idle))

    def closed(self, user_id: int) -> None:
        self._closed[user_id] = time.monotonic()

    async def run(self) -> None:
        while True:
            await asyncio.sleep(PERIOD)
            if self._heard or self._closed or time.monotonic() - self._flushed_at >= BEAT:
                await self.flush()

    async def flush(self) -> None:
        heard, self._heard = self._heard, {}
        closed, self._closed = self._closed, {}
        try:
            await asyncio.get_running_loop().run_in_executor(self._executor, self._hand_on, heard, closed)
        except Error as error:
            # Pages answer again in 25 seconds: one batch may be lost, the connection to the database comes back.
            logger.warning("Signs of life could not be stored: %s", error)
        self._flushed_at = time.monotonic()

    def _hand_on(self, heard: dict[int, tuple[float, float]], closed: dict[int, float]) -> None:
        now = time.monotonic()
        try:
            self._sink(
                [Sign(user, now - seen, now - input_at) for user, (seen, input_at) in sorted(heard.items())],
                [Sign(user, now - seen, 0) for user, seen in sorted(closed.items())],
            )
        finally:
            connections.close_all()


class SignEndpoint:
    """``POST /events/presence/`` with ``{"token": …, "idle": seconds}``; no cookie, so nothing for others to forge."""

    def __init__(self, signs: Signs) -> None:
        self._signs = signs

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["method"] != "POST":
            await send_problem(
                send, 405, "method_not_allowed", "Method not allowed", "Use POST.", [(b"allow", b"POST")]
            )
            return
        body = await _body(receive)
        if body is None:
            await send_problem(send, 413, "too_large", "Too large", "A sign of life is a token and a number.")
            return
        try:
            user_id, idle = _read(body)
        except signing.BadSignature:
            await send_problem(
                send, 401, "not_authenticated", "Not signed in", "The token is not one of a recent event stream."
            )
        except (ValueError, TypeError, KeyError, RecursionError):
            detail = 'Send {"token": "…", "idle": seconds since the last input}.'
            await send_problem(send, 400, "invalid", "Bad request", detail)
        else:
            self._signs.heard(user_id, idle)
            await respond(send, 204, [(b"cache-control", b"no-store")], b"")


def _read(body: bytes) -> tuple[int, float]:
    given = json.loads(body)
    token, idle = given["token"], given["idle"]
    if not isinstance(token, str) or isinstance(idle, bool) or not isinstance(idle, int | float):
        raise TypeError
    if not 0 <= idle <= LONGEST_IDLE:
        raise ValueError
    return int(_signer.unsign(token, max_age=TOKEN_AGE)), float(idle)


async def _body(receive: ASGIReceiveCallable) -> bytes | None:
    """Read the whole body; ``None`` when it is larger than a sign of life can be."""
    parts = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        parts += message["body"]
        if len(parts) > BODY_LIMIT:
            return None
        if not message["more_body"]:
            return bytes(parts)
