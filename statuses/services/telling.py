"""Telling who watches an agent that what the agent can take has changed."""

from collections.abc import Iterable

from contactcenter.events.audience import ALL_TEAMS, team_token, user_token
from contactcenter.events.services import Message, publish_many
from statuses.moves import LockedAgent, Moved


def publish_availability(agents: Iterable[LockedAgent | Moved], what: str) -> None:
    """``what``: ``channel``, ``phone``, ``work`` or ``activity``."""
    publish_many(
        Message(
            "availability.changed",
            [user_token(agent.agent_id), ALL_TEAMS, *map(team_token, agent.team_ids)],
            {"agent_id": agent.agent_id, "what": what},
        )
        for agent in agents
    )
