"""Our admin site: one sign-in for everything, pages of the apps, navigation by area."""

from collections.abc import Callable, Iterable
from typing import Any

from csp.constants import SELF, UNSAFE_EVAL
from csp.decorators import csp_update
from django.contrib.admin import ModelAdmin
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _
from unfold.sites import UnfoldAdminSite

from contactcenter.console import registry
from contactcenter.console.admin import ConsoleModelAdmin
from contactcenter.console.search import find

# Alpine, which the console's skin is made with, compiles the expressions in its attributes.
CONTENT_SECURITY_POLICY = {"script-src": [SELF, UNSAFE_EVAL]}


class ConsoleSite(UnfoldAdminSite):
    index_template = "console/overview.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")  # ours asks the services, which know what must not go

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        """Take pages made for this console only; other packages bring admins that know nothing of our roles."""
        if admin_class is not None and issubclass(admin_class, ConsoleModelAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Administrators and supervisors; each page decides further."""
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def admin_view(
        self, view: Callable[..., HttpResponseBase], cacheable: bool = False
    ) -> Callable[..., HttpResponseBase]:
        guarded: Callable[..., HttpResponseBase] = super().admin_view(view, cacheable)
        return csp_update(CONTENT_SECURITY_POLICY)(guarded)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own = [path(page.path, self.admin_view(page.view), name=page.name) for page in registry.pages()]
        # the address that leads from any row of any table to its public page: we have none of those
        usual = [pattern for pattern in super().get_urls() if getattr(pattern, "name", "") != "view_on_site"]
        return [*own, *usual]

    # --- Signing in and out happens in one place for all of the product ----------------------------------------

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if self.has_permission(request):
            return redirect(f"{self.name}:index")
        if request.user.is_authenticated:
            raise PermissionDenied(_("The console is for administrators and supervisors."))
        target = request.GET.get("next") or reverse(f"{self.name}:index")
        return redirect_to_login(target, reverse("sign-in"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return LogoutView.as_view(next_page=reverse("sign-in"))(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("change-password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account")

    # --- Pages -------------------------------------------------------------------------------------------------

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        # console.css defines the colours, so no inline style is needed
        return {**context, "colors": None, "site_url": None}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        tiles = [{"template": tile.template, **tile.render(request)} for tile in registry.tiles(request)]
        context = {
            **self.each_context(request),
            "title": _("Overview"),
            "tiles": tiles,
            "entries": [entry for entry in registry.navigation(request) if entry.area != registry.Area.OVERVIEW],
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.index_template, context)

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """The sidebar leads everywhere; there are no pages of applications."""
        return redirect(f"{self.name}:index")

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        words = request.GET.get("s", "").strip()[:100]
        context = {"words": words, "results": find(request, words, self._registry.values()) if words else []}
        return TemplateResponse(request, "console/_search_results.html", context)
