"""Columns that the apps above put into the list of users."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from contactcenter.directory.models import User


@dataclass(frozen=True)
class UserColumn:
    """``read_along`` names the relations that ``render`` needs, so that a list takes no query more."""

    name: str
    title: str | Promise
    read_along: tuple[str, ...]
    render: Callable[[User], str]


_columns: list[UserColumn] = []


def add_user_column(column: UserColumn) -> None:
    _columns.append(column)


def user_columns() -> list[UserColumn]:
    return list(_columns)
