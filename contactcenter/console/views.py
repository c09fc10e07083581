"""The console's own pages."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contactcenter.console import audit
from contactcenter.console.access import CONFIGURATION
from contactcenter.console.cursors import pack
from contactcenter.console.registry import Area
from contactcenter.lib.text import row_number

CHANGES_A_PAGE = 50


def console_page(request: HttpRequest, template: str, context: dict[str, Any]) -> TemplateResponse:
    """Answer with a page inside the console's shell."""
    request.current_app = admin.site.name
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context})


@require_safe
def audit_trail(request: HttpRequest) -> TemplateResponse:
    if not CONFIGURATION.may_view(request):
        raise PermissionDenied
    kinds = audit.kinds()
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(kinds) else ""
    object_id = row_number(request.GET.get("object", "")) if kind else None
    operation = row_number(request.GET.get("operation", ""))
    position = audit.decode(request.GET.get("before", ""))
    changes, following = audit.newest(
        size=CHANGES_A_PAGE, kind=kind, object_id=object_id, operation=operation, position=position
    )
    chosen = {"kind": kind, "object": object_id, "operation": operation}
    context = {
        "title": _("Audit"),
        "area": Area.SYSTEM.label,
        "changes": changes,
        "kinds": kinds,
        "kind": kind,
        "object_id": object_id,
        "operation": operation,
        "address": urlencode({name: value for name, value in chosen.items() if value}),
        "older": pack(following) if following else "",
        "is_first_page": position is None,
    }
    return console_page(request, "console/audit.html", context)


def last_changes(_request: HttpRequest) -> dict[str, object]:
    """The overview's tile."""
    return {"changes": audit.newest(size=8)[0]}
