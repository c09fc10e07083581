"""The directory: people and the configuration objects they refer to."""

from contactcenter.directory.models import links
from contactcenter.directory.models.audio import AudioFile
from contactcenter.directory.models.base import DirectoryObject
from contactcenter.directory.models.company import CompanySettings
from contactcenter.directory.models.desktop import DesktopProfile
from contactcenter.directory.models.numbers import AddressBook, AddressBookEntry, OutdialAni, OutdialAniEntry
from contactcenter.directory.models.objects import (
    AuxiliaryCode,
    MultimediaProfile,
    Site,
    Team,
    WorkType,
)
from contactcenter.directory.models.querysets import Principal
from contactcenter.directory.models.queues import (
    DistributionGroup,
    EntryPoint,
    EntryPointMapping,
    InboundEntryPoint,
    InboundQueue,
    OutdialEntryPoint,
    OutdialQueue,
    Queue,
)
from contactcenter.directory.models.skills import ProfileSkill, SkillDefinition, SkillProfile
from contactcenter.directory.models.users import Membership, User, UserProfile

__all__ = [
    "AddressBook",
    "AddressBookEntry",
    "AudioFile",
    "AuxiliaryCode",
    "CompanySettings",
    "DesktopProfile",
    "DirectoryObject",
    "DistributionGroup",
    "EntryPoint",
    "EntryPointMapping",
    "InboundEntryPoint",
    "InboundQueue",
    "Membership",
    "MultimediaProfile",
    "OutdialAni",
    "OutdialAniEntry",
    "OutdialEntryPoint",
    "OutdialQueue",
    "Principal",
    "ProfileSkill",
    "Queue",
    "Site",
    "SkillDefinition",
    "SkillProfile",
    "Team",
    "User",
    "UserProfile",
    "WorkType",
    "links",
]
