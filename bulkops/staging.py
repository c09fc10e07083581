"""Reading an operation's file into rows of the database, once; everything after works on these rows."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, BinaryIO

from django.db import connection
from django.utils.translation import gettext as _

from bulkops.cells import from_literal
from bulkops.files.archive import Archive, Member, is_zip
from bulkops.files.errors import FileRefused
from bulkops.files.table import match_header, read_table
from bulkops.models import BUNDLE, Operation, OperationFile
from bulkops.resources import resource_of
from bulkops.sounds import AUDIO, REFUSED_SOUNDS, sounds_in
from contactcenter.directory.catalog import OBJECT_TYPES, ObjectType, object_type
from contactcenter.lib.formulas import restore
from contactcenter.lib.text import name_key

_COPY = (
    "COPY bulkops_operationrow"
    " (operation_id, file_id, position, parent, number, key, cells, found, problem, outcome, digest) FROM STDIN"
)


@dataclass(frozen=True)
class _Source:
    """A file to be read, alone or inside a zip."""

    name: str
    object_type: ObjectType
    member: Member | None


@dataclass(frozen=True)
class _Row:
    number: int
    key: str
    cells: Sequence[str]
    problem: str
    found: dict[str, Any] | None = None


def stage(operation: Operation) -> int:
    """Store the rows of the operation's file, in the order in which they are to be applied. Return how many.

    Raises ``FileRefused`` where the file as a whole cannot be used. To be called in a transaction.
    """
    with ExitStack() as stack:
        stream: Any = stack.enter_context(_opened(operation))
        archive = None
        if is_zip(stream):
            archive = stack.enter_context(Archive(stream, operation.file_name, allow_nested=_is_sounds))
        sources = _sources(operation, archive)
        keys = _Keys()
        total = 0
        for position, source in enumerate(sources):
            with archive.open(source.member) if archive and source.member else nullcontext(stream) as inner:
                total += _stage_file(operation, position, source, inner, total, keys)
    if not total:
        message = _("“%(name)s” has no rows below its header: add some.") % {"name": operation.file_name}
        raise FileRefused(message, code="no_rows")
    if keys.may_repeat:
        _refuse_repeated_keys(operation)
    return total


class _Keys:
    """Notices that an object may stand in a file twice, by hashes: names would weigh too much."""

    def __init__(self) -> None:
        self.may_repeat = False
        self._seen: set[int] = set()

    def add(self, slug: str, key: str) -> None:
        found = hash((slug, key))
        self.may_repeat |= found in self._seen
        self._seen.add(found)


def _opened(operation: Operation) -> Any:
    try:
        return operation.file.open("rb")
    except FileNotFoundError as error:
        message = _("“%(name)s” is not in the storage any more: upload it again.")
        raise FileRefused(message % {"name": operation.file_name}, code="file_gone") from error


# --- Which files -------------------------------------------------------------------------------------------------


def _is_sounds(member: Member) -> bool:
    return member.name.casefold().startswith(AUDIO) and member.name.casefold().endswith(".zip")


def _sources(operation: Operation, archive: Archive | None) -> list[_Source]:
    found = object_type(operation.object_type)
    if operation.object_type == BUNDLE:
        if archive is None:
            raise FileRefused(
                _("“%(name)s” is not a zip: a bundle is a zip of CSV files.") % {"name": operation.file_name}
            )
        return _bundled(operation, archive)
    if found is None:
        raise FileRefused(_("There is no object “%(name)s”.") % {"name": operation.object_type})
    if found.slug == AUDIO:
        if archive is None:
            message = _("“%(name)s” is not a zip: audio files come as a zip of .wav files.")
            raise FileRefused(message % {"name": operation.file_name})
        return [_Source(operation.file_name, found, None)]
    if archive is None:
        return [_Source(operation.file_name, found, None)]
    if wrong := [member.path or member.name for member in archive.members if not _is_csv(member)]:
        message = _("“%(name)s” holds what is not a CSV file: %(files)s. Take it out.")
        raise FileRefused(message % {"name": operation.file_name, "files": ", ".join(wrong)})
    return [
        _Source(member.name, found, member) for member in sorted(archive.members, key=lambda one: _natural(one.path))
    ]


def _bundled(operation: Operation, archive: Archive) -> list[_Source]:
    types = {member: _type_of(member) for member in archive.members if member.name != REFUSED_SOUNDS}
    if wrong := [member.path or member.name for member, found in types.items() if found is None]:
        message = _(
            "The names of these files in “%(name)s” do not begin with an object: %(files)s. Call them, for instance,"
            " team.csv, or take them out."
        )
        raise FileRefused(message % {"name": operation.file_name, "files": ", ".join(wrong)})
    order = list(OBJECT_TYPES)
    sources = [_Source(member.name, found, member) for member, found in types.items() if found is not None]
    return sorted(sources, key=lambda one: (order.index(one.object_type), _natural(one.name)))


def _is_csv(member: Member) -> bool:
    return member.name.casefold().endswith(".csv")


def _type_of(member: Member) -> ObjectType | None:
    """Find the longest object type that the file's name begins with."""
    name = member.name.casefold()
    suffix = ".zip" if _is_sounds(member) else ".csv"
    for found in sorted(OBJECT_TYPES, key=lambda one: -len(one.slug)):
        if (found.slug == AUDIO) == (suffix == ".zip") and name.startswith(found.slug) and name.endswith(suffix):
            return found
    return None


def _natural(name: str) -> list[tuple[int, str]]:
    """Sort part 10 behind part 9, and “team-2.csv” behind “team.csv”."""
    parts = re.split(r"([0-9]{1,9})", name.casefold().removesuffix(".csv"))
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


# --- Their rows --------------------------------------------------------------------------------------------------


def _stage_file(operation: Operation, place: int, source: _Source, stream: BinaryIO, before: int, keys: _Keys) -> int:
    header, rows = _read(source, stream)
    file = OperationFile.objects.create(
        operation=operation,
        position=place,
        name=PurePath(source.name).name,
        object_type=source.object_type.slug,
        header=header,
    )
    has_children = source.object_type.children is not None
    position = before
    operation_id, file_id = operation.pk, file.pk
    parent, last_key = _unfinished(operation, source, before)
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            if not (has_children and row.key and row.key == last_key):
                parent, last_key = position, row.key
                keys.add(source.object_type.slug, row.key)
            cells = json.dumps([_storable(cell) for cell in row.cells] if row.problem else row.cells)
            found, key = json.dumps(row.found) if row.found else None, _storable(row.key)
            values = (operation_id, file_id, position, parent, row.number, key, cells, found, row.problem, "", "")
            copy.write_row(values)
            position += 1
    return position - before


def _storable(text: str) -> str:
    """The database has no NUL; a row with one is refused anyway."""
    return text.replace("\0", "\ufffd")


def _unfinished(operation: Operation, source: _Source, before: int) -> tuple[int, str]:
    """Return the parent whose rows may go on in the next file, and its key."""
    rows = operation.rows.filter(position=before - 1, file__object_type=source.object_type.slug)
    return rows.values_list("parent", "key").first() or (before, "")


def _read(source: _Source, stream: BinaryIO) -> tuple[list[str], Iterator[_Row]]:
    if source.object_type.slug == AUDIO:
        with_header = ["Name"]
        return with_header, (
            _Row(number, name_key(name), [name], problem, found)
            for number, (name, problem, found) in enumerate(sounds_in(stream, source.name), start=1)
        )
    resource = resource_of(source.object_type.slug)
    table = read_table(stream, source.name)
    places = match_header(source.name, table.header, resource.headings())
    titles = list(resource.fields)
    by_field = {titles[place]: column for column, place in enumerate(places) if place is not None}
    keys = [by_field[name] for name in source.object_type.key]
    return table.header, (
        _Row(
            row.number,
            "|".join(name_key(from_literal(restore(row.cells[column]).strip())) for column in keys),
            [*row.cells, *row.surplus] if row.surplus else row.cells,
            row.problem,
        )
        for row in table.rows
    )


_REPEATED = """
    WITH parents AS (
        SELECT rows.position, rows.key, rows.number, files.name, files.object_type,
               first_value(rows.position) OVER earliest AS first,
               first_value(rows.number) OVER earliest AS first_number,
               first_value(files.name) OVER earliest AS first_file
        FROM bulkops_operationrow AS rows JOIN bulkops_operationfile AS files ON files.id = rows.file_id
        WHERE rows.operation_id = %s AND rows.parent = rows.position AND trim(rows.key, '| ') <> ''
        WINDOW earliest AS (PARTITION BY files.object_type, rows.key ORDER BY rows.position)
    )
    SELECT position, first_number, first_file FROM parents WHERE position <> first AND name <> '' ORDER BY position
"""


def _refuse_repeated_keys(operation: Operation) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_REPEATED, [operation.pk])
        found = cursor.fetchall()
        if not found:
            return
        message = _("The same object stands in row %(row)d of “%(file)s” already: give it once.")
        told = [message % {"row": number, "file": name} for _position, number, name in found]
        cursor.execute(
            "UPDATE bulkops_operationrow AS rows SET problem = told.message"
            " FROM unnest(%s::int[], %s::text[]) AS told (position, message)"
            " WHERE rows.operation_id = %s AND rows.position = told.position AND rows.problem = ''",
            [[position for position, _number, _name in found], told, operation.pk],
        )
