"""What is true of statuses, agents and their work, and how to read it."""

from statuses.models.agents import AgentState, AgentStateQuerySet, Availability, AvailabilityQuerySet
from statuses.models.base import ChannelStates
from statuses.models.definitions import Status, StatusQuerySet, StatusTeam
from statuses.models.history import ActivityInterval, HistoryEntry, HistoryQuerySet, StatusInterval
from statuses.models.jobs import StatusJob
from statuses.models.timeouts import Presence, PresenceClock, TimeoutDefaults, TimeoutRule
from statuses.models.work import PhoneLine, WorkItem

__all__ = [
    "ActivityInterval",
    "AgentState",
    "AgentStateQuerySet",
    "Availability",
    "AvailabilityQuerySet",
    "ChannelStates",
    "HistoryEntry",
    "HistoryQuerySet",
    "PhoneLine",
    "Presence",
    "PresenceClock",
    "Status",
    "StatusInterval",
    "StatusJob",
    "StatusQuerySet",
    "StatusTeam",
    "TimeoutDefaults",
    "TimeoutRule",
    "WorkItem",
]
