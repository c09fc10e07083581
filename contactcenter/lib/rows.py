"""Writing many rows with one statement and one parameter, whatever the types of their columns are.

Django's ``bulk_create`` sends a placeholder for each value as soon as one column is an array, and building such a
statement takes longer than the database needs for it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models


def insert_rows(instances: Sequence[Any]) -> None:
    """Insert objects of one model, and give them their primary keys."""
    if not instances:
        return
    model = type(instances[0])
    for instance, pk in zip(instances, _new_keys(model, len(instances)), strict=True):
        instance.pk = pk
        instance._state.adding = False
        instance._state.db = connection.alias
    insert_values(model, [values_of(instance) for instance in instances])


def values_of(instance: models.Model) -> dict[str, Any]:
    """Return what would be stored of an object, by column."""
    return {one.column: one.pre_save(instance, add=True) for one in instance._meta.concrete_fields}


def insert_values(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], *, unless_present: bool = False
) -> None:
    """Insert rows given as columns and values; the primary key may be left to the database."""
    if rows:
        columns = ", ".join(map(connection.ops.quote_name, rows[0]))
        table = connection.ops.quote_name(model._meta.db_table)
        # the columns and the table are our models'
        sql = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {_recordset(table)}"  # noqa: S608
        sql += " ON CONFLICT DO NOTHING" if unless_present else ""
        with connection.cursor() as cursor:
            cursor.execute(sql, [_json(rows)])


def update_rows(instances: Sequence[Any], attnames: Collection[str]) -> None:
    """Write these columns of rows that exist; a time of change, where the model has one, is now."""
    if not instances or not attnames:
        return
    model = type(instances[0])
    fields = [one for one in model._meta.concrete_fields if one.attname in attnames or getattr(one, "auto_now", False)]
    key = model._meta.pk
    rows = [
        {key.column: instance.pk, **{one.column: one.pre_save(instance, add=False) for one in fields}}
        for instance in instances
    ]
    quote = connection.ops.quote_name
    table, identity = quote(model._meta.db_table), quote(key.column)
    written = ", ".join(f"{quote(one.column)} = given.{quote(one.column)}" for one in fields)
    sql = f"UPDATE {table} AS stored SET {written} FROM {_recordset(table)} WHERE stored.{identity} = given.{identity}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [_json(rows)])


def _recordset(table: str) -> str:
    return f"jsonb_populate_recordset(NULL::{table}, %s::jsonb) AS given"


def _new_keys(model: type[models.Model], count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [key for (key,) in cursor]


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(rows, default=_text, ensure_ascii=False)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
