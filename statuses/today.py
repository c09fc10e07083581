"""What an agent has done since midnight, in the zone that is active."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from django.utils import timezone

from statuses.models import AgentState, HistoryEntry

# Time counts for the reason that was given, in whichever status; without one for the status.
Key = tuple[str, int]

MOST_CHANGES: Final = 500  # looked at; more in one day do not come from people


@dataclass(frozen=True)
class Stretch:
    """An interval, or as much of it as lies in the day."""

    entry: HistoryEntry
    start: datetime
    end: datetime

    @classmethod
    def within(cls, entry: HistoryEntry, start: datetime, now: datetime) -> Self:
        return cls(entry, max(entry.started_at, start), entry.ended_at or max(now, entry.started_at))

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()

    @property
    def key(self) -> Key:
        return key_of(self.entry.status_id, self.entry.reason_code_id)

    @property
    def began_before(self) -> bool:
        return self.entry.started_at < self.start


@dataclass(frozen=True)
class Day:
    end: datetime
    stretches: list[Stretch]  # newest first

    @property
    def totals(self) -> Mapping[Key, float]:
        totals: dict[Key, float] = defaultdict(float)
        for stretch in self.stretches:
            totals[stretch.key] += stretch.seconds
        return totals


def key_of(status_id: int, reason_code_id: int | None) -> Key:
    return ("reason", reason_code_id) if reason_code_id else ("status", status_id)


def day_of(state: AgentState, now: datetime | None = None) -> Day:
    """Read the agent's day up to now. Stretches that began before midnight count from there."""
    now = now or timezone.now()
    start, end = bounds(now)
    entries = HistoryEntry.objects.filter(agent=state.pk, version__gt=state.version - MOST_CHANGES)
    overlapping = entries.overlapping(start, None).order_by("-version")
    return Day(end, [Stretch.within(entry, start, now) for entry in overlapping])


def bounds(now: datetime) -> tuple[datetime, datetime]:
    """Return in UTC when the local day began and ends; not every one has 24 hours."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return midnight.astimezone(UTC), (midnight + timedelta(days=1)).astimezone(UTC)
