"""Every error of the API has one shape: RFC 9457's problem details, a ``code`` for programs, ``errors`` by field."""

import logging
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions, status
from rest_framework.settings import api_settings

from contactcenter.lib.errors import AppError

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"

# Rules of a field that are about the state of the database, not about the value: 409 with the rule's code.
CONFLICT_CODES = frozenset({"duplicate_name", "limit_reached", "referenced", "immutable"})


class RequestTooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is larger than 1 MiB."
    default_code = "too_large"


def problem(
    status_code: int,
    *,
    code: str,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    **data: object,
) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": HTTPStatus(status_code).phrase,
        "status": status_code,
        "detail": detail,
        "code": code,
        "errors": errors or [],
        **data,
    }


def problem_response(status_code: int, *, code: str, detail: str) -> JsonResponse:
    return _response(problem(status_code, code=code, detail=detail))


Style = Callable[[int, str], HttpResponse]  # status and detail -> the answer

_styles: dict[str, Style] = {}


def add_style(prefix: str, style: Style) -> None:
    """Have errors outside any endpoint look as the vendor's whose drop-in surface lies under ``prefix``."""
    _styles[prefix] = style


def error_response(request: HttpRequest, status_code: int, *, code: str, detail: str) -> HttpResponse:
    """Answer for what happens outside DRF: unknown addresses, oversized bodies, crashes."""
    style = next((style for prefix, style in _styles.items() if request.path.startswith(prefix)), None)
    return style(status_code, detail) if style else problem_response(status_code, code=code, detail=detail)


def _response(body: dict[str, Any], headers: Mapping[str, str] | None = None) -> JsonResponse:
    """JSON, whatever the endpoint answers with otherwise."""
    options = {"ensure_ascii": False, "separators": (",", ":")}
    return JsonResponse(
        body, status=body["status"], headers=headers, content_type=CONTENT_TYPE, json_dumps_params=options
    )


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF calls this for every exception of a view; unexpected ones stay unexpected and are logged as such."""
    found = problem_of(exc)
    return _response(*found) if found else None


def problem_of(exc: Exception) -> tuple[dict[str, Any], dict[str, str]] | None:
    """Say what is wrong, and the headers that go with it; ``None`` of what nobody expects."""
    headers: dict[str, str] = {}
    match exc:
        case AppError():
            body = _app_problem(exc)
        case DjangoValidationError():
            body = _validation_problem(list(_django_errors(exc)))
        case exceptions.ValidationError():
            body = _validation_problem(list(_flatten(exc.get_full_details())))
        case Http404():
            body = problem(404, code="not_found", detail=str(exc.args[0]) if exc.args else _NOT_FOUND)
        case PermissionDenied():
            body = problem(403, code="permission_denied", detail=str(exc) or "You may not do this.")
        case RequestDataTooBig():
            body = problem(413, code="too_large", detail=RequestTooLarge.default_detail)
        case exceptions.APIException():
            body = _api_problem(exc)
            headers = _headers(exc)
        case _:
            return None
    return body, headers


_NOT_FOUND = "There is no such object, or you may not see it."

_CODES = {"parse_error": "invalid", "authentication_failed": "not_authenticated", "error": "invalid"}


def _app_problem(exc: AppError) -> dict[str, Any]:
    errors = [{"field": exc.field, "code": exc.code, "detail": exc.message}] if exc.field else []
    return problem(exc.status, code=exc.code, detail=exc.message, errors=errors, **exc.data)


def _api_problem(exc: exceptions.APIException) -> dict[str, Any]:
    code = str(exc.get_codes()) if isinstance(exc.get_codes(), str) else exc.default_code
    detail = str(exc.detail)
    if isinstance(exc, exceptions.NotAuthenticated):
        detail = "Send an access token (Authorization: Bearer …) or sign in."
    elif isinstance(exc, exceptions.NotFound):
        detail = _NOT_FOUND
    return problem(exc.status_code, code=_CODES.get(code, code), detail=detail)


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if auth_header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = str(auth_header)
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return headers


def _validation_problem(errors: list[dict[str, str]]) -> dict[str, Any]:
    conflict = next((error["code"] for error in errors if error["code"] in CONFLICT_CODES), None)
    code = conflict or "invalid"
    detail = " ".join(dict.fromkeys(_sentence(error) for error in errors)) or "The values cannot be used."
    return problem(409 if conflict else 400, code=code, detail=detail, errors=errors)


def _sentence(error: Mapping[str, str]) -> str:
    return f"{error['field']}: {error['detail']}" if error["field"] else error["detail"]


def _flatten(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Yield one row per error from DRF's nested details."""
    if isinstance(details, Mapping) and isinstance(details.get("message"), str):
        yield {"field": path, "code": str(details.get("code", "invalid")), "detail": str(details["message"])}
    elif isinstance(details, Mapping):
        for name, inner in details.items():
            own = "" if name == api_settings.NON_FIELD_ERRORS_KEY else str(name)
            yield from _flatten(inner, ".".join(part for part in (path, own) if part))
    elif isinstance(details, list):
        for number, inner in enumerate(details):
            is_row = isinstance(inner, Mapping) and not isinstance(inner.get("message"), str)
            yield from _flatten(inner, f"{path}.{number}" if is_row else path)


def _django_errors(exc: DjangoValidationError) -> Iterator[dict[str, str]]:
    if not hasattr(exc, "error_dict"):
        for error in exc.error_list:
            yield {"field": "", "code": error.code or "invalid", "detail": " ".join(error.messages)}
        return
    for field, inner in exc.error_dict.items():
        for error in inner:
            name = "" if field == NON_FIELD_ERRORS else field
            yield {"field": name, "code": error.code or "invalid", "detail": " ".join(error.messages)}


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", *_styles))
