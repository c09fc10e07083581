"""What the apps above show in the workspace: they register panels when Django starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest

Slot = Literal["top", "profile", "left", "main", "right"]


@dataclass(frozen=True)
class Panel:
    """One part of the workspace page. ``context`` is what its template needs; ``script`` an ES module of its own.

    The template keeps itself current by three attributes on its outer element: ``hx-get`` names its fragment,
    ``hx-trigger="refresh"``, and ``data-live`` the kinds of events that change it; ``hx-sync="this:replace"``
    lets the latest request win.
    """

    slot: Slot
    template: str
    context: Callable[[HttpRequest], dict[str, object]]
    order: int = 100
    script: str = ""


_panels: list[Panel] = []


def add_panel(panel: Panel) -> None:
    _panels.append(panel)


def panels(slot: Slot) -> list[Panel]:
    return sorted((panel for panel in _panels if panel.slot == slot), key=lambda panel: panel.order)
