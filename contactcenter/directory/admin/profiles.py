"""What profiles give their users: role, access, what the workspace offers."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contactcenter.directory.access import Module
from contactcenter.directory.admin.base import DirectoryAdmin, count_column, named
from contactcenter.directory.models import DesktopProfile, User, UserProfile, WorkType


@admin.register(DesktopProfile)
class DesktopProfileAdmin(DirectoryAdmin):
    description = gettext_lazy(
        "What agents find in their workspace: which reasons they may give for being idle, whom they may reach, what"
        " they see of others."
    )
    list_display = (
        named,
        "parent_site",
        "idle_options",
        "outdial_enabled",
        count_column("user_count", gettext_lazy("users"), User, "desktop_profile"),
    )
    list_filter = ("parent_site", "outdial_enabled")
    list_select_related = ("parent_site",)
    search_fields = ("name", "description")
    fieldsets = (
        (None, {"fields": ("name", "description", "parent_site", "screen_popups", "last_agent_routing")}),
        (gettext_lazy("Idle codes"), {"fields": ("idle_options", "idle_codes")}),
        (
            gettext_lazy("Wrap-up"),
            {
                "fields": (
                    "wrap_up_type",
                    "auto_wrap_up_time",
                    "allow_auto_wrap_up_extension",
                    "agent_available_after_outdial",
                    "wrap_up_options",
                    "wrap_up_codes",
                )
            },
        ),
        (
            gettext_lazy("Transfers and colleagues"),
            {
                "fields": (
                    "consult_to_queue",
                    "transfer_options",
                    "transfer_targets",
                    "buddy_team_option",
                    "buddy_teams",
                )
            },
        ),
        (
            gettext_lazy("Outgoing calls"),
            {
                "fields": (
                    "outdial_enabled",
                    "outdial_ep",
                    "outdial_ani",
                    "address_book",
                    "dial_plan_enabled",
                    "dial_plan",
                    "dn_validation_option",
                    "validation_criteria",
                )
            },
        ),
        (
            gettext_lazy("Statistics and alerts"),
            {
                "fields": (
                    "agent_statistics",
                    "queue_statistics_option",
                    "selected_queues",
                    "logged_in_team_statistics",
                    "team_statistics_option",
                    "selected_teams",
                    "agent_threshold_alerts_enabled",
                    "agent_threshold_alerts",
                )
            },
        ),
    )
    kinds = {"idle_codes": WorkType.Type.IDLE_CODE, "wrap_up_codes": WorkType.Type.WRAP_UP_CODE}

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if kind := self.kinds.get(db_field.name):
            kwargs["queryset"] = db_field.related_model.objects.filter(kind=kind)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


_ENFORCED = [name for name in UserProfile.MODULES if name in set(Module)]
_KEPT = [name for name in UserProfile.MODULES if name not in set(Module)]


@admin.register(UserProfile)
class UserProfileAdmin(DirectoryAdmin):
    description = gettext_lazy(
        "The type gives the role: administrator, supervisor or agent. Team access says whom supervisors see and steer."
    )
    list_display = (
        named,
        "role_name",
        "profile_type",
        "module_access",
        "team_access",
        count_column("user_count", gettext_lazy("users"), User, "profile"),
    )
    list_filter = ("profile_type",)
    search_fields = ("name", "description")
    fieldsets = (
        (None, {"fields": ("name", "description", "profile_type")}),
        (
            gettext_lazy("Modules"),
            {
                "fields": ("module_access", *_ENFORCED),
                "description": gettext_lazy(
                    "All: what the role allows. Specific levels narrow the role, they never widen it."
                ),
            },
        ),
        (
            gettext_lazy("Modules that are only kept"),
            {
                "fields": tuple(_KEPT),
                "classes": ("collapse",),
                "description": gettext_lazy("These levels come back in exports. Nothing here is decided by them."),
            },
        ),
        (
            gettext_lazy("Teams"),
            {
                "fields": ("team_access", "teams"),
                "description": gettext_lazy("Whom supervisors with this profile see and steer."),
            },
        ),
        (
            gettext_lazy("Sites, queues and entry points"),
            {
                "fields": ("site_access", "sites", "queue_access", "queues", "entry_point_access", "entry_points"),
                "description": gettext_lazy("These come back in exports. Nothing here is decided by them."),
            },
        ),
    )

    @admin.display(description=gettext_lazy("role"), ordering="profile_type")
    def role_name(self, profile: UserProfile) -> str:
        return {
            "administrator": _("Administrator"),
            "supervisor": _("Supervisor"),
            "agent": _("Agent"),
        }[profile.role]
