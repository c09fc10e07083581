"""Sites, teams, work types, auxiliary codes and capacity."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contactcenter.console.forms import ConsoleForm
from contactcenter.directory.admin.base import DirectoryAdmin, counted, number_column
from contactcenter.directory.models import (
    AuxiliaryCode,
    Membership,
    MultimediaProfile,
    Site,
    Team,
    User,
    WorkType,
)
from contactcenter.directory.services import save_auxiliary_code


@admin.register(MultimediaProfile)
class MultimediaProfileAdmin(DirectoryAdmin):
    description = gettext_lazy(
        "How much work an agent may hold at once, in units per channel. The user's own profile counts first, then"
        " that of the first team that has one, then the site's."
    )
    list_display = ("name", "description", "type", "voice", "chat", "email", "social")
    list_filter = ("type",)
    fieldsets = (
        (None, {"fields": ("name", "description", "type")}),
        (
            gettext_lazy("Units per channel"),
            {
                "fields": (("voice", "chat"), ("email", "social")),
                "description": gettext_lazy("0 takes the channel away from the agent."),
            },
        ),
    )


@admin.register(Site)
class SiteAdmin(DirectoryAdmin):
    description = gettext_lazy("Places people work at. Every agent and every team belongs to one.")
    list_display = (
        "name",
        "multimedia_profile",
        number_column("team_count", gettext_lazy("teams")),
        number_column("user_count", gettext_lazy("users")),
    )
    list_select_related = ("multimedia_profile",)
    fields = ("name", "multimedia_profile")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = (
            super().get_queryset(request).annotate(team_count=counted(Team, "site"), user_count=counted(User, "site"))
        )
        return rows


@admin.register(WorkType)
class WorkTypeAdmin(DirectoryAdmin):
    description = gettext_lazy("Groups of auxiliary codes. The type decides what its codes are for.")
    list_display = ("name", "type", "description", number_column("code_count", gettext_lazy("codes")))
    list_filter = ("type",)
    fields = ("name", "type", "description")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(code_count=counted(AuxiliaryCode, "work_type"))
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "type") if obj is not None and obj.code_count else fields


@admin.register(AuxiliaryCode)
class AuxiliaryCodeAdmin(DirectoryAdmin):
    description = gettext_lazy(
        "Why an agent is idle (a reason beside the status), or how a contact ended (a wrap-up code)."
    )
    list_display = ("name", "work_type", "kind", "paid", "is_default", "description")
    list_filter = ("kind", "work_type", "paid")
    list_select_related = ("work_type",)
    fields = ("name", "work_type", "description", "paid", "is_default")

    def write(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:
        before = save_auxiliary_code(obj)
        if before is not None:
            messages.info(request, _("“%(name)s” is not the default any more.") % {"name": before})


class TeamForm(ConsoleForm[Team]):
    """Shows the fields of the chosen type; those of the other type count as empty."""

    fields_of_type = {
        Team.Type.AGENT: ("multimedia_profile", "desktop_layout"),
        Team.Type.CAPACITY: ("dn", "capacity"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, names in self.fields_of_type.items():
            for name in set(names) & set(self.fields):
                self.fields[name].widget.attrs["data-show-when"] = f'{{"type": ["{kind}"]}}'

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for kind, names in self.fields_of_type.items():
            if kind != values.get("type", self.instance.type):
                values |= {name: None if name in {"capacity", "multimedia_profile"} else "" for name in names}
                for name in names:
                    self.errors.pop(name, None)
        return values


@admin.register(Team)
class TeamAdmin(DirectoryAdmin):
    description = gettext_lazy(
        "People who work together at a site. A capacity team stands for a number with places instead of people."
    )
    form = TeamForm
    list_display = (
        "name",
        "site",
        "type",
        "multimedia_profile",
        number_column("member_count", gettext_lazy("members")),
    )
    list_filter = ("site", "type")
    list_select_related = ("site", "multimedia_profile")
    search_fields = ("name", "site__name")
    fields = ("name", "site", "type", "multimedia_profile", "desktop_layout", "dn", "capacity")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(member_count=counted(Membership, "team"))
        return rows

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The type stays: offer only its fields."""
        if obj is None:
            return self.fields
        others = {name for kind, names in TeamForm.fields_of_type.items() if kind != obj.type for name in names}
        return tuple(name for name in self.fields if name not in others)
