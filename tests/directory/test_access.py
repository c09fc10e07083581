"""What roles and levels allow, and which events reach whom."""

from typing import Any

import pytest

from contactcenter.api.principals import ClientPrincipal
from contactcenter.directory.access import Level, Module, Role, audience_of
from contactcenter.directory.models import Site, Team, User, UserProfile
from contactcenter.directory.services import deactivate_user, save_object
from contactcenter.lib.actors import SYSTEM
from tests.cast import Cast

NONE, VIEW, EDIT = Level.NONE, Level.VIEW, Level.EDIT
# in the order of Module: provisioning, real time reports, historical reports, manage agent states, agent desktop
MOST = {
    "ADMINISTRATOR": (EDIT, EDIT, EDIT, EDIT, EDIT),
    "ADMINISTRATOR_ONLY": (EDIT, EDIT, EDIT, EDIT, EDIT),
    "SUPERVISOR": (NONE, EDIT, VIEW, EDIT, EDIT),
    "PREMIUM_AGENT": (NONE, NONE, NONE, NONE, EDIT),
    "STANDARD_AGENT": (NONE, NONE, NONE, NONE, EDIT),
}
ROLES = {
    "ADMINISTRATOR": Role.ADMINISTRATOR,
    "ADMINISTRATOR_ONLY": Role.ADMINISTRATOR,
    "SUPERVISOR": Role.SUPERVISOR,
    "PREMIUM_AGENT": Role.AGENT,
    "STANDARD_AGENT": Role.AGENT,
}
CLIENT = ClientPrincipal(1, "CRM", frozenset())


@pytest.mark.parametrize("profile_type", MOST)
def test_levels_of_a_role(profile_type: str) -> None:
    profile = UserProfile(profile_type=profile_type)
    assert profile.role == ROLES[profile_type]
    assert tuple(map(profile.level, Module)) == MOST[profile_type]


@pytest.mark.parametrize("given", ["", "NONE", "VIEW", "EDIT"])
@pytest.mark.parametrize("profile_type", MOST)
def test_specific_access_only_narrows(profile_type: str, given: str) -> None:
    profile = UserProfile(profile_type=profile_type, module_access="SPECIFIC", **dict.fromkeys(Module, given))
    narrowed = tuple(min(most, Level[given or "NONE"]) for most in MOST[profile_type])
    assert tuple(map(profile.level, Module)) == narrowed


def test_inactive_users_may_nothing(cast: Cast) -> None:
    deactivate_user(cast.agent, actor=SYSTEM)
    agent = User.objects.get(pk=cast.agent.pk)
    assert not any(agent.may(module, VIEW) for module in Module)
    assert not agent.has_perm("anything")


def test_who_sees_whom(cast: Cast) -> None:
    everybody = {user.pk for user in (cast.admin, cast.supervisor, cast.agent, cast.teammate, cast.stranger)}
    expected = {
        cast.admin: everybody,
        cast.supervisor: {cast.supervisor.pk, cast.agent.pk, cast.teammate.pk},
        cast.agent: {cast.agent.pk},
    }
    for viewer, visible in expected.items():
        assert set(User.objects.visible_to(viewer).values_list("pk", flat=True)) == visible
    assert set(User.objects.visible_to(CLIENT).values_list("pk", flat=True)) == everybody


def test_who_sees_which_teams(cast: Cast) -> None:
    expected: dict[Any, set[Team]] = {
        cast.admin: {cast.care, cast.claims, cast.sales},
        cast.supervisor: {cast.care},
        cast.agent: {cast.care},
        cast.teammate: {cast.care, cast.claims},
        CLIENT: {cast.care, cast.claims, cast.sales},
    }
    for viewer, visible in expected.items():
        assert set(Team.objects.visible_to(viewer)) == visible


def test_configuration_needs_provisioning(cast: Cast) -> None:
    assert Site.objects.visible_to(cast.admin).count() == Site.objects.visible_to(CLIENT).count() == 2
    for viewer in (cast.supervisor, cast.agent):
        assert not Site.objects.visible_to(viewer).exists()


def test_a_person_in_two_supervised_teams_is_seen_once(cast: Cast) -> None:
    profile = UserProfile.objects.get(pk=cast.supervisor.profile_id)
    save_object(profile, links={"teams": [cast.care, cast.claims]})
    pks = list(User.objects.visible_to(cast.supervisor).values_list("pk", flat=True))
    assert sorted(pks) == sorted(set(pks))


def test_audiences(cast: Cast) -> None:
    def tokens(user: User) -> set[str]:
        own = set(audience_of(user, "key")) - {"everyone", f"user:{user.pk}"}
        (session,) = {token for token in own if token.startswith("session:")}
        assert "key" not in session
        return own - {session}

    assert tokens(cast.admin) == {"all-teams", "administrators"}
    assert tokens(cast.supervisor) == {f"team:{cast.care.pk}"}
    assert tokens(cast.agent) == set()
    profile = UserProfile.objects.get(pk=cast.supervisor.profile_id)
    profile.team_access = "ALL"
    save_object(profile, links={"teams": []})
    assert tokens(User.objects.get(pk=cast.supervisor.pk)) == {"all-teams"}
    profile.module_access = "SPECIFIC"
    for module in UserProfile.MODULES:
        setattr(profile, module, "NONE" if module == "real_time_reports" else "EDIT")
    save_object(profile)
    assert tokens(User.objects.get(pk=cast.supervisor.pk)) == set()
