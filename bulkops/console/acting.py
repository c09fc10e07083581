"""What can be done with an operation. Everything here is a POST; what takes something back asks first."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bulkops import services
from bulkops.console.access import find, open_to_runners
from bulkops.console.answers import go_to
from bulkops.console.figures import grouped
from bulkops.models import Operation
from contactcenter.console.views import console_page
from contactcenter.directory.access import viewer
from contactcenter.lib.errors import AppError


@require_POST
@open_to_runners
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda: services.apply_preview(pk, actor=viewer(request).actor))


@require_POST
@open_to_runners
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda: services.discard_preview(pk))


@require_POST
@open_to_runners
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda: services.cancel(pk))


def _act(request: HttpRequest, pk: int, do: Callable[[], Operation]) -> HttpResponse:
    """Lead to the operation that comes of it; where the service refuses, back with the reason."""
    operation = find(request, pk)
    try:
        operation = do()
    except AppError as error:
        messages.error(request, error.message)
    return go_to(request, operation)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_runners
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask with what would happen to how many objects, then do it."""
    operation = find(request, pk)
    if request.method == "POST":
        return _act(request, pk, lambda: services.undo(pk, actor=viewer(request).actor))
    context = {
        "title": _("Undo operation %(id)d?") % {"id": pk},
        "crumbs": [(_("Bulk operations"), reverse("admin:bulk-operations"))],
        "text": _undo_in_words(operation),
        "verb": _("Undo operation %(id)d") % {"id": pk},
        "back": reverse("admin:bulk-operation", args=[pk]),
        "is_danger": True,
        "refusal": _obstacle(operation),
    }
    return console_page(request, "console/confirm.html", context)


def _obstacle(operation: Operation) -> str:
    active = Operation.objects.active().first()
    if active is not None:
        message = _("Operation %(id)d (“%(name)s”) is in progress: undo this one when it has ended.")
        return message % {"id": active.pk, "name": active.file_name}
    return "" if operation.undoable else _("There is nothing that could be undone, or it has been undone already.")


def _undo_in_words(operation: Operation) -> str:
    changed = operation.rows.exclude(digest="")
    restored = changed.filter(before__has_key="fields").count()
    created = changed.count() - restored
    parts = []
    if created:
        text = ngettext(
            "%(count)s object that it created is deleted.", "%(count)s objects that it created are deleted.", created
        )
        parts.append(text % {"count": grouped(created)})
    if restored:
        text = ngettext(
            "%(count)s object gets back what it was.", "%(count)s objects get back what they were.", restored
        )
        parts.append(text % {"count": grouped(restored)})
    parts.append(_("What somebody has changed or used since stays as it is, and is listed afterwards."))
    return " ".join(parts)
