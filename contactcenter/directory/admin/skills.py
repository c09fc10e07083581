"""What agents can do."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contactcenter.directory.admin.base import DirectoryAdmin, DirectoryRows, count_column, named, seconds_column
from contactcenter.directory.models import ProfileSkill, SkillDefinition, SkillProfile, Team, User


@admin.register(SkillDefinition)
class SkillDefinitionAdmin(DirectoryAdmin):
    description = gettext_lazy(
        "What agents may be able to do, and how it is measured. Skill profiles give it to agents."
    )
    list_display = (
        named,
        "type",
        seconds_column("service_level_threshold", gettext_lazy("service level")),
        "outbound",
        count_column("profile_count", gettext_lazy("skill profiles"), ProfileSkill, "skill"),
    )
    list_filter = ("type", "outbound")
    search_fields = ("name", "description")
    fieldsets = (
        (None, {"fields": ("name", "description", "type", "list_values_for_enum", "service_level_threshold")}),
        (gettext_lazy("Calls to customers"), {"fields": ("outbound", "outbound_script")}),
    )


def _values_of(skill: SkillDefinition) -> str:
    types = SkillDefinition.Type
    match skill.type:
        case types.PROFICIENCY:
            return _("0 to 10")
        case types.BOOLEAN:
            return _("True or False")
        case types.ENUM:
            return Truncator(" | ".join(skill.list_values_for_enum)).chars(60)
        case _:
            return _("a text")


class SkillRows(DirectoryRows):
    model = ProfileSkill
    fields = ("skill", "skill_value")
    verbose_name = gettext_lazy("skill")
    verbose_name_plural = gettext_lazy("skills")
    note = gettext_lazy("Behind each skill stand the values it takes; of a list, several may be joined by “|”.")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.label_from_instance = lambda skill: f"{skill.name} · {_values_of(skill)}"
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "skill_value":
            field.widget.attrs.pop("maxlength", None)
        return field


@admin.register(SkillProfile)
class SkillProfileAdmin(DirectoryAdmin):
    description = gettext_lazy("Skills with their values. A user's own profile counts first, then the first team's.")
    list_display = (
        named,
        count_column("skill_count", gettext_lazy("skills"), ProfileSkill, "profile"),
        count_column("team_count", gettext_lazy("teams"), Team, "skill_profile"),
        count_column("user_count", gettext_lazy("users"), User, "skill_profile"),
    )
    search_fields = ("name", "description")
    fields = ("name", "description")
    inlines = (SkillRows,)
