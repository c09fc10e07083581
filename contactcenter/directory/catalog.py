"""The configuration objects: their names, their columns in files, their fields in the API. Declared once, here."""

import re
from collections.abc import Mapping
from typing import Any

from django.db import models

from contactcenter.directory.models import (
    AddressBook,
    AddressBookEntry,
    AudioFile,
    AuxiliaryCode,
    DesktopProfile,
    DistributionGroup,
    EntryPointMapping,
    InboundEntryPoint,
    InboundQueue,
    MultimediaProfile,
    OutdialAni,
    OutdialAniEntry,
    OutdialEntryPoint,
    OutdialQueue,
    ProfileSkill,
    Site,
    SkillDefinition,
    SkillProfile,
    Team,
    User,
    UserProfile,
    WorkType,
)
from contactcenter.directory.object_types import (
    DELETE,
    Children,
    Column,
    Kind,
    Need,
    ObjectType,
    object_type,
    type_of,
)

__all__ = ["DELETE", "OBJECT_TYPES", "Children", "Column", "Kind", "Need", "ObjectType", "object_type", "type_of"]

_FIELDS = {  # where a field has another name than its column
    "default": "is_default",
    "user_profile": "profile",
}


def _columns(model: type[models.Model], text: str, **options: Mapping[str, Any]) -> tuple[Column, ...]:
    """Read lines of ``Title: need``; ``options`` adds to the column of a field."""
    columns = []
    for line in filter(None, map(str.strip, text.splitlines())):
        title, _separator, need = line.rpartition(":")
        snake = re.sub(r"[^a-z0-9]+", "_", title.lower())
        name = _FIELDS.get(snake, snake) if model in {AuxiliaryCode, User} else snake
        more: Mapping[str, Any] = options.get(name, {})
        columns.append(Column(title, Need(need.strip()), name, model, **more))
    return tuple(columns)


_MODULES = "\n".join(f"{name.replace('_', ' ').title()}: C" for name in UserProfile.MODULES)

_GROUPS = Children(
    "groups",
    DistributionGroup,
    "queue",
    "distribution_group",
    _columns(
        DistributionGroup,
        """
        Distribution Group: M
        Distribution Group Seq: M
        Group Fallback Time: C
        Group Teams: M
        """,
    ),
    replaces_all=True,
)

# In the order in which they depend on one another: whatever an object refers to stands before it.
OBJECT_TYPES: tuple[ObjectType, ...] = (
    ObjectType(
        "multimedia-profile",
        MultimediaProfile,
        _columns(
            MultimediaProfile,
            """
            Name: M
            Description: O
            Type: M
            Voice: M
            Chat: M
            Email: M
            Social: M
            """,
        ),
    ),
    ObjectType("site", Site, _columns(Site, "Name: M\nMultimedia Profile: M")),
    ObjectType("work-type", WorkType, _columns(WorkType, "Name: M\nDescription: O\nType: M")),
    ObjectType(
        "auxiliary-code",
        AuxiliaryCode,
        _columns(
            AuxiliaryCode,
            """
            Name: M
            Description: O
            Default: M
            Work Type: M
            Paid: O
            """,
        ),
    ),
    ObjectType(
        "skill-definition",
        SkillDefinition,
        _columns(
            SkillDefinition,
            """
            Name: M
            Description: O
            Service Level Threshold: M
            Type: M
            List Values For Enum: C
            Outbound: O
            Outbound Script: O
            """,
        ),
    ),
    ObjectType(
        "skill-profile",
        SkillProfile,
        _columns(SkillProfile, "Name: M\nDescription: O"),
        children=Children(
            "skills",
            ProfileSkill,
            "profile",
            "skill",
            (
                Column("Skill Name", Need.MANDATORY, "skill", ProfileSkill, api_name="skill_id"),
                Column("Skill Value", Need.MANDATORY, "skill_value", ProfileSkill, aliases=("Skill Values",)),
            ),
            at_least_one=True,
        ),
    ),
    ObjectType(
        "team",
        Team,
        _columns(
            Team,
            """
            Name: M
            Site: M
            Type: M
            Multimedia Profile: O
            Skill Profile: O
            DN: C
            Capacity: C
            Desktop Layout: O
            """,
        ),
        key=("name", "site"),
    ),
    ObjectType("audio-file", AudioFile, _columns(AudioFile, "Name: M")),
    ObjectType(
        "queue",
        InboundQueue,
        _columns(
            InboundQueue,
            """
            Name: M
            Description: O
            Channel Type: M
            Max Time In Queue: M
            Service Level Threshold: M
            Timezone: M
            Permit Monitoring: C
            Permit Recording: C
            Record All Calls: C
            Pause or Resume Enabled: C
            Recording Pause Duration: C
            Default Music in Queue: C
            Routing Type: M
            Skill-Based Agent Selection: C
            """,
        ),
        children=_GROUPS,
    ),
    ObjectType(
        "outdial-queue",
        OutdialQueue,
        _columns(
            OutdialQueue,
            """
            Name: M
            Description: O
            Max Time In Queue: M
            Service Level Threshold: M
            Timezone: M
            Permit Monitoring: C
            Permit Recording: C
            Record All Calls: C
            Pause or Resume Enabled: C
            Recording Pause Duration: C
            Default Music in Queue: C
            Outbound Campaign: O
            Routing Type: C
            """,
        ),
        children=_GROUPS,
    ),
    ObjectType(
        "entry-point",
        InboundEntryPoint,
        _columns(
            InboundEntryPoint,
            """
            Name: M
            Description: O
            Service Level Threshold: M
            Timezone: M
            Channel Type: M
            Social Channel Type: C
            Asset Name: C
            """,
        ),
    ),
    ObjectType(
        "outdial-entry-point",
        OutdialEntryPoint,
        _columns(
            OutdialEntryPoint,
            """
            Name: M
            Description: O
            Service Level Threshold: O
            Timezone: M
            Outdial Queue: O
            """,
        ),
    ),
    ObjectType(
        "entry-point-mapping",
        EntryPointMapping,
        _columns(EntryPointMapping, "Dialed Number: M\nEntry Point: M\nRegion: O"),
        key=("dialed_number",),
    ),
    ObjectType(
        "address-book",
        AddressBook,
        _columns(AddressBook, "Name: M\nDescription: O\nParent Site: O"),
        children=Children(
            "entries",
            AddressBookEntry,
            "book",
            "entry_name",
            _columns(AddressBookEntry, "Entry Name: M\nPhone Number: M"),
        ),
    ),
    ObjectType(
        "outdial-ani",
        OutdialAni,
        _columns(OutdialAni, "Name: M\nDescription: O"),
        children=Children(
            "entries",
            OutdialAniEntry,
            "ani",
            "entry_name",
            _columns(OutdialAniEntry, "Entry Name: M\nEntry Number: M"),
        ),
    ),
    ObjectType(
        "desktop-profile",
        DesktopProfile,
        _columns(
            DesktopProfile,
            """
            Name: M
            Description: O
            Parent Site: O
            Screen Popups: O
            Last Agent Routing: O
            Wrap Up Type: M
            Auto Wrap Up Time: C
            Agent Available After Outdial: M
            Allow Auto Wrap Up Extension: M
            Wrap Up Options: M
            Wrap Up Codes: C
            Idle Options: M
            Idle Codes: C
            Transfer Options: M
            Transfer Targets: C
            Buddy Team Option: M
            Buddy Teams: C
            Consult To Queue: M
            Outdial Enabled: M
            Outdial EP: C
            Address Book: O
            Dial Plan Enabled: M
            Dial Plan: C
            Outdial ANI: O
            DN Validation Option: M
            Validation Criteria: C
            Agent Statistics: M
            Queue Statistics Option: M
            Selected Queues: C
            Logged In Team Statistics: M
            Team Statistics Option: M
            Selected Teams: C
            Agent Threshold Alerts Enabled: O
            Agent Threshold Alerts: C
            """,
        ),
    ),
    ObjectType(
        "user-profile",
        UserProfile,
        _columns(
            UserProfile,
            f"""
            Name: M
            Description: O
            Profile Type: M
            Module Access: M
            {_MODULES}
            Entry Point Access: M
            Entry Points: C
            Site Access: M
            Sites: C
            Queue Access: M
            Queues: C
            Team Access: M
            Teams: C
            """,
        ),
    ),
    ObjectType(
        "user",
        User,
        _columns(
            User,
            """
            Email: M
            User Profile: M
            Contact Center Enabled: M
            Site: C
            Teams: C
            Skill Profile: O
            Desktop Profile: C
            Multimedia Profile: O
            External Id: O
            Default DN: O
            First Name: O
            Last Name: O
            """,
            desktop_profile={"aliases": ("Agent Profile",)},
        ),
        key=("email",),
    ),
)
