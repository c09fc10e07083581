"""Shapes of the configuration objects, made from the catalog: one checks what comes in, one describes what goes out."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.text import capfirst
from rest_framework import serializers

from contactcenter.api.fields import StrictEmail, StrictInteger, StrictSerializer, StrictSwitch, StrictText
from contactcenter.directory.catalog import Children, Column, Kind, Need, ObjectType, type_of
from contactcenter.directory.models import AudioFile, CompanySettings, User
from contactcenter.directory.models.conditions import Only, conditions_of

MOST_ITEMS = 10_000  # of one list in a body

# Fields that files do not have.
_FURTHER: Mapping[type[models.Model], tuple[Column, ...]] = {
    User: (
        Column("Channels", Need.OPTIONAL, "channels", User),
        Column("Language", Need.OPTIONAL, "language", User),
        Column("Timezone", Need.OPTIONAL, "time_zone", User),
        Column("Active", Need.OPTIONAL, "is_active", User),
    )
}

_COMPANY = (
    "company_name",
    "omnichannel_routing",
    "language",
    "time_zone",
    "custom_status_limit",
    "agents_may_change_channels",
    "phone_lines_reported",
    "work_item_hours",
)


@cache
def columns_of(object_type: ObjectType) -> tuple[Column, ...]:
    """Return the columns of files, and what the API has beside them."""
    return (*object_type.columns, *_FURTHER.get(object_type.model, ()))


def _component(object_type: ObjectType) -> str:
    return object_type.slug.title().replace("-", "")


def _made(component: str, base: Any, description: str, fields: Mapping[str, Any]) -> Any:
    """Make a serializer; the OpenAPI document takes the component's name from that of the class."""
    return type(f"{component}Serializer", (base,), {**fields, "__doc__": description})


# --- What comes in -----------------------------------------------------------------------------------------------


class RowSerializer(StrictSerializer):
    """A row is given whole, also where of its object only some fields are."""

    def refused(self, data: Mapping[str, Any]) -> dict[str, str]:
        needed = [name for name, field in self.fields.items() if field.required and name not in data]
        return {**super().refused(data), **dict.fromkeys(needed, "This field is required.")}


@cache
@translation.override("en")
def writing(object_type: ObjectType) -> Any:
    """Make the serializer that checks a body; an ``id`` in it is not looked at."""
    fields: dict[str, Any] = {"id": serializers.IntegerField(read_only=True)}
    fields |= {column.name: _field(column) for column in columns_of(object_type)}
    if object_type.children is not None:
        fields[object_type.children.name] = _rows(object_type, object_type.children)
    if object_type.model is AudioFile:
        fields["name"] = StrictText(max_length=80, required=False, help_text="Left out: the name of the file.")
        fields["file"] = serializers.FileField(help_text="A WAV file: PCM or G.711, 10 MB at most.")
    return _made(_component(object_type), StrictSerializer, str(object_type.model.__doc__), fields)


def _rows(object_type: ObjectType, children: Children, *, reading: bool = False) -> Any:
    condition = next((only for only in conditions_of(object_type.model) if children.name in only.fields), None)
    return _row(children, reading=reading)(
        many=True,
        required=reading or children.at_least_one,
        max_length=MOST_ITEMS,
        help_text=_when(object_type, condition),
    )


@cache
def _row(children: Children, *, reading: bool) -> Any:
    fields: dict[str, Any] = {
        "id": StrictInteger(required=reading, help_text="Of the row that is to stay; a new one has none.")
    }
    fields |= {column.name: _field(column, reading=reading) for column in children.columns}
    base = serializers.Serializer if reading else RowSerializer
    return _made(children.model.__name__, base, f"{capfirst(children.model._meta.verbose_name)}.", fields)


# --- What goes out: written by a plain function, described here for the OpenAPI document -------------------------


@cache
@translation.override("en")
def reading(object_type: ObjectType) -> Any:
    """Make the serializer that describes an answer, in which every field is present."""
    fields: dict[str, Any] = {"id": serializers.IntegerField()}
    fields |= {column.name: _field(column, reading=True) for column in columns_of(object_type)}
    if object_type.children is not None:
        fields[object_type.children.name] = _rows(object_type, object_type.children, reading=True)
    if object_type.model is AudioFile:
        fields |= _sound()
    return _made(_component(object_type), serializers.Serializer, str(object_type.model.__doc__), fields)


def _sound() -> dict[str, Any]:
    numbers = ("channels", "rate", "bits")
    return {
        "size": serializers.IntegerField(help_text="Bytes."),
        "encoding": serializers.ChoiceField(AudioFile.Encoding.choices),
        **{name: serializers.IntegerField() for name in numbers},
        "seconds": serializers.FloatField(),
        "url": serializers.URLField(help_text="Where the sound itself is."),
    }


# --- Company settings --------------------------------------------------------------------------------------------


@cache
@translation.override("en")
def company() -> Any:
    """Make the serializer of the company settings, for both ways."""
    columns = [Column(name, Need.MANDATORY, name, CompanySettings) for name in _COMPANY]
    fields = {column.name: _field(column) for column in columns}
    changed = {"updated_at": serializers.DateTimeField(read_only=True)}
    return _made("CompanySettings", StrictSerializer, str(CompanySettings.__doc__), {**fields, **changed})


# --- Fields ------------------------------------------------------------------------------------------------------


def _field(column: Column, *, reading: bool = False) -> Any:
    options: dict[str, Any] = {"required": reading or column.need is Need.MANDATORY}
    told = filter(None, [str(column.model_field.help_text), _when(_type_of(column), column.condition)])
    options["help_text"] = " ".join(told)
    if column.model_field.null and column.need is not Need.MANDATORY:
        options["allow_null"] = True
    return _MAKE[column.kind](column, options)


def _type_of(column: Column) -> ObjectType | None:
    try:
        return type_of(column.model)
    except KeyError:
        return None  # a child's


def _when(object_type: ObjectType | None, only: Only | None) -> str:
    """Say in the API's words when a field counts; fields that follow from others have none."""
    if object_type is None or only is None:
        return ""
    parts = [
        f"`{column.name}` is {' or '.join(map(json.dumps, values))}"
        for name, values in only.when.items()
        if (column := object_type.column(name)) is not None
    ]
    if not parts:
        return ""
    return f"Counts only while {' and '.join(parts)}{'; needed then' if only.mandatory else ''}."


def _may_be_blank(column: Column) -> bool:
    return bool(column.model_field.blank) and column.need is not Need.MANDATORY


def _text(column: Column, options: Any) -> Any:
    kind = StrictEmail if isinstance(column.model_field, models.EmailField) else StrictText
    return kind(max_length=column.model_field.max_length, allow_blank=_may_be_blank(column), **options)


def _integer(column: Column, options: Any) -> Any:
    low, high = column.limits
    return StrictInteger(min_value=low, max_value=high, **options)


def _choice(column: Column, options: Any) -> Any:
    return serializers.ChoiceField(column.model_field.choices, allow_blank=_may_be_blank(column), **options)


def _texts(column: Column, options: Any) -> Any:
    each = column.model_field.base_field
    child: Any = serializers.ChoiceField(each.choices) if each.choices else StrictText(max_length=each.max_length)
    return serializers.ListField(child=child, max_length=column.model_field.size or len(each.choices), **options)


def _references(column: Column, options: Any) -> Any:
    return serializers.ListField(child=StrictInteger(), max_length=MOST_ITEMS, **options)


_MAKE: Mapping[Kind, Callable[[Column, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.SWITCH: lambda column, options: StrictSwitch(**options),
    Kind.CHOICE: _choice,
    Kind.TEXTS: _texts,
    Kind.REFERENCE: lambda column, options: StrictInteger(**options),
    Kind.REFERENCES: _references,
}
