"""Running an operation: whoever runs it holds a lock of its own, and each step commits with its outcomes.

A runner that is killed leaves a whole step or none of it. The next one goes on where the operation stands: the
number of rows with an outcome is the position of the next row.
"""

import gc
import logging
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bulkops.exporting import expected_rows, export
from bulkops.importing import Importer, Overtaken
from bulkops.models import Operation, OperationRow, Outcome
from bulkops.services import create_undo, publish_progress
from bulkops.staging import stage
from bulkops.undoing import Undoer, stage_undo
from contactcenter.lib.actors import Actor
from contactcenter.lib.errors import AppError

logger = logging.getLogger(__name__)

_RETRIED = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available
RETRIES = 5


def run(operation_id: int) -> None:
    """Work on an operation until it ends. Returns at once where somebody else works on it, or it has ended."""
    operation = _begin(operation_id)
    if operation is None:
        return
    with translation.override(operation.language), _in_the_name_of(operation.actor, operation):
        try:
            if operation.kind == Operation.Kind.EXPORT:
                _export(operation)
            else:
                if _stage(operation):
                    _work(operation)
        except Overtaken:
            return
        except AppError as error:
            if not Operation.objects.filter(pk=operation.pk, applied=True).exists():
                _end(operation.pk, Operation.Status.FAILED, failure=error.message)
                return
            raise


@contextmanager
def _in_the_name_of(actor: Actor, operation: Operation) -> Iterator[None]:
    with pghistory.context(**actor.payload(), operation=operation.pk):
        yield


@transaction.atomic
def _begin(operation_id: int) -> Operation | None:
    operation = _locked(operation_id)
    if operation is None:
        return None
    if operation.attempts >= Operation.ATTEMPTS:
        _give_up(operation)
        return None
    if operation.dry_run and operation.done:  # what was planned so far is forgotten: plan again
        operation.rows.update(outcome=Outcome.PENDING, errors=None, changes=None, notes=None, digest="")
        operation.created = operation.updated = operation.unchanged = operation.failed = 0
    operation.attempts += 1
    operation.status = Operation.Status.IN_PROGRESS
    operation.started_at = operation.started_at or timezone.now()
    _touch(operation)
    return operation


def _locked(operation_id: int) -> Operation | None:
    """Take the operation until the transaction ends, unless it has ended or somebody else works on it.

    Its row stays free, so that it can be cancelled at once, in the middle of a step.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('bulk operation', %s))", [operation_id])
        if not cursor.fetchone()[0]:
            return None
    return Operation.objects.active().filter(pk=operation_id).first()


_ASKED_FROM_OUTSIDE = {"cancel_requested"}
_OURS = [one.name for one in Operation._meta.concrete_fields if one.name not in {"id", *_ASKED_FROM_OUTSIDE}]


def _touch(operation: Operation) -> None:
    operation.touched_at = timezone.now()
    operation.save(update_fields=_OURS)
    publish_progress(operation)


def _give_up(operation: Operation) -> None:
    """It failed again and again at the same place: take back what it did."""
    logger.error("Operation %s failed %s times at the same place.", operation.pk, operation.attempts)
    with translation.override(operation.language):
        failure = _("It stopped %(count)d times at the same place: see the log of the worker.")
        operation.failure = failure % {"count": operation.attempts}
        operation.status, operation.finished_at = Operation.Status.FAILED, timezone.now()
        operation.save(update_fields=_OURS)
        if operation.kind == Operation.Kind.IMPORT and operation.applied:
            undo = create_undo(operation, actor=operation.actor)
            told = _("What it had changed is being taken back by operation %(id)d.") % {"id": undo.pk}
            operation.failure = f"{operation.failure} {told}"
        _touch(operation)


@transaction.atomic
def _end(operation_id: int, status: Operation.Status, *, failure: str = "") -> None:
    operation = _locked(operation_id)
    if operation is not None:
        operation.status, operation.failure, operation.finished_at = status, failure, timezone.now()
        _touch(operation)


# --- Imports and undos -------------------------------------------------------------------------------------------


@transaction.atomic
def _stage(operation: Operation) -> bool:
    """Store what is to be worked on, once. Return whether to go on with it: not, where somebody else is at it."""
    held = _locked(operation.pk)
    if held is None:
        return False
    if not held.staged:
        held.total = stage_undo(held) if held.kind == Operation.Kind.UNDO else stage(held)
        held.staged = True
        _touch(held)
    return True


def _work(operation: Operation) -> None:
    steps = Undoer(operation).step if operation.kind == Operation.Kind.UNDO else Importer(operation).step
    failures = 0
    while True:
        try:
            if not _step(operation.pk, steps):
                return
            failures = 0
        except OperationalError as error:
            failures += 1
            if getattr(error.__cause__, "sqlstate", "") not in _RETRIED or failures > RETRIES:
                raise


@transaction.atomic
def _step(operation_id: int, steps: Callable[[Operation], list[OperationRow]]) -> bool:
    operation = _locked(operation_id)
    if operation is None:
        return False
    if operation.cancel_requested:
        _cancel(operation)
        return False
    with _no_collections():
        rows = steps(operation)
    if not rows:
        _complete(operation)
        return False
    count(operation, rows)
    operation.attempts = 0
    operation.applied |= not operation.dry_run and any(row.digest for row in rows)
    _touch(operation)
    return True


@contextmanager
def _no_collections() -> Iterator[None]:
    """A step makes objects by the ten thousand, without cycles; looking for some among them again and again costs."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def count(operation: Operation, rows: list[OperationRow]) -> None:
    """Add the outcomes of rows to the operation's counts."""
    found = Counter(row.outcome for row in rows)
    if found[Outcome.PENDING]:  # the next step would begin at the same row, for ever
        raise RuntimeError(f"{found[Outcome.PENDING]} rows of operation {operation.pk} were left without an outcome.")
    operation.created += found[Outcome.CREATED]
    operation.updated += found[Outcome.UPDATED]
    operation.unchanged += found[Outcome.UNCHANGED]
    operation.failed += found[Outcome.FAILED]


def _cancel(operation: Operation) -> None:
    errors: list[dict[str, Any]] = [{"column": "", "detail": _("Not processed: cancelled")}]
    operation.failed += operation.rows.filter(outcome=Outcome.PENDING).update(outcome=Outcome.FAILED, errors=errors)
    operation.cancelled = True
    operation.status, operation.finished_at = Operation.Status.COMPLETED_WITH_ERRORS, timezone.now()
    _touch(operation)


def _complete(operation: Operation) -> None:
    statuses = Operation.Status
    operation.status = statuses.COMPLETED_WITH_ERRORS if operation.failed else statuses.COMPLETED
    operation.finished_at = timezone.now()
    if operation.kind == Operation.Kind.IMPORT and operation.source is not None:
        operation.surprises = _surprises(operation, operation.source)
    _touch(operation)


def _surprises(operation: Operation, preview: Operation) -> int:
    """Count the rows whose outcome is another than the preview's."""
    same = preview.rows.filter(position=OuterRef("position"), outcome=OuterRef("outcome"))
    return operation.rows.exclude(Exists(same)).count()


# --- Exports -----------------------------------------------------------------------------------------------------


def _export(operation: Operation) -> None:
    expected = expected_rows(operation.object_type)
    with (
        export(operation, lambda done: _tell_exported(operation.pk, done, expected)) as exported,
        transaction.atomic(),
    ):
        held = _locked(operation.pk)
        if held is None or not (exported.is_complete or held.cancel_requested):
            return  # somebody else is at it
        held.total = held.unchanged = exported.rows
        if exported.is_complete:
            held.output.save(f"bulk/{uuid.uuid4()}", exported.content, save=False)
            held.output_name = exported.name
        held.cancelled = not exported.is_complete
        statuses = Operation.Status
        held.status = statuses.COMPLETED if exported.is_complete else statuses.COMPLETED_WITH_ERRORS
        held.finished_at = timezone.now()
        _touch(held)


@transaction.atomic
def _tell_exported(operation_id: int, done: int, expected: int) -> bool:
    """Tell how far an export is. Return whether it is still wanted."""
    operation = _locked(operation_id)
    if operation is None or operation.cancel_requested:
        return False
    operation.unchanged, operation.total, operation.attempts = done, max(done, expected), 0
    _touch(operation)
    return True
