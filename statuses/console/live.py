"""Live agents: who is in which status right now. The page fetches the rows of agents it hears of again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from contactcenter.console.access import open_to
from contactcenter.console.keyset import Ordering, page_of
from contactcenter.console.registry import Area
from contactcenter.console.views import console_page
from contactcenter.directory.access import viewer
from contactcenter.directory.models import CompanySettings
from contactcenter.events.cursor import current_cursor
from contactcenter.lib.channels import CHANNEL_NAMES
from statuses.access import may_always_switch
from statuses.console.live_filters import address_of, filters, numbers_in
from statuses.console.live_rows import rows_of
from statuses.console.people import LIVE
from statuses.filters import filtered
from statuses.models import Availability, AvailabilityQuerySet, Status

ROWS_A_PAGE: Final = 200
ORDERINGS: Final = {
    "name": Ordering(("last_name", "first_name", "pk"), (str, str, int)),
    "longest": Ordering(("since", "pk"), (datetime, int)),
    "newest": Ordering(("since", "pk"), (datetime, int), falling=True),
}
ORDER_NAMES: Final = {
    "name": gettext_lazy("Name"),
    "longest": gettext_lazy("Longest in status"),
    "newest": gettext_lazy("Last change"),
}


@dataclass(frozen=True)
class StatusCount:
    """One piece of the bar: how many agents are in a status."""

    status: Status
    count: int
    offset: float
    percent: float
    is_chosen: bool


@require_safe
@open_to(LIVE.view)
def live_agents(request: HttpRequest) -> HttpResponse:
    """The page. Its cursor is taken before its queries, so the stream brings all that happens after them."""
    cursor = current_cursor()
    user = viewer(request)
    company = CompanySettings.load()
    context = {
        **_list(request),
        **filters(request.GET, user),
        "title": _("Live agents"),
        "area": Area.ROUTING.label,
        "cursor": cursor,
        "may_set": LIVE.edit(user),
        "may_switch": company.agents_may_change_channels or may_always_switch(user),
        "routing_is_on": company.omnichannel_routing,
        "statuses": Status.objects.order_by("pk"),
        "orderings": ORDER_NAMES.items(),
        "channels": CHANNEL_NAMES.items(),
    }
    return console_page(request, "statuses/console/live_agents.html", context)


@require_safe
@open_to(LIVE.view)
def live_rows(request: HttpRequest) -> HttpResponse:
    """The same page's list alone; with ``ids``, only the rows of these agents, those that match the filters."""
    context = {**_list(request), "may_set": LIVE.edit(viewer(request))}
    return render(request, "statuses/console/_live_list.html", context)


def _list(request: HttpRequest) -> dict[str, Any]:
    params = request.GET
    everyone = Availability.objects.visible_to(viewer(request))
    order = params["order"] if params.get("order") in ORDERINGS else "name"
    ordering = ORDERINGS[order]
    wanted = numbers_in(params.get("ids", ""), ROWS_A_PAGE)
    listed = filtered(params, everyone)
    if wanted is not None:
        listed = listed.filter(pk__in=wanted)
    page = page_of(listed, ordering, params.get("after", ""), ROWS_A_PAGE)
    without_status = params.copy()
    without_status.pop("status", None)
    counts = counts_per_status(filtered(without_status, everyone), chosen=params.get("status", ""))
    return {
        "rows": rows_of(page.rows, ordering),
        "channel_names": CHANNEL_NAMES.values(),
        "counts": counts,
        "total": sum(count.count for count in counts),
        "following": page.following if wanted is None else "",
        "is_first_page": page.is_first,
        "order": order,
        "address": address_of(params),
        "address_without_status": address_of(params, leave_out="status"),
    }


def counts_per_status(agents: AvailabilityQuerySet, *, chosen: str = "") -> list[StatusCount]:
    """Count agents by status, with one query for all of them and one for the statuses."""
    numbers = dict(agents.order_by().values_list("status").annotate(number=Count("pk")))
    total = sum(numbers.values())
    found, before = [], 0
    for status in Status.objects.filter(pk__in=numbers).order_by("pk"):
        count = numbers[status.pk]
        is_chosen = str(status.pk) == chosen
        found.append(StatusCount(status, count, 100 * before / total, 100 * count / total, is_chosen))
        before += count
    return found
