"""The directory: people and the configuration objects they refer to."""

from contactcenter.directory.models.company import CompanySettings
from contactcenter.directory.models.links import DesktopProfileIdleCode, ProfileSite, ProfileTeam
from contactcenter.directory.models.objects import (
    AuxiliaryCode,
    DesktopProfile,
    MultimediaProfile,
    Site,
    Team,
    WorkType,
)
from contactcenter.directory.models.querysets import Principal
from contactcenter.directory.models.users import Membership, User, UserProfile

__all__ = [
    "AuxiliaryCode",
    "CompanySettings",
    "DesktopProfile",
    "DesktopProfileIdleCode",
    "Membership",
    "MultimediaProfile",
    "Principal",
    "ProfileSite",
    "ProfileTeam",
    "Site",
    "Team",
    "User",
    "UserProfile",
    "WorkType",
]
