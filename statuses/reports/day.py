"""One day of one agent, as it went."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Generic, TypeVar
from zoneinfo import ZoneInfo

from contactcenter.directory.models import User
from statuses.models import ActivityInterval, AgentState, HistoryEntry
from statuses.reports.spans import DAY, midnight
from statuses.states import Activity

T = TypeVar("T", HistoryEntry, ActivityInterval)

MOST_PIECES: Final = 1000  # more changes in one day do not come from people
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Piece(Generic[T]):
    """An interval, or as much of it as lies in the day."""

    entry: T
    start: datetime
    end: datetime
    running: bool

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True)
class AgentDay:
    start: datetime
    end: datetime
    statuses: list[Piece[HistoryEntry]]
    activities: list[Piece[ActivityInterval]]
    zone: ZoneInfo

    @property
    def has_more(self) -> bool:
        return len(self.statuses) == MOST_PIECES

    @property
    def hours(self) -> list[datetime]:
        """When each hour of the day begins, in the agent's time; where the clock changes they are not 24."""
        number = -((self.start - self.end) // HOUR)
        return [(self.start + count * HOUR).astimezone(self.zone) for count in range(number)]

    @property
    def has_clock_change(self) -> bool:
        return self.end - self.start != DAY


def day_of(agent: User, day: date, zone: ZoneInfo, now: datetime) -> AgentDay:
    """Read the day up to now, as the agent's zone has it."""
    start, end = midnight(day, zone), midnight(day + DAY, zone)
    entries = HistoryEntry.objects.filter(agent=agent.pk).overlapping(start, end).order_by("started_at", "version")
    activities = ActivityInterval.objects.filter(agent=agent.pk, started_at__lt=end, ended_at__gt=start)
    return AgentDay(
        start,
        end,
        list(_pieces(entries[:MOST_PIECES], start, end, now)),
        list(_pieces([*activities.order_by("started_at")[:MOST_PIECES], *_running(agent)], start, end, now)),
        zone,
    )


def _running(agent: User) -> Iterator[ActivityInterval]:
    state = AgentState.objects.filter(pk=agent.pk).exclude(activity=Activity.NONE).first()
    if state is not None and state.activity_since is not None:
        yield ActivityInterval(
            agent=agent,
            activity=state.activity,
            skill_id=state.activity_skill_id,
            skill_name=state.activity_skill_name,
            started_at=state.activity_since,
        )


def _pieces(entries: Iterable[T], start: datetime, end: datetime, now: datetime) -> Iterator[Piece[T]]:
    for entry in entries:
        ended: datetime | None = entry.ended_at
        begins, ends = max(entry.started_at, start), min(ended or now, end, now)
        if begins <= ends:
            yield Piece(entry, begins, ends, running=ended is None and ends == now)
