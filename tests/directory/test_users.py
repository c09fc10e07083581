"""Users: addresses, names, where they belong, who administers."""

from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from contactcenter.directory.models import Membership, Team, User, UserProfile
from contactcenter.directory.services import activate_user, deactivate_user, delete_user, save_object, save_user
from contactcenter.events.models import Event
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import Conflict
from statuses.models import AgentState
from tests.cast import Cast
from tests.concurrency import followed_by, together


def new_user(cast: Cast, email: str = "new@example.com", **values: Any) -> User:
    given = {"profile": cast.agent.profile, "site": cast.praha, "desktop_profile": cast.agent.desktop_profile, **values}
    return User(email=email, **given)


def errors_of(user: User, teams: list[Team] | None = None) -> set[tuple[str, str | None]]:
    with pytest.raises(ValidationError) as refused:
        save_user(user, teams=teams, actor=SYSTEM)
    return {(field, error.code) for field, errors in refused.value.error_dict.items() for error in errors}


# --- Address and name --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["jana@example.com", "JANA@Example.COM", "Jana@example.com"])
def test_addresses_are_unique_ignoring_case(cast: Cast, email: str) -> None:
    assert errors_of(new_user(cast, email)) == {("email", "duplicate_name")}


@pytest.mark.parametrize(
    "email",
    ["", "x", "x@", "@example.com", "a b@example.com", "a@b@example.com", "a\0b@example.com", "a@example.com\n"],
)
def test_what_is_no_address(cast: Cast, email: str) -> None:
    assert {field for field, _code in errors_of(new_user(cast, email))} == {"email"}


def test_length_of_an_address(cast: Cast) -> None:
    domain = "@" + ".".join(["d" * 60] * 3) + ".com"
    save_user(new_user(cast, "x" * 64 + domain), actor=SYSTEM)
    assert ("email", "max_length") in errors_of(new_user(cast, "x" * (255 - len(domain)) + domain))


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("jan.novak@example.com", "Jan Novak"),
        ("JAN_NOVAK@example.com", "Jan Novak"),
        ("marie.de.la.tour@example.com", "Marie De La Tour"),
        ("info@example.com", "Info"),
        ("...@example.com", "...@example.com"),
        ("o'brien@example.com", "O'brien"),
    ],
)
def test_names_come_from_the_address_where_missing(cast: Cast, email: str, name: str) -> None:
    user = new_user(cast, "placeholder@example.com")
    user.email = email
    user.clean()
    assert user.name == name


def test_given_names_are_kept(cast: Cast) -> None:
    user = save_user(new_user(cast, "jan.novak@example.com", last_name="Dvořák"), actor=SYSTEM)
    assert (user.first_name, user.name) == ("", "Dvořák")


@pytest.mark.parametrize("field", ["first_name", "last_name", "external_id", "default_dn"])
def test_texts_without_nul(cast: Cast, field: str) -> None:
    user = new_user(cast, contact_center_enabled=True, **{field: "a\0b"})
    found = {code for name, code in errors_of(user, [cast.care]) if name == field}
    assert found & {"null_characters_not_allowed", "invalid_phone"}


# --- Where agents belong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "teams", "fields"),
    [
        ({}, [], {"teams"}),  # an agent is in a team
        ({"site": None}, ["care"], {"site"}),
        ({"site": None}, [], {"site", "teams"}),
        ({}, ["sales"], {"teams"}),  # of another site
        ({}, ["care", "sales"], {"teams"}),
        ({}, ["capacity"], {"teams"}),  # a number with places, not people
        ({"desktop_profile": None}, ["care"], {"desktop_profile"}),
        ({"profile": "supervisor", "site": None}, [], {"site"}),
        ({"profile": "supervisor"}, ["sales"], {"teams"}),
        ({"profile": "admin", "site": None}, ["care"], {"teams"}),
        ({"channels": ["fax"]}, ["care"], {"channels"}),
        ({"time_zone": "Mars"}, ["care"], {"time_zone"}),
        ({"language": "xx"}, ["care"], {"language"}),
    ],
)
def test_what_agents_need(cast: Cast, values: dict[str, Any], teams: list[str], fields: set[str]) -> None:
    capacity = Team(name="Overflow", site=cast.praha, type=Team.Type.CAPACITY, dn="2000", capacity=5)
    known = {"care": cast.care, "sales": cast.sales, "capacity": save_object(capacity)}
    if "profile" in values:
        values["profile"] = getattr(cast, values["profile"]).profile
    user = new_user(cast, contact_center_enabled=True, **values)
    assert {field for field, _code in errors_of(user, [known[name] for name in teams])} == fields
    assert not User.objects.filter(email="new@example.com").exists()


@pytest.mark.parametrize(
    ("values", "teams"),
    [
        ({"contact_center_enabled": True}, ["care", "claims"]),
        ({"contact_center_enabled": True, "profile": "supervisor"}, []),  # supervises, takes no contacts
        ({"contact_center_enabled": True, "profile": "supervisor", "desktop_profile": None}, []),
        ({"contact_center_enabled": True, "profile": "admin", "site": None}, []),
        ({"contact_center_enabled": False, "site": None, "desktop_profile": None}, []),
    ],
)
def test_what_is_enough(cast: Cast, values: dict[str, Any], teams: list[str]) -> None:
    if "profile" in values:
        values["profile"] = getattr(cast, values["profile"]).profile
    user = save_user(new_user(cast, **values), teams=[getattr(cast, name) for name in teams], actor=SYSTEM)
    assert AgentState.objects.filter(pk=user.pk).exists() == values["contact_center_enabled"]


def test_teams_keep_their_order(cast: Cast) -> None:
    def order() -> list[str]:
        return list(Membership.objects.filter(user=cast.teammate).values_list("team__name", flat=True))

    save_user(cast.teammate, teams=[cast.claims, cast.care], actor=SYSTEM)
    assert order() == ["Claims", "Care"]
    save_user(cast.teammate, actor=SYSTEM)  # nothing said about teams
    assert order() == ["Claims", "Care"]
    save_user(cast.teammate, teams=[cast.care], actor=SYSTEM)
    assert order() == ["Care"]


def test_site_cannot_be_left_without_its_teams(cast: Cast) -> None:
    cast.agent.site = cast.lyon
    assert errors_of(cast.agent) == {("teams", None)}
    save_user(cast.agent, teams=[cast.sales], actor=SYSTEM)


# --- Coming and going --------------------------------------------------------------------------------------------


def test_deactivation_ends_sessions(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.agent)
    assert client.get("/account/").status_code == 200
    before = cast.agent.session_version
    deactivate_user(cast.agent, actor=SYSTEM)
    assert client.get("/account/").status_code == 302
    activate_user(cast.agent, actor=SYSTEM)
    assert client.get("/account/").status_code == 302  # the old session stays closed
    assert User.objects.get(pk=cast.agent.pk).session_version == before + 1


def test_deactivating_twice_is_once(cast: Cast) -> None:
    deactivate_user(cast.agent, actor=SYSTEM)
    Event.objects.all().delete()
    assert not deactivate_user(cast.agent, actor=SYSTEM).is_active
    assert not Event.objects.exists()


def test_changed_access_reopens_the_users_streams(cast: Cast) -> None:
    Event.objects.all().delete()
    save_user(cast.agent, actor=SYSTEM)
    told = Event.objects.get(kind="access.changed")
    assert (told.audience, told.payload) == ([f"user:{cast.agent.pk}"], {})


def test_deleted_users_are_signed_out(cast: Cast) -> None:
    pk = cast.agent.pk
    delete_user(cast.agent, actor=SYSTEM)
    assert not User.objects.filter(pk=pk).exists()
    assert Event.objects.get(kind="session.ended").audience == [f"user:{pk}"]


# --- The last administrator --------------------------------------------------------------------------------------


def another_admin(cast: Cast) -> User:
    return save_user(User(email="second@example.com", profile=cast.admin.profile), teams=[], actor=SYSTEM)


def demote(user: User, profile: UserProfile) -> User:
    user = User.objects.get(pk=user.pk)
    user.profile = profile
    return save_user(user, teams=[], actor=SYSTEM)


def administrators() -> int:
    return len(User.objects.administrators())


@pytest.mark.parametrize("leave", ["deactivate", "delete", "demote"])
def test_last_administrator_stays(cast: Cast, leave: str) -> None:
    def go() -> None:
        if leave == "demote":
            demote(cast.admin, cast.supervisor.profile)
        else:
            {"deactivate": deactivate_user, "delete": delete_user}[leave](cast.admin, actor=SYSTEM)

    cast.admin.site = cast.praha
    with pytest.raises(Conflict) as refused:
        go()
    assert (refused.value.code, administrators()) == ("last_administrator", 1)
    assert "Alex Keller is the last active administrator" in refused.value.message
    second = another_admin(cast)
    deactivate_user(second, actor=SYSTEM)  # an inactive one does not count
    with pytest.raises(Conflict):
        go()
    activate_user(second, actor=SYSTEM)
    go()
    assert administrators() == 1


def test_others_are_no_administrators(cast: Cast) -> None:
    for user in (cast.agent, cast.supervisor):
        deactivate_user(user, actor=SYSTEM)
    assert administrators() == 1


# --- At the same time --------------------------------------------------------------------------------------------


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_administrators_who_deactivate_each_other(cast: Cast) -> None:
    admins = [
        cast.admin,
        another_admin(cast),
        save_user(User(email="third@example.com", profile=cast.admin.profile), actor=SYSTEM),
    ]
    outcomes = together(*(partial(deactivate_user, admin, actor=SYSTEM) for admin in admins))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "User", "User"]
    assert administrators() == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_administrators_who_leave_in_different_ways(cast: Cast) -> None:
    second = another_admin(cast)
    second.site = cast.praha
    for leave in (
        partial(demote, second, cast.agent.profile),
        partial(delete_user, second, actor=SYSTEM),
        partial(deactivate_user, second, actor=SYSTEM),
    ):
        with followed_by(leave) as late:
            deactivate_user(cast.admin, actor=SYSTEM)
        assert isinstance(late.outcome, Conflict)
        assert administrators() == 1
        activate_user(cast.admin, actor=SYSTEM)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_one_address_is_given_once(cast: Cast) -> None:
    jobs = [
        partial(save_user, new_user(cast, email), teams=[], actor=SYSTEM)
        for email in ("new@example.com", "NEW@example.com", "New@Example.com")
    ]
    outcomes = together(*jobs)
    refused = [outcome for outcome in outcomes if isinstance(outcome, ValidationError)]
    assert [error.error_dict["email"][0].code for error in refused] == ["duplicate_name"] * 2
    assert User.objects.filter(key="new@example.com").count() == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_one_default_is_given_once(cast: Cast) -> None:
    for code in (cast.lunch, cast.training):
        code.is_default = True
    outcomes = together(partial(save_object, cast.lunch), partial(save_object, cast.training))
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, ValidationError)]
    assert refused.error_dict["__all__"][0].code == "duplicate_default"
