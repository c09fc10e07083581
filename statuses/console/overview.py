"""The overview's tiles about agents and their statuses."""

from django.http import HttpRequest

from contactcenter.directory.access import viewer
from contactcenter.directory.models import CompanySettings
from statuses.access import may_see_statuses
from statuses.console.live import counts_per_status
from statuses.console.people import LIVE
from statuses.models import Availability, Status


def agents_now(request: HttpRequest) -> dict[str, object]:
    return {"counts": counts_per_status(Availability.objects.visible_to(viewer(request)))}


def routing(_request: HttpRequest) -> dict[str, object]:
    return {"is_on": CompanySettings.load().omnichannel_routing}


def may_see_routing(request: HttpRequest) -> bool:
    return LIVE.may_view(request) or may_see_statuses(viewer(request))


def outdated(request: HttpRequest) -> dict[str, object]:
    statuses = Status.objects.custom().with_agents_count(viewer(request))
    return {"statuses": [status for status in statuses if status.outdated_count]}


def may_see_outdated(request: HttpRequest) -> bool:
    return may_see_statuses(viewer(request))
