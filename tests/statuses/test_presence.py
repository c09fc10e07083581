"""What is known of who is there: signs of life, closed connections, reported activity, sign-out."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contactcenter.directory.models import User
from contactcenter.directory.services import deactivate_user, delete_user
from contactcenter.events.signs import Sign
from contactcenter.lib.actors import SYSTEM
from statuses import presence
from statuses.models import Presence, PresenceClock
from statuses.services import release_work_item, set_statuses, sweep_idle, sweep_lost
from statuses.states import AWAY, ONLINE, Cause
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.concurrency import together
from tests.statuses.support import choose, events, forget_events, give, online, state_of
from tests.statuses.test_visibility import narrow


def hear(agent: User, *, seen: float = 0, idle: float = 0) -> None:
    presence.record([Sign(agent.pk, seen, idle)], [])


def of(agent: User) -> Presence:
    return Presence.objects.get(pk=agent.pk)


def set_back(agent: User, **seconds: float | None) -> None:
    """Time passes: what is stored lies further back."""
    moments = {name: None if ago is None else timezone.now() - timedelta(seconds=ago) for name, ago in seconds.items()}
    Presence.objects.filter(pk=agent.pk).update(**moments)


def ago(moment: Any) -> float:
    return float((timezone.now() - moment).total_seconds())


def told(kind: str) -> list[tuple[list[str], dict[str, Any]]]:
    found = [(event.audience, event.payload) for event in events(kind)]
    forget_events()
    return found


# --- Signs -------------------------------------------------------------------------------------------------------


def test_first_sign(cast: Cast) -> None:
    hear(cast.agent, seen=1, idle=30)
    found = of(cast.agent)
    assert found.watched
    assert ago(found.seen_at) == pytest.approx(1, abs=2)
    assert ago(found.input_at) == pytest.approx(30, abs=2)
    assert ago(found.check_at) == pytest.approx(0, abs=2)  # the next sweep looks
    assert (found.left_at, found.warned_at) == (None, None)


def test_only_agents_are_kept(cast: Cast) -> None:
    presence.record([Sign(pk, 0, 0) for pk in (cast.admin.pk, cast.agent.pk, 999_999, 2**62)], [])
    assert list(Presence.objects.values_list("pk", flat=True)) == [cast.agent.pk]


def test_the_latest_counts(cast: Cast) -> None:
    hear(cast.agent, seen=0, idle=10)
    seen_at, input_at = of(cast.agent).seen_at, of(cast.agent).input_at
    hear(cast.agent, seen=20, idle=60)  # came late
    assert (of(cast.agent).seen_at, of(cast.agent).input_at) == (seen_at, input_at)


def test_input_that_is_a_little_later_is_the_same(cast: Cast) -> None:
    """How long a sign takes is not always the same."""
    hear(cast.agent, idle=100)
    before = of(cast.agent).input_at
    hear(cast.agent, idle=98.5)
    assert of(cast.agent).input_at == before
    hear(cast.agent, idle=97)
    assert ago(of(cast.agent).input_at) < ago(before)


def test_signs_put_no_look_off(cast: Cast) -> None:
    """Else they would cost a look of the sweep each."""
    hear(cast.agent)
    set_back(cast.agent, check_at=-300)
    planned = of(cast.agent).check_at
    hear(cast.agent)
    assert of(cast.agent).check_at == planned


def test_agent_who_was_lost_is_watched_again(cast: Cast) -> None:
    hear(cast.agent)
    Presence.objects.update(watched=False, check_at=None)
    hear(cast.agent)
    assert of(cast.agent).watched
    assert of(cast.agent).check_at is not None


def test_input_ends_a_warning(cast: Cast) -> None:
    hear(cast.agent, idle=540)
    set_back(cast.agent, warned_at=5)
    forget_events()
    hear(cast.agent, idle=545)  # a sign without input
    assert of(cast.agent).warned_at is not None
    assert told("idle.over") == []
    hear(cast.agent, idle=1)
    assert of(cast.agent).warned_at is None
    assert told("idle.over") == [([f"user:{cast.agent.pk}"], {"agent_id": cast.agent.pk})]
    hear(cast.agent)
    assert told("idle.over") == []


def test_batch_costs_the_same_for_many(cast: Cast) -> None:
    counts = []
    for agents in ([cast.agent], [cast.agent, cast.teammate, cast.stranger]):
        batch = [Sign(agent.pk, 0, 0) for agent in agents]
        with CaptureQueriesContext(connection) as captured:
            presence.record(batch, batch)
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- Closed connections ------------------------------------------------------------------------------------------


def test_closed_connection_was_there_until_then(cast: Cast) -> None:
    hear(cast.agent)
    set_back(cast.agent, seen_at=20)
    presence.record([], [Sign(cast.agent.pk, 5, 0)])
    assert ago(of(cast.agent).seen_at) == pytest.approx(5, abs=2)
    presence.record([], [Sign(cast.agent.pk, 60, 0)])
    assert ago(of(cast.agent).seen_at) == pytest.approx(5, abs=2)


def test_closed_connection_of_who_is_not_watched(cast: Cast) -> None:
    """Nobody is there because a page was closed."""
    presence.record([], [Sign(cast.agent.pk, 0, 0), Sign(cast.admin.pk, 0, 0)])
    assert not Presence.objects.exists()
    hear(cast.agent)
    presence.note_sign_out(cast.agent.pk)
    before = of(cast.agent).seen_at
    presence.record([], [Sign(cast.agent.pk, 0, 0)])
    found = of(cast.agent)
    assert (found.seen_at, found.watched) == (before, False)


# --- Sign-out ----------------------------------------------------------------------------------------------------


def test_who_signs_out_is_neither_watched_nor_looked_at(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.agent)
    hear(cast.agent)
    assert client.post("/sign-out/").status_code == 302
    found = of(cast.agent)
    assert (found.watched, found.check_at) == (False, None)
    assert found.left_at is not None


def test_sign_out_of_who_was_never_there(cast: Cast) -> None:
    for user in (cast.agent, cast.admin):
        client = Client()
        client.force_login(user)
        client.post("/sign-out/")
    assert not Presence.objects.exists()


def test_sign_that_was_on_its_way(cast: Cast) -> None:
    hear(cast.agent)
    presence.note_sign_out(cast.agent.pk)
    hear(cast.agent, seen=1)
    assert (of(cast.agent).watched, of(cast.agent).check_at) == (False, None)


def test_another_browser_brings_the_agent_back(cast: Cast) -> None:
    hear(cast.agent)
    presence.note_sign_out(cast.agent.pk)
    set_back(cast.agent, left_at=10)
    hear(cast.agent, seen=1)
    found = of(cast.agent)
    assert (found.watched, found.left_at) == (True, None)
    assert found.check_at is not None


# --- The clock ---------------------------------------------------------------------------------------------------


def beat(**seconds: float) -> None:
    """Have the last beats lie back."""
    now = timezone.now()
    PresenceClock.objects.update(**{name: now - timedelta(seconds=ago) for name, ago in seconds.items()})


def test_clock_goes_on_while_web_processes_beat(cast: Cast) -> None:
    beat(up_since=1000, beat_at=9)
    presence.record([], [])
    clock = PresenceClock.objects.get()
    assert ago(clock.up_since) > 990
    assert ago(clock.beat_at) < 5


def test_clock_starts_anew_after_a_gap(cast: Cast) -> None:
    beat(up_since=1000, beat_at=11)
    presence.record([], [])
    clock = PresenceClock.objects.get()
    assert ago(clock.up_since) < 5


# --- Reported activity -------------------------------------------------------------------------------------------


def report(caller: Caller, agent: Any) -> Any:
    return caller.post(f"/agents/{agent}/activity/")


def test_activity_restarts_the_timer_without_a_workspace(cast: Cast) -> None:
    response = report(with_token(cast.client, "statuses:write"), cast.agent.pk)
    assert (response.status_code, response.content) == (204, b"")
    found = of(cast.agent)
    assert ago(found.input_at) < 5
    assert (found.watched, found.seen_at) == (False, None)  # nothing that could get lost
    assert found.check_at is not None


def test_activity_is_input(cast: Cast) -> None:
    hear(cast.agent, idle=500)
    set_back(cast.agent, warned_at=5)
    forget_events()
    report(Caller(cast.agent), "me")
    found = of(cast.agent)
    assert (found.warned_at, found.watched) == (None, True)
    assert ago(found.input_at) < 5
    assert told("idle.over") == [([f"user:{cast.agent.pk}"], {"agent_id": cast.agent.pk})]


def test_activity_after_sign_out(cast: Cast) -> None:
    """Who works elsewhere without a workspace can become idle there."""
    hear(cast.agent)
    presence.note_sign_out(cast.agent.pk)
    report(with_token(cast.client, "statuses:write"), cast.agent.pk)
    found = of(cast.agent)
    assert (found.left_at, found.watched) == (None, False)
    assert found.check_at is not None


def test_activity_changes_no_status(cast: Cast) -> None:
    forget_events()
    report(Caller(cast.agent), "me")
    assert state_of(cast.agent).version == 1
    assert events("status.changed", "availability.changed") == []


def test_who_reports_whose_activity(cast: Cast) -> None:
    client = with_token(cast.client, "statuses:write")
    for caller in (Caller(cast.agent), Caller(cast.supervisor), Caller(cast.admin), client):
        assert report(caller, cast.agent.pk).status_code == 204
    deactivate_user(cast.teammate, actor=SYSTEM)
    for caller, agent in (
        (Caller(cast.stranger), cast.agent.pk),
        (Caller(cast.supervisor), cast.stranger.pk),
        (client, cast.teammate.pk),
        (client, cast.admin.pk),
        (client, 999_999),
        (client, "9" * 18),
        (client, "me"),
        (Caller(cast.admin), "me"),
    ):
        response = report(caller, agent)
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert report(with_token(cast.client, "statuses:read"), cast.agent.pk).status_code == 403
    narrow(cast.supervisor, manage_agent_states="VIEW")
    assert report(Caller(cast.supervisor), cast.agent.pk).status_code == 403
    assert list(Presence.objects.values_list("pk", flat=True)) == [cast.agent.pk]


@pytest.mark.parametrize("body", [b"", b"{}", b'{"idle": 5}', b"not json"])
def test_a_report_needs_no_body(cast: Cast, body: bytes) -> None:
    assert Caller(cast.agent).post("/agents/me/activity/", body).status_code == 204


# --- Other things that restart the timer -------------------------------------------------------------------------


def test_end_of_work_restarts_the_timer(cast: Cast) -> None:
    (item,) = give(cast.agent, "chat")
    hear(cast.agent, idle=900)
    set_back(cast.agent, check_at=None, warned_at=5)
    forget_events()
    release_work_item(cast.agent.pk, item.pk)
    found = of(cast.agent)
    assert ago(found.input_at) < 5
    assert (found.warned_at, ago(found.check_at) < 5) == (None, True)
    assert len(told("idle.over")) == 1


def test_end_of_work_brings_nobody_back(cast: Cast) -> None:
    (item,) = give(cast.agent, "chat")
    hear(cast.agent)
    presence.note_sign_out(cast.agent.pk)
    release_work_item(cast.agent.pk, item.pk)
    assert of(cast.agent).check_at is None


@pytest.mark.parametrize("cause", [Cause.AGENT, Cause.API, Cause.SUPERVISOR, Cause.SYNC])
def test_status_restarts_the_timer(cast: Cast, cause: Cause) -> None:
    hear(cast.agent, idle=900)
    set_back(cast.agent, check_at=None, warned_at=5)
    choose(cast.agent, ONLINE, cause=cause)
    found = of(cast.agent)
    assert (ago(found.input_at) < 5, found.warned_at, found.check_at is not None) == (True, None, True)


@pytest.mark.parametrize("cause", [Cause.IDLE_TIMEOUT, Cause.DISCONNECTED])
def test_timeouts_do_not_restart_the_timer(cast: Cast, cause: Cause) -> None:
    hear(cast.agent, idle=900)
    choose(cast.agent, AWAY, cause=cause)
    assert ago(of(cast.agent).input_at) > 890


def test_status_makes_nobody_present(cast: Cast) -> None:
    online(cast.agent)
    assert not Presence.objects.exists()


def test_presence_goes_with_its_agent(cast: Cast) -> None:
    hear(cast.agent)
    delete_user(cast.agent, actor=SYSTEM)
    assert not Presence.objects.exists()


# --- At once -----------------------------------------------------------------------------------------------------


@pytest.mark.database
def test_everything_at_once(transactional_db: None, cast: Cast) -> None:
    """Signs in any order, statuses, activity, sign-outs and sweeps: nobody waits for ever."""
    agents = [cast.agent, cast.teammate, cast.stranger]
    ids = [agent.pk for agent in agents]
    signs = [Sign(pk, 0, 0) for pk in ids]
    steps: list[Callable[[], object]] = [
        partial(presence.record, signs, []),
        partial(presence.record, signs[::-1], signs),
        partial(presence.note_activity, ids[::-1]),
        partial(set_statuses, ids, ONLINE, actor=SYSTEM, cause=Cause.API),
        partial(set_statuses, ids[::-1], AWAY, actor=SYSTEM, cause=Cause.API),
        partial(presence.note_sign_out, ids[1]),
        presence.look_at_everybody,
        sweep_idle,
        sweep_lost,
    ]
    assert not [outcome for outcome in together(*steps * 3) if isinstance(outcome, Exception)]
    assert Presence.objects.count() == 3


@pytest.mark.database
def test_first_signs_of_one_agent_at_once(transactional_db: None, cast: Cast) -> None:
    assert together(*[partial(hear, cast.agent)] * 8) == [None] * 8
    assert Presence.objects.count() == 1
