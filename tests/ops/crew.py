"""Agents of a running product, each with an open workspace that answers pings.

``python -m tests.ops.crew 200`` makes so many agents who are Online, and prints the session key of each.
"""

import asyncio
import contextlib
import json
import random
import sys
import threading
from collections.abc import Iterator, Mapping

from django.conf import settings

AGAIN_AFTER = 0.5  # seconds, about as pages do


def make_agents(count: int) -> dict[int, str]:
    from contactcenter.directory.models import User
    from contactcenter.directory.services import save_user
    from contactcenter.lib.actors import SYSTEM
    from statuses import services
    from statuses.models import TimeoutDefaults
    from statuses.states import OFFLINE, ONLINE, Cause
    from tests.cast import create_cast, signed_in

    cast = create_cast()
    agents = [
        save_user(
            User(
                email=f"agent{number}@example.com",
                profile=cast.agent.profile,
                site=cast.praha,
                desktop_profile=cast.agent.desktop_profile,
                contact_center_enabled=True,
            ),
            teams=[cast.care],
            actor=SYSTEM,
        )
        for number in range(count)
    ]
    services.set_statuses([agent.pk for agent in agents], ONLINE, actor=SYSTEM, cause=Cause.API)
    defaults = TimeoutDefaults.load()
    defaults.disconnect_target_id = OFFLINE
    services.save_defaults(defaults)
    return {agent.pk: signed_in(agent).cookies[settings.SESSION_COOKIE_NAME].value for agent in agents}


class Crew:
    """Their pages, in a thread of their own."""

    def __init__(self, port: int, keys: Mapping[int, str]) -> None:
        self._port = port
        self._keys = keys
        self._loop = asyncio.new_event_loop()
        self._pages: dict[int, asyncio.Task[None]] = {}

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        thread = threading.Thread(target=self._loop.run_until_complete, args=[self._work()])
        thread.start()
        yield
        for agent in self._keys:
            self.close(agent)
        thread.join()
        self._loop.close()

    def close(self, agent: int) -> None:
        """The agent's computer is gone."""
        self._loop.call_soon_threadsafe(self._pages[agent].cancel)

    async def _work(self) -> None:
        self._pages = {agent: self._loop.create_task(self._stay(key)) for agent, key in self._keys.items()}
        await asyncio.wait(self._pages.values())

    async def _stay(self, key: str) -> None:
        """Come again whenever the stream ends."""
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._listen(key)
            await asyncio.sleep(AGAIN_AFTER * random.uniform(0.5, 1.5))

    async def _listen(self, key: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            head = f"GET /events/ HTTP/1.1\r\nHost: localhost\r\nCookie: {settings.SESSION_COOKIE_NAME}={key}\r\n\r\n"
            writer.write(head.encode())
            token = ""
            while True:
                frame = await reader.readuntil(b"\n\n")
                if b"event: token" in frame:
                    token = json.loads(frame.partition(b"data: ")[2])
                elif b"event: ping" in frame:
                    await self._answer(token)
        finally:
            await _closed(writer)

    async def _answer(self, token: str) -> None:
        body = json.dumps({"token": token, "idle": 3.5})
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        head = f"POST /events/presence/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
        try:
            writer.write((head + body).encode())
            await reader.readline()
        finally:
            await _closed(writer)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps(make_agents(int(sys.argv[1]))))
