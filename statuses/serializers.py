"""Shapes of the status API: what comes in is checked here, what goes out is described here."""

from typing import Any

from rest_framework import serializers

from contactcenter.api.fields import StrictInteger, StrictText
from contactcenter.directory.models import Team
from contactcenter.lib.channels import CHANNELS
from statuses.models import Status
from statuses.states import AGENTS_AT_ONCE, NOTE_LENGTH, Cause, ChannelState


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
    idle_target = serializers.IntegerField(read_only=True, allow_null=True)
    disconnect_target = serializers.IntegerField(read_only=True, allow_null=True)
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
            "idle_after_minutes": None,
            "idle_target": None,
            "disconnect_target": None,
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
    kind = serializers.ChoiceField(["none", "outbound", "acd"])
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


class IntervalSerializer(serializers.Serializer[Any]):
    status = NamedSerializer()
    reason_code = ReasonSerializer(allow_null=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.IntegerField()
    cause = serializers.ChoiceField(Cause.choices)
    actor = ActorSerializer()
    note = serializers.CharField(allow_blank=True)
