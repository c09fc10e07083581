"""What the pages of all configuration objects share."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from contactcenter.console.access import Access
from contactcenter.console.admin import ConsoleModelAdmin
from contactcenter.directory.access import Level, Module
from contactcenter.directory.services import delete_object, save_object

DIRECTORY = Access(
    view=lambda user: user.may(Module.PROVISIONING, Level.VIEW),
    edit=lambda user: user.may(Module.PROVISIONING, Level.EDIT),
)


class DirectoryAdmin(ConsoleModelAdmin):
    access = DIRECTORY
    search_fields: tuple[str, ...] = ("name",)

    def write(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:
        linked = [field.name for field in self.opts.many_to_many if field.name in form.cleaned_data]
        save_object(obj, links={name: list(form.cleaned_data[name]) for name in linked})

    def erase(self, request: HttpRequest, obj: Any) -> None:
        delete_object(obj)


def counted(related: type[Any], by: str) -> Coalesce:
    """Count the objects that refer to a row, as an annotation that does not multiply the row's other joins."""
    rows = related.objects.filter(**{by: OuterRef("pk")}).order_by().values(by)
    return Coalesce(Subquery(rows.annotate(n=Count("*")).values("n"), output_field=IntegerField()), 0)


def number_column(name: str, title: Any) -> Callable[[Any], int]:
    """Make a sortable column of an annotation."""

    @admin.display(description=title, ordering=name)
    def column(obj: Any) -> int:
        return int(getattr(obj, name))

    column.__name__ = name
    return column
