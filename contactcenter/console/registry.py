"""What the apps above show in the console: they register entries when Django starts."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Area(models.TextChoices):
    """The headings of the sidebar, in their order."""

    OVERVIEW = "overview", ""
    ROUTING = "routing", _("Omnichannel routing")
    CALLBACKS = "callbacks", _("Callbacks")
    INVITATIONS = "invitations", _("Invitations")
    BULK_OPERATIONS = "bulk_operations", _("Bulk operations")
    PEOPLE = "people", _("People")
    CONTACT_ROUTING = "contact_routing", _("Contact routing")
    CODES_AND_PROFILES = "codes_and_profiles", _("Codes and profiles")
    NUMBERS_AND_MEDIA = "numbers_and_media", _("Numbers and media")
    INTEGRATIONS = "integrations", _("Integrations")
    SYSTEM = "system", _("System")


@dataclass(frozen=True)
class NavigationEntry:
    """One line of the sidebar; ``order`` sorts within its area. ``icon`` is a name of the Material Symbols."""

    area: Area
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
    view: Callable[..., HttpResponseBase]
    name: str


_navigation: list[NavigationEntry] = []
_tiles: list[Tile] = []
_pages: list[Page] = []


def add_navigation(*entries: NavigationEntry) -> None:
    _navigation.extend(entries)


def add_tiles(*tiles: Tile) -> None:
    _tiles.extend(tiles)


def add_pages(*pages: Page) -> None:
    _pages.extend(pages)


def navigation(request: HttpRequest) -> list[NavigationEntry]:
    """Return what the viewer may open, in the order of the sidebar."""
    areas = list(Area)
    visible = [entry for entry in _navigation if entry.visible(request)]
    return sorted(visible, key=lambda entry: (areas.index(entry.area), entry.order))


def entry_of(url_name: str) -> NavigationEntry | None:
    """Return the line of the sidebar that leads to a page."""
    return next((entry for entry in _navigation if entry.url_name == url_name), None)


def tiles(request: HttpRequest) -> list[Tile]:
    return sorted((tile for tile in _tiles if tile.visible(request)), key=lambda tile: tile.order)


def pages() -> list[Page]:
    return list(_pages)
