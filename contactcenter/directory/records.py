"""Objects together with what they are linked to, read in sets: a fixed number of statements for any number of them."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from django.db import models
from django.db.models import F, Value
from django.db.models.base import ModelState
from django.utils import timezone

from contactcenter.directory.catalog import Children, Column, Kind, ObjectType
from contactcenter.directory.models import Team

JSONable = dict[str, Any]

# Told apart by whoever signs in, not by who configures; and times, which change with every write.
_NOT_CONFIGURED = frozenset(
    {"created_at", "updated_at", "date_joined", "password", "last_login", "session_version", "key"}
)


@dataclass(frozen=True)
class Link:
    """A table of links: ``owner`` and ``target`` are its columns; ``ordered``: the position counts."""

    name: str
    model: Any  # of the targets
    through: Any
    owner: str
    target: str
    ordered: bool

    def values(self, owner_id: int, target_id: int, position: int) -> dict[str, int]:
        """Return a link as columns and values."""
        values = {self.owner: owner_id, self.target: target_id}
        return {**values, "position": position} if self.ordered else values


@cache
def link_of(model: type[models.Model], name: str) -> Link:
    many: Any = model._meta.get_field(name)
    through = many.remote_field.through
    ordered = any(one.name == "position" for one in through._meta.concrete_fields)
    owner, target = f"{many.m2m_field_name()}_id", f"{many.m2m_reverse_field_name()}_id"
    return Link(name, many.related_model, through, owner, target, ordered)


class LinkRow(NamedTuple):
    """A link as it is stored."""

    id: int
    target: int
    position: int


@dataclass(slots=True)
class Record:
    """``links`` holds linked objects and children by the field's name; ``rows`` the links as they are stored."""

    instance: Any
    links: dict[str, list[Any]] = field(default_factory=dict)
    rows: dict[str, list[LinkRow]] = field(default_factory=dict)


def new_record(object_type: ObjectType) -> Record:
    """Return an object with nothing in it but defaults."""
    instance = object_type.model.__new__(object_type.model)
    instance.__dict__ |= _blank(object_type.model)
    for name in _moments(object_type.model):
        setattr(instance, name, timezone.now())
    instance._state = ModelState()
    return Record(instance, {name: [] for name in link_names(object_type)})


@cache
def _moments_of_change(model: Any) -> list[str]:
    """Return the times nobody asks for here, of which every one takes long to read."""
    times = {"created_at", "updated_at", "date_joined", "last_login"}
    return [one.name for one in model._meta.concrete_fields if one.name in times]


@cache
def _moments(model: Any) -> list[str]:
    return [one.attname for one in model._meta.concrete_fields if one.default is timezone.now]


@cache
def _blank(model: Any) -> dict[str, Any]:
    """Return what a new object holds: asking each field for its default takes ten times as long as copying it.

    Lists among the defaults are shared: they are replaced, never changed in place.
    """
    return {name: value for name, value in vars(model()).items() if name != "_state"}


def link_names(object_type: ObjectType) -> list[str]:
    return [*object_type.links, *([object_type.children.name] if object_type.children else [])]


def read_records(object_type: ObjectType, rows: "models.QuerySet[Any]", *, lock: bool = False) -> Iterator[Record]:
    """Read the objects of a query with all they refer to and are linked to."""
    rows = rows.order_by("pk").defer(*_moments_of_change(object_type.model))
    if lock:
        rows = rows.select_for_update(no_key=True)
    names = link_names(object_type)
    found = {instance.pk: Record(instance, {name: [] for name in names}) for instance in rows}
    _attach(object_type.columns, [record.instance for record in found.values()])
    for name in object_type.links:
        for owner_id, row, target in _linked(link_of(object_type.model, name), found):
            found[owner_id].rows.setdefault(name, []).append(row)
            found[owner_id].links[name].append(target)
    if object_type.children is not None:
        for child in read_children(object_type.children, found):
            found[getattr(child, f"{object_type.children.owner}_id")].links[object_type.children.name].append(child)
    yield from found.values()


def _attach(columns: Iterable[Column], instances: Sequence[Any]) -> None:
    """Read what objects refer to, each once; as ``prefetch_related`` does, with less to do per object."""
    for column in columns:
        if column.kind is not Kind.REFERENCE:
            continue
        attname, name = column.attname, column.field
        wanted = {getattr(instance, attname) for instance in instances} - {None}
        targets = column.model_field.related_model._base_manager.in_bulk(wanted) if wanted else {}
        for instance in instances:
            target_id = getattr(instance, attname)
            instance._state.fields_cache[name] = None if target_id is None else targets[target_id]


def _linked(link: Link, owners: Collection[int]) -> Iterator[tuple[int, LinkRow, Any]]:
    if not owners:
        return
    place: Any = F("position") if link.ordered else Value(0)
    of_owners = {f"{link.owner.removesuffix('_id')}__pk__any_of": list(owners)}
    rows = link.through._base_manager.filter(**of_owners).annotate(place=place)
    found = list(rows.order_by("place", "pk").values_list(link.owner, "pk", link.target, "place"))
    wanted = {target_id for _owner_id, _row_id, target_id, _place in found}
    known = link.model._base_manager.select_related("site" if link.model is Team else None)
    targets = known.in_bulk(wanted) if wanted else {}
    for owner_id, row_id, target_id, position in found:
        yield owner_id, LinkRow(row_id, target_id, position), targets[target_id]


def read_children(children: Children, owners: Collection[int]) -> Iterator[Any]:
    """Read the children of objects, a group's teams included."""
    if not owners:
        return
    rows: Any = children.model._base_manager.filter(**{f"{children.owner}__pk__any_of": list(owners)})
    ordering: Iterable[Any] = children.model._meta.ordering or ()
    found = {child.pk: child for child in rows.order_by(*ordering, "pk")}
    _attach(children.columns, list(found.values()))
    for name in children.links:
        for child in found.values():
            child.chosen, child.linked = {name: []}, {name: []}
        for child_id, row, target in _linked(link_of(children.model, name), found):
            found[child_id].chosen[name].append(target)
            found[child_id].linked[name].append(row)
    yield from found.values()


# --- What an object holds ----------------------------------------------------------------------------------------


@cache
def _configured(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(one.attname for one in model._meta.concrete_fields if one.attname not in _NOT_CONFIGURED)


def child_values(children: Children, child: Any) -> tuple[Any, ...]:
    """Return what tells whether a child changed."""
    plain = tuple(getattr(child, column.attname) for column in children.columns if column.field not in children.links)
    return (*plain, *(frozenset(target.pk for target in (child.chosen or {}).get(name, ())) for name in children.links))


def digest(object_type: ObjectType, record: Record, **as_if: Any) -> str:
    """Return a short text that differs as soon as anything about the object was configured differently.

    ``as_if`` are values to be taken for those of the object.
    """
    instance = record.instance
    values: list[Any] = [str(as_if.get(name, getattr(instance, name))) for name in _configured(object_type.model)]
    for name in object_type.links:
        ids = [target.pk for target in record.links[name]]
        values.append(ids if link_of(object_type.model, name).ordered else sorted(ids))
    if object_type.children is not None:
        children = [child_values(object_type.children, child) for child in record.links[object_type.children.name]]
        values.append(sorted(map(_plain, children), key=str))
    return hashlib.md5(json.dumps(values).encode(), usedforsecurity=False).hexdigest()


def _plain(values: Iterable[Any]) -> list[Any]:
    return [sorted(value) if isinstance(value, frozenset) else value for value in values]


def child_row(children: Children, child: Any) -> JSONable:
    """Return a child as it is stored, so that it can be restored with its number."""
    values = {one.attname: getattr(child, one.attname) for one in children.model._meta.concrete_fields}
    values["links"] = {name: (child.linked or {}).get(name, ()) for name in children.links}
    return values
