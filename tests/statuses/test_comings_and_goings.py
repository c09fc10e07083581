"""Agents are enabled and disabled, routing is switched on and off."""

from contactcenter.directory.models import CompanySettings, User
from contactcenter.directory.services import activate_user, deactivate_user, save_company_settings, save_user
from contactcenter.lib.actors import SYSTEM
from contactcenter.workspace.models import Notification
from statuses.models import AgentState
from statuses.states import AWAY, OFFLINE, ONLINE
from tests.callers import Caller
from tests.cast import Cast
from tests.statuses.support import assert_chain, choose, create_status, events, forget_events, history_of, state_of


def switch_routing(cast: Cast, *, on: bool) -> None:
    company = CompanySettings.load()
    company.omnichannel_routing = on
    save_company_settings(company, actor=cast.admin.actor)


def test_new_agent_starts_offline(cast: Cast) -> None:
    state = state_of(cast.agent)
    assert (state.status_id, state.cause, state.version, state.must_choose) == (OFFLINE, "import", 1, False)
    assert state.actor == SYSTEM
    assert_chain(cast.agent)


def test_new_agent_is_told_to_those_who_watch_the_team(cast: Cast) -> None:
    forget_events()
    user = User(
        email="new@example.com",
        profile=cast.agent.profile,
        site=cast.praha,
        desktop_profile=cast.agent.desktop_profile,
        contact_center_enabled=True,
    )
    save_user(user, teams=[cast.care], actor=cast.admin.actor)
    (event,) = events("agents.changed")
    assert event.audience == ["all-teams", f"team:{cast.care.pk}"]
    assert event.payload == {"agent_ids": [user.pk]}
    assert state_of(user).actor == cast.admin.actor


def test_managers_have_no_state(cast: Cast) -> None:
    assert not AgentState.objects.filter(pk__in=[cast.admin.pk, cast.supervisor.pk]).exists()


def test_deactivated_agent_goes_offline_and_out_of_sight(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    forget_events()
    deactivate_user(cast.agent, actor=cast.admin.actor)
    state = state_of(cast.agent)
    assert (state.status_id, state.cause, state.actor) == (OFFLINE, "admin", cast.admin.actor)
    assert_chain(cast.agent)
    audience = ["all-teams", f"team:{cast.care.pk}"]
    assert [(event.kind, event.audience) for event in events("status.changed", "agents.changed", "session.ended")] == [
        ("session.ended", [f"user:{cast.agent.pk}"]),
        ("status.changed", [*audience, f"user:{cast.agent.pk}"]),
        ("agents.changed", audience),
    ]


def test_agent_who_is_offline_retires_without_history(cast: Cast) -> None:
    forget_events()
    deactivate_user(cast.agent, actor=cast.admin.actor)
    assert state_of(cast.agent).version == 1
    assert events("status.changed") == []


def test_agent_no_longer_enabled_goes_offline(cast: Cast) -> None:
    choose(cast.agent, AWAY, reason_code_id=cast.lunch.pk)
    cast.agent.contact_center_enabled = False
    save_user(cast.agent, actor=cast.admin.actor)
    assert state_of(cast.agent).status_id == OFFLINE
    assert Caller(cast.admin).get(f"/agents/{cast.agent.pk}/availability/").status_code == 404
    assert history_of(cast.agent)[1].reason_code_name == "Lunch"


def test_agent_retires_even_while_routing_is_off(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    switch_routing(cast, on=False)
    deactivate_user(cast.agent, actor=SYSTEM)
    assert state_of(cast.agent).status_id == OFFLINE


def test_agent_comes_back_with_the_same_history(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    deactivate_user(cast.agent, actor=SYSTEM)
    forget_events()
    activate_user(cast.agent, actor=cast.admin.actor)
    assert (state_of(cast.agent).status_id, state_of(cast.agent).version) == (OFFLINE, 3)
    assert_chain(cast.agent)
    assert [event.audience for event in events("agents.changed")] == [["all-teams", f"team:{cast.care.pk}"]]


def test_switching_routing_on_starts_everybody_afresh(cast: Cast) -> None:
    status = create_status(teams=[cast.care])
    choose(cast.agent, status.pk)
    choose(cast.teammate, ONLINE)
    deactivate_user(cast.stranger, actor=SYSTEM)
    switch_routing(cast, on=False)
    assert state_of(cast.agent).version == 2  # switching off touches nobody
    forget_events()
    switch_routing(cast, on=True)
    for agent in (cast.agent, cast.teammate):
        state = state_of(agent)
        assert (state.status_id, state.cause, state.must_choose, state.version) == (OFFLINE, "routing_enabled", True, 3)
        assert state.actor == cast.admin.actor
        assert_chain(agent)
    assert not state_of(cast.stranger).must_choose
    assert {event.payload["agent_id"] for event in events("status.changed")} == {cast.agent.pk, cast.teammate.pk}
    assert [(event.audience, event.payload) for event in events("settings.changed")] == [
        (["everyone"], {"omnichannel_routing": True})
    ]
    assert not Notification.objects.exists()


def test_switching_routing_on_prompts_those_who_were_offline_too(cast: Cast) -> None:
    switch_routing(cast, on=False)
    switch_routing(cast, on=True)
    assert (state_of(cast.agent).must_choose, state_of(cast.agent).version) == (True, 2)


def test_other_settings_leave_everybody_alone(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    company = CompanySettings.load()
    company.company_name = "Orion"
    save_company_settings(company, actor=cast.admin.actor)
    switch_routing(cast, on=True)  # it is on
    assert state_of(cast.agent).version == 2


def test_leaving_a_team_changes_no_status(cast: Cast) -> None:
    choose(cast.teammate, ONLINE)
    save_user(cast.teammate, teams=[cast.care], actor=SYSTEM)
    assert state_of(cast.teammate).version == 2
