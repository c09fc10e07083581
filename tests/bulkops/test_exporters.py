"""Exports: where their files lie, and two workers at the same one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from bulkops import services
from bulkops.models import Operation
from bulkops.running import run
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import Invalid
from tests.bulkops.support import finished
from tests.cast import Cast

_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('bulk operation', %s))"
PATIENCE = 30  # seconds


@pytest.mark.parametrize("name", [".", "..", ".hidden", "a:b", "", " ", "a" * 201, "a\nb"])
def test_names_that_could_not_come_back_are_refused(cast: Cast, name: str) -> None:
    with pytest.raises(Invalid):
        services.start_export("site", name, actor=SYSTEM)


@pytest.mark.parametrize("name", ["語" * 200, "a" * 200, "Čas & místo"])
def test_any_other_name_can_be_given(cast: Cast, name: str) -> None:
    operation = finished(services.start_export("site", name, actor=SYSTEM))
    assert (operation.status, operation.output_name) == ("completed", f"{name}.csv")
    assert str(operation.output).startswith("bulk/")
    with operation.output.open("rb") as content:
        assert content.readline().startswith(b"Name,")


def test_whoever_finds_another_at_it_leaves_it_alone(transactional_db: None, cast: Cast) -> None:
    operation = services.start_export("site", "sites", actor=SYSTEM)
    held, free, tries = Event(), Event(), 0

    def other_worker() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LOCK, [operation.pk])
            held.set()
            free.wait(PATIENCE)
        connection.close()

    with ThreadPoolExecutor(1) as threads:
        other: Any = None

        def meet(execute: Callable[..., Any], sql: str, *further: Any) -> Any:
            """The other one has the operation while this one tells how far it is, and not any more afterwards."""
            nonlocal tries, other
            if "pg_try_advisory_xact_lock" in sql:
                tries += 1
                if tries == 2:
                    other = threads.submit(other_worker)
                    held.wait(PATIENCE)
                elif tries == 3:
                    free.set()
                    other.result(PATIENCE)
            return execute(sql, *further)

        with connection.execute_wrapper(meet):
            run(operation.pk)
    operation.refresh_from_db()
    assert (tries, operation.status, operation.cancelled) == (3, "in_progress", False)

    run(operation.pk)
    assert Operation.objects.get(pk=operation.pk).status == "completed"
