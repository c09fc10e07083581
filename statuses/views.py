"""Fragments of the workspace that concern statuses."""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contactcenter.api.handlers import error_answer
from contactcenter.directory.access import viewer
from contactcenter.directory.models import User
from contactcenter.lib.channels import CHANNELS
from contactcenter.lib.errors import AppError, Invalid, NotFound
from contactcenter.lib.htmx import is_htmx
from contactcenter.workspace.views import workspace_view
from statuses import access, services, workspace
from statuses.own_channels import own_channels, own_handset

_CHOICE: Final = re.compile(r"(\d{1,18})(?:-(\d{1,18}))?", re.ASCII)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view
def status(request: HttpRequest) -> HttpResponse:
    """The status menu; POST sets one's own status."""
    if request.method != "POST":
        return render(request, "statuses/workspace/_status_menu.html", workspace.status_menu(request))
    try:
        _set_status(viewer(request), request.POST.get("choice", ""))
    except AppError as error:
        return error_answer(request, error.status, error.code, error.message)
    return HttpResponse(status=204) if is_htmx(request) else redirect("workspace")


@require_POST
@workspace_view
def channel(request: HttpRequest, channel: str) -> HttpResponse:
    """Switch one of one's own channels on or off."""
    try:
        _switch_channel(viewer(request), channel, request.POST.get("enabled", ""))
    except AppError as error:
        return error_answer(request, error.status, error.code, error.message)
    return HttpResponse(status=204) if is_htmx(request) else redirect("workspace")


@require_safe
@workspace_view
def channels(request: HttpRequest) -> HttpResponse:
    return render(request, "statuses/workspace/_channels.html", own_channels(request))


@require_safe
@workspace_view
def handset(request: HttpRequest) -> HttpResponse:
    return render(request, "statuses/workspace/_handset.html", own_handset(request))


@require_safe
@workspace_view
def day(request: HttpRequest) -> HttpResponse:
    return render(request, "statuses/workspace/_day.html", workspace.own_day(request))


def _set_status(user: User, choice: str) -> None:
    match = _CHOICE.fullmatch(choice)
    if match is None:
        raise Invalid("Choose a status from the menu.", field="choice")
    status_id, reason_id = match.groups()
    services.set_status(
        user.pk,
        int(status_id),
        actor=user.actor,
        cause=access.cause_of(user, user.pk),
        reason_code_id=int(reason_id) if reason_id else None,
    )


def _switch_channel(user: User, channel: str, enabled: str) -> None:
    access.require_may_change(user, user.pk)
    if channel not in CHANNELS:
        raise NotFound
    if enabled not in {"true", "false"}:
        raise Invalid("Switch the channel on or off.", field="enabled")
    services.switch_channel(user.pk, channel, enabled=enabled == "true", always=access.may_always_switch(user))
