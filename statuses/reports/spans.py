"""The time a report is about: days as each agent's zone has them, or from one moment to another.

Days are cut here and not by the database, whose ``AT TIME ZONE`` begins a day an hour late where the clock goes back
over midnight, as in the Azores.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


class Stretch(NamedTuple):
    """Days of equal length, one after another, in one zone. The first and the last may be cut off."""

    starts: datetime
    ends: datetime
    midnight: datetime  # at which the first day begins
    length: timedelta  # of each day
    first: date


@dataclass(frozen=True)
class Days:
    """Whole days: for each agent those of the agent's zone."""

    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        return (self.first + number * DAY for number in range((self.last - self.first).days + 1))

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        return midnight(self.first, zone), midnight(self.last + DAY, zone)

    def dates(self, _zone: ZoneInfo) -> tuple[date, date]:
        return self.first, self.last


@dataclass(frozen=True)
class Moments:
    """From one moment to another, which is the first that does not belong to it."""

    start: datetime
    end: datetime

    def bounds(self, _zone: ZoneInfo) -> tuple[datetime, datetime]:
        return self.start, self.end

    def dates(self, zone: ZoneInfo) -> tuple[date, date]:
        last = max(self.start, self.end - timedelta.resolution)
        return self.start.astimezone(zone).date(), last.astimezone(zone).date()


Span = Days | Moments


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return in UTC when a day begins. Where the clock goes back over midnight, it is the first one."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def whole(span: Span, zone: ZoneInfo, now: datetime) -> list[Stretch]:
    """Return the span up to now as one stretch, or none where it is still to come."""
    start, end = span.bounds(zone)
    end = min(end, now)
    return [Stretch(start, end, start, end - start, span.dates(zone)[0])] if start < end else []


def by_days(span: Span, zone: ZoneInfo, now: datetime, within: Days) -> list[Stretch]:
    """Return the days up to now that are ``within`` others; where clocks change a day is a stretch of its own."""
    start, end = span.bounds(zone)
    end = min(end, now)
    first, last = span.dates(zone)
    days = _days(max(first, within.first), min(last, within.last), zone)
    stretches = []
    for length, alike in groupby(days, key=lambda day: day[2] - day[1]):
        group = list(alike)
        day, begins, ends = group[0][0], group[0][1], group[-1][2]
        if max(start, begins) < min(end, ends):
            stretches.append(Stretch(max(start, begins), min(end, ends), begins, length, day))
    return stretches


def _days(first: date, last: date, zone: ZoneInfo) -> Iterator[tuple[date, datetime, datetime]]:
    """Give each day with its beginning and its end."""
    begins = midnight(first, zone)
    for number in range((last - first).days + 1):
        day = first + number * DAY
        ends = midnight(day + DAY, zone)
        yield day, begins, ends
        begins = ends
