"""What the apps above show in the console: they register entries when Django starts."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class NavigationEntry:
    """One line of the sidebar. ``area`` is the heading it stands under, ``order`` sorts within it."""

    area: str
    title: Text
    icon: str
    url_name: str
    visible: Callable[[HttpRequest], bool]
    order: int = 100


@dataclass(frozen=True)
class Tile:
    """One figure on the overview: ``render`` gives the context of ``template``."""

    template: str
    render: Callable[[HttpRequest], dict[str, object]]
    visible: Callable[[HttpRequest], bool]
    order: int = 100


@dataclass(frozen=True)
class Page:
    """A page of ours inside the console, at ``path`` under it; ``view`` checks who may see it."""

    path: str
    view: Callable[..., object]
    name: str


_navigation: list[NavigationEntry] = []
_tiles: list[Tile] = []
_pages: list[Page] = []


def add_navigation(*entries: NavigationEntry) -> None:
    _navigation.extend(entries)


def add_tile(tile: Tile) -> None:
    _tiles.append(tile)


def add_pages(*pages: Page) -> None:
    _pages.extend(pages)


def navigation() -> list[NavigationEntry]:
    return sorted(_navigation, key=lambda entry: entry.order)


def tiles() -> list[Tile]:
    return sorted(_tiles, key=lambda tile: tile.order)


def pages() -> list[Page]:
    return list(_pages)
