"""Brings committed events from PostgreSQL to this process's hub. Redis could take NOTIFY's place."""

import asyncio
import logging
import random
import signal
import time
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from contactcenter.events.cursor import Snapshot
from contactcenter.events.hub import Hub, Mark
from contactcenter.events.reading import new_events, read_snapshot
from contactcenter.events.services import CHANNEL, WAKE_UP_PERIOD

logger = logging.getLogger(__name__)

POLL = 1.0  # seconds: finds events whose wake-up was lost
TRAILING = 2 * WAKE_UP_PERIOD  # seconds after a wake-up in which more may have come
PAUSE = 0.02  # seconds between readings, so that a storm of wake-ups costs one reading each
PATIENCE = 10.0  # seconds until a silent server counts as lost
VOUCHED = 5.0  # seconds a reading stays good enough to tell clients that all is well
YIELD_EVERY = 100  # events, so that streams can be written to during a burst

# Its own parameters: a server that vanished without a word is noticed after half a minute.
KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
    "connect_timeout": 10,
    "application_name": "contactcenter events",
}


class Bus:
    """One LISTEN connection; reads what is new after each wake-up and every second."""

    def __init__(self, hub: Hub, *, poll: float = POLL) -> None:
        self.hub = hub
        self._poll = poll
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._read_at = float("-inf")

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name="event bus")
        self._task.add_done_callback(stop_process_on_failure)

    async def stop(self) -> None:
        self.hub.shut_down()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def mark(self, patience: float) -> Mark:
        """Return how far the hub has been told; right after the start that takes a moment to be known."""
        await asyncio.wait_for(self._ready.wait(), patience)
        return self.hub.mark

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_listening(), name="event listener")
            group.create_task(self._tick(), name="event pings")

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(1)
            now = time.monotonic()
            self.hub.tick(now, vouch=now - self._read_at < VOUCHED)

    async def _keep_listening(self) -> None:
        failures = 0
        while True:
            started = self._read_at
            try:
                await self._listen()
            except (psycopg.Error, OSError, TimeoutError) as error:
                failures = 1 if self._read_at > started else failures + 1
                log = logger.warning if failures == 1 else logger.debug
                log("The event listener lost the database and connects again: %s", error)
            await asyncio.sleep(min(5.0, 0.1 * 2**failures) * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as connection:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
            woken = False
            while True:
                async with asyncio.timeout(PATIENCE):
                    await self._read(connection)
                # Writers do not wake us for every change: after one there may be more.
                patience = TRAILING if woken else self._poll
                woken = False
                async for _ in connection.notifies(timeout=patience, stop_after=1):
                    woken = True
                await asyncio.sleep(self._read_at + PAUSE - time.monotonic())

    async def _read(self, connection: psycopg.AsyncConnection[Any]) -> None:
        before = self.hub.mark.snapshot
        if self._ready.is_set():
            snapshot = await self._deliver(connection, before)
        else:
            snapshot = await read_snapshot(connection)
        if snapshot.next >= before.next:
            self.hub.advance(snapshot)
        else:
            logger.warning("The database's transaction numbers went back: it was restored. All clients reload.")
            self.hub.start_over(snapshot)
        self._read_at = time.monotonic()
        self._ready.set()

    async def _deliver(self, connection: psycopg.AsyncConnection[Any], since: Snapshot) -> Snapshot:
        snapshot, count = since, 0
        async for seen_by, notice in new_events(connection, since):
            snapshot = seen_by
            if notice is not None:
                self.hub.deliver(notice)
                count += 1
            if count % YIELD_EVERY == 0:
                await asyncio.sleep(0)
        return snapshot


def _parameters() -> dict[str, Any]:
    """Return how Django connects, without what belongs to its own cursors."""
    django = connections["default"].get_connection_params()
    return {
        **KEEPALIVE,
        **{name: django[name] for name in django if name not in {"cursor_factory", "context"}},
    }


def stop_process_on_failure(task: asyncio.Task[None]) -> None:
    """A web process without its background work looks healthy and shows nothing new: better to be started again."""
    if not task.cancelled() and (error := task.exception()):
        logger.critical("The %s failed; the web process stops.", task.get_name(), exc_info=error)
        signal.raise_signal(signal.SIGTERM)
