"""What profiles give their users: role, access, what the workspace offers."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contactcenter.console.forms import Checklist, ConsoleForm
from contactcenter.directory.access import Module
from contactcenter.directory.admin.base import DirectoryAdmin, counted, number_column
from contactcenter.directory.models import DesktopProfile, Team, User, UserProfile

_SPECIFIC = json.dumps(["SPECIFIC"])


def show_when_specific(form: Any, option: str, *names: str) -> None:
    for name in names:
        if name in form.fields:
            form.fields[name].widget.attrs["data-show-when"] = f'{{"{option}": {_SPECIFIC}}}'


class DesktopProfileForm(ConsoleForm[DesktopProfile]):
    class Meta:
        widgets = {"idle_codes": Checklist}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        show_when_specific(self, "idle_options", "idle_codes")

    def clean_idle_codes(self) -> Any:
        """Codes that are ticked, but not shown, do not count."""
        chosen = self.cleaned_data["idle_codes"]
        return chosen if self.cleaned_data.get("idle_options") == "SPECIFIC" else chosen.none()


@admin.register(DesktopProfile)
class DesktopProfileAdmin(DirectoryAdmin):
    description = gettext_lazy("What agents find in their workspace: which reasons they may give for being idle.")
    form = DesktopProfileForm
    list_display = (
        "name",
        "description",
        "parent_site",
        "idle_options",
        number_column("user_count", gettext_lazy("users")),
    )
    list_select_related = ("parent_site",)
    fields = ("name", "description", "parent_site", "idle_options", "idle_codes")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(user_count=counted(User, "desktop_profile"))
        return rows

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = db_field.related_model.objects.filter(kind="IDLE_CODE")
        return super().formfield_for_manytomany(db_field, request, **{**kwargs, "widget": Checklist()})


class UserProfileForm(ConsoleForm[UserProfile]):
    linked = (("site_access", "sites"), ("team_access", "teams"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        show_when_specific(self, "module_access", *UserProfile.MODULES)
        for option, name in self.linked:
            show_when_specific(self, option, name)
        if "teams" in self.fields:
            teams = self.fields["teams"]
            teams.queryset = teams.queryset.select_related("site")  # type: ignore[attr-defined]
            teams.label_from_instance = Team.label  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What is chosen, but not shown, does not count."""
        values = super().clean() or self.cleaned_data
        if values.get("module_access") == UserProfile.Access.ALL:
            values |= dict.fromkeys(UserProfile.MODULES, "")
        for option, name in self.linked:
            if values.get(option) == UserProfile.Access.ALL and name in values:
                values[name] = values[name].none()
        return values


_ENFORCED = [name for name in UserProfile.MODULES if name in set(Module)]
_KEPT = [name for name in UserProfile.MODULES if name not in set(Module)]


@admin.register(UserProfile)
class UserProfileAdmin(DirectoryAdmin):
    description = gettext_lazy(
        "The type gives the role: administrator, supervisor or agent. Team access says whom supervisors see and steer."
    )
    form = UserProfileForm
    list_display = (
        "name",
        "role_name",
        "profile_type",
        "module_access",
        "team_access",
        number_column("user_count", gettext_lazy("users")),
    )
    list_filter = ("profile_type",)
    fieldsets = (
        (None, {"fields": ("name", "description", "profile_type")}),
        (gettext_lazy("Sites and teams"), {"fields": ("site_access", "sites", "team_access", "teams")}),
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
    )

    @admin.display(description=gettext_lazy("role"), ordering="profile_type")
    def role_name(self, profile: UserProfile) -> str:
        return {
            "administrator": _("Administrator"),
            "supervisor": _("Supervisor"),
            "agent": _("Agent"),
        }[profile.role]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(user_count=counted(User, "profile"))
        return rows

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, **{**kwargs, "widget": Checklist()})
