"""Live agents: who is in which status right now. The page fetches the rows of agents it hears of again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from contactcenter.console.access import open_to
from contactcenter.console.keyset import Ordering, page_of
from contactcenter.console.registry import Area
from contactcenter.console.views import console_page
from contactcenter.directory.access import viewer
from contactcenter.directory.models import CompanySettings, Team
from contactcenter.events.cursor import current_cursor
from contactcenter.lib.channels import CHANNEL_NAMES, CHANNELS
from contactcenter.lib.text import row_number
from statuses.console.people import LIVE, teams_of
from statuses.filters import filtered
from statuses.models import Availability, AvailabilityQuerySet, Status
from statuses.states import ChannelState

ROWS_A_PAGE: Final = 200
FILTERS: Final = ("team", "status", "channel_state", "search")
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


@dataclass(frozen=True)
class ChannelLoad:
    name: str
    state: str
    capacity: int
    load: int


@dataclass(frozen=True)
class Row:
    """One agent, ready to be shown. ``key`` is the place in the list, for the page that sorts rows in."""

    agent: Availability
    key: list[Any]
    teams: str
    channels: list[ChannelLoad]

    @property
    def initials(self) -> str:
        return (self.agent.first_name[:1] + self.agent.last_name[:1]).upper() or self.agent.address[:1].upper()


@require_safe
@open_to(LIVE.view)
def live_agents(request: HttpRequest) -> HttpResponse:
    """The page. Its cursor is taken before its queries, so the stream brings all that happens after them."""
    cursor = current_cursor()
    user = viewer(request)
    context = {
        **_list(request),
        **_chosen(request.GET, teams_of(user)),
        "title": _("Live agents"),
        "area": Area.ROUTING.label,
        "cursor": cursor,
        "may_set": LIVE.edit(user),
        "routing_is_on": CompanySettings.load().omnichannel_routing,
        "statuses": Status.objects.order_by("pk"),
        "orderings": ORDER_NAMES.items(),
        "channel_states": [
            (CHANNEL_NAMES[channel], [(f"{channel}:{state}", state.label) for state in ChannelState])
            for channel in CHANNELS
        ],
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
    wanted = _ids(params.get("ids", ""))
    listed = filtered(params, everyone)
    if wanted is not None:
        listed = listed.filter(pk__in=wanted)
    page = page_of(listed.only(*ordering.fields), ordering, params.get("after", ""), ROWS_A_PAGE)
    without_status = params.copy()
    without_status.pop("status", None)
    counts = counts_per_status(filtered(without_status, everyone), chosen=params.get("status", ""))
    return {
        "rows": _rows(_whole(page.rows), ordering),
        "channel_names": CHANNEL_NAMES.values(),
        "counts": counts,
        "total": sum(count.count for count in counts),
        "following": page.following if wanted is None else "",
        "is_first_page": page.is_first,
        "order": order,
        "address": address_of(params),
        "address_without_status": address_of(params, leave_out="status"),
    }


def _whole(rows: Iterable[Availability]) -> list[Availability]:
    """Read the rows of a page as a whole: otherwise the database computes everybody's capacity before it sorts."""
    pks = [row.pk for row in rows]
    found = Availability.objects.in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def _ids(text: str) -> list[int] | None:
    """Read the agents asked for; ``None`` when it is the whole list that is asked for."""
    if not text:
        return None
    numbers = map(row_number, text.split(",")[:ROWS_A_PAGE])
    return [number for number in numbers if number is not None]


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


def _rows(agents: Iterable[Availability], ordering: Ordering) -> list[Row]:
    agents = list(agents)
    names = dict(Team.objects.filter(pk__in={pk for row in agents for pk in row.team_ids}).values_list("pk", "name"))
    return [
        Row(
            agent=row,
            key=[value.isoformat() if isinstance(value, datetime) else value for value in ordering.key_of(row)],
            teams=", ".join(names[pk] for pk in row.team_ids if pk in names),
            channels=[
                ChannelLoad(
                    name=str(CHANNEL_NAMES[channel]),
                    state=getattr(row, f"{channel}_state"),
                    capacity=getattr(row, f"{channel}_units"),
                    load=0,  # nothing hands out work to contacts yet
                )
                for channel in CHANNELS
            ],
        )
        for row in agents
    ]


# --- What is chosen ----------------------------------------------------------------------------------------------


def address_of(params: QueryDict, *, leave_out: str = "") -> str:
    """Return the query of the page with its filters and order, for links and for the script."""
    kept = QueryDict(mutable=True)
    for name in (*FILTERS, "order"):
        if name != leave_out and (value := params.get(name)):
            kept[name] = value
    return kept.urlencode()


def _chosen(params: QueryDict, teams: Iterable[Team]) -> dict[str, Any]:
    """What the filters hold, and the chips that take each of them away."""
    teams = list(teams)
    labels = {
        "team": next((team.label() for team in teams if str(team.pk) == params.get("team")), ""),
        "status": str(Status.objects.filter(pk=_one(params, "status")).first() or ""),
        "channel_state": _channel_state_label(params.get("channel_state", "")),
        "search": params.get("search", ""),
    }
    chips = [(label, address_of(params, leave_out=name)) for name, label in labels.items() if label]
    return {"teams": teams, "chosen": {name: params.get(name, "") for name in FILTERS}, "chips": chips}


def _one(params: QueryDict, name: str) -> int:
    return next(iter(_ids(params.get(name, "")) or []), 0)


def _channel_state_label(text: str) -> str:
    channel, _colon, state = text.partition(":")
    if channel not in CHANNELS or state not in ChannelState.values:
        return ""
    return f"{CHANNEL_NAMES[channel]}: {ChannelState(state).label}"
