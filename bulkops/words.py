"""Values as people read them in differences: the way they stand in files."""

from collections.abc import Iterable
from typing import Any

from bulkops.cells import BAR, widget_of
from contactcenter.directory.catalog import Column
from contactcenter.directory.models import Team


def shown(column: Column, value: Any) -> str:
    return widget_of(column).render(value)


def shown_links(targets: Iterable[Any]) -> str:
    return BAR.join(map(_named, targets))


def _named(target: Any) -> str:
    """Teams of two sites may have the same name: a change from one to the other has to be seen."""
    return f"{target.name}: {target.site}" if isinstance(target, Team) else str(target)
