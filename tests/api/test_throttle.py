"""How often one may call: per client, per user, per address."""

import pytest
import time_machine
from django.test import override_settings

from contactcenter.api.models import ApiClient
from statuses.models import AgentState
from tests.callers import Caller, with_token
from tests.cast import Cast

MIDNIGHT = "2026-03-02T00:00:10Z"


pytestmark = pytest.mark.usefixtures("within_a_minute")


@pytest.fixture(autouse=True)
def _three_a_minute(cast: Cast) -> None:
    ApiClient.objects.update(requests_per_minute=3)


def test_too_many_requests_are_told_when_to_come_back(cast: Cast) -> None:
    with time_machine.travel(MIDNIGHT, tick=False) as clock:
        caller = with_token(cast.client, "statuses:read", "statuses:write")
        assert [caller.get("/agents/").status_code for _ in range(3)] == [200, 200, 200]
        for response in (
            caller.get("/agents/"),
            caller.put(f"/agents/{cast.agent.pk}/status/", {"status": 3}),
            caller.get("/statuses/"),
        ):
            assert (response.status_code, response.json()["code"]) == (429, "throttled")
            assert response["Content-Type"] == "application/problem+json"
            assert 50 <= int(response["Retry-After"]) <= 51
        clock.shift(51)
        assert with_token(cast.client, "statuses:read").get("/agents/").status_code == 200
    assert AgentState.objects.get(pk=cast.agent.pk).version == 1


def test_tokens_of_a_client_count_together(cast: Cast) -> None:
    codes = [with_token(cast.client, "statuses:read").get("/agents/").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]


def test_others_are_not_slowed_down(cast: Cast) -> None:
    caller = with_token(cast.client, "statuses:read")
    assert [caller.get("/agents/").status_code for _ in range(4)][-1] == 429
    assert Caller(cast.agent).get("/agents/").status_code == 200
    other = ApiClient.objects.create(
        name="Other",
        client_id="other",
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        hash_client_secret=False,
        allowed_scopes=["statuses:read"],
    )
    assert with_token(other, "statuses:read").get("/agents/").status_code == 200


def test_change_of_the_limit_holds_at_once(cast: Cast) -> None:
    caller = with_token(cast.client, "statuses:read")
    assert [caller.get("/agents/").status_code for _ in range(4)][-1] == 429
    ApiClient.objects.update(requests_per_minute=10)
    assert caller.get("/agents/").status_code == 200


@override_settings(API_THROTTLE_PER_MINUTE=2)
def test_without_a_limit_of_its_own_the_default_holds(cast: Cast) -> None:
    ApiClient.objects.update(requests_per_minute=None)
    for caller in (with_token(cast.client, "statuses:read"), Caller(cast.agent)):
        assert [caller.get("/agents/").status_code for _ in range(3)] == [200, 200, 429]


def test_default_is_as_specified(settings: object) -> None:
    assert getattr(settings, "API_THROTTLE_PER_MINUTE") == 6000  # noqa: B009 - the fixture has no type
