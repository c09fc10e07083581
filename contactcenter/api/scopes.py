"""What an API client may do, as scopes an administrator ticks."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from oauth2_provider.scopes import BaseScopes

if TYPE_CHECKING:
    from django.http import HttpRequest

    from contactcenter.api.models import ApiClient

SCOPES = {
    "statuses:read": _("Read statuses, availability and status history"),
    "statuses:write": _("Set statuses, channels and phone lines, and report work items"),
    "statuses:manage": _("Create, change and delete statuses and their timeouts"),
    "directory:read": _("Read users, teams and the other configuration objects"),
    "directory:write": _("Change users, teams and the other configuration objects"),
    "callbacks:read": _("Read scheduled callbacks"),
    "callbacks:write": _("Book, move and cancel scheduled callbacks"),
    "invitations:read": _("Read invitations"),
    "invitations:write": _("Create and revoke invitations"),
    "conversations:read": _("Read conversations and their messages"),
    "bulk:read": _("Read bulk operations"),
    "bulk:write": _("Run bulk operations"),
    "reports:read": _("Read reports"),
    "webhooks:manage": _("Manage outgoing webhooks"),
}


class ClientScopes(BaseScopes):
    """A token can carry only what its client is allowed; without asking for less it carries all of it."""

    def get_all_scopes(self) -> dict[str, str]:
        return {scope: str(text) for scope, text in SCOPES.items()}

    def get_available_scopes(
        self,
        application: "ApiClient | None" = None,
        request: "HttpRequest | None" = None,
        *args: object,
        **kwargs: object,
    ) -> list[str]:
        return list(application.allowed_scopes) if application else []

    def get_default_scopes(
        self,
        application: "ApiClient | None" = None,
        request: "HttpRequest | None" = None,
        *args: object,
        **kwargs: object,
    ) -> list[str]:
        return self.get_available_scopes(application)
