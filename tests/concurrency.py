"""Doing things at the same time, each on a database connection of its own."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

PATIENCE = 30  # seconds; a deadlock would be found after one

Job = Callable[[], Any]


def together(*jobs: Job) -> list[Any]:
    """Start all jobs at the same moment; return what each returned or raised."""
    start = threading.Barrier(len(jobs))

    def begin(job: Job) -> Any:
        start.wait(PATIENCE)
        return _on_own_connection(job)

    with ThreadPoolExecutor(len(jobs)) as threads:
        futures = [threads.submit(begin, job) for job in jobs]
        return [future.exception(PATIENCE) or future.result() for future in futures]


class Latecomer:
    """``outcome`` is what the job returned or raised, after the block."""

    outcome: Any


@contextmanager
def followed_by(job: Job) -> Iterator[Latecomer]:
    """Run the block in a transaction; before that ends, the job has come and waits for one of its locks."""
    late = Latecomer()
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            yield late
            future = thread.submit(_on_own_connection, job)
            _until_somebody_waits()
        late.outcome = future.exception(PATIENCE) or future.result()


def _on_own_connection(job: Job) -> Any:
    try:
        return job()
    finally:
        connection.close()


def _until_somebody_waits() -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.005)
    raise TimeoutError("Nobody waits for a lock.")
