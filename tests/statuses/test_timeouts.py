"""What becomes of agents who do nothing, and of those whose workspace is gone."""

import logging
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contactcenter.directory.models import Membership, User
from contactcenter.directory.services import change_company_settings, deactivate_user, save_user
from contactcenter.events.signs import Sign
from contactcenter.lib.actors import SYSTEM
from contactcenter.workspace.models import Notification
from statuses import presence
from statuses.models import Presence, PresenceClock, Status, TimeoutDefaults, TimeoutRule
from statuses.services import (
    add_work_item,
    change_status,
    delete_status,
    pick_agent,
    release_work_item,
    save_defaults,
    save_rule,
    set_status,
    sweep_idle,
    sweep_lost,
)
from statuses.services import timeouts as sweeps
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY, Cause
from statuses.tasks import apply_timeouts
from tests.cast import Cast
from tests.concurrency import followed_by, together
from tests.statuses.support import (
    assert_chain,
    choose,
    company,
    create_status,
    events,
    forget_events,
    give,
    history_of,
    online,
    state_of,
)

MINUTE = 60
LONG = 24 * 60 * MINUTE


def defaults(**values: Any) -> None:
    """Idling is on here: Away after ten minutes."""
    stored = TimeoutDefaults.load()
    for name, value in {"idle_enabled": True, **values}.items():
        setattr(stored, name, Status.objects.get(pk=value) if name.endswith("_target") and value else value)
    save_defaults(stored)


def rule(status: int, **values: Any) -> None:
    given = {f"{name}_id" if name.endswith("_target") else name: value for name, value in values.items()}
    save_rule(TimeoutRule(status_id=status, **given))


def hear(*agents: User, idle: float = 0) -> None:
    presence.record([Sign(agent.pk, 0, idle) for agent in agents], [])


def of(agent: User) -> Presence:
    return Presence.objects.get(pk=agent.pk)


def set_back(agent: User, **seconds: float) -> None:
    moments = {name: timezone.now() - timedelta(seconds=ago) for name, ago in seconds.items()}
    Presence.objects.filter(pk=agent.pk).update(**moments)


def do_nothing(agent: User, minutes: float = 10) -> int:
    """Have the agent be idle for so long, warned on the way; return how many the sweeps moved."""
    set_back(agent, input_at=minutes * MINUTE, check_at=1)
    moved = sweep_idle()
    if of(agent).warned_at is not None:
        set_back(agent, warned_at=MINUTE + 3, check_at=1)
    return moved + sweep_idle()


def be_lost(*agents: User) -> int:
    """Have the last sign of the agents' workspaces lie too far back while web processes were up."""
    PresenceClock.objects.update(up_since=timezone.now() - timedelta(hours=1), beat_at=timezone.now())
    for agent in agents:
        set_back(agent, seen_at=76)
    return sweep_lost()


def told(kind: str) -> list[dict[str, Any]]:
    return [event.payload for event in events(kind)]


def status(agent: User) -> int:
    return state_of(agent).status_id


@pytest.fixture
def jana(cast: Cast) -> User:
    """Online, with an open workspace."""
    online(cast.agent)
    hear(cast.agent)
    forget_events()
    return cast.agent


# --- Idle --------------------------------------------------------------------------------------------------------


def test_idle_agent_becomes_away(jana: User) -> None:
    defaults()
    assert do_nothing(jana) == 1
    state = state_of(jana)
    assert (state.status_id, state.cause, state.version) == (AWAY, "idle_timeout", 3)
    assert (state.actor.kind, state.actor.name) == ("system", "System")
    assert history_of(jana)[-2].status_name == "Online"
    assert_chain(jana)
    assert [payload["cause"] for payload in told("status.changed")] == ["idle_timeout"]
    assert not state.must_choose
    assert do_nothing(jana, 60) == 0  # stays there


def test_idling_is_off_to_begin_with(jana: User) -> None:
    assert do_nothing(jana, LONG) == 0
    assert told("idle.warning") == []
    assert status(jana) == ONLINE


def test_who_is_moved_finds_word_of_it(jana: User) -> None:
    defaults()
    do_nothing(jana)
    assert list(Notification.objects.values_list("user", "kind")) == [(jana.pk, "idle_timeout")]


def test_warning_comes_a_minute_before(jana: User) -> None:
    defaults()
    sweep_idle()
    planned = of(jana)
    assert planned.check_at is not None
    assert planned.input_at is not None
    assert planned.check_at - planned.input_at == timedelta(minutes=9)
    set_back(jana, input_at=9 * MINUTE - 2, check_at=1)
    assert (sweep_idle(), told("idle.warning")) == (0, [])
    set_back(jana, input_at=9 * MINUTE + 1, check_at=1)
    assert sweep_idle() == 0
    (event,) = events("idle.warning")
    assert event.audience == [f"user:{jana.pk}"]
    assert event.payload["agent_id"] == jana.pk
    assert set(event.payload) >= {"ends_at", "input_at"}
    assert status(jana) == ONLINE


def test_warning_is_given_once_and_waited_for(jana: User) -> None:
    defaults()
    set_back(jana, input_at=30 * MINUTE, check_at=1)  # idle for long before the rule was there
    for _ in range(3):
        assert sweep_idle() == 0
        set_back(jana, check_at=1)
    assert len(told("idle.warning")) == 1
    set_back(jana, warned_at=MINUTE + 1, check_at=1)  # an answer may still be on its way
    assert sweep_idle() == 0
    set_back(jana, warned_at=MINUTE + 3, check_at=1)
    assert sweep_idle() == 1


@pytest.mark.parametrize("how", ["input", "activity", "work", "status", "rule off", "new rule", "routing"])
def test_what_ends_a_warning(cast: Cast, jana: User, how: str) -> None:
    defaults()
    item = give(cast.teammate, "chat")[0]
    set_back(jana, input_at=9.5 * MINUTE, check_at=1)
    sweep_idle()
    assert len(told("idle.warning")) == 1
    match how:
        case "input":
            hear(jana, idle=2)
        case "activity":
            presence.note_activity([jana.pk])
        case "work":
            add_work_item(jana.pk, "chat")
        case "status":
            choose(jana, TRANSFERS_ONLY)
        case "rule off":
            defaults(idle_enabled=False)
        case "new rule":
            rule(ONLINE, idle_after_minutes=30)
        case "routing":
            company(omnichannel_routing=False)
    before = status(jana)
    Presence.objects.filter(pk=jana.pk, warned_at__isnull=False).update(
        warned_at=timezone.now() - timedelta(seconds=63), check_at=timezone.now()
    )
    assert sweep_idle() == 0
    assert (status(jana), of(jana).warned_at) == (before, None)
    if how != "status":  # the change itself is told
        assert told("idle.over") == [{"agent_id": jana.pk}]
    assert item.agent_id == cast.teammate.pk


def test_input_at_the_last_moment(jana: User) -> None:
    """The sweep has found who is due; the sign comes before it has the lock."""
    defaults()
    set_back(jana, input_at=10 * MINUTE, check_at=1)
    sweep_idle()
    set_back(jana, warned_at=MINUTE + 3, check_at=1)
    due = sweeps._due_for_a_look()
    hear(jana, idle=1)
    assert due == [jana.pk]
    assert sweeps._judge_idle(due) == 0
    assert status(jana) == ONLINE


def test_sign_out_at_the_last_moment(jana: User) -> None:
    defaults()
    set_back(jana, input_at=10 * MINUTE, check_at=1)
    due = sweeps._due_for_a_look()
    presence.note_sign_out(jana.pk)
    assert sweeps._judge_idle(due) == 0
    assert told("idle.warning") == []
    assert of(jana).check_at is None


# --- Whom idling leaves alone ------------------------------------------------------------------------------------


def test_who_works_is_not_idle(jana: User) -> None:
    defaults()
    (item,) = give(jana, "email")
    assert do_nothing(jana, 60) == 0
    assert told("idle.warning") == []
    release_work_item(jana.pk, item.pk)
    assert sweep_idle() == 0  # the time counts from the end of the work
    assert do_nothing(jana) == 1


def test_work_of_any_kind_counts(jana: User) -> None:
    defaults()
    assert pick_agent("social") is not None
    assert do_nothing(jana, 60) == 0


def test_work_during_the_warning(jana: User) -> None:
    defaults()
    set_back(jana, input_at=10 * MINUTE, check_at=1)
    sweep_idle()
    (item,) = give(jana, "chat")
    set_back(jana, warned_at=MINUTE + 3, check_at=1)
    assert sweep_idle() == 0
    release_work_item(jana.pk, item.pk)
    assert do_nothing(jana) == 1  # is warned anew
    assert len(told("idle.warning")) == 2


def test_offline_and_reasons_are_left_alone(cast: Cast, jana: User) -> None:
    defaults(idle_target=OFFLINE)
    choose(jana, AWAY, reason_code_id=cast.lunch.pk)
    assert do_nothing(jana, 60) == 0
    choose(jana, OFFLINE)
    assert do_nothing(jana, 60) == 0
    assert told("idle.warning") == []
    choose(jana, AWAY)  # without a reason
    assert do_nothing(jana) == 1


def test_reasons_are_not_left_alone_where_the_status_says_so(cast: Cast, jana: User) -> None:
    defaults()
    rule(AWAY, idle_target=OFFLINE)
    choose(jana, AWAY, reason_code_id=cast.lunch.pk)
    assert do_nothing(jana) == 1
    assert (status(jana), state_of(jana).reason_code_id) == (OFFLINE, None)


def test_minutes_alone_do_not_concern_reasons(cast: Cast, jana: User) -> None:
    defaults(idle_target=OFFLINE)
    rule(AWAY, idle_after_minutes=5)
    choose(jana, AWAY, reason_code_id=cast.lunch.pk)
    assert do_nothing(jana, 60) == 0


def test_agent_without_a_sign_of_life(cast: Cast) -> None:
    """Set over the API, never in a workspace: nobody can tell whether the agent is idle."""
    defaults()
    online(cast.agent)
    assert sweep_idle() == 0
    assert status(cast.agent) == ONLINE


def test_agent_who_works_elsewhere_is_idle_when_reports_stop(cast: Cast) -> None:
    defaults()
    online(cast.agent)
    presence.note_activity([cast.agent.pk])
    assert do_nothing(cast.agent) == 1
    assert status(cast.agent) == AWAY


def test_status_set_by_others_restarts_the_timer(jana: User) -> None:
    defaults()
    set_back(jana, input_at=9.9 * MINUTE, check_at=1)
    set_status(jana.pk, TRANSFERS_ONLY, actor=SYSTEM, cause=Cause.API)
    assert sweep_idle() == 0
    planned = of(jana)
    assert planned.check_at is not None
    assert planned.check_at > timezone.now() + timedelta(minutes=8)


def test_who_signed_out_is_not_idle(jana: User) -> None:
    defaults()
    presence.note_sign_out(jana.pk)
    set_back(jana, input_at=60 * MINUTE)
    assert (sweep_idle(), status(jana)) == (0, ONLINE)


def test_status_set_after_sign_out(jana: User) -> None:
    """Over the API, for an agent who is not there: it becomes idle as any other."""
    defaults()
    presence.note_sign_out(jana.pk)
    choose(jana, AWAY, cause=Cause.API)
    choose(jana, ONLINE, cause=Cause.API)
    assert do_nothing(jana) == 1


def test_deactivated_agents(jana: User) -> None:
    defaults()
    deactivate_user(jana, actor=SYSTEM)
    version = state_of(jana).version
    assert do_nothing(jana, 60) == 0
    assert be_lost(jana) == 0
    assert (state_of(jana).version, of(jana).check_at, of(jana).watched) == (version, None, False)


def test_nobody_is_moved_while_routing_is_off(jana: User) -> None:
    defaults(disconnect_target=OFFLINE)
    company(omnichannel_routing=False)
    assert do_nothing(jana, 60) == 0
    assert be_lost(jana) == 0
    assert status(jana) == ONLINE


def test_routing_that_is_switched_on_again(jana: User) -> None:
    defaults()
    company(omnichannel_routing=False)
    do_nothing(jana, 60)
    change_company_settings({"omnichannel_routing": True}, actor=SYSTEM)
    choose(jana, ONLINE)
    assert do_nothing(jana) == 1


# --- Which rule --------------------------------------------------------------------------------------------------


def test_own_minutes(jana: User) -> None:
    defaults()
    rule(ONLINE, idle_after_minutes=30)
    assert do_nothing(jana, 15) == 0
    assert do_nothing(jana, 30) == 1
    assert status(jana) == AWAY


def test_own_target(jana: User) -> None:
    defaults()
    rule(ONLINE, idle_target=TRANSFERS_ONLY)
    assert do_nothing(jana) == 1
    assert status(jana) == TRANSFERS_ONLY


def test_keep(jana: User) -> None:
    defaults()
    rule(ONLINE, idle_keep=True)
    assert do_nothing(jana, 60) == 0
    assert told("idle.warning") == []
    defaults(idle_target=None)  # the company keeps, too
    rule(ONLINE)
    assert do_nothing(jana, 60) == 0


def test_custom_status_and_one_thing_after_another(jana: User) -> None:
    """From Online to ours after ten minutes, from there to Offline after half an hour of the same idleness."""
    ours = create_status("Paperwork")
    defaults()
    rule(ONLINE, idle_target=ours.pk)
    rule(ours.pk, idle_after_minutes=30, idle_target=OFFLINE)
    assert do_nothing(jana) == 1
    assert status(jana) == ours.pk
    assert do_nothing(jana, 20) == 0
    assert do_nothing(jana, 30) == 1
    assert status(jana) == OFFLINE
    assert [entry.cause for entry in history_of(jana)][-2:] == ["idle_timeout"] * 2


def test_rules_that_lead_in_a_circle(jana: User) -> None:
    """Each status once: an agent who is at home does not change back and forth until the morning."""
    paperwork, meeting, training = (create_status(name) for name in ("Paperwork", "Meeting", "Training"))
    defaults()
    rule(paperwork.pk, idle_target=meeting.pk)
    rule(meeting.pk, idle_target=training.pk)
    rule(training.pk, idle_target=paperwork.pk)
    choose(jana, meeting.pk)
    choose(jana, paperwork.pk)  # what was left by hand may be come to
    assert [do_nothing(jana, 11) for _ in range(4)] == [1, 1, 0, 0]
    assert status(jana) == training.pk
    assert of(jana).warned_at is None


@pytest.mark.parametrize("own", [True, False])
def test_timeouts_never_raise_a_channel(jana: User, own: bool, caplog: pytest.LogCaptureFixture) -> None:
    """Away still receives e-mail: from Transfers only that would be more."""
    if own:
        defaults(idle_target=OFFLINE)
        rule(TRANSFERS_ONLY, idle_target=AWAY, disconnect_target=AWAY)
    else:
        defaults(disconnect_target=AWAY)
    choose(jana, TRANSFERS_ONLY)
    with caplog.at_level(logging.INFO, logger="statuses.services.timeouts"):
        assert do_nothing(jana, 60) == 0
        assert be_lost(jana) == 0
    assert status(jana) == TRANSFERS_ONLY
    assert told("idle.warning") == []
    assert "“Transfers only”" in caplog.text
    assert "“Away”" in caplog.text


def test_what_an_agent_chose_is_what_must_not_be_raised(jana: User) -> None:
    """The definition has changed since; the agent still has the former one."""
    ours = create_status("Paperwork", voice="online", chat="online", email="online", social="online")
    choose(jana, ours.pk)
    change_status(ours.pk, {"email": "offline"})
    defaults()
    assert do_nothing(jana) == 1
    assert status(jana) == AWAY


def test_target_is_set_as_it_is_defined_now(jana: User) -> None:
    ours = create_status("Paperwork")
    defaults(idle_target=ours.pk)
    change_status(ours.pk, {"name": "Forms", "email": "away"})
    do_nothing(jana)
    assert (state_of(jana).status_name, state_of(jana).email) == ("Forms", "away")


def test_target_of_other_teams_is_skipped(cast: Cast, jana: User) -> None:
    theirs = create_status("Theirs", teams=[cast.sales])
    defaults(idle_target=theirs.pk, disconnect_target=theirs.pk)
    assert do_nothing(jana, 60) == 0
    assert be_lost(jana) == 0
    assert status(jana) == ONLINE


@pytest.mark.parametrize("target", [AWAY, None])
@pytest.mark.parametrize("how", ["idle", "lost"])
def test_who_lost_the_team_of_the_status_goes_offline(cast: Cast, jana: User, target: int | None, how: str) -> None:
    """Not at once, but when idle or disconnected next, whatever the rule says."""
    ours = create_status("Care only", voice="online", chat="online", email="online", social="online", teams=[cast.care])
    choose(jana, ours.pk)
    defaults(idle_target=target, disconnect_target=target)
    sweep_idle()
    save_user(jana, teams=[cast.claims], actor=SYSTEM)
    assert (sweep_idle(), status(jana)) == (0, ours.pk)
    assert (do_nothing(jana) if how == "idle" else be_lost(jana)) == 1
    assert status(jana) == OFFLINE


def test_team_that_is_lost_is_noticed_by_itself(cast: Cast, jana: User) -> None:
    """Nothing would have come of it before; nobody tells the sweep that it would now."""
    ours = create_status("Care only", teams=[cast.care])
    choose(jana, ours.pk)
    defaults(idle_target=None)
    sweep_idle()
    planned = of(jana).check_at
    assert planned is not None
    assert timedelta(minutes=9) < planned - timezone.now() <= timedelta(minutes=10)
    Membership.objects.filter(user=jana).delete()
    assert do_nothing(jana) == 1


# --- Rules that change -------------------------------------------------------------------------------------------


def test_rules_hold_at_once(jana: User) -> None:
    set_back(jana, input_at=30 * MINUTE)
    sweep_idle()
    assert of(jana).check_at is None  # nothing would come of it
    defaults()
    assert sweep_idle() == 0
    assert len(told("idle.warning")) == 1
    rule(ONLINE, idle_after_minutes=60)
    sweep_idle()
    assert told("idle.over") == [{"agent_id": jana.pk}]
    rule(ONLINE)
    sweep_idle()
    assert len(told("idle.warning")) == 2


@pytest.mark.parametrize("change", ["target deleted", "target edited", "rule gone"])
def test_what_stood_in_the_way_is_gone(jana: User, change: str) -> None:
    ours = create_status("Ours", voice="online")
    defaults(idle_target=AWAY)
    rule(TRANSFERS_ONLY, idle_target=ours.pk)
    choose(jana, TRANSFERS_ONLY)
    assert do_nothing(jana, 60) == 0
    match change:
        case "target deleted":
            defaults(idle_target=OFFLINE)
            delete_status(ours.pk, actor=SYSTEM)
        case "target edited":
            change_status(ours.pk, {"voice": "away", "email": "away"})
        case "rule gone":
            defaults(idle_target=OFFLINE)
            rule(TRANSFERS_ONLY)
    assert of(jana).check_at is not None
    assert of(jana).check_at <= timezone.now()  # type: ignore[operator]  # was just looked at
    assert do_nothing(jana, 60) == 1


def test_deleted_target_follows_the_company(jana: User) -> None:
    ours = create_status("Ours")
    defaults()
    rule(ONLINE, idle_target=ours.pk)
    delete_status(ours.pk, actor=SYSTEM)
    assert do_nothing(jana) == 1
    assert status(jana) == AWAY


def test_deleted_target_of_the_company_keeps(jana: User) -> None:
    ours = create_status("Ours")
    defaults(idle_target=ours.pk)
    delete_status(ours.pk, actor=SYSTEM)
    assert do_nothing(jana, 60) == 0


# --- Disconnected ------------------------------------------------------------------------------------------------


def test_lost_workspace(jana: User) -> None:
    defaults(idle_enabled=False, disconnect_target=OFFLINE)
    assert be_lost(jana) == 1
    state = state_of(jana)
    assert (state.status_id, state.cause, state.actor.kind) == (OFFLINE, "disconnected", "system")
    assert_chain(jana)
    assert be_lost(jana) == 0
    assert not of(jana).watched


def test_by_default_the_status_is_kept(jana: User) -> None:
    assert be_lost(jana) == 0
    assert (status(jana), of(jana).watched) == (ONLINE, False)


@pytest.mark.parametrize(("seconds", "moved"), [(70, 0), (76, 1)])
def test_three_pings_are_waited_for(jana: User, seconds: int, moved: int) -> None:
    defaults(disconnect_target=OFFLINE)
    be_lost()
    set_back(jana, seen_at=seconds)
    assert sweep_lost() == moved


def test_clock_stands_still_while_no_web_process_is_up(jana: User) -> None:
    defaults(disconnect_target=OFFLINE)
    set_back(jana, seen_at=500)
    now = timezone.now()
    PresenceClock.objects.update(up_since=now - timedelta(hours=1), beat_at=now - timedelta(seconds=11))
    assert sweep_lost() == 0  # nobody could have heard
    PresenceClock.objects.update(up_since=now - timedelta(seconds=70), beat_at=now)
    assert sweep_lost() == 0  # pages are coming back
    PresenceClock.objects.update(up_since=now - timedelta(seconds=76), beat_at=now)
    assert sweep_lost() == 1


def test_who_came_back_is_not_lost(jana: User) -> None:
    defaults(disconnect_target=OFFLINE)
    be_lost()
    set_back(jana, seen_at=100)
    lost = sweeps._lost(timezone.now())
    hear(jana)
    assert lost == [jana.pk]
    assert sweeps._judge_lost(lost) == 0
    assert of(jana).watched


def test_who_signed_out_is_not_lost(jana: User) -> None:
    defaults(disconnect_target=OFFLINE)
    be_lost()
    set_back(jana, seen_at=100)
    lost = sweeps._lost(timezone.now())
    presence.note_sign_out(jana.pk)
    assert sweeps._judge_lost(lost) == 0
    assert be_lost(jana) == 0
    assert status(jana) == ONLINE


def test_who_never_opened_a_workspace_is_not_lost(cast: Cast) -> None:
    defaults(disconnect_target=OFFLINE)
    online(cast.agent)
    assert be_lost() == 0
    presence.note_activity([cast.agent.pk])
    assert be_lost(cast.agent) == 0
    assert status(cast.agent) == ONLINE


def test_status_set_over_the_api_once_the_workspace_is_lost(jana: User) -> None:
    defaults(disconnect_target=OFFLINE)
    be_lost(jana)
    choose(jana, ONLINE, cause=Cause.API)
    assert be_lost(jana) == 0
    assert status(jana) == ONLINE


def test_work_does_not_keep_a_lost_workspace(jana: User) -> None:
    defaults(disconnect_target=OFFLINE)
    give(jana, "chat")
    assert be_lost(jana) == 1


def test_lost_with_a_reason(cast: Cast, jana: User) -> None:
    defaults(disconnect_target=OFFLINE)
    choose(jana, AWAY, reason_code_id=cast.lunch.pk)
    assert be_lost(jana) == 0
    rule(AWAY, disconnect_target=OFFLINE)
    hear(jana)
    assert be_lost(jana) == 1


def test_own_rule_for_the_lost(jana: User) -> None:
    defaults(disconnect_target=OFFLINE)
    rule(ONLINE, disconnect_target=TRANSFERS_ONLY)
    assert be_lost(jana) == 1
    assert status(jana) == TRANSFERS_ONLY
    rule(TRANSFERS_ONLY, disconnect_keep=True)
    hear(jana)
    assert be_lost(jana) == 0


def test_disconnection_beats_idleness(jana: User) -> None:
    """Both are due; the agent who is gone is disconnected and not idle."""
    defaults(disconnect_target=OFFLINE)
    set_back(jana, input_at=60 * MINUTE, check_at=1)
    sweep_idle()
    set_back(jana, warned_at=MINUTE + 3, check_at=1, seen_at=100)
    PresenceClock.objects.update(up_since=timezone.now() - timedelta(hours=1), beat_at=timezone.now())
    apply_timeouts()
    assert [entry.cause for entry in history_of(jana)][-1] == "disconnected"
    assert state_of(jana).version == 3


# --- Many, and at once -------------------------------------------------------------------------------------------


def test_more_than_a_batch(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "BATCH", 1)
    defaults(disconnect_target=OFFLINE)
    agents = [cast.agent, cast.teammate, cast.stranger]
    online(*agents)
    hear(*agents)
    assert be_lost(*agents) == 3
    online(*agents)
    hear(*agents)
    for agent in agents:
        set_back(agent, input_at=10 * MINUTE, check_at=1)
    assert sweep_idle() == 0
    for agent in agents:
        set_back(agent, warned_at=MINUTE + 3, check_at=1)
    assert sweep_idle() == 3


def test_batch_of_those_who_are_no_agents_any_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are not found again and again."""
    monkeypatch.setattr(sweeps, "BATCH", 2)
    agents = [cast.agent, cast.teammate, cast.stranger]
    hear(*agents)
    for agent in agents:
        deactivate_user(agent, actor=SYSTEM)
        set_back(agent, check_at=1)
    assert sweep_idle() == 0
    assert be_lost(*agents) == 0
    assert not Presence.objects.filter(watched=True).exists()


def test_cost_does_not_grow_with_the_agents(cast: Cast) -> None:
    defaults()
    counts = []
    for agents in ([cast.agent], [cast.agent, cast.teammate, cast.stranger]):
        online(*agents)
        hear(*agents)
        for agent in agents:
            set_back(agent, input_at=10 * MINUTE, warned_at=MINUTE + 3, check_at=1)
        with CaptureQueriesContext(connection) as captured:
            assert sweep_idle() == len(agents)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_idle_sweep_with_nothing_to_do_is_one_statement(jana: User) -> None:
    sweep_idle()
    with CaptureQueriesContext(connection) as captured:
        sweep_idle()
    assert len(captured) == 1


@pytest.mark.database
def test_sweeps_at_once_move_once(transactional_db: None, cast: Cast) -> None:
    defaults(disconnect_target=OFFLINE)
    agents = [cast.agent, cast.teammate, cast.stranger]
    online(*agents)
    hear(*agents)
    PresenceClock.objects.update(up_since=timezone.now() - timedelta(hours=1))
    for agent in agents:
        set_back(agent, input_at=10 * MINUTE, warned_at=MINUTE + 3, check_at=1)
    assert sorted(together(*[sweep_idle] * 4)) == [0, 0, 0, 3]
    for agent in agents:
        set_back(agent, seen_at=100)
    assert sorted(together(*[sweep_lost] * 4)) == [0, 0, 0, 3]
    for agent in agents:
        assert state_of(agent).version == 4
        assert_chain(agent)


@pytest.mark.database
def test_warnings_at_once_are_one(transactional_db: None, cast: Cast) -> None:
    defaults()
    online(cast.agent)
    hear(cast.agent)
    set_back(cast.agent, input_at=10 * MINUTE, check_at=1)
    together(*[sweep_idle] * 4)
    assert len(told("idle.warning")) == 1


@pytest.mark.database
def test_choice_before_the_sweep_has_the_lock(transactional_db: None, cast: Cast) -> None:
    """The agent comes back and chooses at that moment: the choice stays."""
    defaults()
    online(cast.agent)
    hear(cast.agent)
    set_back(cast.agent, input_at=10 * MINUTE, warned_at=MINUTE + 3, check_at=1)
    with followed_by(sweep_idle) as late:
        choose(cast.agent, TRANSFERS_ONLY)
    assert late.outcome == 0
    assert status(cast.agent) == TRANSFERS_ONLY


@pytest.mark.database
def test_target_deleted_amid_sweeps(transactional_db: None, cast: Cast) -> None:
    agents = [cast.agent, cast.teammate, cast.stranger]
    ours = create_status("Ours")
    defaults(idle_target=ours.pk)
    online(*agents)
    hear(*agents)
    for agent in agents:
        set_back(agent, input_at=10 * MINUTE, warned_at=MINUTE + 3, check_at=1)
    outcomes = together(sweep_idle, partial(delete_status, ours.pk, actor=SYSTEM), sweep_idle, sweep_lost)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    for agent in agents:
        assert status(agent) in {ONLINE, OFFLINE}
        assert_chain(agent)


@pytest.mark.database
def test_rules_saved_amid_signs_and_sweeps(transactional_db: None, cast: Cast) -> None:
    agents = [cast.agent, cast.teammate, cast.stranger]
    online(*agents)
    hear(*agents)
    jobs: list[Any] = [defaults, partial(rule, ONLINE, idle_keep=True), partial(rule, AWAY, idle_target=OFFLINE)]
    jobs += [partial(hear, *agents), partial(hear, *agents[::-1]), sweep_idle, sweep_lost]
    assert not [outcome for outcome in together(*jobs * 2) if isinstance(outcome, Exception)]
