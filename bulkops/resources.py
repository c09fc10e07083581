"""One resource per object type: its columns in the order of files, and how each value is written."""

from collections.abc import Callable
from typing import Any

from import_export.fields import Field
from import_export.resources import Resource

from bulkops.cells import TextWidget, widget_of
from bulkops.files.table import Heading
from contactcenter.directory.catalog import DELETE, OBJECT_TYPES, Column, Need, ObjectType


class ColumnField(Field):
    """A field that knows its column in the directory's catalog."""

    def __init__(self, column: Column, *, of_child: bool) -> None:
        super().__init__(attribute=column.field, column_name=column.title, widget=widget_of(column))
        self.column = column
        self.of_child = of_child
        self.clean_cell: Callable[[str], Any] = self.widget.clean

    @property
    def is_mandatory(self) -> bool:
        """Whether a file without the column cannot be used."""
        return self.column.need is Need.MANDATORY and not self.of_child


class DeleteField(Field):
    def __init__(self) -> None:
        super().__init__(column_name=DELETE, widget=TextWidget())


class ObjectResource(Resource):
    """Declares the columns; rows are read and written by the engine."""

    @property
    def titles(self) -> list[str]:
        return [field.column_name for field in self.fields.values()]

    def headings(self) -> list[Heading]:
        """Return what a header may hold, in the order of ``fields``."""
        return [
            Heading(field.column_name, field.is_mandatory, field.column.aliases)
            if isinstance(field, ColumnField)
            else Heading(field.column_name, is_mandatory=False)
            for field in self.fields.values()
        ]


def _declared(object_type: ObjectType) -> ObjectResource:
    fields: dict[str, Any] = {column.field: ColumnField(column, of_child=False) for column in object_type.columns}
    children = object_type.children
    if children is not None:
        fields |= {f"child_{column.field}": ColumnField(column, of_child=True) for column in children.columns}
        if not children.replaces_all:
            fields["delete"] = DeleteField()
    declared: type[ObjectResource] = type(f"{object_type.model.__name__}Resource", (ObjectResource,), fields)
    return declared()


_RESOURCES = {object_type.slug: _declared(object_type) for object_type in OBJECT_TYPES}


def resource_of(slug: str) -> ObjectResource:
    return _RESOURCES[slug]
