"""What became of the rows of an operation: the refused ones as a file to correct, all of them as people read them."""

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, NamedTuple, TypedDict
from zipfile import ZipFile

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bulkops.files.limits import MAX_CELL, MEGABYTE
from bulkops.files.table import ERROR_COLUMN, match_header
from bulkops.files.writing import PartedWriter, as_csv, packed_file
from bulkops.models import BUNDLE, Operation, OperationFile, OperationRow, Outcome
from bulkops.resources import resource_of
from bulkops.sounds import AUDIO
from contactcenter.directory.catalog import object_type
from contactcenter.lib.errors import NotFound
from contactcenter.lib.formulas import neutralise, restore

PAGE = 500  # rows read at once
MOST_GROUPS = 100  # of equal errors


class Difference(TypedDict):
    column: str
    old: str
    new: str


class RowError(TypedDict):
    column: str  # empty: the row as a whole
    detail: str


class PreviewRow(TypedDict):
    file: str
    row: int
    key: str
    outcome: str
    changes: list[Difference]
    errors: list[RowError]
    notes: list[str]


class ErrorGroup(NamedTuple):
    """Rows that were refused for the same reason."""

    object_type: str
    column: str
    detail: str
    rows: int


# As the rows of a preview tell it.
OUTCOMES = {
    "create": Outcome.CREATED,
    "update": Outcome.UPDATED,
    "unchanged": Outcome.UNCHANGED,
    "refused": Outcome.FAILED,
}
_SHOWN = {outcome: shown for shown, outcome in OUTCOMES.items()}


class _Sheet:
    """Which cells of a file's rows are whose."""

    def __init__(self, file: OperationFile) -> None:
        resource = resource_of(file.object_type)
        places = match_header(file.name, file.header, resource.headings())
        self._kept = [column for column, place in enumerate(places) if place is not None]
        self._end = max(column for column, title in enumerate(file.header) if title.strip()) + 1
        self._ends_with_errors = places[self._end - 1] is None
        self._key = places.index(list(resource.fields).index(file.type.key[0]))
        self.heading = (file.object_type, *(file.header[column] for column in self._kept), ERROR_COLUMN)

    def key(self, row: OperationRow) -> str:
        return restore(row.cells[self._key]).strip()

    def refused(self, row: OperationRow) -> list[str]:
        """Return the cells as they were in the file, with the errors behind them.

        A row with too many cells keeps them all: cut off, it would be accepted when it comes back.
        """
        if any(map(str.strip, row.cells[self._end :])):
            cells = row.cells[:-1] if self._ends_with_errors else row.cells
        else:
            cells = [row.cells[column] for column in self._kept]
        return [*cells, neutralise(message_of(row))]


def message_of(row: OperationRow) -> str:
    """Return all errors of a row in one text that fits a cell."""
    errors = row.errors or ()
    told = " ".join(f"{one['column']}: {one['detail']}" if one["column"] else one["detail"] for one in errors)
    return told if len(told) <= MAX_CELL else told[: MAX_CELL - 1] + "…"


# --- Rows for people ---------------------------------------------------------------------------------------------


def processed_rows(operation: Operation, outcome: str = "") -> QuerySet[OperationRow]:
    """Return the rows that have an outcome, or those with this one of ``OUTCOMES``."""
    rows = operation.rows.defer("before")
    return rows.filter(outcome=OUTCOMES[outcome]) if outcome else rows.exclude(outcome=Outcome.PENDING)


def preview_rows(rows: Sequence[OperationRow]) -> list[PreviewRow]:
    """Tell of each row what would become, or became, of it. Costs one statement."""
    files = OperationFile.objects.in_bulk({row.file_id for row in rows})
    sheets = {pk: _Sheet(file) for pk, file in files.items()}
    return [
        {
            "file": files[row.file_id].name,
            "row": row.number,
            "key": sheets[row.file_id].key(row),
            "outcome": _SHOWN[Outcome(row.outcome)],
            "changes": row.changes or [],
            "errors": row.errors or [],
            "notes": row.notes or [],
        }
        for row in rows
    ]


_GROUPS = """
    SELECT files.object_type, error ->> 'column', error ->> 'detail', count(DISTINCT rows.position)
    FROM bulkops_operationrow AS rows
    JOIN bulkops_operationfile AS files ON files.id = rows.file_id
    CROSS JOIN LATERAL jsonb_array_elements(rows.errors) AS error
    WHERE rows.operation_id = %s AND rows.outcome = %s
    GROUP BY 1, 2, 3
    ORDER BY 4 DESC, min(rows.position), 2, 3
    LIMIT %s
"""


def error_groups(operation: Operation, most: int = MOST_GROUPS) -> list[ErrorGroup]:
    """Return the reasons for which rows were refused, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, [operation.pk, Outcome.FAILED, most])
        return [ErrorGroup(*found) for found in cursor.fetchall()]


# --- Files -------------------------------------------------------------------------------------------------------


def write_template(slug: str, stream: BinaryIO) -> str:
    """Write a CSV file that has nothing but the header, and return its name."""
    if object_type(slug) is None or slug == AUDIO:
        raise NotFound(_("There is no template of “%(name)s”.") % {"name": slug})
    stream.write(as_csv([resource_of(slug).titles]))
    return f"{slug}.csv"


def write_errors(operation: Operation, stream: BinaryIO) -> str:
    """Write the refused rows as a file that can be imported again, and return its name.

    Raises ``NotFound`` where no row was refused.
    """
    if not processed_rows(operation, "refused").exists():
        raise NotFound(_("No row of this operation was refused."))
    name = re.sub(r"\.(csv|zip)\Z", "", operation.file_name, flags=re.IGNORECASE) + "-errors"
    sheets = {file.pk: _Sheet(file) for file in operation.files.all()}
    if operation.object_type != BUNDLE and len(sheets) == 1:
        [sheet] = sheets.values()
        with PartedWriter(stream, name, sheet.heading[1:]) as writer:
            _write_rows(writer, sheets, _refused(operation))
            return writer.finish()
    numbers: Counter[str] = Counter()
    with ZipFile(stream, "w") as archive:
        for heading, rows in groupby(_refused(operation), key=lambda row: sheets[row.file_id].heading):
            for part in _csvs(heading, sheets, rows):
                numbers[heading[0]] += 1
                with archive.open(packed_file(_part_name(heading[0], numbers[heading[0]])), "w") as member:
                    shutil.copyfileobj(part, member)
    return f"{name}.zip"


_Sheets = dict[int, _Sheet]


def _refused(operation: Operation) -> Iterator[OperationRow]:
    last = -1
    while page := list(processed_rows(operation, "refused").filter(position__gt=last)[:PAGE]):
        yield from page
        last = page[-1].position


def _write_rows(writer: PartedWriter, sheets: _Sheets, rows: Iterable[OperationRow]) -> None:
    """What belongs to one object stays in one file."""
    for _parent, group in groupby(rows, key=lambda row: row.parent):
        writer.write_group([sheets[row.file_id].refused(row) for row in group])


def _part_name(slug: str, number: int) -> str:
    return f"{slug}.csv" if number == 1 else f"{slug}-{number}.csv"


def _csvs(heading: Sequence[str], sheets: _Sheets, rows: Iterable[OperationRow]) -> Iterator[IO[bytes]]:
    """Yield one CSV file after the other, none larger than can be read again."""
    with SpooledTemporaryFile(max_size=MEGABYTE) as spooled:
        stream: Any = spooled
        with PartedWriter(stream, heading[0], heading[1:]) as writer:
            _write_rows(writer, sheets, rows)
            is_zip = writer.finish().endswith(".zip")
        stream.seek(0)
        if not is_zip:
            yield stream
            return
        with ZipFile(stream) as archive:
            for name in archive.namelist():
                with archive.open(name) as part:
                    yield part
