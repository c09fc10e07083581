"""Pictures of time: pieces of a bar or of a lane, in percent, and the statuses that they show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from contactcenter.lib.channels import CHANNELS
from statuses.models import Status
from statuses.states import Activity, ChannelState
from statuses.templatetags.status_tags import duration

_READINESS: Final = list(ChannelState.values)
DELETED: Final = ("deleted",) * len(CHANNELS)


@dataclass(frozen=True)
class Segment:
    """One piece. ``stripes`` are what it is drawn with, one above the other."""

    title: str
    stripes: Sequence[str]
    start: float
    width: float


@dataclass(frozen=True)
class Shown:
    """A status as pictures and legends show it: by what it means now, while it is there."""

    pk: int
    name: str
    channels: Mapping[str, str] | None = field(hash=False)

    @property
    def stripes(self) -> Sequence[str]:
        return tuple(self.channels.values()) if self.channels else DELETED

    @property
    def readiness(self) -> tuple[int, int]:
        """Sorts from those who take everything to those who take nothing; last come deleted ones."""
        if self.channels is None:
            return len(_READINESS) * len(CHANNELS), self.pk
        return sum(map(_READINESS.index, self.channels.values())), self.pk


def shown(names: Mapping[int, str]) -> dict[int, Shown]:
    """Return these statuses, the readiest first."""
    there = Status.objects.in_bulk(names)
    found = [Shown(pk, name, there[pk].channels if pk in there else None) for pk, name in names.items()]
    return {status.pk: status for status in sorted(found, key=lambda status: status.readiness)}


def stacked(parts: Iterable[tuple[str, Sequence[str], int]], whole: int) -> list[Segment]:
    """Put parts, given in seconds, side by side; ``whole`` fills the picture."""
    segments, before = [], 0
    for name, stripes, seconds in parts:
        if seconds:
            title = f"{name}: {hours(seconds)}"
            segments.append(Segment(title, stripes, 100 * before / whole, 100 * seconds / whole))
            before += seconds
    return segments


def hours(seconds: int) -> str:
    """Say how long many people were busy: ``865 h 55 min``, where days would mean nothing."""
    minutes = seconds // 60
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else duration(seconds)


def activity_words() -> dict[str, str]:
    return {activity.value: str(activity.label) for activity in (Activity.ACD, Activity.OUTBOUND)}
