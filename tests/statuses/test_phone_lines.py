"""Phone lines: what the telephony side reports, for how long it counts, and what it means for voice."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from contactcenter.directory.services import deactivate_user, save_user
from contactcenter.lib.actors import SYSTEM
from statuses.models import PhoneLine
from statuses.services import expire_phone_lines, report_phone_line, switch_channel
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.concurrency import together
from tests.statuses.support import availability_of, company, events, forget_events, online, state_of


def report(caller: Caller, agent: Any, **body: Any) -> Any:
    return caller.put(f"/agents/{agent}/phone-line/", body)


def run_out(agent: Any) -> None:
    """Time passes."""
    PhoneLine.objects.filter(pk=agent.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def telephony(cast: Cast) -> Caller:
    online(cast.agent)
    company(phone_lines_reported=True)
    forget_events()
    return with_token(cast.client, "statuses:write")


def line_and_voice(response: Any) -> tuple[str, str]:
    body = response.json()
    return body["phone_line"], body["channels"]["voice"]["state"]


# --- What counts -------------------------------------------------------------------------------------------------


def test_without_reports_a_line_is_ready_whenever_voice_is_on(cast: Cast) -> None:
    reader = with_token(cast.client, "statuses:read")
    online(cast.agent)
    path = f"/agents/{cast.agent.pk}/availability/"
    assert line_and_voice(reader.get(path)) == ("ready", "online")
    switch_channel(cast.agent.pk, "voice", enabled=False)
    assert line_and_voice(reader.get(path)) == ("unavailable", "offline")


def test_once_lines_are_reported_silence_is_unavailable(cast: Cast, telephony: Caller) -> None:
    response = Caller(cast.agent).get("/agents/me/availability/")
    assert line_and_voice(response) == ("unavailable", "offline")
    assert response.json()["channels"]["chat"]["state"] == "online"  # nothing else depends on it
    response = report(telephony, cast.agent.pk, ready=True)
    assert (response.status_code, response["ETag"]) == (200, '"2"')
    assert line_and_voice(response) == ("ready", "online")
    assert line_and_voice(report(telephony, cast.agent.pk, ready=False)) == ("unavailable", "offline")


def test_report_counts_for_two_minutes_unless_it_says_otherwise(cast: Cast, telephony: Caller) -> None:
    for body, seconds in (({}, 120), ({"lease_seconds": 1}, 1), ({"lease_seconds": 86_400}, 86_400)):
        report(telephony, cast.agent.pk, ready=True, **body)
        left = PhoneLine.objects.get(pk=cast.agent.pk).lease_until - timezone.now()
        assert timedelta(seconds=seconds - 1) < left <= timedelta(seconds=seconds)


def test_report_that_has_run_out_counts_no_more_whether_or_not_it_was_swept(cast: Cast, telephony: Caller) -> None:
    report(telephony, cast.agent.pk, ready=True)
    run_out(cast.agent)
    row = availability_of(cast.agent)
    assert (row.line_ready, row.voice_state) == (False, "offline")
    expire_phone_lines()
    row = availability_of(cast.agent)
    assert (row.line_ready, row.voice_state) == (False, "offline")


def test_reports_are_stored_while_they_do_not_count(cast: Cast, telephony: Caller) -> None:
    company(phone_lines_reported=False)
    assert line_and_voice(report(telephony, cast.agent.pk, ready=False)) == ("ready", "online")
    company(phone_lines_reported=True)
    assert not availability_of(cast.agent).line_ready


def test_ready_line_does_not_replace_status_switch_or_capacity(cast: Cast, telephony: Caller) -> None:
    report(telephony, cast.agent.pk, ready=True)
    switch_channel(cast.agent.pk, "voice", enabled=False)
    assert line_and_voice(Caller(cast.agent).get("/agents/me/availability/")) == ("unavailable", "offline")
    cast.agent.channels = ["chat"]
    save_user(cast.agent, actor=SYSTEM)
    body = report(telephony, cast.agent.pk, ready=True).json()
    assert (body["phone_line"], body["channels"]["voice"]["state"]) == (None, "offline")


def test_time_of_the_last_change_is_told(cast: Cast, telephony: Caller) -> None:
    first = report(telephony, cast.agent.pk, ready=True).json()["channels"]["voice"]["updated_at"]
    again = report(telephony, cast.agent.pk, ready=True).json()["channels"]["voice"]["updated_at"]
    gone = report(telephony, cast.agent.pk, ready=False).json()["channels"]["voice"]["updated_at"]
    assert first == again < gone
    assert availability_of(cast.agent).chat_updated_at == state_of(cast.agent).since


def test_who_reported_is_kept(cast: Cast, telephony: Caller) -> None:
    report(telephony, cast.agent.pk, ready=True)
    actor = PhoneLine.objects.get(pk=cast.agent.pk).actor
    assert (actor.kind, actor.id, actor.name) == ("client", cast.client.pk, "CRM")


# --- What is told ------------------------------------------------------------------------------------------------


def told() -> list[dict[str, Any]]:
    found = [event.payload for event in events("availability.changed")]
    forget_events()
    return found


def test_only_changes_are_told(cast: Cast, telephony: Caller) -> None:
    change = [{"agent_id": cast.agent.pk, "what": "phone"}]
    report(telephony, cast.agent.pk, ready=True)
    assert told() == change
    report(telephony, cast.agent.pk, ready=True)  # the lease goes on
    assert told() == []
    report(telephony, cast.agent.pk, ready=False)
    assert told() == change
    report(telephony, cast.agent.pk, ready=False)
    assert told() == []


def test_the_end_of_a_lease_is_told_once(cast: Cast, telephony: Caller) -> None:
    report(telephony, cast.agent.pk, ready=True)
    report(telephony, cast.stranger.pk, ready=True)
    run_out(cast.agent)
    told()
    assert (expire_phone_lines(), expire_phone_lines()) == (1, 0)
    assert told() == [{"agent_id": cast.agent.pk, "what": "phone"}]
    assert availability_of(cast.stranger).line_ready


def test_line_that_ran_out_and_is_back_before_the_sweep_is_told(cast: Cast, telephony: Caller) -> None:
    report(telephony, cast.agent.pk, ready=True)
    run_out(cast.agent)
    told()
    report(telephony, cast.agent.pk, ready=True)
    assert len(told()) == 1
    assert expire_phone_lines() == 0


def test_line_that_ran_out_and_is_reported_unavailable_before_the_sweep_is_told(cast: Cast, telephony: Caller) -> None:
    report(telephony, cast.agent.pk, ready=True)
    run_out(cast.agent)
    told()
    before = timezone.now()
    report(telephony, cast.agent.pk, ready=False)
    assert len(told()) == 1
    assert availability_of(cast.agent).voice_updated_at >= before
    assert expire_phone_lines() == 0


def test_lines_of_those_who_left_run_out_too(cast: Cast, telephony: Caller) -> None:
    report(telephony, cast.agent.pk, ready=True)
    deactivate_user(cast.agent, actor=SYSTEM)
    run_out(cast.agent)
    assert expire_phone_lines() == 1


# --- Who may -----------------------------------------------------------------------------------------------------


def test_phones_are_not_the_agents_to_report(cast: Cast, telephony: Caller) -> None:
    for user in (cast.agent, cast.supervisor):
        response = report(Caller(user), cast.agent.pk, ready=True)
        assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert report(with_token(cast.client, "statuses:read"), cast.agent.pk, ready=True).status_code == 403
    assert report(Caller(cast.admin), cast.agent.pk, ready=True).status_code == 200


def test_unknown_agents(cast: Cast, telephony: Caller) -> None:
    deactivate_user(cast.teammate, actor=SYSTEM)
    for agent in (cast.admin.pk, cast.teammate.pk, 999_999, "9" * 18, "me"):
        response = report(telephony, agent, ready=True)
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert not PhoneLine.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "ready"),
        ({"ready": None}, "ready"),
        ({"ready": 1}, "ready"),
        ({"ready": "yes"}, "ready"),
        ({"ready": True, "lease_seconds": 0}, "lease_seconds"),
        ({"ready": True, "lease_seconds": -1}, "lease_seconds"),
        ({"ready": True, "lease_seconds": 86_401}, "lease_seconds"),
        ({"ready": True, "lease_seconds": 365 * 86_400}, "lease_seconds"),
        ({"ready": True, "lease_seconds": 10**400}, "lease_seconds"),
        ({"ready": True, "lease_seconds": 1.5}, "lease_seconds"),
        ({"ready": True, "lease_seconds": True}, "lease_seconds"),
        ({"ready": True, "lease_seconds": "60"}, "lease_seconds"),
        ({"ready": True, "lease_seconds": None}, "lease_seconds"),
        ({"ready": True, "lease": 60}, "lease"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_bad_bodies(cast: Cast, telephony: Caller, body: dict[str, Any], field: str) -> None:
    response = report(telephony, cast.agent.pk, **body)
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert not PhoneLine.objects.exists()


# --- At once -----------------------------------------------------------------------------------------------------


@pytest.mark.database
def test_reports_at_once(transactional_db: None, cast: Cast) -> None:
    company(phone_lines_reported=True)
    forget_events()
    job = partial(report_phone_line, cast.agent.pk, ready=True, actor=SYSTEM)
    assert together(*[job] * 8) == [None] * 8
    assert len(events("availability.changed")) == 1


@pytest.mark.database
def test_sweeps_at_once_tell_once(transactional_db: None, cast: Cast) -> None:
    for agent in (cast.agent, cast.teammate):
        report_phone_line(agent.pk, ready=True, actor=SYSTEM)
        run_out(agent)
    forget_events()
    outcomes = together(*[expire_phone_lines] * 4)
    assert sorted(outcomes) == [0, 0, 0, 2]
    assert len(events("availability.changed")) == 2


@pytest.mark.database
def test_lease_ends_by_itself(transactional_db: None, cast: Cast) -> None:
    """By the clock of the database, without anybody sweeping."""
    company(phone_lines_reported=True)
    online(cast.agent)
    report_phone_line(cast.agent.pk, ready=True, lease=timedelta(milliseconds=300), actor=SYSTEM)
    assert availability_of(cast.agent).voice_state == "online"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.35)")
    assert availability_of(cast.agent).voice_state == "offline"
