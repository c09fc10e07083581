"""The console's search: pages by title, objects by what their list pages search."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.http import HttpRequest
from django.urls import reverse

from contactcenter.console import registry
from contactcenter.console.admin import ConsoleModelAdmin
from contactcenter.lib.text import name_key

PER_KIND = 5
RESULTS = 20


@dataclass(frozen=True)
class Result:
    title: str
    kind: str
    link: str


def find(request: HttpRequest, words: str, admins: Iterable[ConsoleModelAdmin]) -> list[Result]:
    """Search the pages the viewer may open and the objects these ModelAdmins show the viewer."""
    return list(islice(_all(request, words, admins), RESULTS))


def _all(request: HttpRequest, words: str, admins: Iterable[ConsoleModelAdmin]) -> Iterator[Result]:
    for entry in registry.navigation(request):
        if name_key(words) in name_key(str(entry.title)):
            yield Result(str(entry.title), str(entry.area.label), reverse(entry.url_name))
    for page in admins:
        if not page.search_fields or not page.has_view_permission(request):
            continue
        found, _duplicates = page.get_search_results(request, page.get_queryset(request), words)
        for instance in found[:PER_KIND]:
            yield Result(str(instance), page.hint(instance), page.url_of(instance))
