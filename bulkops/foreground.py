"""Working on an operation while somebody waits for it: in a thread, so that whoever waits can follow and cancel."""

import logging
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from threading import Event

from django.db import connection

from bulkops import services
from bulkops.models import Operation
from bulkops.running import run
from contactcenter.lib.errors import Conflict

logger = logging.getLogger(__name__)

PAUSE = 0.2  # seconds between two looks at how far it is


def work_on(operation: Operation, show: Callable[[Operation], None]) -> None:
    """Work until the operation has ended; ``show`` it a few times a second. Ctrl-C cancels it.

    Where a worker has taken it up already, that one is followed.
    """
    with _interrupts() as asked_to_stop, ThreadPoolExecutor(1) as threads:
        work = threads.submit(_run, operation.pk)
        while operation.is_active:
            if asked_to_stop.is_set() and not operation.cancel_requested:
                with suppress(Conflict):  # it has just ended
                    services.cancel(operation.pk)
            if work.done():  # but the operation has not ended: a worker has it, or something unexpected happened
                if (error := work.exception()) is not None:
                    logger.error("Operation %s failed; it is taken up again.", operation.pk, exc_info=error)
                Event().wait(PAUSE)
                work = threads.submit(_run, operation.pk)
            wait([work], PAUSE)
            operation.refresh_from_db()
            show(operation)


def _run(operation_id: int) -> None:
    try:
        run(operation_id)
    finally:
        connection.close()


@contextmanager
def _interrupts() -> Iterator[Event]:
    """Yield what is set by Ctrl-C, which would else end everything in the middle of something."""
    asked = Event()
    before = signal.signal(signal.SIGINT, lambda *_: asked.set())
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
