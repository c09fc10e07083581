"""Who can take what now: the answer the API gives and the pages show."""

from datetime import UTC, datetime
from typing import Literal, TypedDict

from contactcenter.lib.channels import CHANNELS
from statuses.models import Availability


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


def availability_payload(row: Availability) -> AvailabilityPayload:
    """Return the API's answer for one agent."""
    return {
        "agent_id": row.pk,
        "name": row.name,
        "email": row.address,
        "version": row.version,
        "status": {
            "id": row.status_id,
            "name": row.status_name,
            "since": iso(row.since),
            "cause": row.cause,
            "reason_code": _reason(row),
        },
        "must_choose_status": row.must_choose,
        "activity": {
            "kind": row.activity,
            "skill_id": row.activity_skill_id,
            "since": iso(row.activity_since) if row.activity_since else None,
        },
        "channels": {channel: _channel(row, channel) for channel in CHANNELS},
        "phone_line": _phone_line(row),
        "team_ids": row.team_ids,
    }


def _reason(row: Availability) -> ReasonPayload | None:
    if row.reason_code_id is None:
        return None
    return {"id": row.reason_code_id, "name": row.reason_code_name, "paid": bool(row.reason_code_paid)}


def _channel(row: Availability, channel: str) -> ChannelPayload:
    units = getattr(row, f"{channel}_units")
    return {
        "state": getattr(row, f"{channel}_state"),
        "assigned": units > 0,
        "enabled": units > 0 and getattr(row, f"{channel}_on"),
        "work_items": getattr(row, f"{channel}_items"),
        "capacity": units,
        "updated_at": iso(getattr(row, f"{channel}_updated_at")),
    }


def _phone_line(row: Availability) -> Literal["ready", "unavailable"] | None:
    """Only who takes calls has one."""
    if not row.voice_units:
        return None
    return "ready" if row.line_ready else "unavailable"


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with ``Z``, as everywhere in the API."""
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
