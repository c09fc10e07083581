"""Bearer tokens of the OAuth2 client-credentials grant, and API tokens of users."""

import base64
import binascii
import hashlib
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from oauth2_provider.models import get_access_token_model
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from contactcenter.api.models import ApiToken
from contactcenter.api.principals import ClientPrincipal
from contactcenter.api.services import digest_of
from contactcenter.api.throttles import seconds_locked, seconds_to_wait
from contactcenter.lib.text import name_key

_CLIENT = ("pk", "name", "is_active", "requests_per_minute", "allowed_scopes")
_COLUMNS = ("expires", "scope", *(f"application__{name}" for name in _CLIENT))


class BearerAuthentication(BaseAuthentication):
    """Turns a valid token into its client; a token that is there but not valid is an error, never a fallback.

    The library's own class asks the same question, in three times the time: with tokens checked at every request
    that was a quarter of setting a status.
    """

    def authenticate(self, request: Request) -> tuple[ClientPrincipal, None] | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        checksum = hashlib.sha256(token.strip().encode()).hexdigest()
        access_tokens = get_access_token_model()
        try:
            row = access_tokens.objects.values_list(*_COLUMNS).get(token_checksum=checksum)
        except access_tokens.DoesNotExist:
            raise AuthenticationFailed("The access token is unknown or revoked. Get one from /oauth/token/.") from None
        expires, scope, pk, name, is_active, requests_per_minute, allowed = row
        if expires <= timezone.now():
            raise AuthenticationFailed("The access token has expired. Get a new one from /oauth/token/.")
        if not is_active:
            raise AuthenticationFailed(f"The API client “{name}” has been deactivated. Ask an administrator.")
        # what an administrator has taken from the client since then, its tokens do not carry any more
        return ClientPrincipal(pk, name, frozenset(scope.split()).intersection(allowed), requests_per_minute), None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="contactcenter"'


class ApiTokenAuthentication(BaseAuthentication):
    """HTTP Basic with ``<e-mail>/token`` and an API token: the caller is the token's user.

    Wrong ones are counted per address; too many lock it for the rest of the minute, right ones included.
    """

    def authenticate(self, request: Request) -> tuple[Any, ApiToken] | None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        guesser = f"api-token:{request.META.get('REMOTE_ADDR', '')}"
        if wait := seconds_locked(guesser, settings.TOKEN_REQUESTS_PER_MINUTE):
            raise Throttled(wait)
        token = _token_of(given.strip())
        if token is None:
            seconds_to_wait(guesser, settings.TOKEN_REQUESTS_PER_MINUTE)
            raise AuthenticationFailed(
                "No API token fits: send “<e-mail>/token:<API token>” of an active user, with a token not revoked."
            )
        _note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Basic realm="contactcenter"'


_NOTED_EVERY: Final = timedelta(minutes=1)


def _token_of(given: str) -> ApiToken | None:
    try:
        name, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    email, _, kind = name.rpartition("/")
    if kind != "token":
        return None
    digest = digest_of(secret)
    token = ApiToken.objects.live().select_related("user__profile").filter(digest=digest).first()
    if token is None or not constant_time_compare(token.digest, digest):
        return None
    is_own = constant_time_compare(token.user.key, name_key(email))
    return token if is_own and token.user.is_active else None


def _note_use(token: ApiToken) -> None:
    """Remember when it was used last, to the minute: a write at every request would cost more than most requests."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at <= now - _NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
