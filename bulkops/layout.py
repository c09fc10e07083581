"""The columns of one file: which cell fills which field, and what a row gives."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from bulkops.cells import CLEAR, Name, SwitchWidget, from_literal
from bulkops.files.table import match_header
from bulkops.models import OperationFile, OperationRow
from bulkops.resources import ColumnField, resource_of
from contactcenter.directory.catalog import DELETE, Column, Kind, ObjectType
from contactcenter.lib.formulas import restore


class Cell(NamedTuple):
    """Where a column stands in the file."""

    place: int
    column: Column
    clean: Any


CLEARED: Any = object()  # stands for a cell that empties its field


@dataclass(slots=True)
class Given:
    """What the filled cells of a row say, by the field's name; ``child`` about a child, ``removes`` whether it goes."""

    layout: "Layout"
    row: OperationRow
    own: dict[str, Any] = field(default_factory=dict)
    child: dict[str, Any] = field(default_factory=dict)
    removes: bool = False
    is_child: bool = False

    def refuse(self, title: str, detail: str) -> None:
        """Note what is wrong; of a column only the first, because the rest follows from it."""
        if not title or title not in self.refused:
            self.row.errors = [*(self.row.errors or ()), {"column": title, "detail": detail}]

    @property
    def refused(self) -> set[str]:
        """The titles of the columns that are wrong already."""
        return {error["column"] for error in self.row.errors or ()}


class Layout:
    """Reads the rows of one file."""

    def __init__(self, file: OperationFile) -> None:
        resource = resource_of(file.object_type)
        fields = list(resource.fields.values())
        places = match_header(file.name, file.header, resource.headings())
        found = [(place, fields[known]) for place, known in enumerate(places) if known is not None]
        self.object_type: ObjectType = file.type
        self.own = [_cell(place, one) for place, one in found if isinstance(one, ColumnField) and not one.of_child]
        self.children = [_cell(place, one) for place, one in found if isinstance(one, ColumnField) and one.of_child]
        self.delete = next((place for place, one in found if one.column_name == DELETE), None)
        self.present = frozenset(cell.column.field for cell in self.own)

    def read(self, row: OperationRow) -> Given:
        """Read the cells; what cannot be read is an error of the row."""
        given = Given(self, row)
        self._read(row, self.own, given.own, given)
        if self.children or self.delete is not None:
            self._read(row, self.children, given.child, given)
            given.removes = self._removes(given)
            given.is_child = given.removes or any(row.cells[cell.place].strip() for cell in self.children)
        return given

    def _read(self, row: OperationRow, cells: list[Cell], into: dict[str, Any], given: Given) -> None:
        texts = row.cells
        for place, column, clean in cells:
            text = texts[place]
            if not text or not (text := (restore(text) if text[0] == "'" else text).strip()):
                continue
            if text == CLEAR:
                into[column.field] = CLEARED
                continue
            try:
                into[column.field] = clean(from_literal(text))
            except ValueError as error:
                given.refuse(column.title, str(error))

    def _removes(self, given: Given) -> bool:
        text = given.row.cells[self.delete].strip() if self.delete is not None else ""
        if not text:
            return False
        try:
            return bool(SwitchWidget().clean(text))
        except ValueError:
            given.refuse(DELETE, _("Write Yes, or leave the cell empty."))
            return False

    def references(self, given: Given) -> Iterator[tuple[ObjectType, Name]]:
        """Yield the names of other objects in a row."""
        for cells, values in ((self.own, given.own), (self.children, given.child)):
            for _place, column, _clean in cells:
                if column.refers_to is None or (value := values.get(column.field)) is None or value is CLEARED:
                    continue
                names = value if column.kind is Kind.REFERENCES else [value]
                for name in names:
                    yield column.refers_to, name


def _cell(place: int, one: ColumnField) -> Cell:
    return Cell(place, one.column, one.clean_cell)
