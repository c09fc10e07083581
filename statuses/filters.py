"""Filters of the agents list, for API and pages."""

from typing import Any, Final, cast

import django_filters
from django.forms import CharField, ValidationError
from django.http import QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from contactcenter.lib.channels import CHANNELS
from contactcenter.lib.text import row_number
from statuses.models import Availability, AvailabilityQuerySet
from statuses.states import ChannelState

MOST_UNITS: Final = 10_000  # asked for; no profile gives as many


class ChannelStateField(CharField):
    def clean(self, value: Any) -> tuple[str, str] | None:
        text = super().clean(value)
        if not text:
            return None
        channel, _, state = text.partition(":")
        if channel not in CHANNELS or state not in ChannelState.values:
            raise ValidationError(
                "“%(value)s” is not a channel and a state, like voice:online. Channels: %(channels)s."
                " States: %(states)s.",
                code="invalid",
                params={"value": text, "channels": ", ".join(CHANNELS), "states": ", ".join(ChannelState.values)},
            )
        return channel, state


@extend_schema_field(OpenApiTypes.STR)
class ChannelStateFilter(django_filters.Filter):
    field_class = ChannelStateField

    def filter(self, qs: AvailabilityQuerySet, value: tuple[str, str] | None) -> AvailabilityQuerySet:
        if value is None:
            return qs
        channel, state = value
        return qs.filter(**{f"{channel}_state": state})


class RemainingCapacityField(CharField):
    def clean(self, value: Any) -> tuple[str, int] | None:
        text = super().clean(value)
        if not text:
            return None
        channel, _, number = text.partition(":")
        units = row_number(number)
        if channel not in CHANNELS or units is None or units > MOST_UNITS:
            raise ValidationError(
                "“%(value)s” is not a channel and a number of units, like chat:2. Channels: %(channels)s."
                " Units: 0 to %(most)d.",
                code="invalid",
                params={"value": text, "channels": ", ".join(CHANNELS), "most": MOST_UNITS},
            )
        return channel, units


@extend_schema_field(OpenApiTypes.STR)
class RemainingCapacityFilter(django_filters.Filter):
    field_class = RemainingCapacityField

    def filter(self, qs: AvailabilityQuerySet, value: tuple[str, int] | None) -> AvailabilityQuerySet:
        return qs if value is None else qs.with_room(*value)


class AgentFilter(django_filters.FilterSet):
    status = django_filters.NumberFilter(field_name="status", min_value=1, max_value=2**63 - 1, decimal_places=0)
    team = django_filters.NumberFilter(method="in_team", min_value=1, max_value=2**63 - 1, decimal_places=0)
    channel_state = ChannelStateFilter(label="Channel and state, like voice:online")
    skill = django_filters.NumberFilter(method="with_skill", min_value=1, max_value=2**63 - 1, decimal_places=0)
    remaining_capacity = RemainingCapacityFilter(label="Channel and units that are free at least, like chat:2")
    search = django_filters.CharFilter(method="by_search", max_length=100, label="Words of name or e-mail")

    class Meta:
        model = Availability
        fields: list[str] = []

    @extend_schema_field(OpenApiTypes.INT)
    def in_team(self, queryset: AvailabilityQuerySet, name: str, value: Any) -> AvailabilityQuerySet:
        return queryset.filter(agent__memberships__team=int(value))

    @extend_schema_field(OpenApiTypes.INT)
    def with_skill(self, queryset: AvailabilityQuerySet, name: str, value: Any) -> AvailabilityQuerySet:
        return queryset.with_skill(int(value))

    def by_search(self, queryset: AvailabilityQuerySet, name: str, value: str) -> AvailabilityQuerySet:
        return queryset.matching(value)


def filtered(params: QueryDict, queryset: AvailabilityQuerySet) -> AvailabilityQuerySet:
    """Apply the filters of a page's address; values that cannot be used count as not given."""
    found = AgentFilter(params, queryset=queryset)
    if found.form.is_valid():
        result: AvailabilityQuerySet = found.qs
        return result
    good = params.copy()
    for name in found.form.errors:
        good.pop(name, None)
    found = AgentFilter(good, queryset=queryset)
    return cast("AvailabilityQuerySet", found.qs)
