"""Whom people see and steer: by role, by team, by what their user profile leaves them."""

from typing import Any

import pytest

from contactcenter.directory.models import User, UserProfile
from contactcenter.directory.services import deactivate_user, save_object, save_user
from contactcenter.lib.actors import SYSTEM
from statuses.models import Status
from statuses.states import AWAY, OFFLINE, ONLINE
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.statuses.support import BACK_OFFICE, create_status, state_of


def narrow(user: User, **levels: str) -> None:
    """Make module access specific: EDIT everywhere but where said otherwise."""
    profile = UserProfile.objects.get(pk=user.profile_id)
    profile.module_access = UserProfile.Access.SPECIFIC
    for module in UserProfile.MODULES:
        setattr(profile, module, levels.get(module, "EDIT"))
    save_object(profile)


def listed(caller: Caller) -> set[int]:
    return {row["agent_id"] for row in caller.get("/agents/").json()["results"]}


def put(caller: Caller, agent: Any, status: int = ONLINE) -> int:
    return int(caller.put(f"/agents/{agent}/status/", {"status": status}).status_code)


# --- By role -----------------------------------------------------------------------------------------------------


def test_everybody_sees_whom_they_should(cast: Cast) -> None:
    jana, petr, hugo = cast.agent.pk, cast.teammate.pk, cast.stranger.pk
    assert listed(Caller(cast.agent)) == {jana}
    assert listed(Caller(cast.supervisor)) == {jana, petr}
    assert listed(Caller(cast.admin)) == {jana, petr, hugo}
    assert listed(with_token(cast.client, "statuses:read")) == {jana, petr, hugo}


def test_only_visible_agents_are_counted(cast: Cast) -> None:
    def offline(caller: Caller) -> object:
        counts = {row["agents_count"] for row in caller.get("/statuses/").json()["results"]}
        return max(counts), caller.get(f"/statuses/{OFFLINE}/").json()["agents_count"]

    assert offline(Caller(cast.agent)) == (1, 1)
    assert offline(Caller(cast.supervisor)) == (2, 2)
    assert offline(Caller(cast.admin)) == offline(with_token(cast.client, "statuses:read")) == (3, 3)


@pytest.mark.parametrize("reader", ["agent", "supervisor"])
def test_agents_out_of_sight_do_not_exist(cast: Cast, reader: str) -> None:
    caller, hidden = Caller(getattr(cast, reader)), cast.stranger.pk
    for response in (
        caller.get(f"/agents/{hidden}/availability/"),
        caller.get(f"/agents/{hidden}/status-history/"),
        caller.put(f"/agents/{hidden}/status/", {"status": ONLINE}),
        caller.put(f"/agents/{hidden}/status/", {"status": ONLINE}, If_Match='"7"'),
    ):
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert state_of(cast.stranger).version == 1


def test_filters_show_nobody_else(cast: Cast) -> None:
    for query in (f"team={cast.sales.pk}", "search=hugo", "status=2&search=hugo"):
        assert Caller(cast.supervisor).get(f"/agents/?{query}").json()["results"] == []


def test_agent_sets_nobody_else(cast: Cast) -> None:
    assert put(Caller(cast.agent), cast.teammate.pk) == 404
    assert state_of(cast.teammate).version == 1


def test_supervisor_of_all_teams(cast: Cast) -> None:
    profile = UserProfile.objects.get(pk=cast.supervisor.profile_id)
    profile.team_access = UserProfile.Access.ALL
    save_object(profile, links={"teams": []})
    assert listed(Caller(cast.supervisor)) == {cast.agent.pk, cast.teammate.pk, cast.stranger.pk}
    assert put(Caller(cast.supervisor), cast.stranger.pk) == 200


def test_supervisor_who_is_an_agent_too(cast: Cast) -> None:
    """In a team that somebody else supervises; still sees and sets oneself, as an agent."""
    user = cast.supervisor
    user.contact_center_enabled, user.site, user.desktop_profile = True, cast.lyon, cast.agent.desktop_profile
    save_user(user, teams=[cast.sales], actor=SYSTEM)
    caller = Caller(user)
    assert listed(caller) == {cast.agent.pk, cast.teammate.pk, user.pk}
    assert put(caller, "me") == 200
    assert state_of(user).cause == "agent"
    assert put(caller, cast.stranger.pk) == 404  # a colleague, not supervised


def test_definitions_are_the_administrators(cast: Cast) -> None:
    status = create_status()
    for user in (cast.agent, cast.supervisor):
        caller = Caller(user)
        assert caller.get("/statuses/").status_code == 200
        assert caller.get(f"/statuses/{status.pk}/").status_code == 200
        for response in (
            caller.post("/statuses/", {"name": "Mine", "channels": BACK_OFFICE}),
            caller.patch(f"/statuses/{status.pk}/", {"name": "Mine"}),
            caller.delete(f"/statuses/{status.pk}/"),
        ):
            assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert set(Status.objects.custom().values_list("name", flat=True)) == {"Back office"}


# --- By module ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["NONE", "VIEW"])
def test_supervisor_without_manage_agent_states_sets_nobody(cast: Cast, level: str) -> None:
    narrow(cast.supervisor, manage_agent_states=level)
    caller = Caller(cast.supervisor)
    assert put(caller, cast.agent.pk) == 403
    body = {"agent_ids": [cast.agent.pk], "status": ONLINE}
    assert caller.post("/agents/statuses/", body).status_code == 403
    assert state_of(cast.agent).version == 1
    assert listed(caller) == {cast.agent.pk, cast.teammate.pk}  # looking is another module


@pytest.mark.parametrize("level", ["NONE", "VIEW"])
def test_agent_without_agent_desktop_sets_nothing(cast: Cast, level: str) -> None:
    narrow(cast.agent, agent_desktop=level)
    assert put(Caller(cast.agent), "me") == 403
    assert state_of(cast.agent).version == 1
    assert Caller(cast.agent).get("/agents/me/availability/").status_code == 200


def test_levels_never_widen_a_role(cast: Cast) -> None:
    narrow(cast.agent)  # EDIT everywhere
    caller = Caller(cast.agent)
    assert listed(caller) == {cast.agent.pk}
    assert caller.post("/agents/statuses/", {"agent_ids": [cast.agent.pk], "status": ONLINE}).status_code == 403
    assert caller.post("/statuses/", {"name": "Mine", "channels": BACK_OFFICE}).status_code == 403


@pytest.mark.parametrize("level", ["NONE", "VIEW"])
def test_administrator_without_provisioning_defines_nothing(cast: Cast, level: str) -> None:
    unlimited = UserProfile.objects.create(name="Unlimited", profile_type="ADMINISTRATOR")
    User.objects.create(email="other@example.com", profile=unlimited)  # somebody has to be left who may
    narrow(cast.admin, provisioning=level)
    caller = Caller(cast.admin)
    assert caller.post("/statuses/", {"name": "Mine", "channels": BACK_OFFICE}).status_code == 403
    assert put(caller, cast.agent.pk) == 200


def test_administrator_without_manage_agent_states_sets_nobody(cast: Cast) -> None:
    narrow(cast.admin, manage_agent_states="VIEW")
    assert put(Caller(cast.admin), cast.agent.pk) == 403


def test_change_of_a_profile_holds_at_once(cast: Cast) -> None:
    caller = Caller(cast.supervisor)
    assert put(caller, cast.agent.pk) == 200
    narrow(cast.supervisor, manage_agent_states="NONE")
    assert put(caller, cast.agent.pk, AWAY) == 403


# --- Clients -----------------------------------------------------------------------------------------------------


def test_a_scope_is_for_what_it_says(cast: Cast) -> None:
    status = create_status()
    calls: dict[str, list[tuple[str, str, Any]]] = {
        "statuses:read": [("GET", "/agents/", None), ("GET", f"/statuses/{status.pk}/", None)],
        "statuses:write": [("PUT", f"/agents/{cast.agent.pk}/status/", {"status": ONLINE})],
        "statuses:manage": [("PATCH", f"/statuses/{status.pk}/", {"name": "Mine"})],
    }
    for scope in calls:
        caller = with_token(cast.client, scope)
        for needed, examples in calls.items():
            for method, path, body in examples:
                response = caller.send(method, path, body)
                if needed == scope:
                    assert response.status_code == 200
                else:
                    assert response.status_code == 403
                    assert needed in response.json()["detail"]


# --- Gone --------------------------------------------------------------------------------------------------------


def test_deactivated_agents_cannot_be_set(cast: Cast) -> None:
    caller = Caller(cast.agent)
    deactivate_user(cast.agent, actor=SYSTEM)
    assert put(caller, "me") == 401  # the session has ended
    assert put(Caller(cast.admin), cast.agent.pk) == 404
    assert listed(Caller(cast.admin)) == {cast.teammate.pk, cast.stranger.pk}
    row = Caller(cast.admin).get(f"/agents/{cast.agent.pk}/status-history/")
    assert row.status_code == 200


def test_supervisor_without_modules_sees_nobody_else(cast: Cast) -> None:
    narrow(cast.supervisor, real_time_reports="NONE", manage_agent_states="NONE")
    caller = Caller(cast.supervisor)
    assert listed(caller) == set()
    assert caller.get(f"/agents/{cast.agent.pk}/availability/").status_code == 404


@pytest.mark.parametrize("module", ["real_time_reports", "manage_agent_states"])
def test_either_module_shows_the_teams_agents(cast: Cast, module: str) -> None:
    levels = {"real_time_reports": "NONE", "manage_agent_states": "NONE"} | {module: "EDIT"}
    narrow(cast.supervisor, **levels)
    assert cast.agent.pk in listed(Caller(cast.supervisor))
