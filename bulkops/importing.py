"""Importing: chunk after chunk of staged rows, each in a transaction with the outcomes of its rows."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bulkops.administrators import Administrators
from bulkops.defaults import Defaults
from bulkops.layout import Given, Layout
from bulkops.merging import Draft, merge
from bulkops.models import Operation, OperationFile, OperationRow, Outcome
from bulkops.outcomes import before_of, leave_trace, store_outcomes
from bulkops.references import Planned, References
from bulkops.sounds import keep_sounds
from contactcenter.directory.bulk import Change, prepare, store_all
from contactcenter.directory.catalog import ObjectType
from contactcenter.directory.models import AuxiliaryCode, Team, User, UserProfile
from contactcenter.directory.records import Record, read_records
from contactcenter.directory.rules import contradictions
from contactcenter.lib.errors import AppError

logger = logging.getLogger(__name__)

CHUNK = 1000  # rows; those of one parent stay together


class Overtaken(Exception):
    """Somebody else works on this preview, and only they know what they have planned."""


class Importer:
    """Applies the rows of one operation; a preview plans only."""

    def __init__(self, operation: Operation) -> None:
        self._files = {file.pk: file for file in operation.files.all()}
        self._layouts: dict[int, Layout] = {}
        self._planned = Planned() if operation.dry_run else None
        self._planned_rows = 0
        self._references = References(self._planned)
        self._defaults: Defaults | None = None
        self._administrators: Administrators | None = None

    def step(self, operation: Operation) -> list[OperationRow]:
        """Work on the next chunk, and return its rows; none are left when it is empty.

        To be called in a transaction that holds a lock on the operation.
        """
        if self._planned is not None and self._planned_rows != operation.done:
            raise Overtaken
        rows = self._next(operation)
        if not rows:
            return rows
        drafts = self._drafts(rows)
        good = [draft for draft in drafts if not draft.is_refused]
        if self._planned is None:
            _Writer(operation).write(good)
        else:
            self._plan(good, self._planned)
        for draft in drafts:
            _tell_refusal(draft)
        store_outcomes(operation.pk, rows)
        self._planned_rows = operation.done + len(rows)
        return rows

    # --- Reading -------------------------------------------------------------------------------------------------

    def _next(self, operation: Operation) -> list[OperationRow]:
        """Return whole parents of one object type, from where the operation stands."""
        start = operation.done
        rows = list(operation.rows.filter(position__gte=start, position__lt=start + CHUNK))
        kind = self._type(rows[0]) if rows else None
        rows = [row for row in rows if self._type(row) is kind]
        if len(rows) < CHUNK or kind is None or kind.children is None:
            return rows
        return [*rows, *operation.rows.filter(parent=rows[-1].parent, position__gt=rows[-1].position)]

    def _type(self, row: OperationRow) -> ObjectType:
        return self._file(row).type

    def _file(self, row: OperationRow) -> OperationFile:
        return self._files[row.file_id]

    def _layout(self, row: OperationRow) -> Layout:
        if row.file_id not in self._layouts:
            self._layouts[row.file_id] = Layout(self._file(row))
        return self._layouts[row.file_id]

    def _drafts(self, rows: Sequence[OperationRow]) -> list[Draft]:
        object_type = self._type(rows[0])
        given = [self._layout(row).read(row) for row in rows]
        self._find_references(given)
        if self._planned is None:
            prepare(object_type)
        if object_type.model is not AuxiliaryCode:
            self._defaults = None
        elif self._defaults is None or self._planned is None:  # a preview goes on with what it planned
            self._defaults = Defaults()
        stored = self._stored(object_type, {row.key for row in rows})
        drafts = [self._draft(object_type, group, stored) for group in _by_parent(given)]
        for draft in drafts:
            _refuse_other_direction(draft, self._planned)
        self._refuse_contradictions(object_type, drafts)
        return drafts

    def _draft(self, object_type: ObjectType, group: list[Given], stored: Mapping[str, Record]) -> Draft:
        record = stored.get(group[0].row.key)
        if self._defaults is not None and record is not None:
            self._defaults.tell(record.instance)
        draft = merge(object_type, group, record, self._references)
        if self._defaults is not None:
            self._defaults.follow(draft)
        return draft

    def _find_references(self, given: Sequence[Given]) -> None:
        wanted: dict[ObjectType, set[str]] = {}
        for one in given:
            for object_type, name in one.layout.references(one):
                wanted.setdefault(object_type, set()).add(name.key)
        self._references.read(wanted)

    def _stored(self, object_type: ObjectType, keys: set[str]) -> dict[str, Record]:
        """Read, and lock, the objects that the rows are about."""
        of_teams = object_type.model is Team
        names = {key.partition("|")[0] for key in keys} if of_teams else keys
        rows = object_type.model._base_manager.filter(key__any_of=names)
        found = read_records(object_type, rows, lock=self._planned is None)
        if of_teams:
            return {f"{record.instance.key}|{record.instance.site.key}": record for record in found}
        return {record.instance.key: record for record in found}

    # --- Rules about several objects -----------------------------------------------------------------------------

    def _refuse_contradictions(self, object_type: ObjectType, drafts: Sequence[Draft]) -> None:
        changed = {draft.record.instance.pk: draft for draft in drafts if draft.fields and not draft.is_refused}
        found = contradictions(object_type.model, [draft.record.instance for draft in changed.values()])
        for pk, error in found.items():
            for name, inner in error.error_dict.items():
                column = object_type.column(name)
                changed[pk].refuse(column.title if column else "", " ".join(ValidationError(inner).messages))

    def _plan(self, drafts: Sequence[Draft], planned: Planned) -> None:
        changing = [draft for draft in drafts if draft.is_new or draft.is_changed]
        if changing and changing[0].object_type.model in {User, UserProfile}:
            self._administrators = self._administrators or Administrators()
            self._administrators.keep(changing)
        for draft in changing:
            if not draft.is_refused:
                planned.add(draft.object_type, [draft.record.instance])


def _by_parent(given: Sequence[Given]) -> Iterator[list[Given]]:
    for _parent, group in groupby(given, key=lambda one: one.row.parent):
        yield list(group)


def _refuse_other_direction(draft: Draft, planned: Planned | None) -> None:
    """Queues share their names with outdial queues, entry points with outdial entry points."""
    mine, found = getattr(draft.object_type.model, "DIRECTION", ""), draft.direction
    if mine and not found and planned is not None:
        found = planned.direction_of(draft.object_type, draft.first.row.key)
    if mine and found and mine != found:
        for given in draft.given:
            given.row.errors = None
        message = _("“%(name)s” is in use already, for the other direction: choose another name.")
        draft.refuse(draft.object_type.columns[0].title, message % {"name": draft.first.own["name"]})


def _tell_refusal(draft: Draft) -> None:
    """All rows of a parent are refused together; each says why."""
    if not draft.is_refused:
        return
    culprits = [given.row.number for given in draft.given if given.row.errors]
    for given in draft.given:
        row = given.row
        row.outcome, row.changes, row.notes = Outcome.FAILED, None, None
        if not row.errors:
            message = _("Refused together with row %(row)d, which belongs to the same object.")
            row.errors = [{"column": "", "detail": message % {"row": culprits[0]}}]


# --- Writing -----------------------------------------------------------------------------------------------------


class _Writer:
    def __init__(self, operation: Operation) -> None:
        self._operation = operation

    def write(self, drafts: Sequence[Draft]) -> None:
        changing = [draft for draft in drafts if draft.is_new or draft.is_changed]
        sounds = [draft.first.row for draft in changing if draft.first.row.found]
        if sounds:
            keep_sounds(self._operation, sounds)
        self._attempt(changing)

    def _attempt(self, drafts: Sequence[Draft]) -> None:
        """Store all of them; where the database or a rule about all objects refuses, find out which is to blame."""
        if not drafts:
            return
        old = [before_of(draft) for draft in drafts]
        try:
            with transaction.atomic():
                self._store(drafts)
        except (IntegrityError, AppError) as error:
            for draft in drafts:
                _forget_numbers(draft)
            if len(drafts) == 1:
                drafts[0].refuse("", error.message if isinstance(error, AppError) else _in_words(error))
                return
            middle = len(drafts) // 2
            self._attempt(drafts[:middle])
            self._attempt(drafts[middle:])
        else:
            for draft, before in zip(drafts, old, strict=True):
                leave_trace(draft, before)

    def _store(self, drafts: Sequence[Draft]) -> None:
        created = [draft.record for draft in drafts if draft.is_new]
        changed = [Change(draft.record, draft.fields, draft.links) for draft in drafts if not draft.is_new]
        store_all(drafts[0].object_type, created, changed, actor=self._operation.actor)


def _forget_numbers(draft: Draft) -> None:
    """What was rolled back has no numbers any more."""
    children = draft.object_type.children
    stored = {child.pk for child in draft.links.get(children.name, ())} if children else set()
    for child in draft.record.links[children.name] if children else ():
        if child.pk not in stored:
            _make_new(child)
    if draft.is_new:
        _make_new(draft.record.instance)


def _make_new(instance: Any) -> None:
    instance.pk = None
    instance._state.adding = True


def _in_words(error: IntegrityError) -> str:
    state = getattr(error.__cause__, "sqlstate", "")
    if state == "23505":  # unique_violation
        return _("Somebody else stored the same in the meantime: import the row again.")
    if state == "23503":  # foreign_key_violation
        return _("Something that this row refers to was deleted in the meantime: import the row again.")
    logger.warning("The database refused a row that the rules let pass.", exc_info=error)
    return _("The database refused the values: ask an administrator to look at the log.")
