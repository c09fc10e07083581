"""Who may send more than other requests hold: asked before a large body is taken in."""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.http import HttpResponse
from rest_framework.exceptions import AuthenticationFailed

from bulkops.models import may_run
from contactcenter.api.authentication import BearerAuthentication


def may_upload(environ: dict[str, Any]) -> bool:
    """Whether the sender of these headers may run bulk operations."""
    request: Any = WSGIRequest(environ)
    try:
        SessionMiddleware(_nothing).process_request(request)
        AuthenticationMiddleware(_nothing).process_request(request)
        try:
            client = BearerAuthentication().authenticate(request)
        except AuthenticationFailed:
            return False
        return "bulk:write" in client[0].scopes if client else may_run(request.user)
    finally:
        connections.close_all()


def _nothing(request: Any) -> HttpResponse:
    return HttpResponse()
