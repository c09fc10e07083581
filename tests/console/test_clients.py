"""API clients: secrets that are shown once, scopes, deactivating."""

import re
from typing import Any

import pytest
from django.test import Client

from contactcenter.api.models import ApiClient
from tests.cast import CLIENT_SECRET, Cast
from tests.console.support import Console, errors_of, text_of
from tests.console.test_audit import changes

NEW = {"name": "Wallboard", "is_active": "on", "allowed_scopes": ["statuses:read"]}


def secret_in(response: Any) -> str:
    [_id, secret] = re.findall(r'data-copy="([^"]+)"', response.content.decode())
    return str(secret)


def token_status(client_id: str, secret: str) -> int:
    answer = Client().post(
        "/oauth/token/", {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    )
    return answer.status_code


def test_secret_of_a_new_client_is_shown_once_and_works(admin: Console, cast: Cast) -> None:
    response = admin.post("api/apiclient/add/", **NEW, requests_per_minute="60")
    secret = secret_in(response)
    client = ApiClient.objects.get(name="Wallboard")
    assert secret not in client.client_secret
    assert (client.client_type, client.authorization_grant_type) == ("confidential", "client-credentials")
    assert (client.allowed_scopes, client.requests_per_minute) == (["statuses:read"], 60)
    assert token_status(client.client_id, secret) == 200
    page = admin.get(f"api/apiclient/{client.pk}/change/").content.decode()
    assert secret not in page
    assert client.client_secret not in page
    assert client.client_id in page


def test_secret_is_changed_after_asking(admin: Console, cast: Cast) -> None:
    path = f"api/apiclient/{cast.client.pk}/secret/"
    assert "the old one is refused from then on" in text_of(admin.get(path))
    assert token_status("crm", CLIENT_SECRET) == 200
    secret = secret_in(admin.post(path))
    assert token_status("crm", secret) == 200
    assert token_status("crm", CLIENT_SECRET) == 401


def test_deactivated_client_gets_no_token(admin: Console, cast: Cast) -> None:
    admin.post(f"api/apiclient/{cast.client.pk}/change/", name="CRM", allowed_scopes=["statuses:read"])
    assert token_status("crm", CLIENT_SECRET) == 401


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "crm"}, "name"),  # taken, in other letters
        ({"allowed_scopes": ["everything"]}, "allowed_scopes"),
        ({"requests_per_minute": "0"}, "requests_per_minute"),
        ({"requests_per_minute": "many"}, "requests_per_minute"),
    ],
)
def test_values_that_cannot_be_are_refused_at_the_field(admin: Console, values: dict[str, object], field: str) -> None:
    assert list(errors_of(admin.post("api/apiclient/add/", **{**NEW, **values}))) == [field]
    assert ApiClient.objects.count() == 1


def test_kind_of_client_cannot_be_chosen(admin: Console, cast: Cast) -> None:
    crafted = {"client_type": "public", "authorization_grant_type": "password", "client_secret": "known"}
    admin.post(f"api/apiclient/{cast.client.pk}/change/", **{**NEW, **crafted})
    client = ApiClient.objects.get(pk=cast.client.pk)
    assert (client.client_type, client.authorization_grant_type) == ("confidential", "client-credentials")
    assert client.client_secret == CLIENT_SECRET  # the cast's is stored as it is


def test_changes_are_in_the_audit_trail_without_the_secret(admin: Console, cast: Cast) -> None:
    admin.post(f"api/apiclient/{cast.client.pk}/change/", **{**NEW, "name": "Phones"})
    admin.post(f"api/apiclient/{cast.client.pk}/secret/")
    rotated, renamed = changes(admin, kind="api.apiclient")[:2]
    assert (rotated.actor, rotated.name, rotated.action) == ("Alex Keller", "Phones", "got a new secret")
    assert renamed.action == "changed"
    assert "secret" not in {difference.label.lower() for difference in renamed.differences}


def test_deleting_is_asked_for(admin: Console, cast: Cast) -> None:
    path = f"api/apiclient/{cast.client.pk}/delete/"
    assert "its next call is refused" in text_of(admin.get(path))
    admin.post(path)
    assert token_status("crm", CLIENT_SECRET) == 401
