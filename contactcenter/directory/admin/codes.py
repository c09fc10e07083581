"""Work types with their codes, and capacity."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contactcenter.directory.admin.base import DirectoryAdmin, count_column, named
from contactcenter.directory.admin.forms import DirectoryForm
from contactcenter.directory.models import AuxiliaryCode, MultimediaProfile, Site, Team, User, WorkType
from contactcenter.directory.models.conditions import Only
from contactcenter.directory.services import save_auxiliary_code


@admin.register(MultimediaProfile)
class MultimediaProfileAdmin(DirectoryAdmin):
    description = gettext_lazy(
        "How much work an agent may hold at once, in units per channel. The user's own profile counts first, then"
        " that of the first team that has one, then the site's."
    )
    list_display = (
        named,
        "type",
        "voice",
        "chat",
        "email",
        "social",
        count_column("site_count", gettext_lazy("sites"), Site, "multimedia_profile"),
        count_column("team_count", gettext_lazy("teams"), Team, "multimedia_profile"),
        count_column("user_count", gettext_lazy("users"), User, "multimedia_profile"),
    )
    list_filter = ("type",)
    search_fields = ("name", "description")
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


@admin.register(WorkType)
class WorkTypeAdmin(DirectoryAdmin):
    description = gettext_lazy("Groups of auxiliary codes. The type decides what its codes are for.")
    list_display = (
        named,
        "type",
        count_column("code_count", gettext_lazy("codes"), AuxiliaryCode, "work_type"),
    )
    list_filter = ("type",)
    search_fields = ("name", "description")
    fields = ("name", "type", "description")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "type") if obj is not None and obj.code_count else fields


class AuxiliaryCodeForm(DirectoryForm[AuxiliaryCode]):
    def condition(self, only: Only) -> dict[str, list[str]]:
        """What kind a code is of is decided by its work type."""
        found = super().condition(only)
        of_kind = WorkType.objects.filter(type__in=found.pop("kind")).values_list("pk", flat=True)
        return {**found, "work_type": [str(pk) for pk in of_kind]}


@admin.register(AuxiliaryCode)
class AuxiliaryCodeAdmin(DirectoryAdmin):
    description = gettext_lazy(
        "Why an agent is idle (a reason beside the status), or how a contact ended (a wrap-up code)."
    )
    form = AuxiliaryCodeForm
    list_display = (named, "work_type", "kind", "paid_time", "is_default")
    list_filter = ("kind", "work_type", "paid")
    list_select_related = ("work_type",)
    search_fields = ("name", "description")
    fields = ("name", "work_type", "description", "paid", "is_default")

    @admin.display(description=gettext_lazy("paid"), boolean=True, ordering="paid")
    def paid_time(self, code: AuxiliaryCode) -> bool | None:
        return code.paid if code.kind == WorkType.Type.IDLE_CODE else None

    def write(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:
        before = save_auxiliary_code(obj)
        if before is not None:
            messages.info(request, _("“%(name)s” is not the default any more.") % {"name": before})
