"""Bearer tokens of the OAuth2 client-credentials grant."""

from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from contactcenter.api.principals import ClientPrincipal


class BearerAuthentication(OAuth2Authentication):  # type: ignore[misc]  # the library has no type hints
    """Turns a valid token into its client; a token that is there but not valid is an error, never a fallback."""

    www_authenticate_realm = "contactcenter"

    def authenticate(self, request: Request) -> tuple[ClientPrincipal, object] | None:
        scheme, _, _ = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        found = super().authenticate(request)
        if found is None:
            raise AuthenticationFailed(
                "The access token is unknown, expired or revoked. Get a new one from /oauth/token/.",
                code="not_authenticated",
            )
        _user, token = found
        if not token.application.is_active:
            raise AuthenticationFailed(
                f"The API client “{token.application.name}” has been deactivated.", code="not_authenticated"
            )
        return ClientPrincipal(token.application, frozenset(token.scope.split())), token
