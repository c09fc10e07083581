"""Getting a token: OAuth2's client-credentials grant."""

import base64
from typing import Any

import pytest
from django.test import Client, override_settings
from oauth2_provider.models import get_access_token_model

from contactcenter.api.models import ApiClient
from contactcenter.api.scopes import SCOPES
from tests.callers import Caller
from tests.cast import CLIENT_SECRET, Cast


def request(**changes: Any) -> Any:
    form = {"grant_type": "client_credentials", "client_id": "crm", "client_secret": CLIENT_SECRET, **changes}
    return Client().post("/oauth/token/", {name: value for name, value in form.items() if value is not None})


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def test_without_asking_all_allowed_scopes_are_given(cast: Cast) -> None:
    response = request()
    assert response.status_code == 200
    body = response.json()
    assert set(body["scope"].split()) == set(SCOPES)
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    assert response["Cache-Control"] == "no-store"
    assert Caller(token=body["access_token"]).get("/agents/").status_code == 200


def test_fewer_scopes_may_be_asked_for(cast: Cast) -> None:
    body = request(scope="statuses:read reports:read").json()
    assert set(body["scope"].split()) == {"statuses:read", "reports:read"}
    caller = Caller(token=body["access_token"])
    assert caller.get("/agents/").status_code == 200
    assert caller.put(f"/agents/{cast.agent.pk}/status/", {"status": 3}).status_code == 403


@pytest.mark.parametrize("scope", ["statuses:write", "statuses:read statuses:write", "everything", "statuses:read,x"])
def test_scopes_that_are_not_allowed_are_refused(cast: Cast, scope: str) -> None:
    ApiClient.objects.update(allowed_scopes=["statuses:read"])
    response = request(scope=scope)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_scope")
    assert not get_access_token_model().objects.exists()


def test_client_without_scopes_gets_a_token_for_nothing(cast: Cast) -> None:
    ApiClient.objects.update(allowed_scopes=[])
    response = request()
    assert response.status_code in {200, 400}
    if response.status_code == 200:
        assert Caller(token=response.json()["access_token"]).get("/agents/").status_code == 403


def test_client_may_authenticate_by_basic(cast: Cast) -> None:
    form = {"client_id": None, "client_secret": None, "grant_type": "client_credentials"}
    post = Client(headers={"Authorization": basic("crm", CLIENT_SECRET)}).post
    assert post("/oauth/token/", {"grant_type": form["grant_type"]}).status_code == 200
    post = Client(headers={"Authorization": basic("crm", "wrong")}).post
    assert post("/oauth/token/", {"grant_type": form["grant_type"]}).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"client_secret": "wrong"},
        {"client_secret": ""},
        {"client_secret": None},
        {"client_id": "nobody"},
        {"client_id": None},
        {"client_id": "CRM"},
        {"client_id": "x" * 5000},
        {"client_id": "a\0b"},
        {"client_secret": "a\0b"},
    ],
    ids=lambda changes: str(changes)[:40],
)
def test_wrong_credentials(cast: Cast, changes: dict[str, Any]) -> None:
    response = request(**changes)
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "value",
    [
        basic("a\0b", "c"),
        basic("crm", "a\0b"),
        "Basic",
        "Basic !",
        "Basic Y3Jt",  # no colon
        "Basic /////w==",  # not UTF-8
    ],
)
def test_odd_basic_credentials(cast: Cast, value: str) -> None:
    response = Client(headers={"Authorization": value}).post("/oauth/token/", {"grant_type": "client_credentials"})
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


def test_inactive_client_gets_nothing(cast: Cast) -> None:
    ApiClient.objects.update(is_active=False)
    response = request()
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "grant", ["password", "authorization_code", "refresh_token", "implicit", "x", "", None, "a\0b"]
)
def test_other_grants_are_refused(cast: Cast, grant: str | None) -> None:
    response = request(grant_type=grant, username="alex@example.com", password="x", code="x", refresh_token="x")
    assert response.status_code in {400, 401}
    assert response.json()["error"] in {
        "unsupported_grant_type",
        "unauthorized_client",
        "invalid_request",
        "invalid_grant",
    }
    assert not get_access_token_model().objects.exists()


@pytest.mark.parametrize("scope", ["a\0b", "x" * 100_000, "\N{SNOWMAN}"])
def test_odd_scopes(cast: Cast, scope: str) -> None:
    response = request(scope=scope)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_scope")


def test_odd_bodies(cast: Cast) -> None:
    post = Client().post
    assert post("/oauth/token/", "{", content_type="application/json").status_code in {400, 401}
    assert post("/oauth/token/", b"\xff\xfe=%ff", content_type="application/x-www-form-urlencoded").status_code == 400
    assert (
        post("/oauth/token/", "x=" + "y" * 3_000_000, content_type="application/x-www-form-urlencoded").status_code
        == 413
    )
    charset = "application/x-www-form-urlencoded; charset=zlib"
    assert Client().generic("POST", "/oauth/token/", b"grant_type=x", charset).status_code == 400


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_only_post(db: None, method: str) -> None:
    assert getattr(Client(), method)("/oauth/token/").status_code == 405


def test_no_csrf_token_is_needed(cast: Cast) -> None:
    form = {"grant_type": "client_credentials", "client_id": "crm", "client_secret": CLIENT_SECRET}
    assert Client(enforce_csrf_checks=True).post("/oauth/token/", form).status_code == 200


def test_secrets_and_tokens_are_stored_as_hashes(cast: Cast) -> None:
    client = ApiClient.objects.create(
        name="Other",
        client_id="other",
        client_secret="other-secret",
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        allowed_scopes=["statuses:read"],
    )
    client.refresh_from_db()
    assert "other-secret" not in client.client_secret
    assert request(client_id="other", client_secret="other-secret").status_code == 200


@pytest.mark.usefixtures("within_a_minute")
@override_settings(TOKEN_REQUESTS_PER_MINUTE=2)
def test_guessing_is_slowed_down(cast: Cast) -> None:
    assert [request(client_secret="wrong").status_code for _ in range(3)] == [401, 401, 429]
    response = request()
    assert (response.status_code, response.json()["error"]) == (429, "slow_down")
    assert 1 <= int(response["Retry-After"]) <= 60
