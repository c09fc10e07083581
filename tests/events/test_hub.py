"""The hub by itself, with streams that write into a list."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from contactcenter.events.cursor import Snapshot
from contactcenter.events.hub import REMEMBERED, Hub, Mark, Stream
from contactcenter.events.reading import Notice
from contactcenter.events.services import ACCESS_CHANGED, SESSION_ENDED

NOTHING = Snapshot(10, 10, ())


class Client:
    """What one stream has sent."""

    def __init__(self, *tokens: str, authorised: Snapshot = NOTHING, after: int = 0) -> None:
        self.sent = b""
        self.closed = False
        self.stream = Stream(
            self._send, frozenset(tokens or ["everyone"]), authorised=authorised, after=after, expires_at=1000
        )

    async def _send(self, message: Any) -> None:
        self.sent += message["body"]
        self.closed = not message["more_body"]

    def has(self, *texts: str) -> bool:
        return all(text.encode() in self.sent for text in texts)


def notice(xid: int, kind: str = "test.happened", audience: str = "everyone") -> Notice:
    return Notice(xid, kind, (audience,), f"<{xid}>")


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def in_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    def run() -> None:
        asyncio.run(test())

    run.__name__ = test.__name__
    run.__doc__ = test.__doc__
    return run


@in_loop
async def test_what_happens_while_a_client_connects_is_handed_on() -> None:
    hub, client = Hub(), Client()
    hub.deliver(notice(10))
    hub.advance(Snapshot(11, 11, ()))
    mark = hub.mark
    hub.deliver(notice(11))
    hub.advance(Snapshot(12, 12, ()))
    hub.deliver(notice(12))  # a reading that is not finished
    hub.attach(client.stream, mark)
    hub.deliver(notice(13))
    await settle()
    assert client.has("<11>", "<12>", "<13>")
    assert not client.has("<10>")


@in_loop
async def test_when_too_much_happens_while_a_client_connects_it_reloads() -> None:
    hub, client = Hub(), Client()
    mark = hub.mark
    for xid in range(10, 11 + REMEMBERED):
        hub.deliver(notice(xid))
    hub.attach(client.stream, mark)
    await settle()
    assert client.has("event: reset")
    assert not client.closed


@in_loop
async def test_as_much_as_is_remembered_is_not_too_much() -> None:
    hub, client = Hub(), Client()
    mark = hub.mark
    for xid in range(10, 10 + REMEMBERED):
        hub.deliver(notice(xid))
    hub.attach(client.stream, mark)
    await settle()
    assert client.sent.count(b"data: <") == REMEMBERED


@in_loop
async def test_frames_carry_the_cursor_from_before_their_reading() -> None:
    hub, client = Hub(), Client()
    hub.advance(Snapshot(20, 25, (22,)))
    hub.attach(client.stream, hub.mark)
    hub.deliver(notice(22))
    hub.deliver(notice(26))
    hub.advance(Snapshot(27, 27, ()))
    hub.deliver(notice(27))
    await settle()
    assert client.has("id: 20\ndata: <22>", "id: 20\ndata: <26>", "id: 27\ndata: <27>")


@in_loop
async def test_nobody_is_told_what_the_page_shows_already() -> None:
    hub, client = Hub(), Client(after=12)
    hub.attach(client.stream, hub.mark)
    hub.deliver(notice(11))
    hub.deliver(notice(12))
    await settle()
    assert client.has("<12>")
    assert not client.has("<11>")


@pytest.mark.parametrize(("kind", "reason"), [(SESSION_ENDED, "signed_out"), (ACCESS_CHANGED, "access_changed")])
def test_control_event_counts_only_if_sign_in_did_not_know_it(kind: str, reason: str) -> None:
    async def check() -> None:
        hub = Hub()
        before, after = Client(authorised=Snapshot(10, 12, (10,))), Client(authorised=Snapshot(11, 12, ()))
        for client in (before, after):
            hub.attach(client.stream, hub.mark)
        hub.deliver(notice(10, kind))
        await settle()
        assert before.has(f'{{"reason": "{reason}"}}')
        assert before.closed
        assert not after.closed
        assert after.sent == b""

    asyncio.run(check())


@in_loop
async def test_wheel_pings_and_ends_what_is_too_old() -> None:
    hub, client = Hub(ping_slots=2), Client()
    hub.attach(client.stream, hub.mark)
    hub.tick(998, vouch=True)
    hub.tick(998, vouch=True)
    await settle()
    assert client.sent.count(b"event: ping") == 1
    hub.tick(1000, vouch=True)
    hub.tick(1000, vouch=True)
    await settle()
    assert client.has('{"reason": "expired"}')
    assert client.closed


@in_loop
async def test_without_the_database_nobody_is_told_that_all_is_well() -> None:
    hub, client = Hub(ping_slots=1), Client()
    hub.attach(client.stream, hub.mark)
    hub.tick(1, vouch=False)
    await settle()
    assert client.sent == b""


@in_loop
async def test_client_that_has_gone_leaves_nothing_behind() -> None:
    hub, client = Hub(), Client("team:3", "everyone")
    hub.attach(client.stream, hub.mark)
    assert any(hub._wheel)
    hub.detach(client.stream)
    client.stream.abandon()
    assert not any(hub._wheel)
    assert not hub._listeners
    hub.deliver(notice(10))
    await settle()
    assert client.sent == b""


@in_loop
async def test_client_that_connects_during_shutdown_is_sent_away() -> None:
    hub, client = Hub(), Client()
    hub.shut_down()
    hub.attach(client.stream, Mark(NOTHING, 0))
    await settle()
    assert client.has('{"reason": "shutdown"}')


@in_loop
async def test_when_the_database_went_back_each_client_reloads_once() -> None:
    hub, client, late = Hub(), Client(), Client()
    mark = hub.mark
    hub.attach(client.stream, mark)
    hub.start_over(Snapshot(5, 5, ()))
    hub.attach(late.stream, mark)  # was connecting meanwhile
    await settle()
    assert client.sent.count(b"event: reset\nid: 5\n") == 1
    assert late.sent.count(b"event: reset\nid: 5\n") == 1
