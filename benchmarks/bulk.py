"""Importing users, beside django-import-export and beside what PostgreSQL needs for the rows alone.

``python -m benchmarks.bulk`` prints medians of alternating rounds. Each import is a process of its own, on a copy of
a database that holds everything the users refer to, and the users too where they are to change.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import sql

from benchmarks.bulk_files import CASES, bad_rows, write_references, write_users
from benchmarks.harness import database, database_url, median, table

MEGABYTE = 1024 * 1024
OURS, PEER, FLOOR, AUDITED = "ours", "import-export", "floor", "floor with audit"
STEPS = {OURS: "ours", PEER: "peer", FLOOR: "floor", AUDITED: "floor"}  # as the worker knows them


class Run(NamedTuple):
    side: str
    case: str
    rows: int


class Measured(NamedTuple):
    """What one import took: times in seconds, memory in bytes."""

    seconds: float
    cpu: float
    idle: int
    peak: int
    statements: int
    stored: int
    failed: int
    content: str  # tells whether others have left the same users


Results = dict[Run, list[Measured]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000, help="of a CSV file; at most 5,000")
    parser.add_argument("--files", type=int, default=10, help="in the zip")
    parser.add_argument("--peer-rows", type=int, default=1_000, help="for django-import-export, which takes long")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    rows, many, peer_rows = options.rows, options.rows * options.files, min(options.peer_rows, options.rows)
    results: Results = defaultdict(list)
    with database(), tempfile.TemporaryDirectory() as name, _templates(Path(name), rows, many) as templates:
        statements = _statements(templates, Path(name), results)
        runs = _plan(rows, many, peer_rows)
        files = {(run.case, run.rows): write_users(Path(name), run.case, run.rows, rows) for run in runs}
        for _ in range(options.rounds):
            for run in runs:
                results[run].append(_measure(run, templates, files[run.case, run.rows]))
            _compare_content(results)
    print(table([(_title(run), _figures(run, results[run])) for run in runs]))
    print("(CPU and peak memory are those of the process that imports, + what it has more than before)\n")
    print(table([*_marks(results, rows, many, peer_rows), statements]))


def _plan(rows: int, many: int, peer_rows: int) -> list[Run]:
    """Have those follow one another that are compared."""
    runs = []
    for case in CASES:
        runs += [Run(PEER, case, peer_rows), Run(OURS, case, rows)]
        if case in {"new", "changed"}:
            runs += [Run(side, case, count) for count in (rows, many) for side in (FLOOR, AUDITED)]
        runs.append(Run(OURS, case, many))
    return list(dict.fromkeys(runs))


# --- Running imports ---------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _templates(folder: Path, *counts: int) -> Iterator[dict[int, str]]:
    """Make the databases that imports start from, by the number of users in them."""
    from django.db import connection

    empty = str(connection.settings_dict["NAME"])
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # what somebody is connected to cannot be copied
    if refused := _worker(empty, OURS, "bundle", write_references(folder)).failed:
        raise SystemExit(f"{refused} rows of what users refer to were refused.")
    _execute(empty, "VACUUM (ANALYZE)")
    with contextlib.ExitStack() as stack:
        templates = {0: empty}
        for count in dict.fromkeys(counts):
            templates[count] = stack.enter_context(_copy(empty, f"{empty}_{count}"))
            _worker(templates[count], OURS, "user", write_users(folder, "new", count, min(counts)))
            _execute(templates[count], "VACUUM (ANALYZE)")
        yield templates


def _measure(run: Run, templates: Mapping[int, str], file: Path) -> Measured:
    users = 0 if run.case in {"new", "bad"} else min(count for count in templates if count >= run.rows)
    with _copy(templates[users], f"{templates[0]}_run") as name:
        if run.side == FLOOR:
            _execute(name, "ALTER TABLE directory_user DISABLE TRIGGER USER")
            _execute(name, "ALTER TABLE directory_membership DISABLE TRIGGER USER")
        _execute(name, "CHECKPOINT")
        measured = _worker(name, run.side, "user", file)
    bad = bad_rows(run.rows) if run.case == "bad" else 0
    stored = 0 if run.case == "unchanged" else run.rows - bad
    if (measured.stored, measured.failed) != (stored, bad):
        raise SystemExit(f"{_title(run)}: stored {measured.stored} rows and refused {measured.failed}.")
    return measured


def _worker(name: str, side: str, object_type: str, file: Path) -> Measured:
    command = [sys.executable, "-m", "benchmarks.bulk_worker", STEPS[side], object_type, str(file)]
    variables = {**os.environ, "DATABASE_URL": database_url(name), "CONTACTCENTER_LOG_LEVEL": "WARNING"}
    worker = subprocess.run(command, env=variables, stdout=subprocess.PIPE, text=True, check=True)
    return Measured(**json.loads(worker.stdout))


@contextlib.contextmanager
def _copy(template: str, name: str) -> Iterator[str]:
    names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
    with psycopg.connect(database_url("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {name}").format(**names))
        server.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**names))
        try:
            yield name
        finally:
            server.execute(sql.SQL("DROP DATABASE {name} WITH (FORCE)").format(**names))


def _execute(name: str, statement: str) -> None:
    with psycopg.connect(database_url(name), autocommit=True) as copy:
        copy.execute(statement.encode())


def _compare_content(results: Results) -> None:
    """Refuse to compare times where not all have stored the same."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for run, measured in results.items():
        if run.case != "bad":  # the other one rolls everything back
            found[run.case, run.rows] |= {one.content for one in measured}
    if wrong := [case for case, contents in found.items() if len(contents) > 1]:
        raise SystemExit(f"Not the same users after {wrong}.")


# --- What is told ------------------------------------------------------------------------------------------------


def _title(run: Run) -> str:
    return f"{run.case}, {run.rows:,} rows: {run.side}"


def _figures(run: Run, measured: list[Measured]) -> str:
    seconds, cpu = median([one.seconds for one in measured]), median([one.cpu for one in measured])
    peak = median([one.peak / MEGABYTE for one in measured])
    return (
        f"{seconds:7.2f} s  {run.rows / seconds:7,.0f} rows/s  CPU {cpu:6.2f} s  {peak:4.0f} MB "
        f"(+{_growth(measured):.0f})  {measured[0].statements:,} statements"
    )


def _growth(measured: list[Measured]) -> float:
    return median([(one.peak - one.idle) / MEGABYTE for one in measured])


def _marks(results: Results, rows: int, many: int, peer_rows: int) -> Iterator[tuple[str, str]]:
    for case in CASES:
        ratio = _times_as_long(results, Run(PEER, case, peer_rows), Run(OURS, case, rows))
        yield f"{case}: rows/s, ours ÷ import-export", _marked(ratio, at_least=30)
    for count in dict.fromkeys((rows, many)):
        for side in (FLOOR, AUDITED):
            ratio = _times_as_long(results, Run(OURS, "new", count), Run(side, "new", count))
            has_mark = (count, side) == (rows, FLOOR)
            yield f"new, {count:,} rows: time, ours ÷ {side}", _marked(ratio, at_most=4 if has_mark else None)
    files = many // rows
    ratio = files * _times_as_long(results, Run(OURS, "new", many), Run(OURS, "new", rows))
    yield f"new: time, {many:,} rows ÷ {rows:,} rows", _marked(ratio, at_most=1.1 * files)
    growth = max(_growth(results[Run(OURS, case, many)]) for case in CASES)
    yield f"memory above the idle worker, {many:,} rows, MB", _marked(growth, at_most=64)


def _times_as_long(results: Results, slow: Run, fast: Run) -> float:
    """Compare the time for a row, round by round."""
    pairs = zip(results[slow], results[fast], strict=True)
    return median([(a.seconds / slow.rows) / (b.seconds / fast.rows) for a, b in pairs])


def _marked(value: float, *, at_least: float | None = None, at_most: float | None = None) -> str:
    if at_least is not None:
        return f"{value:6.1f}  mark ≥ {at_least:g}: {'met' if value >= at_least else 'missed'}"
    if at_most is not None:
        return f"{value:6.1f}  mark ≤ {at_most:g}: {'met' if value <= at_most else 'missed'}"
    return f"{value:6.1f}"


def _statements(templates: Mapping[int, str], folder: Path, results: Results) -> tuple[str, str]:
    """Count the statements for a chunk of rows, and for half a one."""
    from bulkops.importing import CHUNK

    counted = {}
    for rows in (CHUNK // 2, CHUNK, CHUNK * 2):
        run = Run(OURS, "new", rows)
        file = write_users(folder, "new", rows, CHUNK * 2)
        results[run].append(_measure(run, templates, file))
        counted[rows] = results[run][0].statements
    chunk = counted[CHUNK * 2] - counted[CHUNK]
    half = chunk - (counted[CHUNK] - counted[CHUNK // 2])
    figures = f"{chunk:4}    of {CHUNK // 2:,}: {half}  mark the same: {'met' if chunk == half else 'missed'}"
    return f"statements for a chunk of {CHUNK:,} rows", figures


if __name__ == "__main__":
    main()
