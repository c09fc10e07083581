"""Changes of API clients and API tokens. Secrets are shown once and stored hashed."""

import hashlib
import secrets
from typing import Any, Final

import pghistory
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret

from contactcenter.api.models import SECRET_CHANGED, ApiClient, ApiToken
from contactcenter.lib.errors import Conflict, Invalid
from contactcenter.lib.storing import store

TOKENS_AT_ONCE: Final = 20  # of one user
_RANDOM_BYTES: Final = 30


@transaction.atomic
def create_client(client: ApiClient) -> str:
    """Store a new client of the client-credentials grant and return its secret."""
    client.client_type = ApiClient.CLIENT_CONFIDENTIAL
    client.authorization_grant_type = ApiClient.GRANT_CLIENT_CREDENTIALS
    client.client_secret = secret = generate_client_secret()
    save_client(client)
    return str(secret)


@transaction.atomic
def save_client(client: ApiClient) -> ApiClient:
    """Raises ``ValidationError`` by field; a name already taken has the code ``duplicate_name``."""
    client.name = client.name.strip()
    if not client.name:
        raise Invalid(_("Give the client a name."), code="blank", field="name")
    store(client, unchecked=["client_secret"])
    return client


@transaction.atomic
def rotate_secret(client: ApiClient) -> str:
    """Give the client another secret and return it. Tokens it already has stay valid until they expire."""
    client.client_secret = secret = generate_client_secret()
    client.save(update_fields=["client_secret", "updated"])
    pghistory.create_event(client, label=SECRET_CHANGED)
    return str(secret)


# --- Tokens of users ---------------------------------------------------------------------------------------------


@transaction.atomic
def create_token(user: Any, name: str) -> tuple[ApiToken, str]:
    """Give a user another token; return it with its secret, which nobody can read again.

    Raises ``Conflict`` ``limit_reached``, and ``ValidationError`` by field.
    """
    # two creations at once wait for each other here
    get_user_model()._base_manager.select_for_update(no_key=True).get(pk=user.pk)
    if user.api_tokens.live().count() >= TOKENS_AT_ONCE:
        raise Conflict(
            _("There are %(limit)d API tokens already, which is the limit. Revoke one first.")
            % {"limit": TOKENS_AT_ONCE},
            code="limit_reached",
        )
    name = name.strip()
    if not name:
        raise Invalid(_("Give the token a name."), code="blank", field="name")
    secret = secrets.token_urlsafe(_RANDOM_BYTES)
    token = ApiToken(user=user, name=name, digest=digest_of(secret), hint=secret[-4:])
    store(token)
    return token, secret


def revoke_token(token: ApiToken) -> None:
    """Have the token refused from now on. Revoked again it keeps the time of the first."""
    ApiToken.objects.live().filter(pk=token.pk).update(revoked_at=timezone.now())


def digest_of(secret: str) -> str:
    """Hash a token's secret. It is random and long, so a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
