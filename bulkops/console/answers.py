"""One address, two answers: a part for the dialog on the dashboard, a page for everybody else."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from bulkops.models import Operation
from contactcenter.console.views import console_page
from contactcenter.lib.htmx import is_htmx

ALONE: Final = "bulk-alone"  # the element that holds the part where it is a page of its own


def part_or_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    if is_htmx(request):
        return render(request, template, {**context, "is_part": True})
    crumbs = [(_("Bulk operations"), reverse("admin:bulk-operations"))]
    return console_page(request, "bulkops/console/page.html", {**context, "part": template, "crumbs": crumbs})


def go_to(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Lead to an operation: inside the dialog, or to its page."""
    address = reverse("admin:bulk-operation", args=[operation.pk])
    if HtmxDetails(request).target == ALONE:
        return HttpResponseClientRedirect(address)
    return redirect(address)
