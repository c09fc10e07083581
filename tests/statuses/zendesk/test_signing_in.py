"""Who calls: API tokens by HTTP Basic, OAuth2 bearer tokens, browser sessions."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from contactcenter.api.models import ApiToken
from contactcenter.api.services import create_token, revoke_token
from contactcenter.directory.models import User
from contactcenter.directory.services import activate_user, deactivate_user, save_user
from contactcenter.lib.actors import SYSTEM
from statuses.models import AgentState
from statuses.states import ONLINE
from tests.callers import make_token
from tests.cast import Cast
from tests.statuses.support import history_of
from tests.statuses.zendesk.support import AGENTS, STATUSES, Zendesk, basic, error_of, with_api_token


@pytest.fixture
def secret(cast: Cast) -> str:
    return create_token(cast.admin, "Wallboard")[1]


def answer(value: str) -> Any:
    return Zendesk().get(AGENTS, Authorization=value)


def assert_refused(value: str) -> None:
    response = answer(value)
    assert error_of(response)[:2] == (401, "Unauthorized")
    assert response["WWW-Authenticate"] == 'Basic realm="contactcenter"'


def test_token_lets_its_user_in(cast: Cast, secret: str) -> None:
    assert answer(basic(cast.admin.email, secret)).status_code == 200


@pytest.mark.parametrize("email", ["ALEX@example.com", "Alex@Example.COM", " alex@example.com"])
def test_case_of_the_email_does_not_matter(secret: str, email: str) -> None:
    assert answer(basic(email, secret)).status_code == 200


def test_scheme_is_spelt_as_one_likes(cast: Cast, secret: str) -> None:
    value = basic(cast.admin.email, secret)
    assert answer(value.replace("Basic", "basic")).status_code == 200
    assert answer(value.replace("Basic ", "BASIC  ")).status_code == 200


def test_nobody_is_asked_to_sign_in(db: None) -> None:
    response = Zendesk().get(AGENTS)
    assert error_of(response) == (
        401,
        "Unauthorized",
        "Send “<e-mail>/token:<API token>” by HTTP Basic, an access token by Bearer, or sign in.",
    )
    assert response["WWW-Authenticate"].startswith("Basic")


def test_wrong_tokens(cast: Cast, secret: str) -> None:
    for wrong in ("", secret[:-1], secret + "x", secret.swapcase(), "x" * 5000, f"{secret}\0", "š"):
        assert_refused(basic(cast.admin.email, wrong))


def test_token_of_somebody_else(cast: Cast, secret: str) -> None:
    for email in (cast.agent.email, "nobody@example.com", "", "alex@example.com\0", "é", "alex@example.com/token"):
        assert_refused(basic(email, secret))


def test_password_is_no_token(cast: Cast, secret: str) -> None:
    def encoded(text: str) -> str:
        return "Basic " + base64.b64encode(text.encode()).decode()

    for given in (f"alex@example.com:{secret}", f"alex@example.com/password:{secret}", secret, f":{secret}", "", ":"):
        assert_refused(encoded(given))


@pytest.mark.parametrize(
    "value",
    [
        "Basic",
        "Basic ",
        "Basic !",
        "Basic Y3Jt",  # no colon
        "Basic Y3J",  # a digit is missing
        "Basic /////w==",  # not UTF-8
        "Basic " + base64.b64encode(b"alex@example.com/token:a\0b").decode(),
        "Basic é",
        "Basic Y3Jt Y3Jt",
        "Basic " + "Y3Jt" * 3000,
    ],
    ids=lambda value: value[:30],
)
def test_odd_credentials(cast: Cast, value: str) -> None:
    assert_refused(value)


def test_revoked_token_is_refused_at_once(cast: Cast, secret: str) -> None:
    other = create_token(cast.admin, "Other")[1]
    revoke_token(ApiToken.objects.get(name="Wallboard"))
    assert_refused(basic(cast.admin.email, secret))
    assert answer(basic(cast.admin.email, other)).status_code == 200


def test_deactivated_user_is_refused_at_once(cast: Cast) -> None:
    caller = with_api_token(cast.agent)
    assert caller.get(f"{AGENTS}/me").status_code == 200
    deactivate_user(cast.agent, actor=SYSTEM)
    assert error_of(caller.get(f"{AGENTS}/me"))[0] == 401
    activate_user(cast.agent, actor=SYSTEM)
    assert caller.get(f"{AGENTS}/me").status_code == 200


def test_changed_email_counts_from_then_on(cast: Cast, secret: str) -> None:
    cast.admin.email = "alexandra@example.com"
    save_user(cast.admin, actor=SYSTEM)
    assert_refused(basic("alex@example.com", secret))
    assert answer(basic("alexandra@example.com", secret)).status_code == 200


def test_tokens_are_for_the_drop_in_endpoints_only(cast: Cast, secret: str) -> None:
    class Ours(Zendesk):
        base = "/api/v1"

    for path in ("/agents/", "/statuses/"):
        response = Ours().client.get("/api/v1" + path, headers={"Authorization": basic(cast.admin.email, secret)})
        assert response.status_code == 401


def test_token_goes_before_the_session(cast: Cast) -> None:
    """A bad token is an error even for somebody who is signed in."""
    caller = Zendesk(cast.admin)
    assert caller.get(AGENTS).status_code == 200
    assert caller.get(AGENTS, Authorization=basic(cast.admin.email, "wrong")).status_code == 401
    assert caller.get(AGENTS, Authorization="Bearer wrong").status_code == 401


def test_use_is_noted_once_a_minute(cast: Cast, secret: str) -> None:
    value = basic(cast.admin.email, secret)
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        answer(value)
        assert ApiToken.objects.get().last_used_at == start
        clock.shift(59)
        with CaptureQueriesContext(connection) as captured:
            answer(value)
        assert not [query for query in captured if query["sql"].startswith("UPDATE")]
        assert ApiToken.objects.get().last_used_at == start
        clock.shift(1)
        answer(value)
        assert ApiToken.objects.get().last_used_at == start + timedelta(minutes=1)


# --- Guessing ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("within_a_minute")
@override_settings(TOKEN_REQUESTS_PER_MINUTE=2)
def test_guessing_locks_the_address_for_the_rest_of_the_minute(cast: Cast, secret: str) -> None:
    wrong, right = basic(cast.admin.email, "wrong"), basic(cast.admin.email, secret)
    assert [answer(right).status_code for _ in range(4)] == [200] * 4  # right ones do not count
    assert [answer(wrong).status_code for _ in range(3)] == [401, 401, 429]
    response = answer(right)
    assert error_of(response)[:2] == (429, "TooManyRequests")
    assert 1 <= int(response["Retry-After"]) <= 60
    elsewhere = Zendesk().client.get("/api/v2" + AGENTS, headers={"Authorization": right}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 200
    assert Zendesk(cast.admin).get(AGENTS).status_code == 200


# --- Other ways to sign in ---------------------------------------------------------------------------------------


def test_bearer_tokens_carry_scopes(cast: Cast) -> None:
    def caller(*scopes: str) -> Zendesk:
        return Zendesk(token=make_token(cast.client, *scopes))

    path = f"{STATUSES}/agents/{cast.agent.pk}"
    assert caller("statuses:read").get(AGENTS).status_code == 200
    assert error_of(caller("statuses:read").put(path, {"id": ONLINE})) == (
        403,
        "Forbidden",
        "This needs a token with the scope “statuses:write”.",
    )
    assert caller("statuses:write").put(path, {"id": ONLINE}).status_code == 200
    assert caller("statuses:write").get(AGENTS).status_code == 403
    assert caller("directory:read", "directory:write").get(AGENTS).status_code == 403


def test_api_client_is_nobody_who_could_be_me(cast: Cast) -> None:
    caller = Zendesk(token=make_token(cast.client, "statuses:read", "statuses:write"))
    for path in (f"{AGENTS}/me", f"{STATUSES}/me", f"{AGENTS}/me/channels/talk/relationships/work_items"):
        assert error_of(caller.get(path))[:2] == (404, "RecordNotFound")
    assert error_of(caller.put(f"{STATUSES}/agents/me", {"id": ONLINE}))[:2] == (404, "RecordNotFound")


def test_session_writes_need_a_csrf_token(cast: Cast) -> None:
    caller = Zendesk(cast.agent, check_csrf=True)
    path = f"{STATUSES}/agents/me"
    assert error_of(caller.put(path, {"id": ONLINE}))[:2] == (403, "Forbidden")
    assert AgentState.objects.get(pk=cast.agent.pk).version == 1
    caller.client.get("/account/")
    token = caller.client.cookies["contactcenter_csrf"].value
    assert caller.put(path, {"id": ONLINE}, X_CSRFToken=token).status_code == 200


def test_api_tokens_need_no_csrf(cast: Cast) -> None:
    caller = Zendesk(check_csrf=True)
    value = basic(cast.agent.email, create_token(cast.agent, "Wallboard")[1])
    assert caller.put(f"{STATUSES}/agents/me", {"id": ONLINE}, Authorization=value).status_code == 200


@pytest.mark.parametrize(
    ("caller", "cause"),
    [("token", "api"), ("session", "agent"), ("admin token", "api"), ("admin session", "admin"), ("client", "api")],
)
def test_history_tells_who_and_how(cast: Cast, caller: str, cause: str) -> None:
    callers: dict[str, tuple[Any, User | None]] = {
        "token": (with_api_token(cast.agent), cast.agent),
        "session": (Zendesk(cast.agent), cast.agent),
        "admin token": (with_api_token(cast.admin), cast.admin),
        "admin session": (Zendesk(cast.admin), cast.admin),
        "client": (Zendesk(token=make_token(cast.client, "statuses:write")), None),
    }
    found, user = callers[caller]
    agent = "me" if user == cast.agent else cast.agent.pk
    assert found.put(f"{STATUSES}/agents/{agent}", {"id": ONLINE}).status_code == 200
    newest = history_of(cast.agent)[-1]
    assert newest.cause == cause
    assert newest.actor == (user.actor if user else newest.actor)
    assert newest.actor.kind == ("user" if user else "client")


# --- Limits ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("within_a_minute")
@override_settings(API_THROTTLE_PER_MINUTE=2)
def test_too_many_requests_are_told_when_to_come_back(cast: Cast) -> None:
    caller = with_api_token(cast.admin)
    assert [caller.get(AGENTS).status_code for _ in range(2)] == [200, 200]
    response = caller.get(AGENTS)
    assert error_of(response)[:2] == (429, "TooManyRequests")
    assert 1 <= int(response["Retry-After"]) <= 60
