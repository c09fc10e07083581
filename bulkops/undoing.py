"""Taking an import back: objects get back what they were, and what it created goes, unless somebody built on it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from bulkops.defaults import ReturnedDefaults
from bulkops.models import Operation, OperationFile, OperationRow, Outcome
from bulkops.outcomes import store_outcomes
from contactcenter.directory.bulk import in_use, prepare, put_defaults, remove_all, restore_all
from contactcenter.directory.catalog import ObjectType
from contactcenter.directory.models import AuxiliaryCode
from contactcenter.directory.records import Record, digest, read_records
from contactcenter.lib.errors import AppError

CHUNK = 500  # objects

# One row an object, the last one first: what was built on others goes before them. What an undo that was cancelled
# has taken back is not taken back again.
_STAGE = """
    INSERT INTO bulkops_operationrow
        (operation_id, file_id, position, parent, number, key, cells, problem, outcome, target_id, before, digest)
    SELECT %(undo)s, mine.id, place, place, taken.number, taken.key, taken.cells, '', '', taken.target_id,
           taken.before, taken.digest
    FROM (
        SELECT rows.*, files.position AS file_position, row_number() OVER (ORDER BY rows.position DESC) - 1 AS place
        FROM bulkops_operationrow AS rows JOIN bulkops_operationfile AS files ON files.id = rows.file_id
        -- not EXISTS: without statistics that is looked up row by row
        WHERE rows.operation_id = %(source)s AND rows.digest <> '' AND (files.object_type, rows.target_id) NOT IN (
            SELECT theirs.object_type, back.target_id FROM bulkops_operationrow AS back
            JOIN bulkops_operation AS undone ON undone.id = back.operation_id
            JOIN bulkops_operationfile AS theirs ON theirs.id = back.file_id
            WHERE undone.source_id = %(source)s AND undone.kind = 'undo' AND back.target_id IS NOT NULL
              AND back.outcome IN ('updated', 'unchanged')
        )
    ) AS taken
    JOIN bulkops_operationfile AS mine ON mine.operation_id = %(undo)s AND mine.position = taken.file_position
"""


def stage_undo(operation: Operation) -> int:
    """Take over the objects that the import changed. Return how many."""
    source = operation.source
    if source is None:
        return 0
    OperationFile.objects.bulk_create(
        OperationFile(
            operation=operation,
            position=file.position,
            name=file.name,
            object_type=file.object_type,
            header=file.header,
        )
        for file in source.files.all()
    )
    with connection.cursor() as cursor:
        cursor.execute(_STAGE, {"undo": operation.pk, "source": source.pk})
        return int(cursor.rowcount)


class Undoer:
    """Takes back the objects of one operation, chunk after chunk."""

    def __init__(self, operation: Operation) -> None:
        self._files = {file.pk: file for file in operation.files.all()}

    def step(self, operation: Operation) -> list[OperationRow]:
        """As ``Importer.step``."""
        start = operation.done
        rows = list(operation.rows.filter(position__gte=start, position__lt=start + CHUNK))
        kind = self._files[rows[0].file_id].type if rows else None
        rows = [row for row in rows if self._files[row.file_id].type is kind]
        if kind is not None:
            self._take_back(operation, kind, rows)
            store_outcomes(operation.pk, rows)
        return rows

    def _take_back(self, operation: Operation, object_type: ObjectType, rows: Sequence[OperationRow]) -> None:
        prepare(object_type)
        stored = object_type.model._base_manager.filter(pk__any_of=[row.target_id for row in rows])
        records = {record.instance.pk: record for record in read_records(object_type, stored, lock=True)}
        created = [row.target_id for row in rows if _is_created(row) and row.target_id in records]
        used = in_use(object_type, [pk for pk in created if pk is not None]) if created else {}
        defaults = ReturnedDefaults() if object_type.model is AuxiliaryCode else None
        possible = []
        for row in rows:
            record = records.get(row.target_id or 0)
            if record is None and _is_created(row):
                row.outcome = Outcome.UNCHANGED
                row.notes = [_("Somebody has deleted it already.")]
            elif reason := _obstacle(object_type, row, record, used, defaults):
                _refuse(row, reason)
            elif record is not None:
                possible.append((row, record))
                if defaults is not None:
                    defaults.follow(row, record.instance)
        _attempt(operation, object_type, possible)
        if defaults is not None:
            put_defaults(defaults.afresh((row, record.instance) for row, record in possible if _is_back(row)))


def _is_created(row: OperationRow) -> bool:
    return row.before is None or "fields" not in row.before


def _is_back(row: OperationRow) -> bool:
    return row.outcome == Outcome.UPDATED


def _obstacle(
    object_type: ObjectType,
    row: OperationRow,
    record: Record | None,
    used: Mapping[int, str],
    defaults: ReturnedDefaults | None,
) -> str:
    """Return why an object cannot be taken back, or an empty text."""
    if record is None:
        return _("Somebody has deleted it since: there is nothing to restore.")
    then = {} if defaults is None else {"is_default": defaults.has(record.instance)}
    if digest(object_type, record, **then) != row.digest:
        return _("Somebody has changed it since: it stays as it is now.")
    if record.instance.pk in used:
        return _("It stays, because something builds on it: %(reason)s.") % {"reason": used[record.instance.pk]}
    return ""


def _refuse(row: OperationRow, reason: str) -> None:
    row.outcome = Outcome.FAILED
    row.errors = [{"column": "", "detail": reason}]


def _attempt(operation: Operation, object_type: ObjectType, items: Sequence[tuple[OperationRow, Record]]) -> None:
    """Take all of them back; where the database or a rule about all objects refuses, find out which is to blame."""
    if not items:
        return
    try:
        with transaction.atomic():
            _restore(operation, object_type, items)
    except (IntegrityError, AppError) as error:
        if len(items) == 1:
            reason = error.message if isinstance(error, AppError) else _("what it referred to is gone")
            _refuse(items[0][0], _("It stays, because taking it back was refused: %(reason)s") % {"reason": reason})
            return
        middle = len(items) // 2
        fresh = _read_again(object_type, items)
        _attempt(operation, object_type, fresh[:middle])
        _attempt(operation, object_type, fresh[middle:])
    else:
        for row, _record in items:
            row.outcome = Outcome.UPDATED


def _read_again(
    object_type: ObjectType, items: Sequence[tuple[OperationRow, Record]]
) -> list[tuple[OperationRow, Record]]:
    """The objects in memory hold what was refused."""
    stored = object_type.model._base_manager.filter(pk__in=[record.instance.pk for _row, record in items])
    records = {record.instance.pk: record for record in read_records(object_type, stored)}
    return [(row, records[record.instance.pk]) for row, record in items]


def _restore(operation: Operation, object_type: ObjectType, items: Sequence[tuple[OperationRow, Record]]) -> None:
    gone = [record for row, record in items if _is_created(row)]
    if gone:
        remove_all(object_type, gone, actor=operation.actor)
    restored: list[tuple[Record, Mapping[str, Any]]] = [
        (record, _without_default(row.before)) for row, record in items if row.before and not _is_created(row)
    ]
    if restored:
        restore_all(object_type, restored, actor=operation.actor)


def _without_default(before: Mapping[str, Any]) -> Mapping[str, Any]:
    """Defaults are given back all together."""
    return {**before, "fields": {name: value for name, value in before["fields"].items() if name != "is_default"}}
