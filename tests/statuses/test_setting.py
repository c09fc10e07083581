"""Setting one agent's status: what is recorded, what is refused, what is no change."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contactcenter.directory.models import CompanySettings, DesktopProfile
from contactcenter.directory.services import save_company_settings, save_object
from contactcenter.lib.actors import SYSTEM
from contactcenter.workspace.models import Notification
from statuses.models import Status
from statuses.services import save_status
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY, Cause
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.statuses.support import (
    assert_chain,
    choose,
    create_status,
    delete,
    events,
    forget_events,
    history_of,
    state_of,
)

UNKNOWN = 999_999


def put(caller: Caller, agent: object, status: int, **body: Any) -> Any:
    headers = {"If_Match": body.pop("if_match")} if "if_match" in body else {}
    return caller.put(f"/agents/{agent}/status/", {"status": status, **body}, **headers)


def switch_routing(on: bool) -> None:
    company = CompanySettings.load()
    company.omnichannel_routing = on
    save_company_settings(company, actor=SYSTEM)


# --- What is recorded --------------------------------------------------------------------------------------------


def test_answer_shows_the_new_status(cast: Cast) -> None:
    response = put(Caller(cast.agent), "me", AWAY, reason_code=cast.lunch.pk, note=" back at 13:00 ")
    assert response.status_code == 200
    body = response.json()
    assert body["version"] == 2
    assert response["ETag"] == '"2"'
    assert body["status"] | {"since": ""} == {
        "id": AWAY,
        "name": "Away",
        "since": "",
        "cause": "agent",
        "reason_code": {"id": cast.lunch.pk, "name": "Lunch", "paid": False},
    }
    assert body["status"]["since"].endswith("Z")
    assert {name: channel["state"] for name, channel in body["channels"].items()} == {
        "voice": "away", "chat": "away", "email": "online", "social": "away",
    }  # fmt: skip
    assert state_of(cast.agent).note == "back at 13:00"


def test_who_sets_it_is_recorded(cast: Cast) -> None:
    doors = [
        (Caller(cast.agent), "me", ONLINE, "agent", cast.agent.actor.payload()),
        (Caller(cast.agent), cast.agent.pk, AWAY, "agent", cast.agent.actor.payload()),
        (Caller(cast.supervisor), cast.agent.pk, ONLINE, "supervisor", cast.supervisor.actor.payload()),
        (Caller(cast.admin), cast.agent.pk, AWAY, "admin", cast.admin.actor.payload()),
        (
            with_token(cast.client, "statuses:write"),
            cast.agent.pk,
            ONLINE,
            "api",
            {"kind": "client", "id": cast.client.pk, "name": "CRM"},
        ),
    ]
    for caller, agent, status, cause, actor in doors:
        response = put(caller, agent, status)
        assert response.status_code == 200, response.content
        assert response.json()["status"]["cause"] == cause
        newest = history_of(cast.agent)[-1]
        assert (newest.cause, newest.actor.payload()) == (cause, actor)
    assert_chain(cast.agent)


def test_finished_interval_keeps_everything_of_the_choice(cast: Cast) -> None:
    choose(cast.agent, AWAY, reason_code_id=cast.lunch.pk, note="soup")
    before = state_of(cast.agent)
    choose(cast.agent, ONLINE)
    finished = history_of(cast.agent)[1]
    assert (finished.status_id, finished.status_name, finished.note) == (AWAY, "Away", "soup")
    assert (finished.reason_code_id, finished.reason_code_name, finished.reason_code_paid) == (
        cast.lunch.pk, "Lunch", False,
    )  # fmt: skip
    assert finished.started_at == before.since
    assert finished.ended_at == state_of(cast.agent).since
    assert (state_of(cast.agent).reason_code_id, state_of(cast.agent).note) == (None, "")


def test_agent_is_notified_of_what_others_set(cast: Cast) -> None:
    put(Caller(cast.supervisor), cast.agent.pk, AWAY, note="fire drill")
    notification = Notification.objects.get()
    assert notification.user_id == cast.agent.pk
    assert notification.kind == "status_set_by_other"
    assert notification.data == {"status": "Away", "actor": "Ivana Horska", "note": "fire drill"}


def test_agent_is_not_notified_of_own_choices(cast: Cast) -> None:
    put(Caller(cast.agent), "me", AWAY)
    put(with_token(cast.client, "statuses:write"), cast.agent.pk, ONLINE)  # another system acts for the agent
    assert not Notification.objects.exists()


# --- No change ---------------------------------------------------------------------------------------------------


def test_same_again_is_no_change(cast: Cast) -> None:
    values = {"reason_code_id": cast.lunch.pk, "note": "soup"}
    choose(cast.agent, AWAY, **values)
    before = state_of(cast.agent)
    forget_events()
    # the same note, no note, and by somebody else: nothing of it is news
    for again in (values, {**values, "note": ""}, {**values, "actor": cast.admin.actor, "cause": Cause.ADMIN}):
        choose(cast.agent, AWAY, **again)
    assert vars(state_of(cast.agent)) | {"_state": 0} == vars(before) | {"_state": 0}
    assert len(history_of(cast.agent)) == 2
    assert events("status.changed", "notification.created") == []


@pytest.mark.parametrize(
    "difference",
    [
        {"note": "cake"},  # a new note
        {"reason_code_id": None},  # the reason is gone
        {"status": OFFLINE},
    ],
)
def test_any_difference_is_a_change(cast: Cast, difference: dict[str, Any]) -> None:
    values: dict[str, Any] = {"reason_code_id": cast.lunch.pk, "note": "soup"}
    choose(cast.agent, AWAY, **values)
    choose(cast.agent, difference.pop("status", AWAY), **{**values, **difference})
    assert state_of(cast.agent).version == 3
    assert_chain(cast.agent)


def test_another_reason_is_a_change(cast: Cast) -> None:
    choose(cast.agent, AWAY, reason_code_id=cast.lunch.pk)
    choose(cast.agent, AWAY, reason_code_id=cast.training.pk)
    assert [entry.reason_code_name for entry in history_of(cast.agent)] == ["", "Lunch", "Training"]


# --- Snapshots ---------------------------------------------------------------------------------------------------


def edit(status: Status, **values: str) -> None:
    for name, value in values.items():
        setattr(status, name, value)
    save_status(status)


def test_edit_does_not_touch_agents_who_are_in_it(cast: Cast) -> None:
    status = create_status()
    choose(cast.agent, status.pk)
    before = state_of(cast.agent)
    edit(status, name="Paperwork", voice="away")
    assert vars(state_of(cast.agent)) | {"_state": 0} == vars(before) | {"_state": 0}
    body = Caller(cast.agent).get("/agents/me/availability/").json()
    assert (body["status"]["name"], body["channels"]["voice"]["state"]) == ("Back office", "offline")


@pytest.mark.parametrize("change", [{"name": "Paperwork"}, {"name": "back office"}, {"voice": "away"}])
def test_next_choice_takes_the_new_definition(cast: Cast, change: dict[str, str]) -> None:
    status = create_status()
    choose(cast.agent, status.pk)
    edit(status, **change)
    choose(cast.agent, status.pk)
    state = state_of(cast.agent)
    assert state.version == 3
    assert (state.status_name, state.channels) == (status.name, status.channels)
    assert [entry.status_name for entry in history_of(cast.agent)] == ["Offline", "Back office", status.name]


def test_edit_and_back_is_no_change(cast: Cast) -> None:
    status = create_status()
    choose(cast.agent, status.pk)
    edit(status, voice="away")
    edit(status, voice="offline")
    assert Status.objects.with_agents_count(cast.admin).get(pk=status.pk).outdated_count == 0
    choose(cast.agent, status.pk)
    assert state_of(cast.agent).version == 2


def test_description_is_no_part_of_the_snapshot(cast: Cast) -> None:
    status = create_status()
    choose(cast.agent, status.pk)
    edit(status, description="Letters and forms.")
    choose(cast.agent, status.pk)
    assert state_of(cast.agent).version == 2


def test_those_with_the_old_definition_are_counted(cast: Cast) -> None:
    status = create_status()
    choose(cast.agent, status.pk)
    edit(status, voice="away")
    choose(cast.teammate, status.pk)
    counted = Status.objects.with_agents_count(cast.admin).get(pk=status.pk)
    assert (counted.agents_count, counted.outdated_count) == (2, 1)


# --- Restriction to teams ----------------------------------------------------------------------------------------


def test_status_of_other_teams_is_refused(cast: Cast) -> None:
    status = create_status(teams=[cast.claims])
    for caller in (Caller(cast.agent), Caller(cast.admin), with_token(cast.client, "statuses:write")):
        response = put(caller, cast.agent.pk, status.pk)
        assert response.status_code == 403
        assert response.json()["code"] == "status_not_allowed"
        assert response.json()["detail"] == "“Back office” is for other teams than those of Jana Mala."
    assert state_of(cast.agent).version == 1
    assert put(Caller(cast.teammate), "me", status.pk).status_code == 200


def test_losing_the_team_does_not_evict_at_once(cast: Cast) -> None:
    status = create_status()
    choose(cast.agent, status.pk)
    save_status(status, teams=[cast.sales])
    assert state_of(cast.agent).status_id == status.pk


# --- Reason codes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [AWAY, TRANSFERS_ONLY, OFFLINE])
def test_reason_goes_with_statuses_that_are_not_online(cast: Cast, status: int) -> None:
    assert put(Caller(cast.agent), "me", status, reason_code=cast.lunch.pk).status_code == 200


@pytest.mark.parametrize("code", ["solved", "unknown"])
def test_reason_is_an_idle_code(cast: Cast, code: str) -> None:
    pk = cast.solved.pk if code == "solved" else UNKNOWN
    assert_invalid(put(Caller(cast.agent), "me", AWAY, reason_code=pk), "reason_code")


def test_online_needs_no_reason(cast: Cast) -> None:
    assert_invalid(put(Caller(cast.agent), "me", ONLINE, reason_code=cast.lunch.pk), "reason_code")


def test_desktop_profile_limits_reasons(cast: Cast) -> None:
    caller = Caller(cast.stranger)
    assert_invalid(put(caller, "me", AWAY, reason_code=cast.training.pk), "reason_code")
    assert state_of(cast.stranger).version == 1
    assert put(caller, "me", AWAY, reason_code=cast.lunch.pk).status_code == 200
    plain = DesktopProfile.objects.get(name="Plain")
    save_object(plain, links={"idle_codes": [cast.lunch, cast.training]})
    assert put(caller, "me", AWAY, reason_code=cast.training.pk).status_code == 200


def assert_invalid(response: Any, field: str) -> None:
    assert response.status_code == 400, response.content
    assert response.json()["code"] == "invalid"
    assert [error["field"] for error in response.json()["errors"]] == [field]


# --- What cannot be set ------------------------------------------------------------------------------------------


def test_unknown_status_is_refused_at_its_field(cast: Cast) -> None:
    assert_invalid(put(Caller(cast.agent), "me", UNKNOWN), "status")
    status = create_status()
    delete(status)
    assert_invalid(put(Caller(cast.agent), "me", status.pk), "status")


def test_nothing_can_be_set_while_routing_is_off(cast: Cast) -> None:
    switch_routing(on=False)
    for status in (ONLINE, OFFLINE, UNKNOWN):
        response = put(Caller(cast.agent), "me", status)
        assert (response.status_code, response.json()["code"]) == (409, "routing_disabled")
    response = Caller(cast.admin).post("/agents/statuses/", {"agent_ids": [cast.agent.pk], "status": ONLINE})
    assert (response.status_code, response.json()["code"]) == (409, "routing_disabled")
    assert state_of(cast.agent).version == 1


# --- Versions ----------------------------------------------------------------------------------------------------


def test_stale_version_is_refused_before_anything_else(cast: Cast) -> None:
    foreign = create_status(teams=[cast.sales])
    caller = Caller(cast.agent)
    assert put(caller, "me", ONLINE, if_match='"1"').status_code == 200
    switch_routing(on=False)
    for status in (ONLINE, AWAY, UNKNOWN, foreign.pk):
        response = put(caller, "me", status, if_match='"1"')
        assert (response.status_code, response.json()["code"]) == (412, "stale_version")
    assert state_of(cast.agent).version == 2


def test_stale_version_is_refused_before_the_body_is_looked_at(cast: Cast) -> None:
    response = Caller(cast.agent).put("/agents/me/status/", {"status": "Online", "note": 7}, If_Match='"7"')
    assert (response.status_code, response.json()["code"]) == (412, "stale_version")


def test_version_of_a_read_can_be_sent_back(cast: Cast) -> None:
    caller = Caller(cast.agent)
    read = caller.get("/agents/me/availability/")
    assert put(caller, "me", ONLINE, if_match=read["ETag"]).status_code == 200


@pytest.mark.parametrize("given", ["*", ""])
def test_any_version_will_do(cast: Cast, given: str) -> None:
    assert put(Caller(cast.agent), "me", ONLINE, if_match=given).status_code == 200


@pytest.mark.parametrize("given", ["x", '"x"', '"-1"', '"1.0"', '"99999999999999999999"', '"²"'])
def test_what_is_no_version_is_refused(cast: Cast, given: str) -> None:
    response = put(Caller(cast.agent), "me", ONLINE, if_match=given)
    assert_invalid(response, "If-Match")
    assert state_of(cast.agent).version == 1


# --- Cost --------------------------------------------------------------------------------------------------------


def statements(request: Any) -> int:
    """How many statements a request takes after it is known who makes it."""
    with CaptureQueriesContext(connection) as captured:
        assert request().status_code == 200
    who = ("oauth2_provider_accesstoken", "django_session", 'FROM "directory_user"', "SAVEPOINT")
    return sum(not any(part in query["sql"] for part in who) for query in captured)


def test_reading_one_takes_one_statement(cast: Cast) -> None:
    caller = with_token(cast.client, "statuses:read")
    assert statements(lambda: caller.get(f"/agents/{cast.agent.pk}/availability/")) <= 1


def test_setting_takes_few_statements(cast: Cast) -> None:
    """Hold the status, lock the agent, move, publish, wake the listeners; then read the answer."""
    caller = with_token(cast.client, "statuses:write")
    assert statements(lambda: put(caller, cast.agent.pk, ONLINE)) <= 6
