"""The agent's page: a shell of panels that the apps above register."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, Protocol, cast, get_args

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contactcenter.events.cursor import current_cursor
from contactcenter.lib.htmx import is_htmx
from contactcenter.workspace import services
from contactcenter.workspace.models import Notification
from contactcenter.workspace.registry import Slot, panels

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


SHOWN: Final = 50  # unread notifications


class _Person(Protocol):
    @property
    def may_use_workspace(self) -> bool: ...


def workspace_view(view: View[P]) -> View[P]:
    """Open only to signed-in agents whose profile gives them the agent desktop."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            if is_htmx(request):  # from a page whose user has been signed out
                return HttpResponse(status=401)
            return redirect_to_login(reverse("workspace"))
        if not cast("_Person", request.user).may_use_workspace:
            raise PermissionDenied(
                _(
                    "The workspace is for agents: your user is not enabled for the contact center, or its profile"
                    " does not include the agent desktop."
                )
            )
        return view(request, *args, **kwargs)

    return cast("View[P]", guarded)


@require_safe
@workspace_view
def workspace(request: HttpRequest) -> HttpResponse:
    """The page. Its cursor is taken before its queries, so the stream brings all that happens after them."""
    cursor = current_cursor()
    slots = {
        slot: [
            {
                "html": render_to_string(panel.template, panel.context(request), request),
                "script": panel.script,
            }
            for panel in panels(slot)
        ]
        for slot in get_args(Slot)
    }
    context = {"slots": slots, "cursor": cursor, "now": timezone.now(), **_unread(request)}
    return render(request, "workspace/workspace.html", context)


@require_safe
@workspace_view
def notifications(request: HttpRequest) -> HttpResponse:
    return render(request, "workspace/_notifications.html", _unread(request))


@require_POST
@workspace_view
def read_notification(request: HttpRequest, pk: int) -> HttpResponse:
    return _read(request, pk)


@require_POST
@workspace_view
def read_notifications(request: HttpRequest) -> HttpResponse:
    return _read(request, None)


def _read(request: HttpRequest, pk: int | None) -> HttpResponse:
    services.mark_read(cast("int", request.user.pk), pk)
    if is_htmx(request):
        return render(request, "workspace/_notifications.html", _unread(request))
    return redirect("workspace")


def _unread(request: HttpRequest) -> dict[str, object]:
    unread = Notification.objects.unread().filter(user=cast("int", request.user.pk))
    notifications = list(unread[:SHOWN])
    return {"notifications": notifications, "more": len(notifications) == SHOWN}
