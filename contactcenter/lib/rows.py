"""Writing many rows with one statement and two parameters, whatever the types of their columns are.

Django's ``bulk_create`` sends a placeholder for each value as soon as one column is an array, and building such a
statement takes longer than the database needs for it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models
from django.utils import timezone


@models.Field.register_lookup
class AnyOf(models.Lookup[Any]):
    """``field__any_of=[…]``: as ``in``, with one parameter for all the values."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", [*parameters, list(self.rhs)]


def insert_rows(instances: Sequence[Any]) -> None:
    """Insert objects of one model, and give them their primary keys."""
    if not instances:
        return
    model, now = type(instances[0]), timezone.now()
    for instance, pk in zip(instances, _new_keys(model, len(instances)), strict=True):
        instance.pk = pk
        instance._state.adding = False
        instance._state.db = connection.alias
    insert_values(model, [values_of(instance, now) for instance in instances])


def values_of(instance: models.Model, now: datetime | None = None) -> dict[str, Any]:
    """Return what would be stored of a new object, by column; ``now`` saves reading the clock for each."""
    values = {column: getattr(instance, attname) for column, attname in _plain(type(instance))}
    for field in _prepared(type(instance)):
        values[str(field.column)] = now if now and _is_now(field) else field.pre_save(instance, add=True)
    return values


@cache
def _plain(model: type[models.Model]) -> list[tuple[str, str]]:
    """Return the columns that are stored as they are, and where instances have them."""
    prepared = set(_prepared(model))
    return [(str(one.column), one.attname) for one in model._meta.concrete_fields if one not in prepared]


@cache
def _prepared(model: type[models.Model]) -> list[Any]:
    """Return the fields that want to do something before they are stored."""
    return [one for one in model._meta.concrete_fields if type(one).pre_save is not models.Field.pre_save]


def _is_now(field: Any) -> bool:
    return getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)


def insert_values(
    model: type[models.Model],
    rows: Sequence[Mapping[str, Any]],
    *,
    common: Mapping[str, Any] | None = None,
    unless_present: bool = False,
) -> None:
    """Insert rows given as columns and values; the primary key may be left to the database.

    ``common`` holds the columns that are the same in all rows; without it they are found out.
    """
    if not rows:
        return
    quote = connection.ops.quote_name
    common = common or {column: value for column, value in rows[0].items() if all(row[column] == value for row in rows)}
    own = [{column: value for column, value in row.items() if column not in common} for row in rows]
    names = [*common, *own[0]]
    table = quote(model._meta.db_table)
    columns = ", ".join(map(quote, names))
    values = ", ".join(f"{'common' if column in common else 'own'}.{quote(column)}" for column in names)
    sql = (  # the names are our models'
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM json_populate_recordset(NULL::{table}, %s::json) AS own,"  # noqa: S608
        f" json_populate_record(NULL::{table}, %s::json) AS common"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql + (" ON CONFLICT DO NOTHING" if unless_present else ""), [_json(own), _json(common)])


def update_rows(instances: Sequence[Any], attnames: Collection[str]) -> None:
    """Write these columns of rows that exist; a time of change, where the model has one, is now."""
    if not instances or not attnames:
        return
    model = type(instances[0])
    fields = [one for one in model._meta.concrete_fields if one.attname in attnames or getattr(one, "auto_now", False)]
    key = model._meta.pk.column
    update_values(
        model,
        [{key: one.pk, **{field.column: field.pre_save(one, add=False) for field in fields}} for one in instances],
    )


def update_values(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that exist, given as columns and values, the primary key among them."""
    if not rows:
        return
    quote = connection.ops.quote_name
    key = str(model._meta.pk.column)
    table, identity = quote(model._meta.db_table), quote(key)
    columns = [quote(column) for column in rows[0] if column != key]
    written = ", ".join(f"{column} = given.{column}" for column in columns)
    sql = (  # the names are our models'
        f"UPDATE {table} AS stored SET {written} FROM json_populate_recordset(NULL::{table}, %s::json) AS given"  # noqa: S608
        f" WHERE stored.{identity} = given.{identity}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [_json(rows)])


def _new_keys(model: type[models.Model], count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [key for (key,) in cursor]


def _json(rows: Any) -> str:
    return json.dumps(rows, default=_text, ensure_ascii=False)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
