"""Where contacts come in, and where calls go out."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.admin.base import DirectoryAdmin, count_column, named, seconds_column
from contactcenter.directory.models import DesktopProfile, EntryPointMapping, InboundEntryPoint, OutdialEntryPoint
from contactcenter.directory.models.queues import ChannelType


@admin.register(InboundEntryPoint)
class InboundEntryPointAdmin(DirectoryAdmin):
    description = _("Where contacts come in: the number that is called, the chat, the mailbox, the social account.")
    list_display = (
        named,
        "channel_type",
        "social_channel_type",
        seconds_column("service_level_threshold", _("service level")),
        count_column("mapping_count", _("dialed numbers"), EntryPointMapping, "entry_point"),
    )
    list_filter = ("channel_type", "social_channel_type")
    search_fields = ("name", "description")
    fields = (
        "name",
        "description",
        "channel_type",
        "social_channel_type",
        "asset_name",
        "service_level_threshold",
        "timezone",
    )


@admin.register(OutdialEntryPoint)
class OutdialEntryPointAdmin(DirectoryAdmin):
    description = _("Where calls of agents go out, and the queue they wait in.")
    list_display = (
        named,
        "outdial_queue",
        seconds_column("service_level_threshold", _("service level")),
        count_column("desktop_profile_count", _("desktop profiles"), DesktopProfile, "outdial_ep"),
    )
    list_select_related = ("outdial_queue",)
    search_fields = ("name", "description")
    fields = ("name", "description", "outdial_queue", "service_level_threshold", "timezone")


@admin.register(EntryPointMapping)
class EntryPointMappingAdmin(DirectoryAdmin):
    description = _("Numbers that customers dial, each with the entry point it leads to.")
    list_display = ("dialed_number", "entry_point", "region")
    list_filter = ("entry_point",)
    list_select_related = ("entry_point",)
    search_fields = ("dialed_number", "entry_point__name")
    fields = ("dialed_number", "entry_point", "region")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = InboundEntryPoint.objects.filter(channel_type=ChannelType.TELEPHONY)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
