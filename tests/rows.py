"""Rows that come back: those the migrations made after a flush, and the cast's in every test that asks for it."""

from typing import Any

import pghistory.models
from django.apps import apps
from django.db import connection, transaction

# Django fills these again by itself after a flush; events are what tests look at.
STATES = "statuses_agentstate"
LEFT_OUT = {"django_migrations", "django_content_type", "auth_permission", "events_event"}


class Rows:
    """What is in the database now, to be put back later with the same ids. The audit trail writes itself again."""

    def __init__(self) -> None:
        trail = {model._meta.db_table for model in apps.get_models() if issubclass(model, pghistory.models.Event)}
        with connection.cursor() as cursor:
            names = set(connection.introspection.table_names(cursor)) - trail - LEFT_OUT
            # agents' states come last: their capacity follows from the others
            tables = [_with_columns(cursor, name) for name in sorted(names, key=lambda name: (name == STATES, name))]
        found = {table: _copy_out(table) for table in tables}
        self._data = {table: data for table, data in found.items() if data}

    def __sub__(self, other: "Rows") -> "Rows":
        """Leave out tables that are the same in both."""
        rest = Rows.__new__(Rows)
        rest._data = {table: data for table, data in self._data.items() if other._data.get(table) != data}
        return rest

    def put_back(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for table, data in self._data.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(data)


def _with_columns(cursor: Any, name: str) -> str:
    """Their order may change when a test goes back and forth between migrations."""
    columns = [column.name for column in connection.introspection.get_table_description(cursor, name)]
    return f"{connection.ops.quote_name(name)} ({', '.join(map(connection.ops.quote_name, columns))})"


def _copy_out(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)
