"""The streams of one web process, and who gets what. All of it runs in the event loop and never waits."""

import asyncio
import itertools
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from asgiref.typing import ASGISendCallable

from contactcenter.events import frames
from contactcenter.events.cursor import Snapshot
from contactcenter.events.reading import CONTROL_KINDS, Notice
from contactcenter.events.services import SESSION_ENDED

MAX_PENDING = 1000  # frames a client may lag behind
REMEMBERED = MAX_PENDING // 2  # notices kept for clients that are just connecting


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the hub has been told everything: a snapshot, and the number of notices handed on by then."""

    snapshot: Snapshot
    position: int


class Stream:
    """One client. While nothing is sent it costs no task: a short-lived one sends the frames that gather."""

    __slots__ = (
        "_ended",
        "_pending",
        "_send",
        "_writer",
        "after",
        "authorised",
        "expires_at",
        "slot",
        "tokens",
    )

    def __init__(
        self,
        send: ASGISendCallable,
        tokens: frozenset[str],
        *,
        authorised: Snapshot,
        after: int,
        expires_at: float,
    ) -> None:
        self._send = send
        self._pending: list[bytes] = []
        self._writer: asyncio.Task[None] | None = None
        self._ended = False
        self.tokens = tokens
        self.authorised = authorised  # what authentication has taken into account
        self.after = after  # the client has seen everything below
        self.expires_at = expires_at
        self.slot = 0

    def push(self, frame: bytes) -> None:
        if self._ended:
            return
        if len(self._pending) >= MAX_PENDING:
            self.end("too_slow")
            return
        self._pending.append(frame)
        self._wake_writer()

    def end(self, reason: str) -> None:
        """Say goodbye and close. Who is too slow does not get the rest now, but by coming again."""
        if self._ended:
            return
        self._ended = True
        if reason == "too_slow":
            self._pending.clear()
        self._pending.append(frames.end(reason))
        self._wake_writer()

    def abandon(self) -> None:
        """The client has gone."""
        self._ended = True
        if self._writer is not None:
            self._writer.cancel()

    def _wake_writer(self) -> None:
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        try:
            while self._pending:
                body = b"".join(self._pending)
                self._pending.clear()
                await self._send({"type": "http.response.body", "body": body, "more_body": True})
            if self._ended:
                await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._writer = None


class Hub:
    """Hands notices to the streams that listen for them, through an index from audience token to streams."""

    def __init__(self, *, ping_slots: int = 25) -> None:
        self._listeners: dict[str, set[Stream]] = {}
        self._wheel: list[set[Stream]] = [set() for _ in range(ping_slots)]
        self._slots = itertools.cycle(range(ping_slots))
        self._hand = itertools.cycle(range(ping_slots))
        self._recent: deque[tuple[Notice, bytes]] = deque(maxlen=REMEMBERED)
        self._position = 0
        self._shut_down = False
        self.mark = Mark(Snapshot(0, 0, ()), 0)

    def attach(self, stream: Stream, since: Mark) -> None:
        """Add a stream that has been told everything up to ``since``; what came after it is handed on now."""
        missing = self._position - since.position
        if missing > len(self._recent):
            stream.push(frames.reset(self.cursor))
        else:
            for notice, frame in itertools.islice(self._recent, len(self._recent) - missing, None):
                if not stream.tokens.isdisjoint(notice.audience):
                    _hand_to(stream, notice, frame)
        for token in stream.tokens:
            self._listeners.setdefault(token, set()).add(stream)
        stream.slot = next(self._slots)
        self._wheel[stream.slot].add(stream)
        if self._shut_down:
            stream.end("shutdown")

    def detach(self, stream: Stream) -> None:
        self._wheel[stream.slot].discard(stream)
        for token in stream.tokens:
            listeners = self._listeners.get(token, set())
            listeners.discard(stream)
            if not listeners:
                self._listeners.pop(token, None)

    @property
    def cursor(self) -> int:
        return self.mark.snapshot.lowest

    def deliver(self, notice: Notice) -> None:
        # The cursor moves on when all events of a reading are out: a client cut off in between misses none.
        frame = frames.event(self.cursor, notice.data)
        self._position += 1
        self._recent.append((notice, frame))
        for stream in self._audience_of(notice):
            _hand_to(stream, notice, frame)

    def advance(self, snapshot: Snapshot) -> None:
        """Everything that ``snapshot`` sees has been delivered."""
        self.mark = Mark(snapshot, self._position)

    def start_over(self, snapshot: Snapshot) -> None:
        """Events may have been lost, or the database is another one: all clients reload."""
        self._recent.clear()
        self._position += 1
        self.advance(snapshot)
        for stream in self._all():
            stream.push(frames.reset(self.cursor))

    def tick(self, now: float, *, vouch: bool) -> None:
        """Ping and expire one slot of the wheel. Without ``vouch`` nobody is told that all is well."""
        ping = frames.ping(self.cursor)
        for stream in self._wheel[next(self._hand)]:
            if now >= stream.expires_at:
                stream.end("expired")
            elif vouch:
                stream.push(ping)

    def shut_down(self) -> None:
        self._shut_down = True
        for stream in self._all():
            stream.end("shutdown")

    def _all(self) -> Iterable[Stream]:
        return itertools.chain.from_iterable(self._wheel)

    def _audience_of(self, notice: Notice) -> Iterable[Stream]:
        found = [self._listeners[token] for token in notice.audience if token in self._listeners]
        return found[0] if len(found) == 1 else set().union(*found)


def _hand_to(stream: Stream, notice: Notice, frame: bytes) -> None:
    if notice.kind in CONTROL_KINDS:
        if not stream.authorised.sees(notice.xid):
            stream.end("signed_out" if notice.kind == SESSION_ENDED else "access_changed")
    elif notice.xid >= stream.after:
        stream.push(frame)
