"""Company settings: one page, no list."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contactcenter.console.admin import ConsoleModelAdmin
from contactcenter.console.forms import ConsoleForm
from contactcenter.directory.access import viewer
from contactcenter.directory.admin.base import DIRECTORY
from contactcenter.directory.admin.fields import time_zone_choice
from contactcenter.directory.models import CompanySettings, User
from contactcenter.directory.notes import show_notes
from contactcenter.directory.services import save_company_settings


class CompanyForm(ConsoleForm[CompanySettings]):
    time_zone = time_zone_choice()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        show_notes(self)


@admin.register(CompanySettings)
class CompanySettingsAdmin(ConsoleModelAdmin):
    access = DIRECTORY
    form = CompanyForm
    warn_unsaved_form = False  # the page that asks comes between
    fieldsets = (
        (None, {"fields": ("company_name", ("language", "time_zone"))}),
        (
            gettext_lazy("Omnichannel routing"),
            {"fields": ("omnichannel_routing", "custom_status_limit")},
        ),
        (
            gettext_lazy("Channels and capacity"),
            {"fields": ("agents_may_change_channels", "phone_lines_reported", "work_item_hours")},
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def write(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:
        save_company_settings(obj, actor=viewer(request).actor)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect(self.url_of(CompanySettings(pk=1)))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST" and "confirmed" not in request.POST and self._switches_routing(request):
            return self._ask(request)
        context = {"show_save_and_continue": False, "title": _("Company settings"), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def _switches_routing(self, request: HttpRequest) -> bool:
        company = CompanySettings.load()
        if not self.has_change_permission(request, company):
            raise PermissionDenied
        form = self.get_form(request, company, change=True)(request.POST, instance=company)
        return bool(form.is_valid() and "omnichannel_routing" in form.changed_data)

    def _ask(self, request: HttpRequest) -> HttpResponse:
        switches_on = "omnichannel_routing" in request.POST
        agents = User.objects.agents().count()
        if switches_on:
            title = verb = _("Switch omnichannel routing on")
            text = ngettext(
                "%(count)d agent becomes Offline now and is asked to choose a status.",
                "%(count)d agents become Offline now and are asked to choose a status.",
                agents,
            )
        else:
            title = verb = _("Switch omnichannel routing off")
            text = ngettext(
                "%(count)d agent keeps the status of now. Until it is on again nobody's status can be set.",
                "%(count)d agents keep the status of now. Until it is on again nobody's status can be set.",
                agents,
            )
        posted = [(name, value) for name, values in request.POST.lists() for value in values]
        return self.confirm(
            request,
            CompanySettings.load(),
            title=title,
            text=text % {"count": agents},
            verb=verb,
            hidden=[pair for pair in posted if pair[0] != "csrfmiddlewaretoken"],
        )

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        super().response_change(request, obj)  # for its message
        return redirect(self.url_of(obj))
