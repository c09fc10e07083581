"""Everything that starts, stops or ends an operation from outside."""

import uuid
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from bulkops.models import BUNDLE, Operation, OperationRow
from contactcenter.directory.catalog import object_type as find_type
from contactcenter.events.audience import ADMINISTRATORS
from contactcenter.events.services import publish
from contactcenter.lib.actors import Actor
from contactcenter.lib.errors import Conflict, Invalid, NotFound

MAX_UPLOAD = 200 * 1024 * 1024  # bytes; what is inside is checked when it is read


class InProgress(Conflict):
    """Another operation is in progress."""

    code = "operation_in_progress"


def start_import(
    object_type: str,
    file: "File[Any]",
    file_name: str,
    *,
    dry_run: bool = False,
    actor: Actor,
    background: bool = True,
) -> Operation:
    """Store the file and have it imported in the background; ``dry_run`` only says what would happen.

    ``object_type`` may be ``bundle``. Whoever runs it in the foreground wakes no worker. Raises ``InProgress`` while
    another operation is active.
    """
    _require_type(object_type, BUNDLE)
    name = PurePath(file_name.replace("\\", "/")).name.strip()[-255:] or f"{object_type}.csv"
    if not file.size:
        raise Invalid(_("“%(name)s” is empty.") % {"name": name}, field="file", code="empty")
    if file.size > MAX_UPLOAD:
        raise Invalid(_("“%(name)s” is larger than 200 MB.") % {"name": name}, field="file", code="too_large")
    stored = Operation(object_type=object_type, kind=Operation.Kind.IMPORT, dry_run=dry_run, file_name=name)
    _refuse_while_active()  # before a large file is written for nothing
    stored.file.save(f"bulk/{uuid.uuid4()}", file, save=False)
    try:
        return _start(stored, actor, background=background)
    except BaseException:
        stored.file.storage.delete(str(stored.file))
        raise


def start_export(object_type: str, file_name: str, *, actor: Actor, background: bool = True) -> Operation:
    """Have all objects of a type written to a file of the given name."""
    _require_type(object_type)
    name = PurePath(file_name.replace("\\", "/")).name.strip()
    if not name or not name.isprintable() or len(name) > 200 or name.startswith(".") or ":" in name:
        message = _("Give the file a name of 1 to 200 characters, without a colon, that does not start with a dot.")
        raise Invalid(message, field="file_name")
    operation = Operation(object_type=object_type, kind=Operation.Kind.EXPORT, file_name=name)
    return _start(operation, actor, background=background)


def _require_type(slug: str, *further: str) -> None:
    if find_type(slug) is None and slug not in further:
        raise Invalid(_("There is no object “%(name)s”.") % {"name": slug}, field="object_type")


def apply_preview(preview_id: int, *, actor: Actor) -> Operation:
    """Import the file of a preview, which is validated afresh."""
    with transaction.atomic():
        preview = _locked(preview_id)
        if not preview.dry_run or preview.is_active:
            raise Conflict(_("Only a preview that has ended can be applied."), code="invalid_transition")
        if preview.discarded or preview.status == Operation.Status.FAILED or not preview.file:
            raise Conflict(_("This preview has nothing to apply."), code="invalid_transition")
        if preview.followers.exists():
            raise Conflict(_("This preview has been applied already."), code="invalid_transition")
        operation = Operation(
            object_type=preview.object_type,
            kind=Operation.Kind.IMPORT,
            file=preview.file,
            file_name=preview.file_name,
            source=preview,
        )
        return _start(operation, actor)


@transaction.atomic
def discard_preview(preview_id: int) -> Operation:
    """Put a preview away that is not going to be applied."""
    preview = _locked(preview_id)
    if not preview.dry_run or preview.is_active or preview.followers.exists():
        raise Conflict(
            _("Only a preview that has ended and was not applied can be discarded."), code="invalid_transition"
        )
    preview.discarded = True
    preview.save(update_fields=["discarded"])
    publish_progress(preview)
    return preview


@transaction.atomic
def cancel(operation_id: int) -> Operation:
    """Have an operation stop after its current chunk."""
    operation = Operation.objects.filter(pk=operation_id).first()
    if operation is None:
        raise NotFound
    if not Operation.objects.active().filter(pk=operation_id).update(cancel_requested=True):
        raise Conflict(_("It has ended already: there is nothing to cancel."), code="invalid_transition")
    operation.refresh_from_db()
    return operation


@transaction.atomic
def undo(operation_id: int, *, actor: Actor, background: bool = True) -> Operation:
    """Have an import taken back."""
    operation = _locked(operation_id)
    if not operation.undoable:
        message = _("Only an import that has ended, changed something and was not undone yet can be undone.")
        raise Conflict(message, code="invalid_transition")
    return create_undo(operation, actor=actor, background=background)


def create_undo(operation: Operation, *, actor: Actor, background: bool = True) -> Operation:
    undoing = Operation(
        object_type=operation.object_type, kind=Operation.Kind.UNDO, file_name=operation.file_name, source=operation
    )
    return _start(undoing, actor, background=background)


def _locked(operation_id: int) -> Operation:
    operation = Operation.objects.select_for_update(no_key=True).filter(pk=operation_id).first()
    if operation is None:
        raise NotFound
    return operation


def _start(operation: Operation, actor: Actor, *, background: bool = True) -> Operation:
    operation.actor_kind, operation.actor_id, operation.actor_name = actor.kind, actor.id, actor.name
    operation.language = translation.get_language() or "en"
    with transaction.atomic():
        try:
            with transaction.atomic():
                operation.save()
        except IntegrityError:
            _refuse_while_active()
            operation.save()  # the other one has ended in between
        publish_progress(operation)
        if background:
            # the operation is stored: that the broker is away is no reason to tell that nothing was started
            transaction.on_commit(lambda: wake_worker(operation.pk), robust=True)
    return operation


def wake_worker(operation_id: int) -> None:
    """Tell a worker at once; where the message is lost, the sweep finds the operation."""
    from bulkops.tasks import run_operation  # noqa: PLC0415 - the task runs what starts here

    run_operation.delay(operation_id)


def _refuse_while_active() -> None:
    active = Operation.objects.active().first()
    if active is not None:
        message = _("Operation %(id)d (“%(name)s”) is in progress: start another one when it has ended.")
        raise InProgress(message % {"id": active.pk, "name": active.file_name}, id=active.pk)


def prune_operations(before: datetime) -> int:
    """Let go of the rows and files of operations that ended before then; what they were stays. Return how many."""
    ended = Operation.objects.exclude(status__in=Operation.ACTIVE).filter(finished_at__lt=before)
    pruned = 0
    for operation in ended.exclude(file="", output="", staged=False):
        files = [(field, str(field)) for field in (operation.file, operation.output) if field]
        operation.file = operation.output = ""
        operation.staged = False
        with transaction.atomic():
            operation.save(update_fields=["file", "output", "staged"])
            OperationRow.objects.filter(operation=operation)._raw_delete(operation._state.db)
            operation.files.all().delete()
        for field, name in files:
            if not Operation.objects.filter(Q(file=name) | Q(output=name)).exists():  # an import shares its preview's
                field.storage.delete(name)
        pruned += 1
    return pruned


def publish_progress(operation: Operation) -> None:
    """Tell open pages how far an operation is."""
    publish(
        "bulk.progress",
        audience=[ADMINISTRATORS],
        payload={"id": operation.pk, "status": operation.status, "progress": operation.progress},
    )
