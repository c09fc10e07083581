"""Operations go on after whatever stops their worker, and end as if nothing had happened."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from bulkops import importing, services
from bulkops.models import Operation
from bulkops.running import run
from bulkops.tasks import resume_operations
from contactcenter.lib.actors import SYSTEM
from statuses.models import AgentState, HistoryEntry
from tests.bulkops.columns import COLUMNS, TABLES
from tests.bulkops.company import PLAIN, Row
from tests.bulkops.second import CHANGED_ROWS, SECOND_ROWS, SOUNDS
from tests.bulkops.specimens import FULL, MINIMAL, numbered
from tests.bulkops.support import (
    assert_good,
    bundle,
    counts,
    differences,
    dump,
    exported,
    finished,
    imported,
    outcomes,
    previewed,
    start,
    undone,
)

PATIENCE = 30  # seconds
ROWS, OBJECTS = 60, 50  # in a chunk of an import, and of an undo


# --- Killed workers ----------------------------------------------------------------------------------------------


class Worker:
    """A process that runs operations in children, one at a time."""

    def __init__(self, rows: int, objects: int) -> None:
        database = connection.settings_dict["NAME"]
        url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{database}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bulkops.worker", str(rows), str(objects)],
            env={**os.environ, "DATABASE_URL": url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, operation: Operation) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{operation.pk}\n")
        self._process.stdin.flush()
        return int(self._line())

    def wait(self) -> None:
        assert self._line() == "ended"

    def _line(self) -> str:
        assert self._process.stdout is not None
        line: str = self._process.stdout.readline()
        return line.strip()

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def worker() -> Iterator[Worker]:
    started = Worker(ROWS, OBJECTS)
    yield started
    started.stop()


def killed_again_and_again(worker: Worker, operation: Operation, moments: Iterable[float]) -> Operation:
    """Kill the worker again and again, each time so many seconds after it made some progress; then let it end.

    The first time it is killed so soon after its beginning that it still reads its file.
    """
    for number, moment in enumerate(moments):
        before = _standing(operation, begins=not number)
        child = worker.begin(operation)
        deadline = time.monotonic() + PATIENCE
        while _standing(operation, begins=not number) == before:
            assert time.monotonic() < deadline
            time.sleep(0.001)
        time.sleep(moment)
        assert _is_active(operation), "It ended before it was killed often enough."
        os.kill(child, signal.SIGKILL)
        worker.wait()
    while _is_active(operation):
        worker.begin(operation)
        worker.wait()
    operation.refresh_from_db()
    return operation


def _standing(operation: Operation, *, begins: bool) -> tuple[Any, ...]:
    names = ("attempts",) if begins else ("created", "updated", "unchanged", "failed")
    found: tuple[Any, ...] = Operation.objects.values_list(*names).get(pk=operation.pk)
    return found


def _is_active(operation: Operation) -> bool:
    return Operation.objects.active().filter(pk=operation.pk).exists()


def six_thousand_rows() -> bytes:
    """New, changed, unchanged and wrong ones, of every kind, with children."""
    rows: dict[str, list[Row]] = {slug: [*CHANGED_ROWS.get(slug, ()), *SECOND_ROWS.get(slug, ())] for slug in COLUMNS}
    rows["user"] += [_with_mistakes(numbered("user", FULL["user"], number), number) for number in range(3000)]
    rows["team"] += [_with_mistakes(numbered("team", FULL["team"], number), number) for number in range(1000)]
    rows["auxiliary-code"] += [
        {"Name": f"Code {number}", "Default": "ON" if number % 7 == 0 else "OFF", "Work Type": "Práce"}
        for number in range(500)
    ]
    for number in range(250):
        rows["address-book"] += [{"Name": f"Book {number}"}, *_entries(f"Book {number}", number % 5)]
        rows["queue"] += _queue(number)
    return bundle(rows, SOUNDS)


def _with_mistakes(row: Row, number: int) -> Row:
    return row | {"Skill Profile": "Nobody's"} if number % 50 == 0 else row


def _entries(book: str, count: int) -> list[Row]:
    return [{"Name": book, "Entry Name": f"E{number}", "Phone Number": str(number)} for number in range(count)]


def _queue(number: int) -> list[Row]:
    name = f"Queue {number}"
    group = {"Distribution Group": "Only", "Distribution Group Seq": "1", "Group Teams": "Équipe"}
    return [{"Name": name, "Channel Type": "CHAT", **PLAIN["queue"]}, {"Name": name, **group}]


def portrait() -> dict[str, Any]:
    """Return everything there is, without the numbers of rows."""
    found: dict[str, Any] = {slug: exported(slug) for slug in TABLES}
    found["states"] = sorted(AgentState.objects.values_list("agent__email", "status_name", "version"))
    found["history"] = sorted(HistoryEntry.objects.values_list("agent__email", "status_name", "version"))
    return found


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_worker_killed_at_any_moment(transactional_db: None, company: None, worker: Worker) -> None:
    """Twenty times in an import and again in its undo: the result is that of an undisturbed run."""
    before, content, chance = dump(), six_thousand_rows(), random.Random(2026)
    begun = time.monotonic()
    undisturbed = imported("bundle", content)
    longest = 2 * (time.monotonic() - begun) * ROWS / undisturbed.total
    expected, told = portrait(), list(undisturbed.rows.values_list("position", "outcome", "errors", "notes"))
    assert undisturbed.total > 5_500
    assert min(counts(undisturbed)[i] for i in (0, 1, 3)) > 10
    undone(undisturbed)
    assert differences(before, dump()) == {}

    moments = (chance.uniform(0, longest) for _kill in range(20))
    operation = killed_again_and_again(worker, start("bundle", content), moments)
    assert (operation.status, counts(operation)) == (undisturbed.status, counts(undisturbed))
    assert list(operation.rows.values_list("position", "outcome", "errors", "notes")) == told
    assert portrait() == expected

    moments = (chance.uniform(0, longest) for _kill in range(10))
    taken_back = killed_again_and_again(worker, services.undo(operation.pk, actor=SYSTEM), moments)
    assert_good(taken_back)
    assert differences(before, dump()) == {}


def test_a_killed_export_begins_anew(transactional_db: None, company: None, worker: Worker) -> None:
    operation = services.start_export("user", "People", actor=SYSTEM)
    os.kill(worker.begin(operation), signal.SIGKILL)
    worker.wait()
    assert _is_active(operation)
    operation = finished(operation)
    with operation.output.open("rb") as content:
        assert content.read() == exported("user")


# --- What fails again and again ----------------------------------------------------------------------------------


def failing(monkeypatch: pytest.MonkeyPatch, is_bad: Callable[[Operation], bool], error: Exception) -> None:
    """Have steps of an import fail."""
    step = importing.Importer.step

    def step_or_fail(self: importing.Importer, operation: Operation) -> Any:
        if is_bad(operation):
            raise error
        return step(self, operation)

    monkeypatch.setattr(importing.Importer, "step", step_or_fail)


class Broken(Exception):
    pass


SITES = [numbered("site", MINIMAL["site"], number) for number in range(7)]


def test_what_cannot_go_on_is_taken_back(company: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    failing(monkeypatch, lambda operation: operation.done == 4, Broken())
    before = dump()
    operation = start("site", SITES)
    for _attempt in range(4):  # the first one, and three that took it up again
        with pytest.raises(Broken):
            run(operation.pk)
        assert _is_active(operation)
        assert Operation.objects.get(pk=operation.pk).done == 4
    operation = finished(operation)
    assert (operation.status, operation.cancelled) == ("failed", False)
    undo = Operation.objects.get(kind="undo")
    assert (undo.source, undo.status) == (operation, "new")
    assert "It stopped 3 times at the same place" in operation.failure
    assert f"taken back by operation {undo.pk}" in operation.failure
    assert not operation.undoable
    assert_good(finished(undo))
    assert differences(before, dump()) == {}


def test_three_failures_before_anything_was_applied(company: None, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, lambda operation: True, Broken())
    operation = start("site", SITES)
    for _attempt in range(3):
        with pytest.raises(Broken):
            run(operation.pk)
    operation = finished(operation)
    assert operation.status == "failed"
    assert not Operation.objects.active().exists()
    assert not Operation.objects.filter(kind="undo").exists()


def test_failures_at_different_places_do_not_add_up(company: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 1)
    failed: list[int] = []

    def first_and_second_time(operation: Operation) -> bool:
        failed.append(operation.done)
        return failed.count(operation.done) <= 2

    failing(monkeypatch, first_and_second_time, Broken())
    operation = start("site", SITES)
    for _attempt in range(2 * len(SITES) + 2):
        with pytest.raises(Broken):
            run(operation.pk)
    operation = finished(operation)
    assert_good(operation)
    assert counts(operation) == (7, 0, 0, 0)


@pytest.mark.parametrize(("failures", "ends"), [(5, True), (6, False)])
def test_collisions_in_the_database_are_tried_again(
    company: None, monkeypatch: pytest.MonkeyPatch, failures: int, ends: bool
) -> None:
    class Deadlock(Exception):
        sqlstate = "40P01"

    error = OperationalError("deadlock detected")
    error.__cause__ = Deadlock()
    left = [True] * failures
    failing(monkeypatch, lambda operation: bool(left) and left.pop(), error)
    operation = start("site", SITES)
    if not ends:
        with pytest.raises(OperationalError):
            run(operation.pk)
    assert_good(finished(operation))


def test_a_preview_that_was_stopped_plans_anew(company: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it had planned is not stored anywhere, and later rows build on it."""
    monkeypatch.setattr(importing, "CHUNK", 1)
    tables = {
        "site": [MINIMAL["site"], {"Name": "Brno", "Multimedia Profile": "Single"}],
        "team": [{"Name": "New", "Site": "New", "Type": "AGENT"}],
        "user-profile": [{"Name": "New", "Profile Type": "SUPERVISOR", **PLAIN["user-profile"]}],
        "user": [{"Email": "n@example.com", "User Profile": "New", "Contact Center Enabled": "OFF"}],
    }
    undisturbed = previewed("bundle", bundle(tables))
    failed: list[int] = []

    def once_each(operation: Operation) -> bool:
        failed.append(operation.done)
        return failed.count(operation.done) == 1 and operation.done in {1, 4}

    failing(monkeypatch, once_each, Broken())
    preview = start("bundle", bundle(tables), dry_run=True)
    for _attempt in range(2):
        with pytest.raises(Broken):
            run(preview.pk)
    preview = finished(preview)
    assert_good(preview)
    assert counts(preview) == counts(undisturbed) == (4, 1, 0, 0)
    assert outcomes(preview) == outcomes(undisturbed)


# --- What nobody works on ----------------------------------------------------------------------------------------


def silent_for(operation: Operation, seconds: float) -> None:
    Operation.objects.filter(pk=operation.pk).update(touched_at=timezone.now() - timedelta(seconds=seconds))


@pytest.mark.parametrize("status", ["new", "in_progress"])
def test_an_operation_whose_message_was_lost_is_found(company: None, tasks_at_once: None, status: str) -> None:
    operation = start("site", SITES)
    Operation.objects.update(status=status)
    silent_for(operation, 16)
    resume_operations()
    operation.refresh_from_db()
    assert_good(operation)


def test_one_that_gave_a_sign_of_life_is_left_to_its_worker(company: None, tasks_at_once: None) -> None:
    operation = start("site", SITES)
    silent_for(operation, 5)
    resume_operations()
    assert _is_active(operation)


def test_ended_operations_are_not_run_again(company: None) -> None:
    operation = imported("site", SITES)
    run(operation.pk)
    run(0)
    operation.refresh_from_db()
    assert counts(operation) == (7, 0, 0, 0)
