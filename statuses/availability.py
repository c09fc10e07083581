"""Who can take what now: the answer the API gives and the pages show."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal, TypedDict

from contactcenter.directory.models import MultimediaProfile
from contactcenter.lib.channels import CHANNELS
from statuses.models import AgentState
from statuses.states import ChannelState


class ReasonPayload(TypedDict):
    id: int
    name: str
    paid: bool


class CurrentStatusPayload(TypedDict):
    id: int
    name: str
    since: str
    cause: str
    reason_code: ReasonPayload | None


class ActivityPayload(TypedDict):
    kind: str
    skill_id: int | None
    since: str | None


class ChannelPayload(TypedDict):
    state: str
    assigned: bool
    enabled: bool
    work_items: int
    capacity: int
    updated_at: str


class AvailabilityPayload(TypedDict):
    agent_id: int
    name: str
    email: str
    version: int
    status: CurrentStatusPayload
    must_choose_status: bool
    activity: ActivityPayload
    channels: dict[str, ChannelPayload]
    phone_line: Literal["ready", "unavailable"] | None
    team_ids: list[int]


def availability_of(states: Iterable[AgentState]) -> list[AvailabilityPayload]:
    """Return the answers for states read ``with_availability()``, with one more query for all of them."""
    states = list(states)
    profile_ids = {state.capacity_profile_id for state in states} - {None}
    profiles = MultimediaProfile.objects.in_bulk(profile_ids)
    return [_payload(state, profiles.get(state.capacity_profile_id or 0)) for state in states]


def _payload(state: AgentState, profile: MultimediaProfile | None) -> AvailabilityPayload:
    agent, reason, since = state.agent, state.reason_code, iso(state.since)
    channels = {
        channel: _channel(state, channel, getattr(profile, channel, 0), since) for channel in CHANNELS
    }
    voice = channels["voice"]
    return {
        "agent_id": agent.pk,
        "name": agent.name,
        "email": agent.email,
        "version": state.version,
        "status": {
            "id": state.status_id,
            "name": state.status_name,
            "since": since,
            "cause": state.cause,
            "reason_code": {"id": reason.pk, "name": reason.name, "paid": reason.paid} if reason else None,
        },
        "must_choose_status": state.must_choose,
        # nothing hands out work to contacts yet
        "activity": {"kind": "none", "skill_id": None, "since": None},
        "channels": channels,
        "phone_line": ("ready" if voice["enabled"] else "unavailable") if voice["assigned"] else None,
        "team_ids": state.team_ids,
    }


def _channel(state: AgentState, channel: str, units: int, since: str) -> ChannelPayload:
    assigned = units > 0 and channel in state.agent.channels
    return {
        "state": getattr(state, channel) if assigned else ChannelState.OFFLINE.value,
        "assigned": assigned,
        "enabled": assigned,
        "work_items": 0,
        "capacity": units if assigned else 0,
        "updated_at": since,
    }


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with ``Z``, as everywhere in the API."""
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
