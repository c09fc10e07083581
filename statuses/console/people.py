"""Who may watch, steer and look back, and whom."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from contactcenter.console.access import Access
from contactcenter.directory.models import Team, User
from statuses import access

LIVE = Access(view=access.may_watch, edit=lambda user: access.may_watch(user) and access.may_set_others(user))
HISTORY = Access(view=access.may_read_history, edit=lambda _user: False)


View = Callable[[HttpRequest], HttpResponse]


def open_to(allowed: Callable[[Any], bool]) -> Callable[[View], View]:
    """Refuse everybody whose profile does not allow the page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            if not allowed(request.user):
                raise PermissionDenied
            return view(request)

        return guarded

    return decorate


def teams_of(user: User) -> list[Team]:
    """The teams whose agents the user sees, for a filter."""
    return list(
        Team.objects.visible_to(user).filter(type=Team.Type.AGENT).select_related("site").order_by("key", "site")
    )
