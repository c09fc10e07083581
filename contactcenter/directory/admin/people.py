"""Sites and teams."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.admin.base import DirectoryAdmin, count_column
from contactcenter.directory.models import DistributionGroup, Membership, Site, Team, User


@admin.register(Site)
class SiteAdmin(DirectoryAdmin):
    description = _("Places people work at. Every agent and every team belongs to one.")
    list_display = (
        "name",
        "multimedia_profile",
        count_column("team_count", _("teams"), Team, "site"),
        count_column("user_count", _("users"), User, "site"),
    )
    list_select_related = ("multimedia_profile",)
    fields = ("name", "multimedia_profile")


@admin.register(Team)
class TeamAdmin(DirectoryAdmin):
    description = _(
        "People who work together at a site. A capacity team stands for a number with places instead of people."
    )
    list_display = (
        "name",
        "site",
        "type",
        "multimedia_profile",
        "skill_profile",
        count_column("member_count", _("members"), Membership, "team"),
        count_column("group_count", _("groups"), DistributionGroup.group_teams.through, "team"),
    )
    list_filter = ("site", "type")
    list_select_related = ("site", "multimedia_profile", "skill_profile")
    ordering = ("key", "site__key")
    search_fields = ("name", "site__name")
    fields = ("name", "site", "type", "multimedia_profile", "skill_profile", "desktop_layout", "dn", "capacity")
