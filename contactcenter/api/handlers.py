"""Errors that happen outside any endpoint: problem details under /api/, pages elsewhere."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from contactcenter.api.errors import RequestTooLarge, is_api, problem_response
from contactcenter.logs import request_id


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return _answer(request, 413, "too_large", RequestTooLarge.default_detail)
    return _answer(request, 400, "invalid", "The request cannot be understood.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, "permission_denied", str(exception) or "You may not see this page.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404, "not_found", "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:
    detail = f"Something went wrong here. Give an administrator this reference: {request_id.get()}"
    return _answer(request, 500, "error", detail)


def _answer(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    if is_api(request):
        return problem_response(status, code=code, detail=detail)
    return render(request, "error.html", {"status": status, "detail": detail}, status=status)
