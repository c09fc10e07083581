"""The configuration objects: their names, their columns in files, their fields in the API. Declared once, here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import Promise

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
from contactcenter.directory.models.conditions import Only, conditions_of
from contactcenter.lib.text import name_key


class Need(StrEnum):
    MANDATORY = "M"
    OPTIONAL = "O"
    CONDITIONAL = "C"  # counts, or is needed, only while other fields have certain values


class Kind(StrEnum):
    """How a column's values are written in files and in the API."""

    TEXT = "text"
    INTEGER = "integer"
    SWITCH = "switch"  # ON or OFF
    CHOICE = "choice"
    TEXTS = "texts"  # joined by a bar
    REFERENCE = "reference"  # the name of another object
    REFERENCES = "references"  # names joined by a bar


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a file, and the field of the model (or of the child's model) that it fills."""

    title: str
    need: Need
    field: str
    model: type[models.Model]
    aliases: tuple[str, ...] = ()
    api_name: str = ""

    @cached_property
    def model_field(self) -> Any:
        return self.model._meta.get_field(self.field)

    @cached_property
    def kind(self) -> Kind:
        found = self.model_field
        if isinstance(found, models.ManyToManyField):
            return Kind.REFERENCES
        if isinstance(found, models.ForeignKey):
            return Kind.REFERENCE
        if isinstance(found, ArrayField):
            return Kind.TEXTS
        if isinstance(found, models.BooleanField):
            return Kind.SWITCH
        if isinstance(found, models.IntegerField):
            return Kind.INTEGER
        return Kind.CHOICE if found.choices else Kind.TEXT

    @cached_property
    def refers_to(self) -> "ObjectType | None":
        if self.kind not in {Kind.REFERENCE, Kind.REFERENCES}:
            return None
        return type_of(self.model_field.related_model)

    @cached_property
    def attname(self) -> str:
        return str(getattr(self.model_field, "attname", self.field))

    @cached_property
    def name(self) -> str:
        """The field's name in the API."""
        if self.api_name:
            return self.api_name
        snake = re.sub(r"[^a-z0-9]+", "_", self.title.lower()).strip("_")
        if self.kind is Kind.REFERENCE:
            return f"{snake}_id"
        return f"{snake.removesuffix('s')}_ids" if self.kind is Kind.REFERENCES else snake

    @cached_property
    def condition(self) -> Only | None:
        """When the column counts; ``None``: always."""
        return next((only for only in conditions_of(self.model) if self.field in only.fields), None)

    @cached_property
    def is_immutable(self) -> bool:
        return self.field in getattr(self.model, "immutable", ())


@dataclass(frozen=True, eq=False)
class Children:
    """Rows that belong to an object: ``name`` leads to them, ``owner`` leads back.

    ``key`` tells them apart within the object. Where a file's rows do not ``replaces_all`` of them, a column
    ``Delete`` removes single ones.
    """

    name: str
    model: type[models.Model]
    owner: str
    key: str
    columns: tuple[Column, ...]
    replaces_all: bool = False
    at_least_one: bool = False

    @property
    def links(self) -> list[str]:
        return [column.field for column in self.columns if column.kind is Kind.REFERENCES]

    @cached_property
    def key_column(self) -> Column:
        return next(column for column in self.columns if column.field == self.key)

    def key_of(self, row: Any) -> object:
        """Return what tells a row apart, however it is written."""
        value = getattr(row, self.key_column.attname)
        return name_key(value) if isinstance(value, str) else value

    @property
    def key_is_checked_at_once(self) -> bool:
        """Whether the database looks at keys after every statement, not when all is stored."""
        constraints = self.model._meta.constraints
        return any(isinstance(one, models.UniqueConstraint) and one.deferrable is None for one in constraints)


DELETE = "Delete"  # the title of the column that removes a child


@dataclass(frozen=True, eq=False)  # there is one of each kind
class ObjectType:
    """One kind of configuration object. ``key`` are the columns that tell its objects apart."""

    slug: str
    model: Any
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("name",)
    children: Children | None = None
    _by_field: dict[str, Column] = field(default_factory=dict)

    @property
    def label(self) -> str | Promise:
        return self.model._meta.verbose_name or self.slug

    @property
    def label_plural(self) -> str | Promise:
        return self.model._meta.verbose_name_plural or self.slug

    def column(self, field_name: str) -> Column | None:
        """Return the column that fills a field."""
        if not self._by_field:
            self._by_field.update((column.field, column) for column in self.columns)
        return self._by_field.get(field_name)

    @property
    def titles(self) -> list[str]:
        """The header of its files: the object's columns, then those of its children."""
        titles = [column.title for column in self.columns]
        if self.children is not None:
            titles += [column.title for column in self.children.columns]
            titles += [] if self.children.replaces_all else [DELETE]
        return titles

    @cached_property
    def links(self) -> list[str]:
        """The fields that link to several objects."""
        return [column.field for column in self.columns if column.kind is Kind.REFERENCES]

    def references(self) -> Iterator[Column]:
        """Yield the columns that name other objects, those of the children included."""
        for column in (*self.columns, *(self.children.columns if self.children else ())):
            if column.refers_to is not None:
                yield column


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
        children=(
            _groups := Children(
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
        ),
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
        children=_groups,
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

_BY_SLUG = {object_type.slug: object_type for object_type in OBJECT_TYPES}
_BY_MODEL: dict[type[models.Model], ObjectType] = {object_type.model: object_type for object_type in OBJECT_TYPES}


def object_type(slug: str) -> ObjectType | None:
    return _BY_SLUG.get(slug)


def type_of(model: type[models.Model]) -> ObjectType:
    return _BY_MODEL[model]
