"""One agent's day as lanes of time: which status, and which contacts."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from contactcenter.console.access import open_to
from contactcenter.console.registry import Area
from contactcenter.console.views import console_page
from contactcenter.directory.access import viewer
from contactcenter.directory.models import CompanySettings
from statuses.console.charts import Segment, shown
from statuses.console.fields import FIRST_DAY, LAST_DAY
from statuses.console.people import HISTORY
from statuses.models import ActivityInterval
from statuses.reports.day import AgentDay, Piece, day_of
from statuses.reports.questions import agents_of
from statuses.reports.spans import DAY
from statuses.states import Activity, status_label
from statuses.templatetags.status_tags import duration

K = TypeVar("K", bound=Hashable)


@require_safe
@open_to(HISTORY.view)
def agent_day(request: HttpRequest, agent_id: int) -> HttpResponse:
    agent = agents_of(viewer(request)).filter(pk=agent_id).first()
    if agent is None:
        raise Http404
    zone = ZoneInfo(agent.time_zone or CompanySettings.load().time_zone)
    now = timezone.now()
    today = now.astimezone(zone).date()
    day = _given(request.GET.get("day", "")) or today
    went = day_of(agent, day, zone, now)
    context = {
        "title": agent.name,
        "area": Area.ROUTING.label,
        "agent": agent,
        "day": day,
        "today": today,
        "before": day - DAY if day > FIRST_DAY else None,
        "after": day + DAY if day < today else None,
        "went": went,
        "clock": "%H:%M:%S %Z" if went.has_clock_change else "%H:%M:%S",  # tells hours apart that come twice
        **_pictures(went),
    }
    return console_page(request, "statuses/console/agent_day.html", context)


def _given(text: str) -> date | None:
    """Read the day; one that cannot be used counts as not given."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _pictures(went: AgentDay) -> dict[str, Any]:
    statuses = shown({piece.entry.status_id: piece.entry.status_name for piece in went.statuses})
    spent = [(piece, piece.entry.label, statuses[piece.entry.status_id]) for piece in went.statuses]
    busy = [(piece, activity_label(piece.entry), piece.entry.activity) for piece in went.activities]
    return {
        "status_lane": [_placed(went, piece, label, status.stripes) for piece, label, status in spent],
        "activity_lane": [_placed(went, piece, label, (activity,)) for piece, label, activity in busy],
        "hours": [(100 * ((hour - went.start) / (went.end - went.start)), hour) for hour in went.hours],
        "spent": _totals(((label, status), piece.seconds) for piece, label, status in spent),
        "busy": _totals(((label, activity), piece.seconds) for piece, label, activity in busy),
        "skilled": [(piece, label) for piece, label, _activity in busy],
    }


def activity_label(entry: ActivityInterval) -> str:
    return status_label(str(Activity(entry.activity).label), entry.skill_name)


def _placed(went: AgentDay, piece: Piece[Any], label: str, stripes: Sequence[str]) -> Segment:
    before, length, whole = piece.start - went.start, piece.end - piece.start, went.end - went.start
    times = "–".join(f"{moment.astimezone(went.zone):%H:%M}" for moment in (piece.start, piece.end))
    title = f"{label}, {times}, {duration(piece.seconds)}"
    return Segment(title, stripes, 100 * (before / whole), 100 * (length / whole))


def _totals(parts: Iterable[tuple[K, float]]) -> list[tuple[K, float]]:
    """Add up, the longest first."""
    totals: dict[K, float] = defaultdict(float)
    for key, seconds in parts:
        totals[key] += seconds
    return sorted(totals.items(), key=lambda total: -total[1])
