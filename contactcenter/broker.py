"""Messages in the data folder, for when CELERY_BROKER_URL is not set.

Kombu's file transport writes a message in place: a reader that comes too early takes half of it and dies.
It also moves messages through the system's temporary folder, where two workers can take the same one. Here
messages appear and are taken by renaming inside one folder.
"""

import contextlib
import logging
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.utils.json import dumps, loads

SCHEME = "datafolder"
LONGEST_WAIT = 0.2  # seconds

logger = logging.getLogger(__name__)


class Channel(virtual.Channel):
    """A channel whose messages are whole and are taken once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._folder.mkdir(parents=True, exist_ok=True)

    @property
    def _folder(self) -> Path:
        client: Any = self.connection.client
        return Path(client.transport_options["folder"])

    def _put(self, queue: str, message: Any, **_options: Any) -> None:
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}"
        unfinished = self._folder / f"{name}.new"
        unfinished.write_text(dumps(message), encoding="utf-8")
        unfinished.replace(self._folder / f"{name}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for message in sorted(self._waiting(queue)):
            taken = message.with_suffix(".taken")
            try:
                message.rename(taken)
            except FileNotFoundError:  # another worker was first
                continue
            content = taken.read_bytes()
            taken.unlink()
            try:
                return loads(content.decode())
            except ValueError:  # a full disk or a crash of the machine; the sweeps find the work again
                logger.warning("Dropped the unreadable message %s.", message.name)
        raise Empty

    def _purge(self, queue: str) -> int:
        count = 0
        for message in self._waiting(queue):
            with contextlib.suppress(FileNotFoundError):
                message.unlink()
                count += 1
        return count

    def _size(self, queue: str) -> int:
        return len(self._waiting(queue))

    def _waiting(self, queue: str) -> list[Path]:
        return list(self._folder.glob(f"*.{queue}.msg"))


class Transport(virtual.Transport):
    """Polls the folder. Bindings are known per process only: Celery addresses its queues by name."""

    Channel = Channel
    implements = virtual.Transport.implements.extend(asynchronous=False, exchange_type=frozenset({"direct"}))
    default_port = 0
    driver_type = driver_name = SCHEME
    global_state = virtual.BrokerState()

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.state = self.global_state

    def drain_events(self, connection: Any, timeout: float | None = None, **_options: Any) -> None:
        """Wait for a message, but never so long that a worker told to stop would be late."""
        super().drain_events(connection, timeout=min(timeout, LONGEST_WAIT) if timeout else timeout)

    def driver_version(self) -> str:
        return "1"


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
