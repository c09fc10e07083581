"""Our admin site: one sign-in for everything, pages of the apps, navigation by area."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, reverse
from unfold.sites import UnfoldAdminSite

from contactcenter.console import registry


class ConsoleSite(UnfoldAdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        """Administrators and supervisors; each page decides further."""
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own = [
            path(page.path, self.admin_view(page.view), name=page.name)  # type: ignore[type-var]
            for page in registry.pages()
        ]
        return [*own, *super().get_urls()]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect_to_login(request.get_full_path(), reverse("sign-in"))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "workspace_url": reverse("workspace")}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        tiles = [
            {"template": tile.template, **tile.render(request)}
            for tile in registry.tiles()
            if tile.visible(request)
        ]
        return super().index(request, {**(extra_context or {}), "tiles": tiles})
