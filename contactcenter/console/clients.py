"""API clients: who else may call the API, for what, how often."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from contactcenter.api.models import ApiClient
from contactcenter.api.scopes import SCOPES
from contactcenter.api.services import create_client, rotate_secret, save_client
from contactcenter.console.access import CONFIGURATION
from contactcenter.console.admin import ConsoleModelAdmin, RowAction
from contactcenter.console.forms import Checklist, ConsoleForm


class ClientForm(ConsoleForm[ApiClient]):
    allowed_scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Allowed scopes"),
        required=False,
        choices=[(scope, text) for scope, text in SCOPES.items()],
        widget=Checklist,
        help_text=gettext_lazy("A token carries at most these. Without any the client gets no token."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in self.fields:
            self.fields["name"].required = True


@admin.register(ApiClient)
class ApiClientAdmin(ConsoleModelAdmin):
    access = CONFIGURATION
    description = gettext_lazy(
        "Other systems that call the API in their own name, with OAuth2 client credentials at /oauth/token/."
    )
    form = ClientForm
    list_display = ("name", "client_id", "scope_count", "requests_per_minute", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "client_id")
    fields = ("name", "is_active", "allowed_scopes", "requests_per_minute")
    change_form_outer_before_template = "console/_client_standing.html"

    @admin.display(description=gettext_lazy("scopes"))
    def scope_count(self, client: ApiClient) -> int:
        return len(client.allowed_scopes)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the hash of the secret: no page needs it."""
        return super().get_queryset(request).defer("client_secret")

    def write(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:
        if change:
            save_client(obj)
        else:
            obj.new_secret = create_client(obj)

    def erase(self, request: HttpRequest, obj: Any) -> None:
        obj.delete()

    def consequence_of_deleting(self, obj: Any) -> str:
        return _("“%(name)s” and its tokens are deleted: its next call is refused.") % {"name": obj}

    def row_actions(self, request: HttpRequest, obj: Any) -> list[RowAction]:
        found = super().row_actions(request, obj)
        if self.has_change_permission(request, obj):
            found.insert(1, RowAction(_("Change the secret"), self.url_of(obj, "secret")))
        return found

    # --- Secrets ---------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = require_http_methods(["GET", "HEAD", "POST"])(self.secret_view)
        own = path("<int:client_pk>/secret/", self.admin_site.admin_view(view), name="api_apiclient_secret")
        return [own, *super().get_urls()]

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._show_secret(request, obj, obj.new_secret)

    def secret_view(self, request: HttpRequest, client_pk: int) -> HttpResponse:
        client = self.get_object(request, str(client_pk))
        if client is None:
            return self.gone(request, str(client_pk))
        if not self.has_change_permission(request, client):
            raise PermissionDenied
        if request.method == "POST":
            return self._show_secret(request, client, rotate_secret(client))
        return self.confirm(
            request,
            client,
            title=_("Change the secret"),
            text=_(
                "“%(name)s” gets a new secret, and the old one is refused from then on. Tokens it has stay valid until"
                " they expire, at most an hour."
            )
            % {"name": client},
            verb=_("Change the secret of “%(name)s”") % {"name": client},
            is_danger=True,
        )

    def _show_secret(self, request: HttpRequest, client: ApiClient, secret: str) -> HttpResponse:
        context = {"original": client, "back": self.url_of(client), "secret": secret}
        return self.page(request, "console/client_secret.html", _("Secret"), **context)
