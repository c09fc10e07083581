"""Who calls: bearer tokens first, else the browser session, whose writes need CSRF tokens."""

from typing import Any

from django.apps import apps
from oauth2_provider.models import get_access_token_model

from contactcenter.api.models import ApiClient
from contactcenter.directory.services import deactivate_user
from contactcenter.lib.actors import SYSTEM
from statuses.models import AgentState
from statuses.states import ONLINE
from tests.callers import Caller, make_token, with_token
from tests.cast import Cast

CHANNELS = {"voice": "offline", "chat": "offline", "email": "online", "social": "offline"}


def assert_unauthorized(response: Any, detail: str) -> None:
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"] == 'Bearer realm="contactcenter"'
    assert response.json()["code"] == "not_authenticated"
    assert detail in response.json()["detail"]


# --- Tokens ------------------------------------------------------------------------------------------------------


def test_nobody_is_asked_to_sign_in(cast: Cast) -> None:
    for method, path in (("GET", "/agents/"), ("POST", "/statuses/"), ("PUT", f"/agents/{cast.agent.pk}/status/")):
        assert_unauthorized(Caller().send(method, path, {}), "Send an access token")


def test_tokens_end(cast: Cast) -> None:
    assert_unauthorized(Caller(token=make_token(cast.client, "statuses:read", seconds=-1)).get("/agents/"), "expired")


def test_unknown_and_revoked_tokens(cast: Cast) -> None:
    token = make_token(cast.client, "statuses:read")
    assert Caller(token=token).get("/agents/").status_code == 200
    for wrong in (token[:-1], token + "x", token.swapcase(), "x" * 5000):
        assert_unauthorized(Caller(token=wrong).get("/agents/"), "unknown or revoked")
    get_access_token_model().objects.all().delete()
    assert_unauthorized(Caller(token=token).get("/agents/"), "unknown or revoked")


def test_inactive_client_is_refused_at_once(cast: Cast) -> None:
    caller = with_token(cast.client, "statuses:read")
    assert caller.get("/agents/").status_code == 200
    ApiClient.objects.update(is_active=False)
    assert_unauthorized(caller.get("/agents/"), "“CRM” has been deactivated")


def test_scope_taken_from_the_client_is_gone_at_once(cast: Cast) -> None:
    caller = with_token(cast.client, "statuses:read", "statuses:manage")
    ApiClient.objects.update(allowed_scopes=["statuses:read"])
    assert caller.get("/agents/").status_code == 200
    response = caller.post("/statuses/", {"name": "Back office", "channels": CHANNELS})
    assert response.status_code == 403
    assert "statuses:manage" in response.json()["detail"]


def test_token_goes_before_the_session(cast: Cast) -> None:
    """A bad token is an error even for somebody who is signed in."""
    caller = Caller(cast.admin)
    assert caller.get("/agents/").status_code == 200
    assert_unauthorized(caller.get("/agents/", Authorization="Bearer x"), "unknown or revoked")
    token = make_token(cast.client, "statuses:read")
    response = caller.get("/agents/me/availability/", Authorization=f"Bearer {token}")
    assert response.status_code == 404  # a client is no user


def test_other_schemes_do_not_count(cast: Cast) -> None:
    for value in ("Basic Y3JtOmNsaWVudC1zZWNyZXQ=", "Token x", "x"):
        assert_unauthorized(Caller().get("/agents/", Authorization=value), "Send an access token")


def test_token_in_the_address_does_not_count(cast: Cast) -> None:
    token = make_token(cast.client, "statuses:read")
    for name in ("access_token", "token"):
        assert Caller().get(f"/agents/?{name}={token}").status_code == 401


# --- Sessions ----------------------------------------------------------------------------------------------------


def test_session_writes_need_a_csrf_token(cast: Cast) -> None:
    caller = Caller(cast.agent, check_csrf=True)
    path = "/agents/me/status/"
    assert caller.get("/agents/me/availability/").status_code == 200
    for headers in ({}, {"X_CSRFToken": "x" * 64}):
        response = caller.put(path, {"status": ONLINE}, **headers)
        assert response.status_code == 403
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == "permission_denied"
        assert "CSRF" in response.json()["detail"]
    assert AgentState.objects.get(pk=cast.agent.pk).version == 1
    caller.client.get("/account/")
    token = caller.client.cookies["contactcenter_csrf"].value
    assert caller.put(path, {"status": ONLINE}, X_CSRFToken=token).status_code == 200


def test_tokens_need_no_csrf(cast: Cast) -> None:
    caller = Caller(token=make_token(cast.client, "statuses:write"), check_csrf=True)
    assert caller.put(f"/agents/{cast.agent.pk}/status/", {"status": ONLINE}).status_code == 200


def test_session_ends_with_its_user(cast: Cast) -> None:
    caller = Caller(cast.agent)
    assert caller.get("/agents/me/availability/").status_code == 200
    deactivate_user(cast.agent, actor=SYSTEM)
    assert_unauthorized(caller.get("/agents/me/availability/"), "sign in")


# --- The audit trail ---------------------------------------------------------------------------------------------


def test_changes_of_definitions_carry_the_callers_name(cast: Cast) -> None:
    body = {"name": "Back office", "channels": CHANNELS}
    pk = with_token(cast.client, "statuses:manage").post("/statuses/", body).json()["id"]
    Caller(cast.admin).patch(f"/statuses/{pk}/", {"name": "Paperwork"})
    Caller(cast.admin).delete(f"/statuses/{pk}/")
    trail = (
        apps.get_model("statuses", "StatusEvent").objects.filter(id=pk).order_by("pgh_id").select_related("pgh_context")
    )
    assert [(event.pgh_label, event.pgh_context.metadata) for event in trail] == [
        ("insert", {"kind": "client", "id": cast.client.pk, "name": "CRM"}),
        ("update", cast.admin.actor.payload()),
        ("delete", cast.admin.actor.payload()),
    ]
