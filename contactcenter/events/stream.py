"""``GET /events/``: the server-sent event stream. It holds neither a thread nor a database connection."""

import asyncio
import random
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.asgi import ASGIRequest
from django.db import Error, connections
from django.utils.module_loading import import_string

from contactcenter.events import frames
from contactcenter.events.bus import Bus
from contactcenter.events.cursor import Snapshot, current_snapshot
from contactcenter.events.hub import Mark, Stream
from contactcenter.events.reading import missed_events
from contactcenter.events.signs import Signs, Sink, make_token
from contactcenter.lib.asgi import send_problem

LIFETIME = 30 * 60.0  # seconds, give or take a tenth, so that not all come again at once
MAX_REPLAY = 1000  # events; whoever missed more reloads
PATIENCE = 5.0  # seconds a client waits for the bus to come up
MAX_CURSOR = 2**63 - 1
# Two threads suffice for visits of a few milliseconds; the database pool has a connection for each.
VISITORS = 2

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class RefusedError(Exception):
    """Why there is no stream; becomes problem details."""

    def __init__(self, status: int, code: str, title: str, detail: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(detail)
        self.arguments = (status, code, title, detail, headers)


@dataclass(frozen=True, slots=True)
class Visit:
    """What the short visit to the database found out."""

    tokens: frozenset[str]
    authorised: Snapshot
    after: int  # the client has seen all events below
    opening: bytes  # the frames it starts with
    user_id: int


class EventStream:
    def __init__(self, bus: Bus, sink: Sink, *, lifetime: float = LIFETIME) -> None:
        self._bus = bus
        self._lifetime = lifetime
        self._visitors = ThreadPoolExecutor(max_workers=VISITORS, thread_name_prefix="events")
        self.signs = Signs(self._visitors, sink)

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        try:
            visit, mark = await self._admit(scope)
        except RefusedError as refusal:
            await send_problem(send, *refusal.arguments)
            return
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS, "trailers": False})
        expires_at = time.monotonic() + self._lifetime * random.uniform(0.9, 1.1)  # noqa: S311 - spreads load
        stream = Stream(send, visit.tokens, authorised=visit.authorised, after=visit.after, expires_at=expires_at)
        stream.push(frames.RETRY + frames.token(make_token(visit.user_id)) + visit.opening)
        self._bus.hub.attach(stream, mark)
        user_id = visit.user_id
        del visit
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self._bus.hub.detach(stream)
            stream.abandon()
            self.signs.closed(user_id)

    def close(self) -> None:
        self._visitors.shutdown(wait=False, cancel_futures=True)

    async def _admit(self, scope: HTTPScope) -> tuple[Visit, Mark]:
        request = _checked_request(scope)
        after = _cursor_of(request)
        try:
            mark = await self._bus.mark(PATIENCE)
            visit = await asyncio.get_running_loop().run_in_executor(self._visitors, _visit, request, after, mark)
        except (Error, TimeoutError) as error:
            unavailable = "The database cannot be reached at the moment."
            raise RefusedError(503, "unavailable", "Not available", unavailable, (b"retry-after", b"2")) from error
        return visit, mark


def _checked_request(scope: HTTPScope) -> ASGIRequest:
    try:
        request = ASGIRequest(scope, BytesIO())
        request.get_host()
        request.GET  # noqa: B018 - is parsed here, and may be refused
    except SuspiciousOperation as error:
        raise RefusedError(400, "invalid", "Bad request", "The request's address is not acceptable.") from error
    if request.method != "GET":
        raise RefusedError(405, "method_not_allowed", "Method not allowed", "Use GET.", (b"allow", b"GET"))
    # Other sites could not read the stream anyway, but need not hold one open either.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise RefusedError(403, "permission_denied", "Forbidden", "The event stream is for this site's own pages.")
    return request


def _cursor_of(request: ASGIRequest) -> int | None:
    given = request.headers.get("Last-Event-ID") or request.GET.get("after")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 20 and int(given) <= MAX_CURSOR):
        raise RefusedError(400, "invalid", "Bad request", "The cursor is not one that this server has given out.")
    return int(given)


def _visit(request: ASGIRequest, after: int | None, mark: Mark) -> Visit:
    try:
        # Before everything else: what commits later is told by the bus, or ends the stream.
        authorised = current_snapshot()
        user_id, tokens = _audience(request)
        cursor = mark.snapshot.lowest
        if after is None:
            return Visit(tokens, authorised, after=0, opening=frames.ping(cursor), user_id=user_id)
        missed = None
        if after <= authorised.next:  # else it comes from another database
            missed = missed_events(tokens, after=after, until=mark.snapshot, limit=MAX_REPLAY)
        if missed is None:
            return Visit(tokens, authorised, after=0, opening=frames.reset(cursor), user_id=user_id)
        # While the replay lasts the client keeps its old cursor; the ping at its end carries the new one.
        replay = b"".join(frames.event(after, data) for data in missed)
        return Visit(tokens, authorised, after, replay + frames.ping(max(after, cursor)), user_id)
    finally:
        connections.close_all()


def _audience(request: ASGIRequest) -> tuple[int, frozenset[str]]:
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "").partition("\0")[0]  # PostgreSQL takes no NUL
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(request)
    if not (user.is_authenticated and user.is_active):
        raise RefusedError(401, "not_authenticated", "Not signed in", "Sign in to receive events.")
    audience_of: Callable[[AbstractBaseUser, str], Iterable[str]] = import_string(settings.EVENTS_AUDIENCE_OF)
    return int(user.pk), frozenset(audience_of(user, key))
