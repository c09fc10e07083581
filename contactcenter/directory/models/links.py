"""Links between configuration objects, for the audit trail: who may see which team is decided here."""

from typing import Any

import pghistory
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models.objects import DesktopProfile
from contactcenter.directory.models.users import UserProfile

_ProfileTeam: Any = UserProfile.teams.through
_ProfileSite: Any = UserProfile.sites.through
_ProfileIdleCode: Any = DesktopProfile.idle_codes.through


@pghistory.track()
class ProfileTeam(_ProfileTeam):
    class Meta:
        proxy = True
        verbose_name = _("team of a user profile")
        verbose_name_plural = _("teams of user profiles")


@pghistory.track()
class ProfileSite(_ProfileSite):
    class Meta:
        proxy = True
        verbose_name = _("site of a user profile")
        verbose_name_plural = _("sites of user profiles")


@pghistory.track()
class DesktopProfileIdleCode(_ProfileIdleCode):
    class Meta:
        proxy = True
        verbose_name = _("idle code of a desktop profile")
        verbose_name_plural = _("idle codes of desktop profiles")
