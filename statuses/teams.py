"""How many of each team's agents are in which state on each channel: for the wallboard, and for other systems."""

from collections.abc import Collection
from typing import TypedDict

from django.db import connection

from contactcenter.directory.models import Team
from contactcenter.lib.channels import CHANNELS
from statuses.states import ChannelState


class StatusCount(TypedDict):
    id: int
    name: str
    agents: int


class TeamAvailability(TypedDict):
    team_id: int
    name: str
    agents: int
    version: int
    statuses: list[StatusCount]
    channels: dict[str, dict[str, int]]


_MEASURES = (*ChannelState.values, "work_items", "capacity")
_BY_CHANNEL = ", ".join(
    ", ".join(
        (
            *(f"count(*) FILTER (WHERE a.{channel}_state = '{state}')" for state in ChannelState.values),
            f"sum(a.{channel}_items)",
            f"sum(a.{channel}_units)",
        )
    )
    for channel in CHANNELS
)
_CHANNELS = f"""
SELECT m.team_id, count(*), sum(a.version), {_BY_CHANNEL}
FROM directory_membership m JOIN statuses_availability a ON a.agent_id = m.user_id
WHERE m.team_id = ANY(%s) GROUP BY m.team_id
"""  # noqa: S608 - made of constants
_STATUSES = """
SELECT m.team_id, a.status_id, s.name, count(*)
FROM directory_membership m JOIN statuses_availability a ON a.agent_id = m.user_id
JOIN statuses_status s ON s.id = a.status_id
WHERE m.team_id = ANY(%s) GROUP BY m.team_id, a.status_id, s.name ORDER BY a.status_id
"""


def team_availability(teams: Collection[Team]) -> list[TeamAvailability]:
    """Return the teams in the order given. Agents of several teams count in each. Two statements."""
    ids = [team.pk for team in teams]
    found = {team.pk: _empty(team) for team in teams}
    with connection.cursor() as cursor:
        cursor.execute(_CHANNELS, [ids])
        for team_id, agents, version, *numbers in cursor.fetchall():
            team = found[team_id]
            team["agents"], team["version"] = agents, int(version)
            values = iter(numbers)
            team["channels"] = {channel: {name: int(next(values)) for name in _MEASURES} for channel in CHANNELS}
        cursor.execute(_STATUSES, [ids])
        for team_id, status_id, name, agents in cursor.fetchall():
            found[team_id]["statuses"].append({"id": status_id, "name": name, "agents": agents})
    return [found[pk] for pk in ids]


def _empty(team: Team) -> TeamAvailability:
    nothing = {channel: dict.fromkeys(_MEASURES, 0) for channel in CHANNELS}
    return {"team_id": team.pk, "name": team.name, "agents": 0, "version": 0, "statuses": [], "channels": nothing}
