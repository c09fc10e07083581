"""Storing what became of rows, together with the directory's change: one statement for a chunk."""

import json
from collections.abc import Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from bulkops.merging import Draft
from bulkops.models import OperationRow
from contactcenter.directory.models import AuxiliaryCode
from contactcenter.directory.records import child_row, digest

_UPDATE = """
    UPDATE bulkops_operationrow AS rows
    SET outcome = told.outcome, errors = told.errors, changes = told.changes, notes = told.notes,
        target_id = told.target_id, before = told.before, digest = told.digest
    FROM jsonb_to_recordset(%s::jsonb) AS told (
        position int, outcome text, errors jsonb, changes jsonb, notes jsonb, target_id bigint, before jsonb,
        digest text
    )
    WHERE rows.operation_id = %s AND rows.position = told.position
"""


def before_of(draft: Draft) -> dict[str, Any] | None:
    """Return what an undo restores; of a new object nothing. To be called before the change is stored."""
    if draft.is_new:
        return None
    object_type, record = draft.object_type, draft.record
    links: dict[str, Any] = {name: record.rows.get(name, ()) for name in draft.links if name in object_type.links}
    children = object_type.children
    if children is not None and children.name in draft.links:
        links[children.name] = [child_row(children, child) for child in draft.links[children.name]]
    return {"fields": draft.fields, "links": links}


def leave_trace(draft: Draft, before: dict[str, Any] | None) -> None:
    """Note at the rows which object they changed, and how it is now, so that they can be undone."""
    for given in draft.given:
        given.row.target_id = draft.record.instance.pk
    first = draft.first.row
    taken: AuxiliaryCode | None = draft.took_default_from
    if taken is not None:
        before = {**(before or {}), "took_default_from": taken.pk}
    first.before = before
    then = {} if draft.is_default is None else {"is_default": draft.is_default}
    first.digest = digest(draft.object_type, draft.record, **then)


def store_outcomes(operation_id: int, rows: Sequence[OperationRow]) -> None:
    told = [
        {
            "position": row.position,
            "outcome": row.outcome,
            "errors": row.errors,
            "changes": row.changes,
            "notes": row.notes,
            "target_id": row.target_id,
            "before": row.before,
            "digest": row.digest,
        }
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [json.dumps(told, cls=DjangoJSONEncoder), operation_id])
