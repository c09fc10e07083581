"""Exporting objects as files that can be imported again as they are."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from django.core.files import File
from django.db.models import Count

from bulkops.cells import BAR, literal, widget_of
from bulkops.files.writing import PartedWriter
from bulkops.models import Operation
from bulkops.resources import resource_of
from bulkops.sounds import AUDIO
from contactcenter.directory.catalog import Column, Kind, ObjectType, object_type
from contactcenter.directory.models import AudioFile, Team
from contactcenter.directory.records import Record, read_records
from contactcenter.lib.formulas import neutralise

PAGE = 1000  # objects read at once


@dataclass(frozen=True)
class Exported:
    name: str
    content: "File[bytes]"
    rows: int
    is_complete: bool


@contextmanager
def export(operation: Operation, go_on: Callable[[int], bool]) -> Iterator[Exported]:
    """Write all objects of a type to a temporary file. ``go_on`` is told the rows so far, and says whether to."""
    found = object_type(operation.object_type)
    if found is None:
        raise LookupError(operation.object_type)
    name = operation.file_name.removesuffix(".csv").removesuffix(".zip")
    with tempfile.TemporaryFile() as stream:
        write = _write_sounds if found.slug == AUDIO else _write_table
        exported_name, rows, is_complete = write(found, stream, name, go_on)
        stream.seek(0)
        yield Exported(exported_name, File(stream), rows, is_complete)


def expected_rows(slug: str) -> int:
    """Return how many rows an export would have now."""
    found = object_type(slug)
    if found is None:
        return 0
    objects = found.model.objects.all()
    rows: int = objects.count()
    if found.children is not None:
        children = found.children.model._base_manager.filter(**{f"{found.children.owner}__in": objects})
        rows += children.count()
    return rows


Written = tuple[str, int, bool]  # the file's name, the rows, whether it is complete
GoOn = Callable[[int], bool]


def _write_table(found: ObjectType, stream: Any, name: str, go_on: GoOn) -> Written:
    resource = resource_of(found.slug)
    names = _Names()
    rows = 0
    with PartedWriter(stream, name, resource.titles) as writer:
        for page in _pages(found):
            for record in page:
                cells = list(rows_of(found, record, names))
                writer.write_group(cells)
                rows += len(cells)
            if not go_on(rows):
                return name, rows, False
        return writer.finish(), rows, True


def _pages(found: ObjectType) -> Iterator[list[Record]]:
    """Read page after page by primary key, so that neither memory nor time grows with the table."""
    last = 0
    while True:
        ids = list(found.model.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:PAGE])
        if not ids:
            return
        yield list(read_records(found, found.model.objects.filter(pk__in=ids)))
        last = ids[-1]


class _Names:
    """Names as files refer to them: a team's with its site where the team's alone would not do."""

    def __init__(self) -> None:
        repeated = Team.objects.values("key").annotate(times=Count("*")).filter(times__gt=1)
        self._repeated = set(repeated.values_list("key", flat=True))
        self._sites: dict[int, str] = {}

    def of(self, target: Any) -> str:
        if isinstance(target, Team) and target.key in self._repeated:
            return f"{target.name}: {self._site(target)}"
        return str(target)

    def _site(self, team: Team) -> str:
        if team.site_id not in self._sites:
            self._sites[team.site_id] = team.site.name
        return self._sites[team.site_id]


def rows_of(found: ObjectType, record: Record, names: _Names) -> Iterator[list[str]]:
    """Return the object's row and those of its children, as cells."""
    children = found.children
    own = [_cell(column, record.instance, record.links.get(column.field, ()), names) for column in found.columns]
    if children is None:
        yield own
        return
    blank = [""] * (len(children.columns) + (0 if children.replaces_all else 1))
    yield [*own, *blank]
    repeated = [own[number] if column.field in found.key else "" for number, column in enumerate(found.columns)]
    for child in record.links[children.name]:
        chosen = child.chosen or {} if children.links else {}
        cells = [_cell(column, child, chosen.get(column.field, ()), names) for column in children.columns]
        yield [*repeated, *cells, *blank[len(cells) :]]


def _cell(column: Column, instance: Any, targets: Sequence[Any], names: _Names) -> str:
    if column.condition is not None and not column.condition.holds(instance):
        return ""
    if column.kind is Kind.REFERENCES:
        text = BAR.join(names.of(target) for target in targets)
    else:
        value = getattr(instance, column.field)
        is_name = column.kind is Kind.REFERENCE and value is not None
        text = names.of(value) if is_name else widget_of(column).render(value)
    return neutralise(literal(text))


def _write_sounds(found: ObjectType, stream: Any, name: str, go_on: GoOn) -> Written:
    rows = 0
    with ZipFile(stream, "w", ZIP_STORED) as archive:  # sounds hardly get smaller
        for audio in AudioFile.objects.iterator(chunk_size=PAGE):
            with audio.file.open("rb") as content, archive.open(audio.name, "w") as member:
                for block in content.chunks():
                    member.write(block)
            rows += 1
            if not go_on(rows):
                return name, rows, False
    return f"{name}.zip", rows, True
