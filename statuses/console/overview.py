"""The overview's tiles about agents and their statuses."""

from dataclasses import dataclass

from django.db.models import Aggregate, Count, F, Q, Sum
from django.http import HttpRequest

from contactcenter.directory.access import viewer
from contactcenter.directory.models import CompanySettings
from contactcenter.lib.channels import CHANNELS
from statuses.access import may_see_statuses
from statuses.console.live import counts_per_status
from statuses.console.people import LIVE
from statuses.models import Availability, Status
from statuses.states import ChannelState


def agents_now(request: HttpRequest) -> dict[str, object]:
    return {"counts": counts_per_status(Availability.objects.visible_to(viewer(request)))}


@dataclass(frozen=True)
class Spare:
    """What could be routed on one channel now: to how many agents, and how much."""

    channel: str
    agents: int
    units: int


def spare_capacity(request: HttpRequest) -> dict[str, object]:
    """Count as routing does: agents online on the channel; who works exclusively on another has nothing to spare."""
    agents = Availability.objects.visible_to(viewer(request)).order_by()
    numbers = agents.aggregate(**{name: value for channel in CHANNELS for name, value in _spare(channel).items()})
    return {
        "channels": [
            Spare(channel, numbers[f"{channel}_agents"], numbers[f"{channel}_spare"] or 0) for channel in CHANNELS
        ]
    }


def _spare(channel: str) -> dict[str, Aggregate]:
    room = F(f"{channel}_units") - F(f"{channel}_items")
    works = Q(*(Q(**{f"{name}_items__gt": 0}) for name in CHANNELS), _connector=Q.OR)
    free = Q(**{f"{channel}_state": ChannelState.ONLINE, f"{channel}_units__gt": F(f"{channel}_items")})
    free &= ~(Q(agent__state__exclusive=True) & works)
    return {f"{channel}_agents": Count("pk", filter=free), f"{channel}_spare": Sum(room, filter=free)}


def routing(_request: HttpRequest) -> dict[str, object]:
    return {"is_on": CompanySettings.load().omnichannel_routing}


def may_see_routing(request: HttpRequest) -> bool:
    return LIVE.may_view(request) or may_see_statuses(viewer(request))


def outdated(request: HttpRequest) -> dict[str, object]:
    statuses = Status.objects.custom().with_agents_count(viewer(request))
    return {"statuses": [status for status in statuses if status.outdated_count]}


def may_see_outdated(request: HttpRequest) -> bool:
    return may_see_statuses(viewer(request))
