"""Our words and Zendesk's."""

from typing import Final

from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY, Cause, WorkReason

# Zendesk has no name for the social channel, so it is not told of.
OURS: Final = {"support": "email", "talk": "voice", "messaging": "chat"}
THEIRS: Final = {ours: theirs for theirs, ours in OURS.items()}
CHANNEL_NAMES: Final = tuple(OURS)

_BUILTIN_NAMES: Final = {OFFLINE: "offline", ONLINE: "online", AWAY: "away", TRANSFERS_ONLY: "transfers_only"}

# People who set others from the console do there what Zendesk's live dashboard is for.
REASONS: Final = {
    Cause.LOGIN: "AGENT_STATUS_SWITCHER",
    Cause.AGENT: "AGENT_STATUS_SWITCHER",
    Cause.LOGOUT: "AGENT_LOGOUT",
    Cause.SUPERVISOR: "EXPLORE_TAKE_AN_ACTION",
    Cause.ADMIN: "EXPLORE_TAKE_AN_ACTION",
    Cause.API: "PUBLIC_API",
    Cause.SYNC: "PUBLIC_API",
    Cause.IDLE_TIMEOUT: "AGENT_IDLE_TIMEOUT",
    Cause.DISCONNECTED: "AGENT_DISCONNECTED",
    Cause.STATUS_DELETED: "AGENT_STATUS_DELETED",
    Cause.ROUTING_ENABLED: "OMNICHANNEL_ROUTING_ENABLED",
    Cause.IMPORT: "UNKNOWN",
}
WORK_REASONS: Final = {
    WorkReason.ASSIGNED: "ASSIGNED",
    WorkReason.TRANSFERRED: "ASSIGNED_TRANSFER",
    WorkReason.MANUAL: "MANUAL_ASSIGNED",
}

REASON_NAMES: Final = tuple(sorted(set(REASONS.values())))
WORK_REASON_NAMES: Final = tuple(WORK_REASONS.values())
RESULTS: Final = ("success", "failed")
INCLUDED: Final = ("channels", "work_items")


def status_name(status_id: int, name: str) -> str:
    """Built-in statuses have the names of Zendesk's API; custom ones their own."""
    return _BUILTIN_NAMES.get(status_id, name)


def channel_states(states: dict[str, str]) -> dict[str, str]:
    return {theirs: states[ours] for theirs, ours in OURS.items()}
