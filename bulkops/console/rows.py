"""The rows of an operation, in tabs: what was changed, what was created, what was refused and why."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import admin
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bulkops.models import Operation, OperationRow
from bulkops.reports import MOST_GROUPS, ErrorGroup, PreviewRow, error_groups, preview_rows, processed_rows
from contactcenter.console.keyset import Ordering, page_of
from contactcenter.directory.catalog import ObjectType, object_type

ROWS_A_PAGE: Final = 50
IN_THE_FILES_ORDER: Final = Ordering(("position",), (int,))
NOTES_SHOWN: Final = 20


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    count: int
    outcome: str  # of its rows, as reports call it
    details: str = ""  # what stands beside a row's object


@dataclass(frozen=True)
class Group:
    """Rows that were refused for the same reason; ``key`` stands for it in addresses."""

    key: str
    label: str
    found: ErrorGroup


@dataclass(frozen=True)
class Line:
    """A row, and the page of the object it is about."""

    row: PreviewRow
    link: str


def tabs_of(operation: Operation) -> list[Tab]:
    """Return the tabs that have rows."""
    if operation.is_active or not operation.staged:
        return []
    if operation.kind == Operation.Kind.UNDO:
        tabs = [
            Tab("errors", _("Left alone"), operation.failed, "refused", _("Why")),
            Tab("changes", _("Taken back"), operation.updated, "update"),
        ]
    else:
        created = _("To create") if operation.dry_run else pgettext("bulk rows", "Created")
        tabs = [
            Tab("errors", pgettext("bulk rows", "Errors"), operation.failed, "refused", _("Why")),
            Tab("changes", pgettext("bulk rows", "Changes"), operation.updated, "update", _("Old → new")),
            Tab("created", created, operation.created, "create"),
        ]
    return [tab for tab in tabs if tab.count]


def rows_context(operation: Operation, params: QueryDict) -> dict[str, Any]:
    """What the chosen tab shows: of errors the reasons, until one of them is opened."""
    tabs = tabs_of(operation)
    if not tabs:
        return {"tabs": []}
    tab = next((tab for tab in tabs if tab.name == params.get("tab")), tabs[0])
    context: dict[str, Any] = {"tabs": tabs, "tab": tab}
    if tab.name != "errors":
        return {**context, **_page(operation, processed_rows(operation, tab.outcome), params)}
    groups = [_group(found) for found in error_groups(operation)]
    opened = next((group for group in groups if group.key == params.get("group")), None)
    if opened is None:
        return {**context, "groups": groups, "most_groups": MOST_GROUPS}
    reason = [{"column": opened.found.column, "detail": opened.found.detail}]
    rows = processed_rows(operation, tab.outcome).filter(
        file__object_type=opened.found.object_type, errors__contains=reason
    )
    return {**context, "group": opened, **_page(operation, rows, params)}


def _group(found: ErrorGroup) -> Group:
    text = "\0".join((found.object_type, found.column, found.detail))
    known = object_type(found.object_type)
    return Group(hashlib.sha256(text.encode()).hexdigest()[:16], str(known.label) if known else "", found)


def _page(operation: Operation, rows: Any, params: QueryDict) -> dict[str, Any]:
    page = page_of(rows.select_related("file"), IN_THE_FILES_ORDER, params.get("after", ""), ROWS_A_PAGE)
    links = _links(page.rows)
    told = preview_rows(page.rows)
    lines = [Line(one, links.get(row.pk, "")) for row, one in zip(page.rows, told, strict=True)]
    return {"page": page, "lines": lines, "has_files": operation.files.count() > 1}


def _links(rows: Sequence[OperationRow]) -> dict[int, str]:
    """Find the pages of the objects that are still there, with one query for each kind of object."""
    wanted: dict[ObjectType, list[OperationRow]] = {}
    for row in rows:
        if row.target_id is not None and admin.site.is_registered(row.file.type.model):
            wanted.setdefault(row.file.type, []).append(row)
    links = {}
    for found, about in wanted.items():
        meta = found.model._meta
        ids = {row.target_id for row in about}
        there = set(found.model._base_manager.filter(pk__in=ids).values_list("pk", flat=True))
        for row in about:
            if row.target_id in there:
                links[row.pk] = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.target_id])
    return links


def notes_of(operation: Operation) -> list[str]:
    """Return what else happened, such as a default that moved."""
    rows = operation.rows.filter(notes__isnull=False).values_list("notes", flat=True)
    return [note for notes in rows[:NOTES_SHOWN] for note in notes or ()]
