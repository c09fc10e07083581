"""Queues and the groups of teams that serve them."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.admin.base import (
    DirectoryAdmin,
    DirectoryRowFormSet,
    DirectoryRows,
    count_column,
    named,
    seconds_column,
)
from contactcenter.directory.models import DistributionGroup, EntryPoint, InboundQueue, OutdialQueue

_TIMES = (
    _("Times"),
    {"fields": (("max_time_in_queue", "service_level_threshold"), "timezone")},
)
_RECORDING = (
    _("Monitoring, recording and music"),
    {
        "fields": (
            "permit_monitoring",
            "permit_recording",
            "record_all_calls",
            "pause_or_resume_enabled",
            "recording_pause_duration",
            "default_music_in_queue",
        )
    },
)


class GroupFormSet(DirectoryRowFormSet):
    """Groups in the order of their numbers, which are then 1, 2, 3 and so on; those without one come last."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["distribution_group_seq"].required = False

    def rows(self) -> Iterator[DistributionGroup]:
        groups = [form.instance for form in self.filled()]
        order = sorted(groups, key=lambda group: group.distribution_group_seq or float("inf"))
        for form, group in zip(self.filled(), groups, strict=True):
            group.distribution_group_seq = order.index(group) + 1
            group.chosen = {"group_teams": list(form.cleaned_data["group_teams"])}
            yield group


class GroupRows(DirectoryRows):
    model = DistributionGroup
    formset = GroupFormSet
    fields = ("distribution_group_seq", "distribution_group", "group_fallback_time", "group_teams")
    ordered_by = "distribution_group_seq"
    not_in_first = "group_fallback_time"
    verbose_name = _("group")
    verbose_name_plural = _("distribution groups")
    note = _("The first group is asked at once, each further one as well after the seconds given.")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("group_teams__site")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        short = {
            "distribution_group_seq": (_("Order"), ""),
            "distribution_group": (_("Name"), ""),
            "group_fallback_time": (_("After seconds"), ""),
            "group_teams": (_("Teams"), ""),
        }
        if field is not None and db_field.name in short:
            field.label, field.help_text = short[db_field.name]
        return field


@admin.register(InboundQueue)
class InboundQueueAdmin(DirectoryAdmin):
    description = _("Where contacts wait for an agent. Its groups say which teams are asked, one after the other.")
    list_display = (
        named,
        "channel_type",
        "routing_type",
        seconds_column("max_time_in_queue", _("longest wait")),
        seconds_column("service_level_threshold", _("service level")),
        count_column("group_count", _("groups"), DistributionGroup, "queue"),
    )
    list_filter = ("channel_type", "routing_type")
    search_fields = ("name", "description")
    fieldsets = (
        (None, {"fields": ("name", "description", "channel_type")}),
        _TIMES,
        (_("Routing"), {"fields": ("routing_type", "skill_based_agent_selection")}),
        _RECORDING,
    )
    inlines = (GroupRows,)


@admin.register(OutdialQueue)
class OutdialQueueAdmin(DirectoryAdmin):
    description = _("Where calls of agents and campaigns wait. Those of a campaign have groups of teams.")
    list_display = (
        named,
        "outbound_campaign",
        seconds_column("max_time_in_queue", _("longest wait")),
        seconds_column("service_level_threshold", _("service level")),
        count_column("group_count", _("groups"), DistributionGroup, "queue"),
        count_column("entry_point_count", _("outdial entry points"), EntryPoint, "outdial_queue"),
    )
    list_filter = ("outbound_campaign",)
    search_fields = ("name", "description")
    fieldsets = (
        (None, {"fields": ("name", "description")}),
        _TIMES,
        (_("Campaign"), {"fields": ("outbound_campaign", "routing_type")}),
        _RECORDING,
    )
    inlines = (GroupRows,)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "routing_type":
            longest = OutdialQueue.RoutingType.LONGEST_AVAILABLE_AGENT
            kwargs["choices"] = [("", _("Select value")), (longest.value, longest.label)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)
