"""The child rows of a parent: which children there will be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from bulkops.layout import CLEARED, Given
from bulkops.models import Outcome
from bulkops.words import shown, shown_links
from contactcenter.directory.catalog import Children, Column, Kind, Need, ObjectType
from contactcenter.directory.models.conditions import default_of
from contactcenter.directory.records import Record, child_values
from contactcenter.lib.text import name_key


@dataclass(slots=True)
class MergedChild:
    """A child as it is to become, the row that says so and what was stored; no row: it stays as it is."""

    child: Any
    given: Given | None = None
    stored: Any = None


@dataclass(slots=True)
class MergedChildren:
    """``kept`` in the order of the record's list; ``removed`` by a row each."""

    kept: list[MergedChild] = field(default_factory=list)
    removed: list[tuple[Given, Any]] = field(default_factory=list)


def merge_children(object_type: ObjectType, record: Record, rows: Sequence[Given]) -> MergedChildren:
    """Apply the rows about children to the record's list of them."""
    merged = MergedChildren()
    children = object_type.children
    if children is None:
        return merged
    stored = {children.key_of(child): child for child in record.links[children.name]}
    about = [given for given in rows if given.is_child]
    kept = {} if children.replaces_all and about else {key: MergedChild(child) for key, child in stored.items()}
    seen: set[object] = set()
    for given in about:
        key = _given_key(children, given)
        if key is None:
            continue
        if key in seen:
            given.refuse(children.key_column.title, _("This stands in another row of the same object: give it once."))
        seen.add(key)
        if given.removes:
            kept.pop(key, None)
            merged.removed.append((given, stored.get(key)))
        else:
            kept[key] = MergedChild(_merged(children, stored.get(key), given), given, stored.get(key))
    merged.kept = list(kept.values())
    record.links[children.name] = [one.child for one in merged.kept]
    return merged


def _given_key(children: Children, given: Given) -> object:
    """As ``Children.key_of``, from the cells."""
    value = given.child.get(children.key)
    if value is None or value is CLEARED:
        given.refuse(children.key_column.title, _("Fill this in."))
        return None
    return name_key(value) if isinstance(value, str) else value.pk


def _merged(children: Children, stored: Any, given: Given) -> Any:
    child: Any = children.model()
    if stored is not None:
        for one in children.model._meta.concrete_fields:
            setattr(child, one.attname, getattr(stored, one.attname))
        for column in children.columns:
            if column.kind is Kind.REFERENCE:
                setattr(child, column.field, getattr(stored, column.field))
    if children.links:
        child.chosen = dict(stored.chosen) if stored is not None else {name: [] for name in children.links}
        child.linked = stored.linked if stored is not None else None
    for column in children.columns:
        _fill(children, child, column, given)
    return child


def _fill(children: Children, child: Any, column: Column, given: Given) -> None:
    value = given.child.get(column.field)
    if value is None or value is CLEARED:
        if column.need is Need.MANDATORY:
            given.refuse(column.title, _("Fill this in."))
            return
        if value is None and not children.replaces_all:
            return  # blank keeps what is stored
        value = default_of(children.model, column.field)
    if column.kind is Kind.REFERENCES:
        child.chosen[column.field] = value
    else:
        setattr(child, column.field, value)


def tell_about_children(children: Children, merged: MergedChildren) -> None:
    """Leave at each row what became of its child."""
    for one in merged.kept:
        if one.given is None:
            continue
        row = one.given.row
        if one.stored is None:
            row.outcome = Outcome.CREATED
        elif child_values(children, one.stored) != child_values(children, one.child):
            row.outcome, row.changes = Outcome.UPDATED, _differences(children, one)
    for given, stored in merged.removed:
        if stored is not None:
            column = children.key_column
            old = shown(column, getattr(stored, column.field))
            given.row.outcome, given.row.changes = Outcome.UPDATED, [{"column": column.title, "old": old, "new": ""}]


def _differences(children: Children, one: MergedChild) -> list[dict[str, str]]:
    found = []
    for column in children.columns:
        if column.kind is Kind.REFERENCES:
            old, new = shown_links(one.stored.chosen[column.field]), shown_links(one.child.chosen[column.field])
        else:
            old, new = (shown(column, getattr(child, column.field)) for child in (one.stored, one.child))
        if old != new:
            found.append({"column": column.title, "old": old, "new": new})
    return found
