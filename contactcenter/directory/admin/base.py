"""What the pages of all configuration objects share."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, Field, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import TEXTAREA_CLASSES

from contactcenter.console.access import Access
from contactcenter.console.admin import ConsoleModelAdmin
from contactcenter.console.forms import Checklist, Lines, LinesField
from contactcenter.console.rows import RowFormSet, Rows
from contactcenter.directory.access import may_change_directory, may_see_directory
from contactcenter.directory.admin.fields import time_zone_choice
from contactcenter.directory.admin.forms import DirectoryForm, show_when, spelt
from contactcenter.directory.catalog import type_of
from contactcenter.directory.models import CompanySettings, Team
from contactcenter.directory.models.base import validate_time_zone
from contactcenter.directory.models.conditions import Only, conditions_of
from contactcenter.directory.services import delete_object, save_object

DIRECTORY = Access(view=may_see_directory, edit=may_change_directory)


class DirectoryAdmin(ConsoleModelAdmin):
    access = DIRECTORY
    form: type[DirectoryForm[Any]] = DirectoryForm
    search_fields: tuple[str, ...] = ("name",)

    def write(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:
        linked = [field.name for field in self.opts.many_to_many if field.name in form.cleaned_data]
        save_object(obj, links={**{name: list(form.cleaned_data[name]) for name in linked}, **form.rows})

    def erase(self, request: HttpRequest, obj: Any) -> None:
        delete_object(obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        columns = {column.__name__: column.counted for column in self.list_display if hasattr(column, "counted")}
        rows: QuerySet[Any] = super().get_queryset(request).annotate(**columns)
        return rows

    # --- The form ------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        children = type_of(self.model).children
        form.rows_below = frozenset({children.name} if children else ())
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without what can never count, because what it depends on cannot change any more."""
        fieldsets = super().get_fieldsets(request, obj)
        left_out = self._left_out(request, obj, flatten_fieldsets(fieldsets))
        return [
            (title, {**options, "fields": _without(options["fields"], left_out)})
            for title, options in fieldsets
            if _without(options["fields"], left_out)
        ]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        children = type_of(self.model).children
        left_out = self._left_out(request, obj, flatten_fieldsets(super().get_fieldsets(request, obj)))
        return () if children and children.name in left_out else super().get_inlines(request, obj)

    def _left_out(self, request: HttpRequest, obj: Any, names: Sequence[str]) -> set[str]:
        if obj is None:
            return set()
        may_change = self.has_change_permission(request, obj)
        offered = set(names) - set(self.get_readonly_fields(request, obj)) if may_change else set()
        fields = {
            name
            for only in conditions_of(self.model)
            if any(name not in offered and getattr(obj, name) not in values for name, values in only.when.items())
            for name in only.fields
        }
        return {self.form.aliases.get(name, name) for name in fields}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"timezone": CompanySettings.load().time_zone, **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if isinstance(db_field, ArrayField):
            return _lines(db_field)
        if validate_time_zone in db_field.validators:
            return time_zone_choice()
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return with_sites(super().formfield_for_manytomany(db_field, request, **{"widget": Checklist(), **kwargs}))


def _without(names: Sequence[Any], left_out: set[str]) -> tuple[Any, ...]:
    """Leave names out of the fields of a fieldset; those in tuples stand beside each other."""
    found = (_without(name, left_out) if isinstance(name, tuple) else name for name in names if name not in left_out)
    return tuple(name for name in found if name)


def _lines(db_field: Any) -> LinesField:
    return LinesField(
        each=db_field.base_field.formfield(),
        most=db_field.size,
        label=db_field.verbose_name,
        help_text=db_field.help_text or _("One a line."),
        required=not db_field.blank,
        widget=Lines({"class": " ".join(TEXTAREA_CLASSES), "rows": 4}),
    )


def with_sites(field: Any) -> Any:
    """Have teams tell their sites: two sites may have teams of the same name."""
    if field is not None and field.queryset.model is Team:
        field.queryset = field.queryset.select_related("site")
        field.label_from_instance = Team.label
    return field


# --- Rows below the form -----------------------------------------------------------------------------------------


class DirectoryRowFormSet(RowFormSet):
    @property
    def counts(self) -> bool:
        return all(only.holds(self.instance) for only in _conditions_of_rows(type(self.instance)))


class DirectoryRows(Rows):
    access = DIRECTORY
    formset: type[RowFormSet] = DirectoryRowFormSet

    def show_when(self) -> str:
        conditions = [spelt(only) for only in _conditions_of_rows(self.parent_model)]
        return show_when(conditions[0]) if conditions else ""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return with_sites(super().formfield_for_manytomany(db_field, request, **{"widget": Checklist(), **kwargs}))


def _conditions_of_rows(model: Any) -> list[Only]:
    children = type_of(model).children
    return [only for only in conditions_of(model) if children is not None and children.name in only.fields]


# --- Columns of lists --------------------------------------------------------------------------------------------


@admin.display(description=_("name"), ordering="key")
def named(obj: Any) -> str:
    """The name, with the description below it."""
    if not obj.description:
        return str(obj.name)
    return format_html('{}<small class="list-second">{}</small>', obj.name, obj.description)


_UNITS = ((86_400, _("%d d")), (3600, _("%d h")), (60, _("%d min")), (1, _("%d s")))


def seconds_column(name: str, title: Any) -> Callable[[Any], str]:
    """Make a column that shows seconds as people say them."""

    @admin.display(description=title, ordering=name)
    def column(obj: Any) -> str:
        seconds = getattr(obj, name)
        if seconds is None:
            return "–"
        size, text = next((unit for unit in _UNITS if seconds and seconds % unit[0] == 0), _UNITS[-1])
        return str(text % (seconds // size))

    column.__name__ = name
    return column


def count_column(name: str, title: Any, related: Any, by: str) -> Callable[[Any], int]:
    """Make a sortable column with the number of objects that refer to a row's by their field ``by``.

    Counted by itself, so that several such columns do not multiply each other.
    """

    @admin.display(description=title, ordering=name)
    def column(obj: Any) -> int:
        return int(getattr(obj, name))

    rows = related._base_manager.filter(**{by: OuterRef("pk")}).order_by().values(by)
    column.__name__ = name
    column.counted = Coalesce(  # type: ignore[attr-defined]  # read by DirectoryAdmin
        Subquery(rows.annotate(n=Count("*")).values("n"), output_field=IntegerField()), 0
    )
    return column
