"""What tests of the engine do again and again: make files, run operations, look at what became of them."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, models

from bulkops import services
from bulkops.models import Operation, OperationRow
from bulkops.running import run
from contactcenter.lib.actors import SYSTEM, Actor
from tests.bulkops.columns import titles

Rows = Sequence[Mapping[str, str]]
Content = str | bytes | Rows


# --- Files -------------------------------------------------------------------------------------------------------


def table(rows: Rows, header: Sequence[str] | None = None) -> str:
    """Write a CSV with the columns that the rows have, or with these."""
    stream = io.StringIO()
    columns = header or list(dict.fromkeys(title for row in rows for title in row))
    writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def whole_table(slug: str, rows: Rows) -> str:
    """Write a CSV with all columns of the object."""
    return table(rows, titles(slug))


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def members_of(content: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_in(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def bundle(tables: Mapping[str, Rows], sounds: Mapping[str, bytes] | None = None) -> bytes:
    members: dict[str, str | bytes] = {f"{slug}.csv": table(rows) for slug, rows in tables.items()}
    if sounds:
        members["audio-file.zip"] = zipped(sounds)
    return zipped(members)


# --- Operations --------------------------------------------------------------------------------------------------


def start(slug: str, content: Content, *, dry_run: bool = False, name: str = "", actor: Actor = SYSTEM) -> Operation:
    data = content if isinstance(content, (str, bytes)) else table(content)
    data = data.encode() if isinstance(data, str) else data
    file_name = name or (f"{slug}.zip" if data.startswith(b"PK") else f"{slug}.csv")
    return services.start_import(slug, ContentFile(data), file_name, dry_run=dry_run, actor=actor)


def finished(operation: Operation) -> Operation:
    run(operation.pk)
    return Operation.objects.get(pk=operation.pk)


def imported(slug: str, content: Content, **options: Any) -> Operation:
    return finished(start(slug, content, **options))


def previewed(slug: str, content: Content) -> Operation:
    return imported(slug, content, dry_run=True)


def undone(operation: Operation) -> Operation:
    return finished(services.undo(operation.pk, actor=SYSTEM))


def exported(slug: str, name: str = "Everything") -> bytes:
    operation = finished(services.start_export(slug, name, actor=SYSTEM))
    assert operation.status == Operation.Status.COMPLETED, operation.failure
    with operation.output.open("rb") as content:
        return bytes(content.read())


def counts(operation: Operation) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, refused."""
    found = (operation.created, operation.updated, operation.unchanged, operation.failed)
    assert sum(found) == operation.total, found
    return found


def outcomes(operation: Operation) -> list[str]:
    return list(operation.rows.order_by("position").values_list("outcome", flat=True))


Refusals = dict[int, list[tuple[str, str]]]


def refusals(operation: Operation) -> Refusals:
    """Return column and sentence of each error, by the number of the row in its file."""
    rows = operation.rows.filter(outcome="failed").order_by("position")
    return {row.number: [(one["column"], one["detail"]) for one in row.errors or ()] for row in rows}


def refused_columns(operation: Operation) -> dict[int, list[str]]:
    return {number: [column for column, _detail in found] for number, found in refusals(operation).items()}


def changes(operation: Operation, number: int = 2) -> dict[str, tuple[str, str]]:
    """Return what became of which column in a row."""
    row = operation.rows.get(number=number)
    return {one["column"]: (one["old"], one["new"]) for one in row.changes or ()}


def row_of(operation: Operation, number: int = 2) -> OperationRow:
    return operation.rows.get(number=number)


def assert_good(operation: Operation) -> None:
    found = (operation.status, operation.failure, refusals(operation))
    assert found == ("completed", "", {}), found


# --- The directory -----------------------------------------------------------------------------------------------

_TIMES = {"created_at", "updated_at", "date_joined"}

Dump = dict[str, list[dict[str, Any]]]


def dump() -> Dump:
    """Return all rows of the directory's tables, numbers and all, but for the times of changes."""
    return {model._meta.db_table: _rows(model) for model in _tables()}


def _tables() -> Iterable[type[models.Model]]:
    config = apps.get_app_config("directory")
    found = (model for model in config.get_models(include_auto_created=True) if not _is_trail(model))
    return {model._meta.db_table: model for model in found if not model._meta.proxy}.values()


def _is_trail(model: type[models.Model]) -> bool:
    return any(field.name.startswith("pgh_") for field in model._meta.fields)


def _rows(model: type[models.Model]) -> list[dict[str, Any]]:
    names = [str(field.column) for field in model._meta.concrete_fields if field.column not in _TIMES]
    columns = ", ".join(map(connection.ops.quote_name, names))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} ORDER BY id")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def differences(before: Dump, after: Dump) -> dict[str, Any]:
    """Return the tables that differ, with rows that only one of the two has: nothing, where they are the same."""
    return {
        name: (
            [row for row in before[name] if row not in after[name]],
            [row for row in after[name] if row not in before[name]],
        )
        for name in before
        if before[name] != after[name]
    }
