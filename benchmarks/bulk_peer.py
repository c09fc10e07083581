"""What the product is measured against: a resource of django-import-export, as its documentation has people write it.

It has full validation and skips what is unchanged. It does less than the product: it does not keep the order of the
teams, check that they belong to the site, give agents their status, tell open pages, or keep what an undo needs.
"""

from pathlib import Path
from typing import Any

from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.results import RowResult
from import_export.widgets import BooleanWidget, ForeignKeyWidget, ManyToManyWidget
from tablib import Dataset  # type: ignore[import-untyped]

from contactcenter.directory.models import (
    DesktopProfile,
    MultimediaProfile,
    Site,
    SkillProfile,
    Team,
    User,
    UserProfile,
)
from contactcenter.lib.text import name_key


class UserResource(ModelResource):
    email = Field("email", "Email")
    profile = Field("profile", "User Profile", ForeignKeyWidget(UserProfile, "name"))
    contact_center_enabled = Field("contact_center_enabled", "Contact Center Enabled", BooleanWidget())
    site = Field("site", "Site", ForeignKeyWidget(Site, "name"))
    teams = Field("teams", "Teams", ManyToManyWidget(Team, "|", "name"))
    skill_profile = Field("skill_profile", "Skill Profile", ForeignKeyWidget(SkillProfile, "name"))
    desktop_profile = Field("desktop_profile", "Desktop Profile", ForeignKeyWidget(DesktopProfile, "name"))
    multimedia_profile = Field("multimedia_profile", "Multimedia Profile", ForeignKeyWidget(MultimediaProfile, "name"))
    external_id = Field("external_id", "External Id")
    default_dn = Field("default_dn", "Default DN")
    first_name = Field("first_name", "First Name")
    last_name = Field("last_name", "Last Name")

    class Meta:
        model = User
        fields = (
            "email",
            "profile",
            "contact_center_enabled",
            "site",
            "teams",
            "skill_profile",
            "desktop_profile",
            "multimedia_profile",
            "external_id",
            "default_dn",
            "first_name",
            "last_name",
        )
        import_id_fields = ("email",)
        skip_unchanged = True
        clean_model_instances = True

    def get_instance(self, instance_loader: Any, row: Any) -> User | None:
        """By the column with the index."""
        found: User | None = User.objects.filter(key=name_key(row["Email"])).first()
        return found

    def init_instance(self, row: Any = None) -> User:
        user: User = super().init_instance(row)
        user.set_unusable_password()
        return user


def run(path: Path) -> tuple[int, int]:
    """Import a CSV file. Return how many rows were stored and how many refused."""
    data = Dataset().load(path.read_text(encoding="utf-8"), format="csv")
    totals = UserResource().import_data(data).totals
    kinds = RowResult
    return (
        totals[kinds.IMPORT_TYPE_NEW] + totals[kinds.IMPORT_TYPE_UPDATE],
        totals[kinds.IMPORT_TYPE_ERROR] + totals[kinds.IMPORT_TYPE_INVALID],
    )
