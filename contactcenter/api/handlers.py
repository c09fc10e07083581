"""Errors that happen outside any endpoint: the API's shapes under /api/, pages elsewhere."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contactcenter.api.errors import RequestTooLarge, error_response, is_api
from contactcenter.lib.htmx import is_htmx
from contactcenter.logs import request_id

_TITLES = {
    400: gettext_lazy("That did not work"),
    403: gettext_lazy("You may not do this"),
    404: gettext_lazy("Nothing here"),
    409: gettext_lazy("Not possible now"),
    413: gettext_lazy("That is too large"),
    500: gettext_lazy("Something went wrong here"),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return error_answer(request, 413, "too_large", RequestTooLarge.default_detail)
    return error_answer(request, 400, "invalid", _("The request cannot be understood."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    detail = str(exception) or _("Your user profile does not include this page.")
    return error_answer(request, 403, "permission_denied", detail)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    detail = _("The page was open for too long, or your browser refuses cookies. Go back, reload it and try again.")
    return error_answer(request, 403, "csrf_failed", detail)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    detail = _("The address may be mistyped, or what was there has been deleted.")
    return error_answer(request, 404, "not_found", detail)


def server_error(request: HttpRequest) -> HttpResponse:
    detail = _("It is not your fault, and it has been logged. Try again in a moment.")
    return error_answer(request, 500, "error", detail, reference=request_id.get())


def error_answer(request: HttpRequest, status: int, code: str, detail: str, reference: str = "") -> HttpResponse:
    """Answer in the API's shape to programs and to our own scripts, with a page to people."""
    if is_api(request) or is_htmx(request):
        told = f"{detail} Reference: {reference}" if reference else detail
        return error_response(request, status, code=code, detail=told)
    title = _TITLES.get(status, _TITLES[400])
    context = {"title": title, "detail": detail, "reference": reference}
    return render(request, "error.html", context, status=status)
