"""Filters of the lists of configuration objects."""

import unicodedata
from functools import cache
from typing import Any

import django_filters

from contactcenter.directory.catalog import ObjectType
from contactcenter.directory.models import User
from contactcenter.lib.text import name_key


@cache
def filters_of(object_type: ObjectType) -> type[django_filters.FilterSet]:
    """Make the filters: by the name, however it is written, and by words of it."""
    key = object_type.key[0]
    meta = type("Meta", (), {"model": object_type.model, "fields": []})
    fields = {
        key: django_filters.CharFilter(
            method=_by_key, max_length=254, label=f"Exactly this {key.replace('_', ' ')}, upper or lower case."
        ),
        "search": django_filters.CharFilter(
            method=_by_person if object_type.model is User else _by_words,
            max_length=100,
            label="Words of name or e-mail." if object_type.model is User else f"Words of the {key.replace('_', ' ')}.",
        ),
    }
    return type(f"{object_type.model.__name__}Filter", (django_filters.FilterSet,), {**fields, "Meta": meta})


def _by_key(rows: Any, name: str, value: str) -> Any:
    return rows.filter(key=name_key(value))


def _by_words(rows: Any, name: str, value: str) -> Any:
    for word in unicodedata.normalize("NFC", value).split():
        rows = rows.filter(key__contains=name_key(word))
    return rows


def _by_person(rows: Any, name: str, value: str) -> Any:
    return rows.matching(value)
