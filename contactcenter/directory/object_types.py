"""What an object type is: its columns in files, its fields in the API, its children."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.functional import Promise

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
    def limits(self) -> tuple[int, int]:
        """The lowest and the highest number, of integers."""
        validators = self.model_field.validators
        low = max(one.limit_value for one in validators if isinstance(one, MinValueValidator))
        return low, min(one.limit_value for one in validators if isinstance(one, MaxValueValidator))

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

    @cached_property
    def links(self) -> list[str]:
        return [column.field for column in self.columns if column.kind is Kind.REFERENCES]

    @cached_property
    def key_column(self) -> Column:
        return next(column for column in self.columns if column.field == self.key)

    def key_of(self, row: Any) -> object:
        """Return what tells a row apart, however it is written."""
        value = getattr(row, self.key_column.attname)
        return name_key(value) if isinstance(value, str) else value

    @cached_property
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

    def __post_init__(self) -> None:
        _BY_SLUG[self.slug] = _BY_MODEL[self.model] = self

    @property
    def label(self) -> str | Promise:
        return self.model._meta.verbose_name or self.slug

    @property
    def label_plural(self) -> str | Promise:
        return self.model._meta.verbose_name_plural or self.slug

    @cached_property
    def _by_field(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns}

    def column(self, field_name: str) -> Column | None:
        """Return the column that fills a field."""
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


_BY_SLUG: dict[str, ObjectType] = {}
_BY_MODEL: dict[type[models.Model], ObjectType] = {}


def object_type(slug: str) -> ObjectType | None:
    return _BY_SLUG.get(slug)


def type_of(model: type[models.Model]) -> ObjectType:
    return _BY_MODEL[model]
