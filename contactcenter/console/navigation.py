"""The sidebar, in the shape the console's skin wants."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from contactcenter.console import registry
from contactcenter.console.registry import Area, NavigationEntry


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {"title": area.label, "separator": False, "items": [_item(entry, request) for entry in entries]}
        for area, entries in groupby(registry.navigation(request), key=lambda entry: entry.area)
    ]


def _item(entry: NavigationEntry, request: HttpRequest) -> dict[str, Any]:
    link = reverse(entry.url_name)
    is_overview = entry.area == Area.OVERVIEW
    active = request.path == link if is_overview else request.path.startswith(link)
    return {"title": entry.title, "icon": entry.icon, "link": link, "active": active}
