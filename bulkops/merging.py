"""From what the rows of a file say to the object as it is to become."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bulkops.children import MergedChildren, merge_children, tell_about_children
from bulkops.layout import CLEARED, Given
from bulkops.models import Outcome
from bulkops.references import CellError, References
from bulkops.words import shown, shown_links
from contactcenter.directory.catalog import Children, Column, Kind, Need, ObjectType
from contactcenter.directory.models.audio import stored_as
from contactcenter.directory.models.conditions import clear_what_does_not_count, default_of
from contactcenter.directory.records import Record, child_values, link_of, new_record
from contactcenter.directory.rules import needed, validate


@dataclass(slots=True)
class Draft:
    """An object as the rows of one parent want it. ``fields`` and ``links`` are the old values of what changes."""

    object_type: ObjectType
    given: Sequence[Given]
    record: Record
    is_new: bool
    fields: dict[str, Any] = field(default_factory=dict)
    links: dict[str, list[Any]] = field(default_factory=dict)
    took_default_from: Any = None
    is_default: bool | None = None  # as this row leaves an auxiliary code, before others take its place
    direction: str = ""  # of what is stored, whose name the other direction may have taken

    @property
    def is_refused(self) -> bool:
        return any(given.row.errors or given.row.problem for given in self.given)

    @property
    def is_changed(self) -> bool:
        return bool(self.fields or self.links)

    @property
    def first(self) -> Given:
        return self.given[0]

    def refuse(self, title: str, detail: str) -> None:
        self.first.refuse(title, detail)


def merge(object_type: ObjectType, given: Sequence[Given], stored: Record | None, references: References) -> Draft:
    """Apply the rows to the stored object, or to a new one, and validate the whole. Errors are left at the rows."""
    record = stored or new_record(object_type)
    direction = getattr(record.instance, "direction", "")
    draft = Draft(object_type, given, record, is_new=stored is None, direction=direction)
    for one in given:
        _resolve(one, references)
        if one.row.problem:
            one.refuse("", one.row.problem)
    if not _says_enough(draft):
        return draft
    own_before = {} if draft.is_new else _values(object_type, record)
    links_before = {} if draft.is_new else {name: list(rows) for name, rows in record.links.items()}
    _apply(draft)
    children = merge_children(object_type, record, given)
    refused = _settle_conditions(draft)
    if draft.is_new or _differs(draft, own_before, links_before):  # what is stored has been validated
        _validate(draft, children, refused)
    if not draft.is_refused:
        _compare(draft, own_before, links_before)
        _compare_children(draft, links_before, children)
    return draft


def _resolve(given: Given, references: References) -> None:
    """Put objects in the place of names."""
    for cells, values in ((given.layout.own, given.own), (given.layout.children, given.child)):
        for _place, column, _clean in cells:
            value = values.get(column.field)
            if column.refers_to is None or value is None or value is CLEARED:
                continue
            try:
                if column.kind is Kind.REFERENCES:
                    objects = [references.one(column.refers_to, name) for name in value]
                    values[column.field] = list({one.id: one for one in objects}.values())
                else:
                    values[column.field] = references.one(column.refers_to, value)
            except CellError as error:
                given.refuse(column.title, str(error))
                del values[column.field]


def _says_enough(draft: Draft) -> bool:
    """Whether the rows can be read, and a new object has a row of its own, and only one."""
    if any(given.row.problem for given in draft.given):
        return False
    for later in draft.given[1:]:
        if not later.is_child:
            message = _("The same object stands in row %(row)d already: give it once.")
            later.refuse("", message % {"row": draft.first.row.number})
    for name in draft.object_type.key:
        if draft.first.own.get(name, CLEARED) is CLEARED:
            column = draft.object_type.column(name)
            draft.refuse(column.title if column else "", _("Fill this in: it tells which object is meant."))
    if draft.is_new and draft.first.is_child and not draft.first.row.errors:
        message = _("There is no %(label)s “%(name)s” yet: put a row with its own columns above this one.")
        label = draft.object_type.label
        draft.refuse("", message % {"label": label, "name": draft.first.own[draft.object_type.key[0]]})
    return not draft.is_new or not draft.first.is_child


def _apply(draft: Draft) -> None:
    """Write the cells of the parent's row into the object."""
    record, first, object_type = draft.record, draft.first, draft.object_type
    if first.is_child:
        _require_same(draft, draft.given)
        return
    for column in object_type.columns:
        if column.field not in first.own:
            if column.need is Need.MANDATORY and column.field in first.layout.present:
                first.refuse(column.title, _("Fill this in."))
            continue
        value = first.own[column.field]
        if value is CLEARED:
            if column.need is Need.MANDATORY:
                first.refuse(column.title, _("This cannot be emptied: it is always needed."))
                continue
            value = default_of(column.model, column.field)
        if column.kind is Kind.REFERENCES:
            record.links[column.field] = value
        elif column.kind is Kind.REFERENCE and value is not None:
            # as assigning it, without asking for each row whether the two may be related
            setattr(record.instance, column.attname, value.id)
            record.instance._state.fields_cache[column.field] = value
        else:
            setattr(record.instance, column.field, value)
    if first.row.found:
        _apply_sound(draft, first.row.found)
    _require_same(draft, draft.given[1:])


_SOUND = ("file", "sha256", "size", "encoding", "channels", "rate", "bits", "seconds")


def _apply_sound(draft: Draft, found: Mapping[str, Any]) -> None:
    audio = draft.record.instance
    if audio.sha256 == found["sha256"]:
        return
    if not draft.is_new:
        draft.fields |= {name: str(audio.file) if name == "file" else getattr(audio, name) for name in _SOUND}
    for name in _SOUND[1:]:
        setattr(audio, name, found[name])
    audio.file = stored_as(audio.sha256)


def _require_same(draft: Draft, rows: Sequence[Given]) -> None:
    """A child's row may repeat the parent's cells, and not contradict them."""
    for given in rows:
        for name, value in given.own.items():
            column = draft.object_type.column(name)
            if column is None or name in draft.object_type.key:
                continue
            now = getattr(draft.record.instance, name)
            if value is not CLEARED and value != now:
                message = _("This is %(value)s in the row of the object itself: repeat that, or leave the cell empty.")
                given.refuse(column.title, message % {"value": f"“{shown(column, now)}”"})


def _settle_conditions(draft: Draft) -> Collection[str]:
    """Clear what does not count beside the other values. Return the fields that were filled all the same."""
    first, record = draft.first, draft.record
    record.instance.derive()
    filled = {name for name, value in first.own.items() if value is not CLEARED} if not first.is_child else set()
    children = draft.object_type.children
    about_children = [given for given in draft.given if given.is_child and not given.removes]
    if children is not None and about_children:
        filled.add(children.name)
    refused = clear_what_does_not_count(record.instance, record.links, given=filled)
    _require_filled(draft, refused)
    for name, error in refused.items():
        if children is not None and name == children.name:
            _refuse_children(children, about_children, error)
        else:
            _refuse_field(draft, name, error, MergedChildren())
    return refused


def _refuse_children(children: Children, about: Sequence[Given], error: ValidationError) -> None:
    for given in about:
        for column in children.columns:
            if column.field in given.child:
                given.refuse(column.title, " ".join(error.messages))


def _validate(draft: Draft, children: MergedChildren, refused: Collection[str]) -> None:
    record, object_type = draft.record, draft.object_type
    try:
        validate(record.instance, record.links, exclude=_unchecked(object_type))
    except ValidationError as error:
        for name, found in error.error_dict.items():
            if name not in refused:
                _refuse_field(draft, name, ValidationError(found), children)


def _require_filled(draft: Draft, refused: Collection[str]) -> None:
    """Cells that are needed while their condition holds are filled each time, also where a value is stored."""
    first = draft.first
    if first.is_child:
        return
    for column in _needed_sometimes(draft.object_type):
        only = column.condition
        if only is None or column.field in first.own or column.field not in draft.first.layout.present:
            continue
        if only.holds(draft.record.instance) and column.field not in refused and not _hangs_on_mistake(draft, column):
            message = _("Fill this in: it is needed when %(condition)s.")
            first.refuse(column.title, message % {"condition": only.words(column.model)})
    for name, words in needed(draft.record.instance, draft.record.links).items():
        asked = draft.object_type.column(name)
        if asked is not None and name not in first.own and name in first.layout.present:
            first.refuse(asked.title, str(words))


@cache
def _needed_sometimes(object_type: ObjectType) -> tuple[Column, ...]:
    return tuple(one for one in object_type.columns if one.condition is not None and one.condition.mandatory)


@cache
def _unchecked(object_type: ObjectType) -> frozenset[str]:
    """Fields that no cell fills, and references, which have just been looked up."""
    checked = {column.field for column in object_type.columns if column.kind is not Kind.REFERENCE}
    return frozenset(one.name for one in object_type.model._meta.fields if one.name not in checked)


def _refuse_field(draft: Draft, name: str, error: ValidationError, children: MergedChildren) -> None:
    object_type = draft.object_type
    given, column = draft.first, object_type.column(name)
    parts = name.split(".")
    if len(parts) == 3 and object_type.children is not None:
        given = children.kept[int(parts[1])].given or draft.first
        column = next((one for one in object_type.children.columns if one.field == parts[2]), None)
    elif object_type.children is not None and name == object_type.children.name:
        column = object_type.children.key_column
    if column is None or not _hangs_on_mistake(draft, column):
        given.refuse(column.title if column is not None else "", " ".join(error.messages))


_DECIDED_BY = {"kind": "work_type"}  # of auxiliary codes


def _hangs_on_mistake(draft: Draft, column: Column) -> bool:
    """Whether what the column's condition asks for is wrong itself."""
    names = column.condition.when if column.condition else ()
    asked = [draft.object_type.column(_DECIDED_BY.get(name, name)) for name in names]
    return any(other is not None and other.title in draft.first.refused for other in asked)


# --- What changes ------------------------------------------------------------------------------------------------


def _values(object_type: ObjectType, record: Record) -> dict[str, tuple[Any, Any]]:
    """Return the value of each column, of references the object too, by which it is shown."""
    return {
        column.attname: (getattr(record.instance, column.attname), _shown_object(column, record.instance))
        for column in _single(object_type)
    }


@cache
def _single(object_type: ObjectType) -> tuple[Column, ...]:
    return tuple(column for column in object_type.columns if column.kind is not Kind.REFERENCES)


def _shown_object(column: Column, instance: Any) -> Any:
    return instance._state.fields_cache.get(column.field) if column.kind is Kind.REFERENCE else None


def _differs(draft: Draft, own: Mapping[str, tuple[Any, Any]], links: Mapping[str, list[Any]]) -> bool:
    object_type, record = draft.object_type, draft.record
    if any(getattr(record.instance, attname) != before for attname, (before, _object) in own.items()):
        return True
    if any(
        _targets(object_type, name, links[name]) != _targets(object_type, name, record.links[name])
        for name in object_type.links
    ):
        return True
    children = object_type.children
    return children is not None and _child_values(children, links) != _child_values(children, record.links)


def _child_values(children: Children, links: Mapping[str, list[Any]]) -> list[tuple[Any, ...]]:
    return sorted(((child.pk or 0, child_values(children, child)) for child in links[children.name]), key=itemgetter(0))


def _compare(draft: Draft, own: Mapping[str, tuple[Any, Any]], links: Mapping[str, list[Any]]) -> None:
    object_type, record = draft.object_type, draft.record
    for given in draft.given:
        given.row.outcome = Outcome.CREATED if draft.is_new else Outcome.UNCHANGED
    if draft.is_new:
        return
    changes = []
    for column in _single(object_type):
        before, object_before = own[column.attname]
        now = getattr(record.instance, column.attname)
        if now != before:
            draft.fields[column.attname] = before
            old = shown(column, object_before if column.kind is Kind.REFERENCE else before)
            new = shown(column, getattr(record.instance, column.field))
            changes.append({"column": column.title, "old": old, "new": new})
    for name in object_type.links:
        if _targets(object_type, name, links[name]) != _targets(object_type, name, record.links[name]):
            draft.links[name] = links[name]
            title = next(column.title for column in object_type.columns if column.field == name)
            changes.append({"column": title, "old": shown_links(links[name]), "new": shown_links(record.links[name])})
    if "sha256" in draft.fields:
        changes.append({"column": _("Sound"), "old": draft.fields["sha256"][:8], "new": record.instance.sha256[:8]})
    if changes:
        draft.first.row.changes, draft.first.row.outcome = changes, Outcome.UPDATED


def _targets(object_type: ObjectType, name: str, targets: Sequence[Any]) -> Any:
    ids = [target.pk for target in targets]
    return ids if link_of(object_type.model, name).ordered else set(ids)


def _compare_children(draft: Draft, links: Mapping[str, list[Any]], merged: MergedChildren) -> None:
    children = draft.object_type.children
    if children is None or draft.is_new:
        return
    tell_about_children(children, merged)
    if _child_values(children, links) == _child_values(children, draft.record.links):
        return
    draft.links[children.name] = links[children.name]
    if all(given.row.outcome == Outcome.UNCHANGED for given in draft.given):
        last = draft.given[-1].row  # only children that no row names went away
        old, new = shown_links(links[children.name]), shown_links(draft.record.links[children.name])
        last.outcome = Outcome.UPDATED
        last.changes = [{"column": children.columns[0].title, "old": old, "new": new}]
