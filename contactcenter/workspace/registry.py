"""What the apps above show in the workspace: they register panels when Django starts."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Panel:
    """One part of the workspace page. ``context`` is what its template needs; ``script`` an ES module of its own."""

    slot: str
    template: str
    context: Callable[[HttpRequest], dict[str, object]]
    order: int = 100
    script: str = ""


_panels: list[Panel] = []


def add_panel(panel: Panel) -> None:
    _panels.append(panel)


def panels(slot: str) -> list[Panel]:
    return sorted((panel for panel in _panels if panel.slot == slot), key=lambda panel: panel.order)
