"""The directory: people and the configuration objects they refer to."""

from contactcenter.directory.models.company import CompanySettings
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
    "Membership",
    "MultimediaProfile",
    "Principal",
    "Site",
    "Team",
    "User",
    "UserProfile",
    "WorkType",
]
