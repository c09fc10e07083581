"""Values as people read them in differences: the way they stand in files."""

from collections.abc import Iterable
from typing import Any

from bulkops.cells import BAR, widget_of
from contactcenter.directory.catalog import Column


def shown(column: Column, value: Any) -> str:
    return widget_of(column).render(value)


def shown_links(targets: Iterable[Any]) -> str:
    return BAR.join(str(target) for target in targets)
