"""Files of operations, to take along."""

from collections.abc import Callable
from functools import partial

from django.http import Http404, HttpRequest
from django.http.response import FileResponse
from django.views.decorators.http import require_safe

from bulkops.attachments import stored, written
from bulkops.console.access import find, open_to_viewers
from bulkops.models import Operation
from bulkops.reports import write_errors, write_template
from contactcenter.lib.errors import NotFound


@require_safe
@open_to_viewers
def errors(request: HttpRequest, pk: int) -> FileResponse:
    """The refused rows, as they can be corrected and imported again."""
    operation = find(request, pk)
    if operation.is_active or operation.kind != Operation.Kind.IMPORT:
        raise Http404
    return _or_404(lambda: written(partial(write_errors, operation)))


@require_safe
@open_to_viewers
def output(request: HttpRequest, pk: int) -> FileResponse:
    operation = find(request, pk)
    return _or_404(lambda: stored(operation.output, operation.output_name))


@require_safe
@open_to_viewers
def uploaded(request: HttpRequest, pk: int) -> FileResponse:
    operation = find(request, pk)
    return _or_404(lambda: stored(operation.file, operation.file_name))


@require_safe
@open_to_viewers
def template(request: HttpRequest, object_type: str) -> FileResponse:
    """An empty file with the header."""
    return _or_404(lambda: written(partial(write_template, object_type)))


def _or_404(answer: Callable[[], FileResponse]) -> FileResponse:
    try:
        return answer()
    except NotFound as error:
        raise Http404 from error
