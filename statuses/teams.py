"""How many of each team's agents are in which state on each channel: for the wallboard, and for other systems."""

from collections.abc import Iterable
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
_COUNTED = ", ".join(
    f"{measure} AS {channel}_{name}"
    for channel in CHANNELS
    for name, measure in (
        *((state, f"count(*) FILTER (WHERE a.{channel}_state = '{state}')") for state in ChannelState.values),
        ("work_items", f"sum(a.{channel}_items)"),
        ("capacity", f"sum(a.{channel}_units)"),
    )
)
_SUMMED = ", ".join(f"sum({channel}_{name})::integer" for channel in CHANNELS for name in _MEASURES)
# Agents are read once: counted by team and status, then summed by team.
_TEAMS = f"""
WITH counted AS (
    SELECT m.team_id, a.status_id, count(*) AS agents, sum(a.version) AS version, {_COUNTED}
    FROM directory_membership m JOIN statuses_availability a ON a.agent_id = m.user_id
    WHERE m.team_id = ANY(%s) GROUP BY m.team_id, a.status_id
)
SELECT c.team_id, sum(c.agents)::integer, sum(c.version)::bigint,
       array_agg(c.status_id ORDER BY c.status_id), array_agg(s.name ORDER BY c.status_id),
       array_agg(c.agents ORDER BY c.status_id), {_SUMMED}
FROM counted c JOIN statuses_status s ON s.id = c.status_id GROUP BY c.team_id
"""  # noqa: S608 - made of constants


def team_availability(teams: Iterable[Team]) -> list[TeamAvailability]:
    """Return the teams in the order given. Agents of several teams count in each. One statement."""
    found = {team.pk: _empty(team) for team in teams}
    with connection.cursor() as cursor:
        cursor.execute(_TEAMS, [list(found)])
        for team_id, agents, version, ids, names, counts, *numbers in cursor.fetchall():
            team = found[team_id]
            team["agents"], team["version"] = agents, version
            team["statuses"] = [
                {"id": pk, "name": name, "agents": count} for pk, name, count in zip(ids, names, counts, strict=True)
            ]
            values = iter(numbers)
            team["channels"] = {channel: {name: next(values) for name in _MEASURES} for channel in CHANNELS}
    return list(found.values())


def _empty(team: Team) -> TeamAvailability:
    nothing = {channel: dict.fromkeys(_MEASURES, 0) for channel in CHANNELS}
    return {"team_id": team.pk, "name": team.name, "agents": 0, "version": 0, "statuses": [], "channels": nothing}
