"""Files of operations, to take along."""

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
    try:
        return written(partial(write_errors, operation))
    except NotFound as error:
        raise Http404 from error


@require_safe
@open_to_viewers
def output(request: HttpRequest, pk: int) -> FileResponse:
    operation = find(request, pk)
    try:
        return stored(operation.output, operation.output_name)
    except NotFound as error:
        raise Http404 from error


@require_safe
@open_to_viewers
def uploaded(request: HttpRequest, pk: int) -> FileResponse:
    operation = find(request, pk)
    try:
        return stored(operation.file, operation.file_name)
    except NotFound as error:
        raise Http404 from error


@require_safe
@open_to_viewers
def template(request: HttpRequest, object_type: str) -> FileResponse:
    """An empty file with the header."""
    try:
        return written(partial(write_template, object_type))
    except NotFound as error:
        raise Http404 from error
