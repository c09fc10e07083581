"""What was changed, by whom: the tables of the audit trail, read newest first without ever counting them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pghistory.core
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model, OuterRef, Subquery, Value
from django.urls import NoReverseMatch, reverse
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pghistory.models import Context

from contactcenter.console.cursors import unpack

EventModel = type[Any]
Position = Mapping[str, int]  # how far each table has been read: kind -> the last event's number

_BOOKKEEPING = frozenset({"id", "key", "created_at", "updated_at", "created", "updated", "revision", "date_joined"})
_NEVER = 0


@dataclass(frozen=True)
class Difference:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """One change of one object, in words."""

    at: datetime
    actor: str
    action: str
    kind: str
    name: str
    link: str
    differences: Sequence[Difference]
    operation: int | None = None  # the bulk operation it is part of
    operation_link: str = ""


def event_models() -> dict[str, EventModel]:
    """Return the tables of the audit trail by what they record, such as ``directory.team``."""
    models: list[EventModel] = list(pghistory.core.event_models())
    models.sort(key=lambda model: str(model.pgh_tracked_model._meta.verbose_name))
    # links that Django made, and models of others, are tracked through a proxy
    return {model.pgh_tracked_model._meta.concrete_model._meta.label_lower: model for model in models}


def kinds() -> list[tuple[str, str]]:
    """Return what can be filtered by."""
    return [
        (label, capfirst(str(model.pgh_tracked_model._meta.verbose_name_plural)))
        for label, model in event_models().items()
    ]


def newest(
    *,
    size: int,
    kind: str = "",
    object_id: int | None = None,
    operation: int | None = None,
    position: Position | None = None,
) -> tuple[list[Change], Position | None]:
    """Return the newest changes before ``position``, and the position for the next page if there is one.

    Each table is read by its primary key, whose order is the order of writing; their heads are merged by time.
    """
    before = dict(position or {})
    tables = {label: model for label, model in event_models().items() if not kind or label == kind}
    contexts = _contexts_of(operation) if operation is not None else None
    heads = _heads(tables, before, object_id, contexts, size + 1)
    shown = heads[:size]
    for label, number in shown:
        before[label] = min(before.get(label, number), number)
    return _in_words(tables, shown), before if len(heads) > size else None


def _contexts_of(operation: int) -> list[UUID]:
    """Find what the changes of a bulk operation refer to; with each start of its worker there is another."""
    rows = Context.objects.filter(metadata__operation=operation)
    return list(rows.values_list("pk", flat=True))


def _heads(
    tables: Mapping[str, EventModel],
    before: Position,
    object_id: int | None,
    contexts: Sequence[UUID] | None,
    size: int,
) -> list[tuple[str, int]]:
    """Find the numbers of the newest events of all tables together, with one query."""
    parts = []
    for label, model in tables.items():
        rows = model.objects.order_by("-pgh_id")
        if label in before:
            rows = rows.filter(pgh_id__lt=before[label])
        if object_id is not None:
            rows = rows.filter(pgh_obj_id=object_id)
        if contexts is not None:
            rows = rows.filter(pgh_context__in=contexts)
        parts.append(rows.annotate(of=Value(label)).values_list("of", "pgh_id", "pgh_created_at")[:size])
    if not parts:
        return []
    first, *rest = parts
    found = sorted(first.union(*rest, all=True), key=lambda row: (row[2], row[1]), reverse=True)
    return [(label, number) for label, number, _at in found[:size]]


# --- In words ----------------------------------------------------------------------------------------------------


def _in_words(tables: Mapping[str, EventModel], shown: Iterable[tuple[str, int]]) -> list[Change]:
    shown = list(shown)
    events = {
        label: _with_previous(tables[label], [number for of, number in shown if of == label])
        for label in {label for label, _number in shown}
    }
    names = _Names(version for pairs in events.values() for pair in pairs.values() for version in pair)
    changes = [_change(*events[label][number], names) for label, number in shown if number in events[label]]
    return [change for change in changes if change is not None]


def _with_previous(model: EventModel, numbers: Sequence[int]) -> dict[int, tuple[Any, Any]]:
    """Read events, and of each object the version before, by which one sees what changed."""
    earlier = model.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    rows = model.objects.filter(pk__in=numbers).select_related("pgh_context")
    rows = rows.annotate(previous=Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1]))
    found = {event.pgh_id: event for event in rows}
    previous = model.objects.in_bulk([event.previous for event in found.values() if event.previous])
    return {number: (event, previous.get(event.previous or _NEVER)) for number, event in found.items()}


class _Names:
    """What foreign keys point at, read with one query for each kind of object."""

    def __init__(self, versions: Iterable[Any]) -> None:
        wanted: dict[type[Model], set[Any]] = {}
        for version in versions:
            for field in _tracked_fields(version) if version is not None else ():
                if isinstance(field, ForeignKey) and getattr(version, field.attname) is not None:
                    wanted.setdefault(field.related_model, set()).add(getattr(version, field.attname))
        self._found = {
            (model, pk): instance
            for model, pks in wanted.items()
            for pk, instance in model._base_manager.in_bulk(pks).items()
        }

    def row(self, field: Any, version: Any) -> Model | None:
        return self._found.get((field.related_model, getattr(version, field.attname)))

    def of(self, field: Any, version: Any) -> str:
        value = getattr(version, field.attname)
        if isinstance(field, ForeignKey) and value is not None:
            return str(self.row(field, version) or f"#{value}")
        choices = dict(field.flatchoices)
        if value in ("", None, []):
            return "–"
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return str(choices.get(value, localize(value)))


def _tracked_fields(version: Any) -> list[Any]:
    """Return the fields of the object among those of the event."""
    meta = version.pgh_tracked_model._meta
    found = []
    for field in version._meta.fields:
        if field.name.startswith("pgh_") or field.name in _BOOKKEEPING:
            continue
        try:
            found.append(meta.get_field(field.name))
        except FieldDoesNotExist:
            continue  # a column of earlier times
    return found


def _change(event: Any, previous: Any, names: _Names) -> Change | None:
    differences = [] if event.pgh_label == "delete" else _differences(event, previous, names)
    if event.pgh_label == "update" and not differences:
        return None  # saved again as it was
    metadata = event.pgh_context.metadata if event.pgh_context else {}
    meta = event.pgh_tracked_model._meta
    return Change(
        at=event.pgh_created_at,
        actor=metadata.get("name") or _("System"),
        action=_action(event.pgh_label),
        kind=str(meta.verbose_name),
        name=_name_of(event, names),
        link="" if event.pgh_label == "delete" else _link_to(event, names),
        differences=[] if event.pgh_label not in {"insert", "update"} else differences,
        operation=metadata.get("operation"),
        operation_link=_link_to_operation(metadata.get("operation")),
    )


def _differences(event: Any, previous: Any, names: _Names) -> list[Difference]:
    found = []
    ends = _ends(event) if previous is None else []  # what a link is called by already
    for field in _tracked_fields(event):
        if field in ends:
            continue
        new = names.of(field, event)
        old = names.of(field, previous) if previous is not None else "–"
        if old != new:
            found.append(Difference(capfirst(str(field.verbose_name)), "" if previous is None else old, new))
    return found


def _action(label: str) -> str:
    words = {
        "insert": pgettext("audit", "created"),
        "update": pgettext("audit", "changed"),
        "delete": pgettext("audit", "deleted"),
        "secret_changed": _("got a new secret"),
        "link_created": _("was given a one-time link"),
        "invitation_sent": _("was sent an invitation"),
        "password_set": _("set a password"),
    }
    return words.get(label, label.replace("_", " "))


def _name_of(event: Any, names: _Names) -> str:
    """Say what the object was called then; links between objects are called by what they link."""
    owner = event.pgh_tracked_model._meta.pk
    if isinstance(owner, ForeignKey):  # what one object has of its own
        return names.of(owner, event)
    ends = [names.of(field, event) for field in _ends(event)]
    if len(ends) < 2:
        values = {field.attname: getattr(event, field.attname) for field in _tracked_fields(event)}
        ends.append(str(event.pgh_tracked_model(**values)))
    return " · ".join(ends)


def _ends(event: Any) -> list[Any]:
    """Return the foreign keys of an object that is nothing but a link, such as a membership."""
    fields = _tracked_fields(event)
    is_link = not {"name", "email"} & {field.name for field in fields} and not _page_of(event)
    return [field for field in fields if is_link and isinstance(field, ForeignKey)]


def _link_to(event: Any, names: _Names) -> str:
    """Return the address of the object's page, or of what it belongs to."""
    if page := _page_of(event):
        return reverse(page)
    model, pk = _kind_of(event.pgh_tracked_model._meta.concrete_model, event), event.pgh_obj_id
    if not admin.site.is_registered(model):
        owners = (names.row(field, event) for field in _tracked_fields(event) if isinstance(field, ForeignKey))
        owner = next(owners, None)
        if owner is None:
            return ""
        model, pk = _kind_of(type(owner), owner), owner.pk
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])
    except NoReverseMatch:
        return ""


def _page_of(event: Any) -> str:
    """Return the name of the page on which all objects of this kind are changed, if there is one."""
    return getattr(event.pgh_tracked_model, "page", "")


def _link_to_operation(number: int | None) -> str:
    """Bulk operations are above the console: it knows them by the name of their page."""
    if number is None:
        return ""
    try:
        return reverse("admin:bulk-operation", args=[number])
    except NoReverseMatch:
        return ""


def _kind_of(model: Any, row: Any) -> type[Model]:
    """Return the model that has a page: of a table with several kinds of rows the row's own."""
    kind: type[Model] = model.kind_of(row) if hasattr(model, "kind_of") else model
    return kind


# --- Positions in addresses --------------------------------------------------------------------------------------


def decode(text: str) -> Position | None:
    """Read a position; what is not one counts as none, that is the newest."""
    values = unpack(text)
    if not isinstance(values, dict) or not all(type(value) is int and 0 < value < 2**63 for value in values.values()):
        return None
    return values
