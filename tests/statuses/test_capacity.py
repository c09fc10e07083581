"""The capacity that stands beside each agent's state is what the directory says, whoever changes the directory."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, connection

from bulkops.models import Operation
from contactcenter.directory.models import Membership, MultimediaProfile, Site, SkillProfile, Team, User
from contactcenter.directory.services import (
    activate_user,
    deactivate_user,
    delete_object,
    delete_user,
    save_object,
    save_user,
)
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.channels import CHANNELS
from contactcenter.lib.errors import NotFound
from statuses.models import AgentState
from tests.bulkops.support import assert_good, imported, undone
from tests.callers import Caller
from tests.cast import Cast
from tests.concurrency import followed_by, together
from tests.statuses.support import events, forget_events, give, state_of
from tests.statuses.test_availability import capacity

Step = Callable[[Cast], object]

# Of what is done twice at once: there already, or gone.
EXPECTED = (IntegrityError, ValidationError, NotFound, ObjectDoesNotExist)

AGENT = {  # as a row of a file
    "User Profile": "Agent",
    "Contact Center Enabled": "ON",
    "Site": "Praha",
    "Teams": "Care: Praha",
    "Desktop Profile": "Standard",
}


def held() -> dict[int, tuple[Any, ...]]:
    """What stands beside the states."""
    columns = (*(f"{channel}_units" for channel in CHANNELS), "exclusive", "skill_profile_id")
    return {row[0]: row[1:] for row in AgentState.objects.values_list("pk", *columns)}


def due() -> dict[int, tuple[Any, ...]]:
    """What the directory says."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT user_id, {', '.join(CHANNELS)}, exclusive, skill_profile_id FROM statuses_capacity"
            " WHERE user_id IN (SELECT agent_id FROM statuses_agentstate)"
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


def units(agent: User) -> tuple[int, int, int, int]:
    state = state_of(agent)
    return state.voice_units, state.chat_units, state.email_units, state.social_units


@pytest.fixture(autouse=True)
def _always_true(request: pytest.FixtureRequest) -> Any:
    if "transactional_db" in request.fixturenames:
        request.getfixturevalue("transactional_db")  # before the cast is there
    cast: Cast = request.getfixturevalue("cast")
    assert held() == due()
    assert units(cast.agent) == (1, 3, 10, 5)
    yield
    assert held() == due()


def changed(user: User, teams: list[Team] | None = None, **values: Any) -> None:
    user.refresh_from_db()
    for name, value in values.items():
        setattr(user, name, value)
    save_user(user, teams=teams, actor=SYSTEM)


def edited(instance: Any, **values: Any) -> None:
    instance.refresh_from_db()
    for name, value in values.items():
        setattr(instance, name, value)
    save_object(instance)


def profile(name: str, **values: Any) -> MultimediaProfile:
    return save_object(
        MultimediaProfile(name=name, **{"type": "BLENDED", "voice": 0, "chat": 0, "email": 0, "social": 0, **values})
    )


# --- One by one --------------------------------------------------------------------------------------------------


def test_users_profile(cast: Cast) -> None:
    changed(cast.agent, multimedia_profile=capacity(chat=9))
    assert units(cast.agent) == (0, 9, 0, 0)
    assert units(cast.teammate) == (1, 3, 10, 5)
    changed(cast.agent, multimedia_profile=None)
    assert units(cast.agent) == (1, 3, 10, 5)


def test_users_channels(cast: Cast) -> None:
    changed(cast.agent, channels=["voice", "email"])
    assert units(cast.agent) == (1, 0, 10, 0)
    changed(cast.agent, channels=[])
    assert units(cast.agent) == (0, 0, 0, 0)
    changed(cast.agent, channels=list(CHANNELS))
    assert units(cast.agent) == (1, 3, 10, 5)


def test_users_site(cast: Cast) -> None:
    edited(cast.lyon, multimedia_profile=capacity(social=2))
    changed(cast.agent, site=cast.lyon, teams=[cast.sales])
    assert units(cast.agent) == units(cast.stranger) == (0, 0, 0, 2)


def test_teams_profile_and_the_order_of_teams(cast: Cast) -> None:
    edited(cast.claims, multimedia_profile=capacity(chat=7))
    assert (units(cast.teammate), units(cast.agent)) == ((0, 7, 0, 0), (1, 3, 10, 5))
    edited(cast.care, multimedia_profile=capacity(chat=8))
    assert (units(cast.teammate), units(cast.agent)) == ((0, 8, 0, 0), (0, 8, 0, 0))
    save_user(cast.teammate, teams=[cast.claims, cast.care], actor=SYSTEM)
    assert units(cast.teammate) == (0, 7, 0, 0)
    save_user(cast.teammate, teams=[cast.care], actor=SYSTEM)
    assert units(cast.teammate) == (0, 8, 0, 0)
    save_user(cast.teammate, teams=[cast.claims], actor=SYSTEM)
    assert units(cast.teammate) == (0, 7, 0, 0)
    edited(cast.claims, multimedia_profile=None)
    assert units(cast.teammate) == (1, 3, 10, 5)


def test_sites_profile(cast: Cast) -> None:
    edited(cast.praha, multimedia_profile=capacity(email=4))
    assert [units(agent) for agent in (cast.agent, cast.teammate, cast.stranger)] == [
        (0, 0, 4, 0),
        (0, 0, 4, 0),
        (1, 3, 10, 5),
    ]


def test_profile_edited(cast: Cast) -> None:
    own, of_team = profile("Own", chat=1), profile("Team", chat=2)
    changed(cast.agent, multimedia_profile=own)
    edited(cast.claims, multimedia_profile=of_team)
    of_site = MultimediaProfile.objects.get(name="Blended")
    for number, one in enumerate((own, of_team, of_site)):
        edited(one, chat=20 + number, voice=0)
    assert [units(agent)[:2] for agent in (cast.agent, cast.teammate, cast.stranger)] == [(0, 20), (0, 21), (0, 22)]


def test_exclusive(cast: Cast) -> None:
    one_each = dict.fromkeys(CHANNELS, 1)
    of_site = MultimediaProfile.objects.get(name="Blended")
    for kind, exclusive in (("EXCLUSIVE", True), ("BLENDED_REALTIME", False), ("EXCLUSIVE", True), ("BLENDED", False)):
        edited(of_site, type=kind, **one_each)
        assert state_of(cast.agent).exclusive is exclusive
    changed(cast.agent, multimedia_profile=profile("One", type="EXCLUSIVE", chat=1))
    assert [state_of(agent).exclusive for agent in (cast.agent, cast.teammate)] == [True, False]


def test_nobody_says_anything(cast: Cast) -> None:
    User.objects.filter(pk=cast.agent.pk).update(site=None)
    state = state_of(cast.agent)
    assert (units(cast.agent), state.exclusive, state.skill_profile_id) == ((0, 0, 0, 0), False, None)


def test_skill_profile(cast: Cast) -> None:
    own, of_care, of_claims = (SkillProfile.objects.create(name=name) for name in ("Own", "Care", "Claims"))
    edited(cast.claims, skill_profile=of_claims)
    assert state_of(cast.teammate).skill_profile_id == of_claims.pk
    edited(cast.care, skill_profile=of_care)
    assert state_of(cast.teammate).skill_profile_id == of_care.pk
    save_user(cast.teammate, teams=[cast.claims, cast.care], actor=SYSTEM)
    assert state_of(cast.teammate).skill_profile_id == of_claims.pk
    changed(cast.teammate, skill_profile=own)
    assert state_of(cast.teammate).skill_profile_id == own.pk
    changed(cast.teammate, skill_profile=None, teams=[cast.care])
    assert state_of(cast.teammate).skill_profile_id == of_care.pk
    edited(cast.care, skill_profile=None)
    assert state_of(cast.teammate).skill_profile_id is None
    edited(cast.care, skill_profile=of_care)
    assert state_of(cast.agent).skill_profile_id == of_care.pk


def test_agents_come_and_go(cast: Cast) -> None:
    new = User(email="eva@example.com", profile=cast.agent.profile, contact_center_enabled=True)
    new.site, new.desktop_profile = cast.praha, cast.agent.desktop_profile
    save_user(new, teams=[cast.care], actor=SYSTEM)
    assert units(new) == (1, 3, 10, 5)
    deactivate_user(new, actor=SYSTEM)
    edited(MultimediaProfile.objects.get(name="Blended"), chat=4)
    assert units(new) == (1, 4, 10, 5)  # comes back with what holds then
    activate_user(new, actor=SYSTEM)
    changed(new, contact_center_enabled=False)
    assert units(new) == (0, 0, 0, 0)  # has no site any more
    delete_user(new, actor=SYSTEM)
    assert not AgentState.objects.filter(pk=new.pk).exists()


def test_capacity_below_the_work_that_is_held(cast: Cast) -> None:
    give(cast.agent, "chat", 3)
    changed(cast.agent, multimedia_profile=capacity(chat=1))
    assert (state_of(cast.agent).chat_units, state_of(cast.agent).chat_items) == (1, 3)


@pytest.mark.parametrize(
    "values",
    [
        {"chat": -1},
        {"chat": 501},
        {"chat": 2**31},
        {"chat": 10**400},
        {"chat": 1.5},
        {"chat": "3"},
        {"chat": True},
        {"chat": None},
        {"voice": 2},
        {"voice": -1},
        {"type": "EXCLUSIVE"},  # more than one at a time
        {"type": "BLENDED_REALTIME", "chat": 6},
        {"type": "NONE"},
    ],
    ids=lambda values: str(values)[:40],
)
def test_capacity_that_cannot_be(cast: Cast, values: dict[str, Any]) -> None:
    rule = MultimediaProfile.objects.get(name="Blended")
    response = Caller(cast.admin).patch(f"/directory/multimedia-profile/{rule.pk}/", values)
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert units(cast.agent) == (1, 3, 10, 5)


# --- Statements of all kinds -------------------------------------------------------------------------------------


def test_statements_about_many(cast: Cast) -> None:
    own = profile("Own", chat=1)
    User.objects.update(multimedia_profile=own)
    assert units(cast.agent) == units(cast.stranger) == (0, 1, 0, 0)
    MultimediaProfile.objects.update(chat=2)
    assert units(cast.agent) == (0, 2, 0, 0)
    User.objects.update(multimedia_profile=None)
    Team.objects.update(multimedia_profile=own)
    assert units(cast.stranger) == (0, 2, 0, 0)
    Membership.objects.all().delete()
    assert units(cast.agent) == (1, 2, 10, 5)
    Membership.objects.bulk_create(
        Membership(user=user, team=cast.care) for user in (cast.agent, cast.teammate, cast.stranger)
    )
    assert units(cast.agent) == (0, 2, 0, 0)
    Site.objects.update(multimedia_profile=own)
    Team.objects.update(multimedia_profile=None)
    assert units(cast.agent) == (0, 2, 0, 0)
    Membership.objects.filter(user=cast.agent).update(user=cast.admin)


def test_membership_that_changes_hands(cast: Cast) -> None:
    edited(cast.care, multimedia_profile=capacity(chat=8))
    Membership.objects.filter(user=cast.agent).update(user=cast.stranger)
    assert units(cast.agent) == (1, 3, 10, 5)
    assert held() == due()


def test_import_and_undo_of_users(cast: Cast) -> None:
    profile("Own", chat=2)
    edited(cast.claims, multimedia_profile=capacity(email=6))
    before = held()
    rows = [
        {**AGENT, "Email": "jana@example.com", "Multimedia Profile": "Own"},
        {**AGENT, "Email": "petr@example.com", "Teams": "Claims: Praha|Care: Praha"},
        {**AGENT, "Email": "hugo@example.com", "Desktop Profile": "Plain"},
    ]
    operation = imported("user", rows)
    assert_good(operation)
    assert [units(agent) for agent in (cast.agent, cast.teammate, cast.stranger)] == [
        (0, 2, 0, 0),
        (0, 0, 6, 0),
        (1, 3, 10, 5),
    ]
    assert held() == due()
    assert_good(undone(operation))
    assert held() == before


def test_import_of_what_agents_have_it_from(cast: Cast) -> None:
    profile("Own", chat=2)
    titles = [channel.title() for channel in CHANNELS]
    operations: list[Operation] = [
        imported("multimedia-profile", [{"Name": "Blended", **dict.fromkeys(titles, "1"), "Type": "EXCLUSIVE"}]),
        imported("team", [{"Name": "Care", "Site": "Praha", "Type": "AGENT", "Multimedia Profile": "Own"}]),
        imported("site", [{"Name": "Lyon", "Multimedia Profile": "Own"}]),
    ]
    for operation in operations:
        assert_good(operation)
    assert [units(agent) for agent in (cast.agent, cast.teammate, cast.stranger)] == [(0, 2, 0, 0)] * 3
    for operation in reversed(operations):
        assert_good(undone(operation))
        assert held() == due()
    assert units(cast.agent) == (1, 3, 10, 5)


def test_imported_agents(cast: Cast) -> None:
    assert_good(imported("user", [{**AGENT, "Email": f"agent{number}@example.com"} for number in range(20)]))
    assert set(held().values()) == {(1, 3, 10, 5, False, None)}
    assert len(held()) == 23


# --- Order of the teams ------------------------------------------------------------------------------------------


def test_teams_at_the_same_place_count_as_they_came(cast: Cast) -> None:
    """Files and forms number the places; rows written by hand may not."""
    edited(cast.care, multimedia_profile=capacity(chat=8))
    edited(cast.claims, multimedia_profile=capacity(chat=7))
    Membership.objects.filter(user=cast.teammate).update(position=0)
    assert units(cast.teammate) == (0, 8, 0, 0)


# --- What is told ------------------------------------------------------------------------------------------------


def told() -> list[tuple[list[str], list[int]]]:
    found = [(event.audience, event.payload["agent_ids"]) for event in events("capacity.changed")]
    forget_events()
    return found


def test_those_concerned_hear_of_it(cast: Cast) -> None:
    forget_events()
    changed(cast.teammate, channels=["chat"])
    [(audience, agents)] = told()
    assert set(audience) == {
        "all-teams",
        f"user:{cast.teammate.pk}",
        f"team:{cast.care.pk}",
        f"team:{cast.claims.pk}",
    }
    assert agents == [cast.teammate.pk]


def test_several_are_one_event(cast: Cast) -> None:
    forget_events()
    edited(cast.praha, multimedia_profile=capacity(chat=2))
    [(audience, agents)] = told()
    assert sorted(agents) == [cast.agent.pk, cast.teammate.pk]
    assert {f"user:{cast.agent.pk}", f"user:{cast.teammate.pk}", f"team:{cast.care.pk}"} < set(audience)
    assert f"team:{cast.sales.pk}" not in audience


@pytest.mark.parametrize(
    "step",
    [
        lambda cast: changed(cast.agent, first_name="Johana"),
        lambda cast: changed(cast.agent, multimedia_profile=profile("Same", voice=1, chat=3, email=10, social=5)),
        lambda cast: changed(cast.agent, site=cast.lyon, teams=[cast.sales]),
        lambda cast: edited(cast.care, name="Care and more"),
        lambda cast: edited(MultimediaProfile.objects.get(name="Blended"), description="Everybody's"),
        lambda cast: edited(MultimediaProfile.objects.get(name="Blended"), type="BLENDED_REALTIME"),
        lambda cast: save_user(cast.teammate, teams=[cast.claims, cast.care], actor=SYSTEM),
        lambda cast: delete_object(profile("Unused", chat=1)),
        lambda cast: changed(cast.admin, channels=["chat"]),  # no agent
    ],
)
def test_who_is_not_concerned_hears_nothing(cast: Cast, step: Step) -> None:
    forget_events()
    step(cast)
    assert told() == []


def crowd(cast: Cast, count: int) -> None:
    rows = [
        User(
            email=f"a{number}@example.com",
            first_name="A",
            profile=cast.agent.profile,
            site=cast.lyon,
            contact_center_enabled=True,
        )
        for number in range(count)
    ]
    User.objects.bulk_create(rows)
    blank = state_of(cast.stranger)
    AgentState.objects.bulk_create(
        AgentState(
            agent_id=user.pk,
            status_id=blank.status_id,
            status_name=blank.status_name,
            **blank.channels,
            since=blank.since,
            cause=blank.cause,
            actor_kind=blank.actor_kind,
            actor_name=blank.actor_name,
        )
        for user in rows
    )


@pytest.mark.parametrize(("count", "everybody"), [(99, False), (100, True)])
def test_many_are_told_as_everybody(cast: Cast, count: int, everybody: bool) -> None:
    """Hugo is the last; of more than a hundred every page looks anew."""
    crowd(cast, count)
    forget_events()
    edited(cast.lyon, multimedia_profile=capacity(chat=2))
    [(audience, agents)] = told()
    if everybody:
        assert (audience, agents) == (["everyone"], [])
    else:
        assert len(agents) == count + 1
        assert "everyone" not in audience


# --- At once -----------------------------------------------------------------------------------------------------

Changes = dict[str, Callable[[Cast], object]]
OF_MANY: Changes = {
    "team": lambda cast: Team.objects.filter(pk=cast.claims.pk).update(multimedia_profile=other()),
    "skills of a team": lambda cast: Team.objects.filter(pk=cast.claims.pk).update(skill_profile=any_skills()),
    "site": lambda cast: Site.objects.filter(pk=cast.lyon.pk).update(multimedia_profile=other()),
    "profile": lambda _cast: MultimediaProfile.objects.filter(name="Spare").update(chat=8, type="BLENDED_REALTIME"),
}
OF_ONE: Changes = {
    "member": lambda cast: Membership.objects.create(user=cast.stranger, team=cast.claims),
    "order": lambda cast: Membership.objects.filter(user=cast.teammate, team=cast.claims).update(position=0),
    "own": lambda cast: User.objects.filter(pk=cast.agent.pk).update(multimedia_profile=other()),
    "site": lambda cast: User.objects.filter(pk=cast.agent.pk).update(site=cast.lyon),
    "another team": lambda cast: Team.objects.filter(pk=cast.care.pk).update(multimedia_profile=other()),
    "new agent": lambda cast: save_user(newcomer(cast), teams=[cast.claims], actor=SYSTEM),
    "deletion": lambda cast: delete_user(User.objects.get(pk=cast.teammate.pk), actor=SYSTEM),
}


def other() -> MultimediaProfile:
    return MultimediaProfile.objects.get(name="Spare")


def any_skills() -> SkillProfile:
    return SkillProfile.objects.get()


def newcomer(cast: Cast) -> User:
    user = User(email="eva@example.com", profile=cast.agent.profile, contact_center_enabled=True)
    user.site, user.desktop_profile = cast.praha, cast.agent.desktop_profile
    return user


TOGETHER = [
    *((many, one) for many in OF_MANY for one in ("member", "own", "deletion")),
    *(("team", one) for one in ("order", "another team", "new agent")),
    *(("profile", one) for one in ("another team", "new agent")),
    ("site", "site"),
]


@pytest.mark.database
@pytest.mark.parametrize(("many", "one"), TOGETHER)
def test_changes_that_do_not_see_each_other(transactional_db: None, cast: Cast, many: str, one: str) -> None:
    """What the later computes follows from what the earlier has committed."""
    profile("Spare", chat=7)
    SkillProfile.objects.create(name="Any")
    with followed_by(partial(OF_ONE[one], cast)) as late:
        OF_MANY[many](cast)
    assert not isinstance(late.outcome, Exception)
    assert held() == due()


@pytest.mark.database
@pytest.mark.parametrize(("many", "one"), [("team", "member"), ("profile", "own"), ("site", "site")])
def test_the_other_way_round(transactional_db: None, cast: Cast, many: str, one: str) -> None:
    profile("Spare", chat=7)
    with followed_by(partial(OF_MANY[many], cast)) as late:
        OF_ONE[one](cast)
    assert late.outcome == 1
    assert held() == due()


@pytest.mark.database
def test_all_of_it_at_once(transactional_db: None, cast: Cast) -> None:
    profile("Spare", chat=7)
    SkillProfile.objects.create(name="Any")
    jobs = [partial(change, cast) for change in (*OF_MANY.values(), *OF_ONE.values())]
    outcomes = together(*jobs, *jobs)
    unexpected = [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, EXPECTED)]
    assert unexpected == []
    assert held() == due()
