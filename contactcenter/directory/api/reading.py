"""Configuration objects as the API shows them: a list costs a fixed number of statements, however long it is."""

from typing import Any

from django.db.models import Prefetch

from contactcenter.directory.api.serializers import columns_of
from contactcenter.directory.catalog import Children, Column, Kind, ObjectType
from contactcenter.directory.models import Membership, Principal, User


def visible(object_type: ObjectType, principal: Principal) -> Any:
    return object_type.model._default_manager.all().visible_to(principal)


def with_links(object_type: ObjectType, rows: Any) -> Any:
    """Read along what the objects are linked to, and their children."""
    children = object_type.children
    if object_type.model is User:
        memberships = Membership.objects.order_by("position", "pk")
        return rows.prefetch_related(Prefetch("memberships", memberships))
    rows = rows.prefetch_related(*map(_ids, filter(_has_many, object_type.columns)))
    if children is not None:
        links = [_ids(column) for column in children.columns if _has_many(column)]
        rows = rows.prefetch_related(Prefetch(children.name, children.model._default_manager.prefetch_related(*links)))
    return rows


def _has_many(column: Column) -> bool:
    return column.kind is Kind.REFERENCES


def _ids(column: Column) -> Prefetch[Any]:
    linked = column.model_field.related_model._default_manager
    return Prefetch(column.field, linked.only("pk").order_by("pk"))


def represent(object_type: ObjectType, instance: Any) -> dict[str, Any]:
    shown = {"id": instance.pk}
    shown |= {column.name: _value(column, instance) for column in columns_of(object_type)}
    if object_type.children is not None:
        shown[object_type.children.name] = _rows(object_type.children, instance)
    return shown


def _rows(children: Children, instance: Any) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, **{column.name: _value(column, row) for column in children.columns}}
        for row in getattr(instance, children.name).all()
    ]


def _value(column: Column, instance: Any) -> Any:
    if not _has_many(column):
        return getattr(instance, column.attname)
    if isinstance(instance, User):  # the order of teams counts
        return [membership.team_id for membership in instance.memberships.all()]
    return [linked.pk for linked in getattr(instance, column.field).all()]
