"""Changes of API clients. Secrets are shown once and stored hashed."""

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret

from contactcenter.api.models import SECRET_CHANGED, ApiClient
from contactcenter.lib.errors import Invalid


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
    client.name = client.name.strip()
    if not client.name:
        raise Invalid(_("Give the client a name."), code="blank", field="name")
    if ApiClient.objects.filter(name__iexact=client.name).exclude(pk=client.pk).exists():
        message = _("There is already an API client “%(name)s”: choose another name.") % {"name": client.name}
        raise Invalid(message, code="duplicate_name", field="name")
    client.full_clean(exclude=["client_secret"])
    client.save()
    return client


@transaction.atomic
def rotate_secret(client: ApiClient) -> str:
    """Give the client another secret and return it. Tokens it already has stay valid until they expire."""
    client.client_secret = secret = generate_client_secret()
    client.save(update_fields=["client_secret", "updated"])
    pghistory.create_event(client, label=SECRET_CHANGED)
    return str(secret)
