"""Errors in Zendesk's shape: ``{"errors": [{"status", "code", "title", "detail"}]}``."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse
from rest_framework import exceptions

from contactcenter.api.errors import add_style, problem_of
from contactcenter.lib.errors import AppError

PREFIX = "/api/v2/"

_CODES = {404: "RecordNotFound", 422: "RecordInvalid"}


class BadPage(exceptions.APIException):
    """What a list is asked for by ``page[…]`` makes no page."""

    status_code = 400
    default_code = "InvalidPaginationParameter"


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """As everywhere, but for the shape: values and states that forbid something are 422 here."""
    found = problem_of(exc)
    if found is None:
        return None
    body, headers = found
    detail = body["detail"]
    if isinstance(exc, exceptions.NotAuthenticated):
        detail = "Send “<e-mail>/token:<API token>” by HTTP Basic, an access token by Bearer, or sign in."
    code = exc.default_code if isinstance(exc, BadPage) else ""
    is_readable = not isinstance(exc, BadPage | exceptions.ParseError)
    return error_answer(_status(body) if is_readable else 400, detail, code=code, headers=headers)


def _status(problem: Mapping[str, Any]) -> int:
    status: int = problem["status"]
    is_rule = status == 403 and problem["code"] != "permission_denied"
    return 422 if status in {400, 409, 412} or is_rule else status


def status_of(error: AppError) -> int:
    """Return with which status an endpoint would answer."""
    return _status({"status": error.status, "code": error.code})


def error_answer(status: int, detail: str, *, code: str = "", headers: Mapping[str, str] | None = None) -> JsonResponse:
    phrase = HTTPStatus(status).phrase
    error = {"status": str(status), "code": code or code_of(status), "title": phrase, "detail": detail}
    options = {"ensure_ascii": False, "separators": (",", ":")}
    return JsonResponse({"errors": [error]}, status=status, headers=headers, json_dumps_params=options)


def code_of(status: int) -> str:
    return _CODES.get(status) or HTTPStatus(status).phrase.replace(" ", "")


def register() -> None:
    """Unknown addresses and crashes look alike."""
    add_style(PREFIX, error_answer)
