"""What every request passes first: a line in the log with a number to find it by, a check of its address."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path
from django.utils.functional import LazyObject

from contactcenter.api.errors import error_response, is_api
from contactcenter.logs import request_id

Handler = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger(__name__)

ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")  # from a proxy in front; anything else is replaced
PROBES = {"/healthz", "/readyz"}


def request_log(get_response: Handler) -> Handler:
    """Number the request and log how it was answered. Query strings stay out: they may hold secrets."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        offered = request.headers.get("X-Request-Id", "")
        number = offered if ACCEPTED_ID.fullmatch(offered) else uuid.uuid4().hex
        token = request_id.set(number)
        try:
            response = get_response(request)
            response["X-Request-Id"] = number
            _log(request, response, milliseconds=round((time.monotonic() - started) * 1000))
        finally:
            request_id.reset(token)
        return response

    return middleware


def _log(request: HttpRequest, response: HttpResponse, *, milliseconds: int) -> None:
    path = _shown_path(request)
    logger.log(
        logging.DEBUG if path in PROBES else logging.INFO,
        "%s %s %d, %d ms, request %s",
        request.method,
        path,
        response.status_code,
        milliseconds,
        response["X-Request-Id"],
        extra={
            "method": request.method,
            "path": path,
            "status": response.status_code,
            "ms": milliseconds,
            "user": _known_user(request),
        },
    )


def _shown_path(request: HttpRequest) -> str:
    """Return the path with one-time secrets hidden and without characters that could forge a log line."""
    path = request.path
    if match := request.resolver_match:
        for name, value in match.kwargs.items():
            if "token" in name:
                path = path.replace(str(value), "hidden")
    return escape_uri_path(path)


def _known_user(request: HttpRequest) -> int | None:
    """Return the user's id if the request was authenticated on its way; do not ask the database for it."""
    user = vars(request).get("user")
    if isinstance(user, LazyObject):
        user = getattr(request, "_cached_user", None)
    return getattr(user, "pk", None)


def refuse_nul(get_response: Handler) -> Handler:
    """Answer 400 to a NUL character in address or cookies: PostgreSQL cannot store or compare one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return _refusal(request, "The address contains a NUL character.")
        if any("\0" in value for value in request.COOKIES.values()):  # in quotes they can hold one
            return _refusal(request, "A cookie contains a NUL character.")
        return get_response(request)

    return middleware


def refuse_codecs(get_response: Handler) -> Handler:
    """Answer 400 to codecs that are none for text: Django takes any name Python knows, zlib too, for a charset."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            "".encode(request.encoding or "utf-8")
        except LookupError:
            return _refusal(request, f"“{request.encoding}” is no charset.")
        return get_response(request)

    return middleware


def _refusal(request: HttpRequest, detail: str) -> HttpResponse:
    if is_api(request):
        return error_response(request, 400, code="invalid", detail=detail)
    return HttpResponse(detail, status=400, content_type="text/plain")
