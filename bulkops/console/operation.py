"""One operation: what it is about, how far it is, what became of its rows."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import reswap, retarget

from bulkops.console.access import BULK, find, open_to_viewers
from bulkops.console.answers import go_to, part_or_page
from bulkops.console.rows import notes_of, rows_context
from bulkops.models import Operation
from contactcenter.events.cursor import current_cursor
from contactcenter.lib.htmx import is_htmx

TEMPLATE = "bulkops/console/_operation.html"


@require_safe
@open_to_viewers
def operation_page(request: HttpRequest, pk: int) -> HttpResponse:
    cursor = current_cursor()
    operation = find(request, pk)
    context = {"title": str(operation), "cursor": cursor, **_context(request, operation)}
    return part_or_page(request, TEMPLATE, context)


@require_safe
@open_to_viewers
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part that a page fetches again and again, until the operation has ended: then it gets all there is."""
    operation = find(request, pk)
    if not is_htmx(request):
        return go_to(request, operation)
    if operation.is_active:
        return render(request, "bulkops/console/_live.html", {"operation": operation})
    answer = render(request, TEMPLATE, {**_context(request, operation), "is_part": True})
    return reswap(retarget(answer, "#bulk-operation"), "outerHTML")


def _context(request: HttpRequest, operation: Operation) -> dict[str, Any]:
    return {
        "operation": operation,
        "actions": Actions(operation, may_run=BULK.edit(request.user)),
        "followers": sorted(operation.followers.all(), key=lambda one: one.pk),
        "notes": [] if operation.is_active else notes_of(operation),
        "is_pruned": _is_pruned(operation),
        "zone": timezone.get_current_timezone_name(),
        **rows_context(operation, request.GET),
    }


def _is_pruned(operation: Operation) -> bool:
    """Whether there were rows or a file, which were let go of since."""
    if operation.is_active or operation.status == Operation.Status.FAILED:
        return False
    if operation.kind == Operation.Kind.EXPORT:
        return not operation.output and not operation.cancelled
    return not operation.staged


class Actions:
    """What the viewer may do with an operation now; ``busy`` is another one that has to end before."""

    def __init__(self, operation: Operation, *, may_run: bool) -> None:
        has_ended = not operation.is_active
        is_import = has_ended and operation.kind == Operation.Kind.IMPORT
        is_waiting = is_import and operation.dry_run and not operation.discarded and not operation.followers.all()
        is_waiting = is_waiting and operation.status != Operation.Status.FAILED and operation.staged
        self.changing = operation.created + operation.updated  # rows
        self.cancel = may_run and operation.is_active and not operation.cancel_requested
        self.apply = may_run and is_waiting and self.changing > 0
        self.discard = may_run and is_waiting
        self.undo = may_run and operation.undoable
        self.errors = is_import and operation.failed > 0 and operation.staged
        self.correct = may_run and is_import and operation.status != Operation.Status.COMPLETED
        self.busy = Operation.objects.active().first() if self.apply or self.undo else None
