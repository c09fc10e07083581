"""Changes of API clients. Secrets are shown once and stored hashed."""

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret

from contactcenter.api.models import SECRET_CHANGED, ApiClient
from contactcenter.lib.errors import Invalid
from contactcenter.lib.storing import store


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
