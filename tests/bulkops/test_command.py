"""``manage.py bulk``: the same engine, in the foreground."""

import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from bulkops import services
from bulkops.foreground import work_on
from bulkops.management.commands.bulk import Progress
from bulkops.models import Operation
from bulkops.running import run
from contactcenter.directory.models import WorkType
from contactcenter.lib.actors import SYSTEM
from tests.bulkops.support import Rows, bundle, counts, imported, members_of, rows_in, start, table
from tests.ops.support import ROOT, eventually

WORK_TYPES: Rows = [
    {"Name": "Breaks", "Description": "Away from the desk", "Type": "IDLE_CODE"},
    {"Name": "Outcomes", "Description": "", "Type": "WRAP_UP_CODE"},
]
BAD: Rows = [*WORK_TYPES, {"Name": "Bad", "Description": "No such type", "Type": "NOTHING"}]
REFUSAL = "Type: “NOTHING” is not one of IDLE_CODE, WRAP_UP_CODE."

pytestmark = pytest.mark.django_db(transaction=True)  # the engine works in a thread of its own


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Result:
    """What the command printed, and its exit status."""

    def __init__(self, *arguments: object, stdout: io.StringIO | None = None) -> None:
        out, err = stdout or io.StringIO(), io.StringIO()
        self.status, self.refusal = 0, ""
        try:
            call_command("bulk", *map(str, arguments), stdout=out, stderr=err)
        except SystemExit as error:
            self.status = int(str(error.code))
        except CommandError as error:
            self.status, self.refusal = error.returncode, str(error)
        self.out, self.err = out.getvalue(), err.getvalue()
        self.lines = self.out.splitlines()


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: Rows, name: str = "Typy práce.csv") -> Path:
        path = tmp_path / name
        path.write_text(table(rows), encoding="utf-8")
        return path

    return write


# --- Import ------------------------------------------------------------------------------------------------------


def test_import(file: Callable[..., Path]) -> None:
    done = Result("import", "work-type", file(WORK_TYPES))
    operation = Operation.objects.get()
    assert (done.status, done.err) == (0, "")
    assert done.lines == [f"Operation {operation.pk}: 2 rows, 2 created, 0 updated, 0 unchanged, 0 refused."]
    assert (operation.status, operation.file_name) == ("completed", "Typy práce.csv")
    assert operation.actor_kind == "system"
    assert re.fullmatch(r"Command line \(.+\)", operation.actor_name)
    assert WorkType.objects.count() == 2


def test_import_with_errors(file: Callable[..., Path]) -> None:
    path = file(BAD)
    done = Result("import", "work-type", path)
    errors = path.with_name("Typy práce-errors.csv")
    assert done.status == 1
    assert done.lines[0].endswith("3 rows, 2 created, 0 updated, 0 unchanged, 1 refused.")
    assert done.lines[1:] == [f"All refused rows, with their errors: {errors}"]
    assert done.err.splitlines() == [f"  Typy práce.csv, row 4: {REFUSAL}"]
    assert rows_in(errors.read_bytes()) == [{**BAD[2], "Error Message": REFUSAL}]
    again = Result("import", "work-type", errors)
    assert (again.status, WorkType.objects.count()) == (1, 2)


def test_only_some_errors_are_shown(file: Callable[..., Path]) -> None:
    path = file([{"Name": f"Type {number}", "Type": "x"} for number in range(30)])
    done = Result("import", "work-type", path)
    shown = done.err.splitlines()
    assert (len(shown), shown[-1]) == (21, "  … and 10 more.")
    assert len(rows_in(path.with_name("Typy práce-errors.csv").read_bytes())) == 30


def test_bundle(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(bundle({"work-type": BAD}))
    assert Result("import", "bundle", path).status == 1
    assert list(members_of((tmp_path / "all-errors.zip").read_bytes())) == ["work-type.csv"]


def test_dry_run(file: Callable[..., Path]) -> None:
    done = Result("import", "work-type", file(WORK_TYPES), "--dry-run")
    assert done.status == 0
    assert done.lines[0].endswith("2 rows, 2 to create, 0 to update, 0 unchanged, 0 refused.")
    assert done.lines[1] == "This was a dry run: nothing has changed."
    assert not WorkType.objects.exists()
    assert Result("import", "work-type", file(BAD), "--dry-run").status == 1


def test_file_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Name,Sort\nx,y\n", encoding="utf-8")
    done = Result("import", "work-type", path)
    assert done.status == 2
    assert re.fullmatch(r"Operation \d+ failed\. Correct the header of “x\.csv”\..*", done.refusal)


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("import", "work-type", "/nowhere/x.csv"), "/nowhere/x.csv: No such file or directory"),
        (("import", "work-type", "/dev/null"), "“null” is empty."),
        (
            ("export", "site", ""),
            "Give the file a name of 1 to 200 characters, without a colon, that does not start with a dot.",
        ),
        (("undo", "12345"), "There is no such object, or you may not see it."),
    ],
)
def test_what_cannot_begin(arguments: tuple[str, ...], refusal: str) -> None:
    done = Result(*arguments)
    assert (done.status, done.refusal) == (2, refusal)
    assert not Operation.objects.exists()


@pytest.mark.parametrize(
    "arguments", [(), ("import",), ("import", "nothing", "x.csv"), ("export", "bundle", "x.zip"), ("undo", "x")]
)
def test_wrong_arguments(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("bulk", *arguments)


def test_one_operation_at_a_time(file: Callable[..., Path]) -> None:
    running = start("work-type", WORK_TYPES)
    done = Result("import", "work-type", file(WORK_TYPES))
    assert done.status == 2
    assert done.refusal.startswith(f"Operation {running.pk} (“work-type.csv”) is in progress")


def test_nobody_else_is_woken(file: Callable[..., Path], tasks_at_once: None) -> None:
    """Two who plan the same preview would get in each other's way."""
    operation = services.start_import(
        "work-type", ContentFile(table(WORK_TYPES)), "x.csv", dry_run=True, actor=SYSTEM, background=False
    )
    operation.refresh_from_db()
    assert operation.status == "new"


# --- Export ------------------------------------------------------------------------------------------------------


def test_export(tmp_path: Path) -> None:
    imported("work-type", WORK_TYPES)
    path = tmp_path / "Typy práce.csv"
    done = Result("export", "work-type", path)
    assert (done.status, done.lines) == (0, [f"{path}: 2 rows."])
    assert [row["Name"] for row in rows_in(path.read_bytes())] == ["Breaks", "Outcomes"]
    again = Result("import", "work-type", path)
    assert "0 created, 0 updated, 2 unchanged" in again.out


def test_export_that_needs_several_files(tmp_path: Path) -> None:
    WorkType.objects.bulk_create(
        WorkType(name=f"Type {number}", key=f"type {number}", type="IDLE_CODE") for number in range(5001)
    )
    done = Result("export", "work-type", tmp_path / "all.csv")
    assert done.lines == [f"{tmp_path / 'all.zip'}: 5,001 rows."]
    with ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == ["all-1.csv", "all-2.csv"]


def test_export_to_where_nothing_can_be_written(tmp_path: Path) -> None:
    done = Result("export", "site", tmp_path / "nowhere" / "x.csv")
    assert (done.status, done.refusal) == (2, f"{tmp_path}/nowhere/x.csv: No such file or directory")


# --- Undo and list -----------------------------------------------------------------------------------------------


def test_undo() -> None:
    operation = imported("work-type", WORK_TYPES)
    WorkType.objects.filter(name="Outcomes").update(description="Changed since")
    done = Result("undo", operation.pk)
    assert done.status == 1
    assert done.lines[0].endswith("1 objects taken back, 0 were gone already, 1 left alone.")
    assert done.err.splitlines() == ["  work-type.csv, row 3: Somebody has changed it since: it stays as it is now."]
    assert Result("undo", operation.pk).status == 2


def test_list() -> None:
    imported("work-type", WORK_TYPES)
    imported("work-type", BAD, dry_run=True)
    second, first = Result("list").lines
    assert second.split()[4:] == ["completed_with_errors", "preview", "work-type", "work-type.csv"]
    assert first.split()[4:] == ["completed", "import", "work-type", "work-type.csv"]


# --- Following ---------------------------------------------------------------------------------------------------


def operation_of(**values: Any) -> Operation:
    return Operation(**{"status": "in_progress", "total": 4000, "created": 1000, **values})


def test_bar_on_a_terminal() -> None:
    out: Any = Terminal()
    out.write = lambda text, ending="\n": io.StringIO.write(out, text + ending)
    progress = Progress(out)
    progress.show(operation_of())
    progress.show(operation_of(created=4000))
    progress.clear()
    first, second, cleared = out.getvalue().split("\r")[1:]
    assert re.fullmatch(r"\[#{8}-{22}\]  25%  1,000 of 4,000 rows  [\d,]+ rows/s\x1b\[K", first)
    assert second.startswith(f"[{'#' * 30}] 100%  4,000 of 4,000 rows")
    assert cleared == "\x1b[K"


def test_import_on_a_terminal(file: Callable[..., Path]) -> None:
    done = Result("import", "work-type", file(WORK_TYPES), stdout=Terminal())
    assert "100%  2 of 2 rows" in done.out
    assert done.out.split("\x1b[K")[-1].startswith("Operation ")


def test_lines_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    out: Any = io.StringIO()
    out.write = lambda text, ending="\n": io.StringIO.write(out, text + ending)
    progress = Progress(out)
    progress.show(operation_of())
    assert out.getvalue() == ""
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 10)
    progress.show(operation_of(total=0))
    progress.show(operation_of())
    assert re.fullmatch(r"1,000 rows, [0-9]+ rows/s\n", out.getvalue())


def test_ctrl_c_cancels_after_the_current_rows(file: Callable[..., Path]) -> None:
    """The engine waits for a row that the test holds; meanwhile somebody presses Ctrl-C."""
    imported("work-type", [{"Name": "Type 0", "Type": "IDLE_CODE"}])
    rows = [{"Name": f"Type {number}", "Description": "new", "Type": "IDLE_CODE"} for number in range(1500)]
    held, pressed = threading.Event(), threading.Event()

    def press() -> None:
        with _own_connection(), transaction.atomic():
            WorkType.objects.select_for_update().get(name="Type 0")
            held.set()
            assert eventually(_is_in_progress)
            os.kill(os.getpid(), signal.SIGINT)
            assert eventually(lambda: Operation.objects.filter(cancel_requested=True).exists())
            pressed.set()

    with ThreadPoolExecutor(1) as threads:
        pressing = threads.submit(press)
        assert held.wait(10)
        done = Result("import", "work-type", file(rows))
        pressing.result()
    assert pressed.is_set()
    assert done.status == 1
    assert "1,500 rows, 999 created, 1 updated, 0 unchanged, 500 refused." in done.out
    assert "It was cancelled: the rest is among the refused rows." in done.out
    assert "Not processed: cancelled" in done.err
    assert WorkType.objects.count() == 1000


@contextmanager
def _own_connection() -> Iterator[None]:
    try:
        yield
    finally:
        connection.close()


def _is_in_progress() -> bool:
    return Operation.objects.filter(status="in_progress", staged=True).exists()


def test_operation_that_a_worker_has_is_followed() -> None:
    """The worker waits in the middle of a step until the other one has looked."""
    imported("work-type", [{**WORK_TYPES[0], "Description": "Old"}])
    operation = start("work-type", WORK_TYPES)
    held, seen = threading.Event(), threading.Event()

    def hold() -> None:
        with _own_connection(), transaction.atomic():
            WorkType.objects.select_for_update().get(name="Breaks")
            held.set()
            assert seen.wait(10)

    def work() -> None:
        with _own_connection():
            run(operation.pk)

    with ThreadPoolExecutor(2) as threads:
        holding = threads.submit(hold)
        assert held.wait(10)
        working = threads.submit(work)
        assert eventually(_is_in_progress)
        work_on(operation, lambda _operation: seen.set())
        holding.result()
        working.result()
    assert counts(operation) == (1, 1, 0, 0)


def test_what_fails_again_and_again_is_given_up(file: Callable[..., Path]) -> None:
    path = file(WORK_TYPES)
    operation = start("work-type", path.read_bytes())
    stored = Path(operation.file.path)
    stored.unlink()
    stored.mkdir()  # opening it is an error that nobody foresaw
    work_on(operation, lambda _operation: None)
    assert (operation.status, operation.failure) == (
        "failed",
        "It stopped 3 times at the same place: see the log of the worker.",
    )


def test_a_file_that_is_gone_is_named(file: Callable[..., Path]) -> None:
    operation = start("work-type", file(WORK_TYPES).read_bytes())
    operation.file.storage.delete(str(operation.file))
    work_on(operation, lambda _operation: None)
    assert (operation.status, operation.failure) == (
        "failed",
        "“work-type.csv” is not in the storage any more: upload it again.",
    )


# --- As a program ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rows", "status"), [(WORK_TYPES, 0), (BAD, 1), ([{"Sort": "x"}], 2)])
def test_exit_status(file: Callable[..., Path], rows: Rows, status: int) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "bulk", "import", "work-type", str(file(rows))],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": _address_of_test_database()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == status, done.stderr
    assert ("CommandError: Operation" in done.stderr) == (status == 2)


def _address_of_test_database() -> str:
    name = connection.settings_dict["NAME"]
    return re.sub(r"/[^/?]+(\?|\Z)", rf"/{name}\1", os.environ["DATABASE_URL"], count=1)
