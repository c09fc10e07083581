"""The rows of live agents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contactcenter.console.keyset import Ordering
from contactcenter.directory.models import SkillDefinition, Team
from contactcenter.lib.channels import CHANNELS
from statuses.models import Availability
from statuses.states import ChannelState


@dataclass(frozen=True)
class ChannelLoad:
    """What an agent can take on one channel, and has taken. ``units`` is 0 where the channel is not assigned."""

    channel: str
    state: str
    units: int
    items: int
    is_on: bool
    line_ready: bool | None = None  # of voice

    @property
    def word(self) -> str:
        return str(ChannelState(self.state).label)

    @property
    def over(self) -> int:
        return max(0, self.items - self.units)

    # The bar is as long as the larger of both: what is over the capacity stands behind it.

    @property
    def items_percent(self) -> int:
        return round(100 * min(self.items, self.units) / max(self.items, self.units, 1))

    @property
    def room_percent(self) -> int:
        return round(100 * self.units / max(self.items, self.units, 1))

    @property
    def over_percent(self) -> int:
        return 100 - self.room_percent


@dataclass(frozen=True)
class Row:
    """One agent, ready to be shown. ``key`` is the place in the list, for the page that sorts rows in."""

    agent: Availability
    key: list[Any]
    teams: str
    skill: str  # of the activity
    channels: list[ChannelLoad]

    @property
    def initials(self) -> str:
        return (self.agent.first_name[:1] + self.agent.last_name[:1]).upper() or self.agent.address[:1].upper()


def rows_of(agents: Iterable[Availability], ordering: Ordering) -> list[Row]:
    agents = list(agents)
    teams = dict(Team.objects.filter(pk__in={pk for row in agents for pk in row.team_ids}).values_list("pk", "name"))
    skills = dict(
        SkillDefinition.objects.filter(pk__in={row.activity_skill_id for row in agents}).values_list("pk", "name")
    )
    return [
        Row(
            agent=row,
            key=[value.isoformat() if isinstance(value, datetime) else value for value in ordering.key_of(row)],
            teams=", ".join(teams[pk] for pk in row.team_ids if pk in teams),
            skill=skills.get(row.activity_skill_id, "") if row.activity_skill_id else "",
            channels=[_load(row, channel) for channel in CHANNELS],
        )
        for row in agents
    ]


def _load(row: Availability, channel: str) -> ChannelLoad:
    return ChannelLoad(
        channel=channel,
        state=getattr(row, f"{channel}_state"),
        units=getattr(row, f"{channel}_units"),
        items=getattr(row, f"{channel}_items"),
        is_on=getattr(row, f"{channel}_on"),
        line_ready=row.line_ready if channel == "voice" else None,
    )
