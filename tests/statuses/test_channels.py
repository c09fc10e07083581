"""Switching single channels on and off beside the status."""

from typing import Any

import pytest

from contactcenter.directory.models import User
from contactcenter.directory.services import deactivate_user, save_user
from contactcenter.lib.actors import SYSTEM
from statuses.services import restart_all, switch_channel
from statuses.states import AWAY, OFFLINE, ONLINE
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.statuses.support import (
    assert_chain,
    availability_of,
    choose,
    company,
    events,
    forget_events,
    online,
    state_of,
)
from tests.statuses.test_visibility import narrow


def switch(caller: Caller, agent: Any, channel: str = "chat", *, enabled: Any = False) -> Any:
    return caller.put(f"/agents/{agent}/channels/{channel}/", {"enabled": enabled})


def refusal(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


# --- What it does ------------------------------------------------------------------------------------------------


def test_channel_switched_off_is_offline_until_it_is_on_again(cast: Cast) -> None:
    online(cast.agent)
    caller = Caller(cast.agent)
    response = switch(caller, "me")
    assert (response.status_code, response["ETag"]) == (200, '"2"')
    chat = response.json()["channels"]["chat"]
    assert (chat["state"], chat["assigned"], chat["enabled"], chat["capacity"]) == ("offline", True, False, 3)
    assert response.json()["channels"]["email"]["state"] == "online"
    chat = switch(caller, "me", enabled=True).json()["channels"]["chat"]
    assert (chat["state"], chat["enabled"]) == ("online", True)


def test_switch_is_not_a_change_of_status(cast: Cast) -> None:
    online(cast.agent)
    before = state_of(cast.agent)
    forget_events()
    switch(Caller(cast.agent), "me")
    after = state_of(cast.agent)
    assert (after.version, after.since, after.cause) == (before.version, before.since, before.cause)
    assert events("status.changed") == []
    assert_chain(cast.agent)


def test_the_time_of_the_channels_last_change_is_told(cast: Cast) -> None:
    online(cast.agent)
    response = switch(Caller(cast.agent), "me").json()
    assert response["channels"]["chat"]["updated_at"] > response["status"]["since"]
    assert response["channels"]["email"]["updated_at"] == response["status"]["since"]


def test_switches_outlast_statuses(cast: Cast) -> None:
    switch_channel(cast.agent.pk, "chat", enabled=False)
    for status in (ONLINE, AWAY, OFFLINE, ONLINE):
        choose(cast.agent, status)
        assert availability_of(cast.agent).chat_state == "offline"
    restart_all(actor=SYSTEM)
    choose(cast.agent, ONLINE)
    assert availability_of(cast.agent).channels == {
        "voice": "online",
        "chat": "offline",
        "email": "online",
        "social": "online",
    }


def test_switches_outlast_sign_out_and_deactivation(cast: Cast) -> None:
    caller = Caller(cast.agent)
    switch(caller, "me")
    caller.client.logout()
    assert not state_of(cast.agent).chat_on
    deactivate_user(cast.agent, actor=SYSTEM)
    assert not state_of(cast.agent).chat_on


def test_same_again_is_no_change(cast: Cast) -> None:
    switch(Caller(cast.agent), "me")
    before = state_of(cast.agent).chat_switched_at
    forget_events()
    assert switch(Caller(cast.agent), "me").status_code == 200
    assert state_of(cast.agent).chat_switched_at == before
    assert events("availability.changed") == []


def test_change_is_told_to_the_agent_and_those_who_watch(cast: Cast) -> None:
    forget_events()
    switch(Caller(cast.teammate), "me")
    (event,) = events("availability.changed")
    teams = {f"team:{cast.care.pk}", f"team:{cast.claims.pk}"}
    assert set(event.audience) == {"all-teams", *teams, f"user:{cast.teammate.pk}"}
    assert event.payload == {"agent_id": cast.teammate.pk, "what": "channel"}


def test_if_match_is_for_statuses(cast: Cast) -> None:
    path = f"/agents/{cast.agent.pk}/channels/chat/"
    assert Caller(cast.agent).put(path, {"enabled": False}, If_Match='"99"').status_code == 200


# --- Who may -----------------------------------------------------------------------------------------------------


def test_who_switches_whose(cast: Cast) -> None:
    client = with_token(cast.client, "statuses:write")
    for caller in (Caller(cast.agent), Caller(cast.supervisor), Caller(cast.admin), client):
        assert switch(caller, cast.agent.pk).status_code == 200
    assert refusal(switch(Caller(cast.teammate), cast.agent.pk)) == (404, "not_found")
    assert refusal(switch(Caller(cast.supervisor), cast.stranger.pk)) == (404, "not_found")
    assert refusal(switch(with_token(cast.client, "statuses:read"), cast.agent.pk)) == (403, "permission_denied")
    assert refusal(switch(client, "me")) == (404, "not_found")


def test_supervisor_who_may_only_watch(cast: Cast) -> None:
    narrow(cast.supervisor, manage_agent_states="VIEW")
    assert refusal(switch(Caller(cast.supervisor), cast.agent.pk)) == (403, "permission_denied")
    assert state_of(cast.agent).chat_on


def test_agent_whose_desktop_is_read_only(cast: Cast) -> None:
    narrow(cast.agent, agent_desktop="VIEW")
    assert refusal(switch(Caller(cast.agent), "me")) == (403, "permission_denied")


def test_company_keeps_channels_as_they_are(cast: Cast) -> None:
    company(agents_may_change_channels=False)
    client = with_token(cast.client, "statuses:write")
    for caller in (Caller(cast.agent), Caller(cast.supervisor), client):
        response = switch(caller, cast.agent.pk)
        assert refusal(response) == (403, "channel_toggle_disabled")
        assert "An administrator can" in response.json()["detail"]
    assert state_of(cast.agent).chat_on
    assert switch(Caller(cast.admin), cast.agent.pk).status_code == 200
    assert not state_of(cast.agent).chat_on


def test_what_was_off_stays_off_when_the_company_changes_its_mind(cast: Cast) -> None:
    online(cast.agent)
    switch(Caller(cast.agent), "me")
    company(agents_may_change_channels=False)
    assert availability_of(cast.agent).chat_state == "offline"


# --- What cannot be switched -------------------------------------------------------------------------------------


@pytest.mark.parametrize("enabled", [True, False])
def test_channel_that_is_not_assigned(cast: Cast, enabled: bool) -> None:
    cast.agent.channels = ["voice", "email"]
    save_user(cast.agent, actor=SYSTEM)
    response = switch(Caller(cast.admin), cast.agent.pk, enabled=enabled)
    assert refusal(response) == (409, "channel_not_assigned")
    assert "Jana Mala" in response.json()["detail"]


def test_switch_of_a_channel_that_went_away_counts_again_when_it_is_back(cast: Cast) -> None:
    online(cast.agent)
    switch(Caller(cast.agent), "me")
    for channels in (["email"], ["chat", "email"]):
        cast.agent.channels = channels
        save_user(cast.agent, actor=SYSTEM)
        row = Caller(cast.agent).get("/agents/me/availability/").json()["channels"]["chat"]
        assert (row["state"], row["enabled"], row["assigned"]) == ("offline", False, "chat" in channels)


@pytest.mark.parametrize("channel", ["fax", "VOICE", "chat ", "0", "chat%00", "voice|chat", "chat/x"])
def test_unknown_channels(cast: Cast, channel: str) -> None:
    response = Caller(cast.admin).client.put(f"/api/v1/agents/{cast.agent.pk}/channels/{channel}/", {}, format="json")
    assert response.status_code == (400 if "%00" in channel else 404)


def test_who_is_no_agent_has_no_channels(cast: Cast) -> None:
    deactivate_user(cast.teammate, actor=SYSTEM)
    for caller in (Caller(cast.admin), with_token(cast.client, "statuses:write")):
        for nobody in (cast.admin.pk, cast.teammate.pk, 999_999):
            assert refusal(switch(caller, nobody)) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "enabled"),
        ({"enabled": None}, "enabled"),
        ({"enabled": 1}, "enabled"),
        ({"enabled": 0.0}, "enabled"),
        ({"enabled": "true"}, "enabled"),
        ({"enabled": []}, "enabled"),
        ({"enabled": {}}, "enabled"),
        ({"enabled": True, "channel": "voice"}, "channel"),
    ],
)
def test_bad_bodies(cast: Cast, body: dict[str, Any], field: str) -> None:
    response = Caller(cast.agent).put("/agents/me/channels/chat/", body)
    assert refusal(response) == (400, "invalid")
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert state_of(cast.agent).chat_on


def test_two_channels_of_one_agent(cast: Cast) -> None:
    switch(Caller(cast.agent), "me", "chat")
    switch(Caller(cast.agent), "me", "voice")
    found = Caller(cast.agent).get("/agents/me/availability/").json()
    assert {name for name, row in found["channels"].items() if not row["enabled"]} == {"chat", "voice"}
    assert found["phone_line"] == "unavailable"  # nobody can call whose voice is off


def users_of(cast: Cast) -> list[User]:
    return [cast.agent, cast.teammate, cast.stranger]


def test_capacity_of_zero_beside_a_switch(cast: Cast) -> None:
    """A switch that is on gives no capacity."""
    for agent in users_of(cast):
        agent.channels = []
        save_user(agent, actor=SYSTEM)
        online(agent)
        assert set(availability_of(agent).channels.values()) == {"offline"}
