"""The dashboard: the operation that runs on top, those that have ended below it, newest first."""

from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import reswap, retarget

from bulkops.console.access import BULK, open_to_viewers
from bulkops.models import BUNDLE, Operation, OperationQuerySet
from contactcenter.console.keyset import Ordering, page_of
from contactcenter.console.views import console_page
from contactcenter.directory.access import viewer
from contactcenter.directory.catalog import OBJECT_TYPES
from contactcenter.events.cursor import current_cursor
from contactcenter.lib.htmx import is_htmx
from contactcenter.lib.text import name_key, row_number

ROWS_A_PAGE: Final = 50
NEWEST_FIRST: Final = Ordering(("pk",), (int,), falling=True)


@require_safe
@open_to_viewers
def dashboard(request: HttpRequest) -> HttpResponse:
    """The page; to its own script, which says in ``running`` what it knows to run, only what has changed."""
    cursor = current_cursor()
    operations = Operation.objects.visible_to(viewer(request))
    running = operations.active().first()
    if is_htmx(request) and running is not None and str(running.pk) == request.GET.get("running"):
        return render(request, "bulkops/console/_live.html", {"operation": running})
    context = {"title": _("Bulk operations"), "cursor": cursor, "running": running, **_lists(request, operations)}
    if is_htmx(request):
        answer = render(request, "bulkops/console/_dashboard.html", {**context, "is_fragment": True})
        return reswap(retarget(answer, "#bulk-dashboard"), "outerHTML")
    return console_page(request, "bulkops/console/dashboard.html", context)


def _lists(request: HttpRequest, operations: OperationQuerySet) -> dict[str, Any]:
    words = request.GET.get("search", "").strip()[:100]
    ended = searched(operations.exclude(status__in=Operation.ACTIVE), words)
    return {
        "page": page_of(ended, NEWEST_FIRST, request.GET.get("after", ""), ROWS_A_PAGE),
        "search": words,
        "address": address_of(request),
        "may_run": BULK.edit(request.user),
        "zone": timezone.get_current_timezone_name(),
    }


def searched(operations: OperationQuerySet, words: str) -> OperationQuerySet:
    """Select by file name, object, submitter or id, as far as they contain the words."""
    if not words:
        return operations
    found = Q(file_name__icontains=words) | Q(actor_name__icontains=words) | Q(object_type__in=_types_named(words))
    number = row_number(words.removeprefix("#"))
    if number is not None:
        found |= Q(pk=number)
    return operations.filter(found)


def _types_named(words: str) -> list[str]:
    labels = {BUNDLE: _("Bundle")} | {found.slug: str(found.label) for found in OBJECT_TYPES}
    return [slug for slug, label in labels.items() if name_key(words) in name_key(label)]


def address_of(request: HttpRequest) -> str:
    """Return the query of this page of the list, for links and for the script."""
    return urlencode({name: value for name in ("search", "after") if (value := request.GET.get(name))})
