"""Teams wallboard: how many agents of each team can take what now. The page fetches what changed again."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contactcenter.console.access import open_to
from contactcenter.console.keyset import Ordering, page_of
from contactcenter.console.registry import Area
from contactcenter.console.views import console_page
from contactcenter.directory.access import viewer
from contactcenter.directory.models import Site, Team, User
from contactcenter.directory.models.querysets import TeamQuerySet
from contactcenter.events.cursor import current_cursor
from contactcenter.lib.channels import CHANNEL_NAMES, CHANNELS
from contactcenter.lib.text import name_key, row_number
from statuses.console.live import counts_per_status
from statuses.console.live_filters import numbers_in
from statuses.console.people import LIVE
from statuses.models import Availability, Status
from statuses.states import AGENTS_AT_ONCE, ChannelState
from statuses.teams import StatusCount, TeamAvailability, team_availability

TEAMS_A_PAGE: Final = 100
STATUSES_A_CARD: Final = 12
FILTERS: Final = ("site", "search", "size")
BY_NAME: Final = Ordering(("key", "site_id", "pk"), (str, int, int))


@dataclass(frozen=True)
class ChannelCounts:
    """One line of a card: how many agents are in which state, and how much of their capacity is used."""

    name: str
    states: list[tuple[str, int]]
    work_items: int
    capacity: int


@dataclass(frozen=True)
class Card:
    """A team, or all agents together."""

    name: str
    agents: int
    statuses: list[StatusCount]
    channels: list[ChannelCounts]
    team: Team | None = None

    @property
    def shown_statuses(self) -> list[StatusCount]:
        """Those with most agents, in the order of the statuses."""
        largest = sorted(self.statuses, key=lambda one: -one["agents"])[:STATUSES_A_CARD]
        return sorted(largest, key=lambda one: one["id"])

    @property
    def agents_elsewhere(self) -> int:
        """How many are in statuses that have no room on the card."""
        return self.agents - sum(one["agents"] for one in self.shown_statuses)


@require_safe
@open_to(LIVE.view)
def wallboard(request: HttpRequest) -> HttpResponse:
    """The page. Its cursor is taken before its queries, so the stream brings all that happens after them."""
    cursor = current_cursor()
    user = viewer(request)
    teams = _teams_of(user)
    params = request.GET
    context = {
        **_board(request),
        "title": _("Teams wallboard"),
        "area": Area.ROUTING.label,
        "cursor": cursor,
        "is_large": params.get("size") == "large",
        "sites": Site.objects.filter(pk__in=teams.order_by().values("site")).order_by("key"),
        "chosen": {name: params.get(name, "") for name in FILTERS},
        "other_size": _address(params, size="" if params.get("size") == "large" else "large"),
    }
    return console_page(request, "statuses/console/wallboard.html", context)


@require_safe
@open_to(LIVE.view)
def wallboard_teams(request: HttpRequest) -> HttpResponse:
    """The cards alone; with ``agents``, only those of these agents' teams."""
    return render(request, "statuses/console/_board.html", _board(request))


def _board(request: HttpRequest) -> dict[str, Any]:
    user, params = viewer(request), request.GET
    listed = _filtered(params, _teams_of(user)).select_related("site")
    agents = numbers_in(params.get("agents", ""), AGENTS_AT_ONCE)
    if agents is not None:
        listed = listed.filter(pk__in=Team.objects.filter(members__in=agents).order_by().values("pk"))
    page = page_of(listed, BY_NAME, params.get("after", ""), TEAMS_A_PAGE)
    return {
        "everybody": _everybody(user),
        "cards": [_card(team, found) for team, found in zip(page.rows, team_availability(page.rows), strict=True)],
        "head": render_to_string("statuses/console/_board_head.html", {"channel_states": list(ChannelState)}),
        "statuses": Status.objects.order_by("pk"),
        "following": page.following,
        "is_first_page": page.is_first,
        "address": _address(params),
        "is_filtered": bool(params.get("site") or params.get("search")),
    }


def _teams_of(user: User) -> "QuerySet[Team]":
    teams: TeamQuerySet[Team] = Team.objects.visible_to(user)
    return teams.filter(type=Team.Type.AGENT)


def _filtered(params: QueryDict, teams: "QuerySet[Team]") -> "QuerySet[Team]":
    """Apply the filters of the page's address; values that cannot be used count as not given."""
    site = row_number(params.get("site", ""))
    if site is not None:
        teams = teams.filter(site=site)
    for word in params.get("search", "").split():
        teams = teams.filter(Q(key__contains=name_key(word)) | Q(site__key__contains=name_key(word)))
    return teams


def _address(params: QueryDict, **instead: str) -> str:
    kept = QueryDict(mutable=True)
    kept.update({name: value for name in FILTERS if (value := instead.get(name, params.get(name, "")))})
    return kept.urlencode()


# --- Cards -------------------------------------------------------------------------------------------------------


def _card(team: Team, found: TeamAvailability) -> Card:
    return Card(team.name, found["agents"], found["statuses"], _channels(found["channels"]), team)


def _everybody(user: User) -> Card:
    """All agents the user sees, each once."""
    agents = Availability.objects.visible_to(user).order_by()
    numbers = agents.aggregate(agents=Count("pk"), **_measures())
    channels = {
        channel: {
            **{state: numbers[f"{channel}_in_{state}"] for state in ChannelState.values},
            "work_items": numbers[f"{channel}_work_items"] or 0,
            "capacity": numbers[f"{channel}_capacity"] or 0,
        }
        for channel in CHANNELS
    }
    statuses: list[StatusCount] = [
        {"id": count.status.pk, "name": count.status.name, "agents": count.count} for count in counts_per_status(agents)
    ]
    name = _("All agents") if user.sees_all_teams else _("All agents of your teams")
    return Card(name, numbers["agents"], statuses, _channels(channels))


def _measures() -> dict[str, Any]:
    states = {
        f"{channel}_in_{state}": Count("pk", filter=Q(**{f"{channel}_state": state}))
        for channel in CHANNELS
        for state in ChannelState.values
    }
    items = {f"{channel}_work_items": Sum(f"{channel}_items") for channel in CHANNELS}
    units = {f"{channel}_capacity": Sum(f"{channel}_units") for channel in CHANNELS}
    return {**states, **items, **units}


def _channels(found: dict[str, dict[str, int]]) -> list[ChannelCounts]:
    return [
        ChannelCounts(
            name=str(CHANNEL_NAMES[channel]),
            states=[(state, found[channel][state]) for state in ChannelState.values],
            work_items=found[channel]["work_items"],
            capacity=found[channel]["capacity"],
        )
        for channel in CHANNELS
    ]
