"""What a request knows about its viewer."""

import zoneinfo
from collections.abc import Callable

import pghistory
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from contactcenter.directory.models import CompanySettings, User

Handler = Callable[[HttpRequest], HttpResponse]


def viewer_preferences(get_response: Handler) -> Handler:
    """Show pages in the viewer's language and time zone, else the company's. The API speaks English and UTC."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/api/", "/static/", "/oauth/", "/healthz", "/readyz")):
            return get_response(request)
        user = request.user if isinstance(request.user, User) else None
        language, zone = (user.language, user.time_zone) if user else ("", "")
        if user and not (language and zone):
            company = CompanySettings.load()
            language, zone = language or company.language, zone or company.time_zone
        if not language:
            language = translation.get_language_from_request(request)
        with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone or settings.TIME_ZONE)):
            response = get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response

    return middleware


def audit_actor(get_response: Handler) -> Handler:
    """Put the actor's name on every change the audit trail records during a request that may change something."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"} or request.path.startswith("/api/"):
            return get_response(request)  # the API names its actor itself, once it has read the token
        if not isinstance(request.user, User):
            return get_response(request)
        with pghistory.context(**request.user.actor.payload()):
            return get_response(request)

    return middleware
