"""Shapes of the status API: what comes in is checked here, what goes out is described here."""

from typing import Any, Final, Literal

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from contactcenter.api.fields import StrictInteger, StrictSerializer, StrictSwitch, StrictText
from contactcenter.directory.models import Team
from contactcenter.lib.channels import CHANNEL_CHOICES, CHANNELS
from statuses.models import Status, TimeoutDefaults
from statuses.models.timeouts import LONGEST_IDLE, SHORTEST_IDLE
from statuses.services import LEASE, LONGEST_LEASE
from statuses.states import AGENTS_AT_ONCE, NOTE_LENGTH, ONLINE, Activity, Cause, ChannelState, WorkReason

KEEP: Final = "keep"

Target = Status | Literal["keep"] | None


class ChannelsSerializer(serializers.Serializer[dict[str, str]]):
    """All four channels on create, any of them on change."""

    voice = serializers.ChoiceField(ChannelState.choices)
    chat = serializers.ChoiceField(ChannelState.choices)
    email = serializers.ChoiceField(ChannelState.choices)
    social = serializers.ChoiceField(ChannelState.choices)

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        if unknown := sorted(set(data) - set(CHANNELS)):
            raise serializers.ValidationError(dict.fromkeys(unknown, "There is no such channel."))
        return values


@extend_schema_field({"oneOf": [{"type": "string", "enum": [KEEP]}, {"type": "integer"}]})
class TargetField(serializers.Field[Target, Any, Any, Any]):
    """Where a timeout leads: the id of a status, or ``keep``."""

    default_error_messages = {
        "invalid": "Send the id of a status, or “keep”.",
        "online": "Nobody becomes Online by a timeout: choose another status, or “keep”.",
        "unknown": "There is no status {id}.",
    }

    def to_internal_value(self, data: Any) -> Target:
        if data == KEEP:
            return KEEP
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        if data == ONLINE:
            self.fail("online")
        found = Status.objects.filter(pk=data).first()
        if found is None:
            self.fail("unknown", id=str(data)[:30])
        return found


def split_target(target: Target) -> tuple[bool, Status | None]:
    """Return whether the status is kept, and else where it leads."""
    return (True, None) if target == KEEP else (False, target)


def _joined(*, keep: bool, target_id: int | None) -> int | str | None:
    return KEEP if keep else target_id


class StatusSerializer(serializers.Serializer[Status]):
    id = serializers.IntegerField(read_only=True)
    name = StrictText(max_length=100)
    description = StrictText(max_length=255, required=False, allow_blank=True)
    builtin = serializers.BooleanField(read_only=True)
    channels = ChannelsSerializer()
    team_ids = serializers.ListField(
        child=StrictInteger(), required=False, max_length=1000, help_text="Empty: every agent may choose it."
    )
    agents_count = serializers.IntegerField(read_only=True)
    idle_after_minutes = serializers.IntegerField(read_only=True, allow_null=True)
    idle_target = TargetField(read_only=True, allow_null=True)
    disconnect_target = TargetField(read_only=True, allow_null=True)
    updated_at = serializers.DateTimeField(read_only=True)

    def validate_team_ids(self, ids: list[int]) -> list[Team]:
        teams = Team.objects.in_bulk(ids)
        if unknown := sorted(set(ids) - set(teams)):
            raise serializers.ValidationError(f"There is no team {', '.join(map(str, unknown))}.")
        return list(teams.values())

    def to_representation(self, status: Status) -> dict[str, Any]:
        return {
            "id": status.pk,
            "name": status.name,
            "description": status.description,
            "builtin": status.builtin,
            "channels": status.channels,
            "team_ids": sorted(team.pk for team in status.teams.all()),
            "agents_count": status.agents_count,
            **timeouts_of(status),
            "updated_at": serializers.DateTimeField().to_representation(status.updated_at),
        }

    def values(self) -> dict[str, str]:
        """Return the checked values by field of the status."""
        given: dict[str, Any] = self.validated_data
        return {**{name: given[name] for name in ("name", "description") if name in given}, **given.get("channels", {})}


class SetStatusSerializer(serializers.Serializer[Any]):
    status = StrictInteger()
    reason_code = StrictInteger(required=False, allow_null=True, default=None)
    note = StrictText(required=False, allow_blank=True, max_length=NOTE_LENGTH, default="")


class SetStatusesSerializer(serializers.Serializer[Any]):
    agent_ids = serializers.ListField(child=StrictInteger(), allow_empty=False, max_length=AGENTS_AT_ONCE)
    status = StrictInteger()
    note = StrictText(required=False, allow_blank=True, max_length=NOTE_LENGTH, default="")


class TimeoutsSerializer(StrictSerializer):
    """What a status has of its own; ``null``, or left out, follows the company."""

    idle_after_minutes = StrictInteger(
        min_value=SHORTEST_IDLE, max_value=LONGEST_IDLE, allow_null=True, required=False, default=None
    )
    idle_target = TargetField(allow_null=True, required=False, default=None)
    disconnect_target = TargetField(allow_null=True, required=False, default=None)


class CompanyTimeoutsSerializer(StrictSerializer):
    """What holds for statuses that have nothing of their own."""

    idle_enabled = StrictSwitch()
    idle_after_minutes = StrictInteger(min_value=SHORTEST_IDLE, max_value=LONGEST_IDLE)
    idle_target = TargetField()
    disconnect_target = TargetField()


def timeouts_of(status: Status) -> dict[str, int | str | None]:
    rule = getattr(status, "timeouts", None)
    if rule is None:
        return dict.fromkeys(("idle_after_minutes", "idle_target", "disconnect_target"))
    return {
        "idle_after_minutes": rule.idle_after_minutes,
        "idle_target": _joined(keep=rule.idle_keep, target_id=rule.idle_target_id),
        "disconnect_target": _joined(keep=rule.disconnect_keep, target_id=rule.disconnect_target_id),
    }


def company_timeouts(defaults: TimeoutDefaults) -> dict[str, bool | int | str | None]:
    idle, disconnect = defaults.idle_target_id, defaults.disconnect_target_id
    return {
        "idle_enabled": defaults.idle_enabled,
        "idle_after_minutes": defaults.idle_after_minutes,
        "idle_target": _joined(keep=idle is None, target_id=idle),
        "disconnect_target": _joined(keep=disconnect is None, target_id=disconnect),
    }


class ChannelSwitchSerializer(StrictSerializer):
    enabled = StrictSwitch()


class PhoneLineSerializer(StrictSerializer):
    ready = StrictSwitch()
    lease_seconds = StrictInteger(
        max_value=int(LONGEST_LEASE.total_seconds()),
        required=False,
        default=int(LEASE.total_seconds()),
        help_text="How long the report counts unless another follows.",
    )


class WorkItemSerializer(StrictSerializer):
    id = serializers.IntegerField(read_only=True)
    agent_id = serializers.IntegerField(read_only=True)
    channel = serializers.ChoiceField(CHANNEL_CHOICES)
    external_ref = StrictText(
        max_length=200, required=False, allow_blank=True, default="", help_text="What another system knows it as."
    )
    reason = serializers.ChoiceField(WorkReason.choices, read_only=True)
    added_at = serializers.DateTimeField(read_only=True)


# --- Answers: written by plain functions for speed, described here for the OpenAPI document ---------------------


class ReasonSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    paid = serializers.BooleanField()


class CurrentStatusSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    since = serializers.DateTimeField()
    cause = serializers.ChoiceField(Cause.choices)
    reason_code = ReasonSerializer(allow_null=True)


class ActivitySerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Activity.choices)
    skill_id = serializers.IntegerField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)


class ChannelAvailabilitySerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(ChannelState.choices)
    assigned = serializers.BooleanField()
    enabled = serializers.BooleanField()
    work_items = serializers.IntegerField()
    capacity = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class ChannelAvailabilitiesSerializer(serializers.Serializer[Any]):
    voice = ChannelAvailabilitySerializer()
    chat = ChannelAvailabilitySerializer()
    email = ChannelAvailabilitySerializer()
    social = ChannelAvailabilitySerializer()


class AvailabilitySerializer(serializers.Serializer[Any]):
    agent_id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    version = serializers.IntegerField()
    status = CurrentStatusSerializer()
    must_choose_status = serializers.BooleanField()
    activity = ActivitySerializer()
    channels = ChannelAvailabilitiesSerializer()
    phone_line = serializers.ChoiceField(["ready", "unavailable"], allow_null=True)
    team_ids = serializers.ListField(child=serializers.IntegerField())


class ResultErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()


class SetStatusResultSerializer(serializers.Serializer[Any]):
    agent_id = serializers.IntegerField()
    ok = serializers.BooleanField()
    error = ResultErrorSerializer(required=False)


class SetStatusesResultSerializer(serializers.Serializer[Any]):
    results = SetStatusResultSerializer(many=True)


class ActorSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["user", "client", "sync", "system"])
    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


class NamedSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class TeamStatusSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    agents = serializers.IntegerField()


class TeamChannelSerializer(serializers.Serializer[Any]):
    """How many of the team's agents are in each state, what they hold and what they could hold."""

    online = serializers.IntegerField()
    transfers_only = serializers.IntegerField()
    away = serializers.IntegerField()
    offline = serializers.IntegerField()
    work_items = serializers.IntegerField()
    capacity = serializers.IntegerField()


class TeamChannelsSerializer(serializers.Serializer[Any]):
    voice = TeamChannelSerializer()
    chat = TeamChannelSerializer()
    email = TeamChannelSerializer()
    social = TeamChannelSerializer()


class TeamAvailabilitySerializer(serializers.Serializer[Any]):
    team_id = serializers.IntegerField()
    name = serializers.CharField()
    agents = serializers.IntegerField()
    statuses = TeamStatusSerializer(many=True, help_text="Those that any of the agents is in.")
    channels = TeamChannelsSerializer()


class IntervalSerializer(serializers.Serializer[Any]):
    status = NamedSerializer()
    reason_code = ReasonSerializer(allow_null=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.IntegerField()
    cause = serializers.ChoiceField(Cause.choices)
    actor = ActorSerializer()
    note = serializers.CharField(allow_blank=True)


class ReportGroupSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["agent", "team", "day"])
    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    date = serializers.DateField(allow_null=True)


class StatusTimeSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    seconds = serializers.IntegerField()


class ReasonTimeSerializer(StatusTimeSerializer):
    paid = serializers.BooleanField()


class ActivityTimesSerializer(serializers.Serializer[Any]):
    none = serializers.IntegerField()
    outbound = serializers.IntegerField()
    acd = serializers.IntegerField()


class TimeInStatusSerializer(serializers.Serializer[Any]):
    group = ReportGroupSerializer()
    seconds = serializers.IntegerField(help_text="Those of the statuses add up to it, and so do those of activities.")
    statuses = StatusTimeSerializer(many=True)
    reason_codes = ReasonTimeSerializer(many=True)
    activities = ActivityTimesSerializer()
    paid_seconds = serializers.IntegerField()
    unpaid_seconds = serializers.IntegerField()
