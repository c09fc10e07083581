"""Two callers at once: neither undoes what the other did, and nobody is left with an error of the database."""

from typing import Any

import pytest

from contactcenter.directory.models import AddressBook, Team, User, UserProfile
from contactcenter.directory.services import delete_object, save_object, save_user
from contactcenter.lib.actors import SYSTEM
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.concurrency import followed_by, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None, cast: Cast) -> Cast:
    return cast


@pytest.fixture
def callers(people: Cast) -> list[Caller]:
    return [with_token(people.client, "directory:read", "directory:write") for _ in range(2)]


def test_changes_of_different_fields_both_last(people: Cast, callers: list[Caller]) -> None:
    path = f"/directory/team/{people.care.pk}/"
    with followed_by(lambda: callers[0].patch(path, {"desktop_layout": "Wide"})) as late:
        team = Team.objects.select_for_update().get(pk=people.care.pk)
        team.name = "Customer care"
        save_object(team)
    assert late.outcome.json()["name"] == "Customer care"
    assert late.outcome.json()["desktop_layout"] == "Wide"


def test_administrators_who_remove_each_other(people: Cast, callers: list[Caller]) -> None:
    other = save_user(User(email="second@example.com", profile=people.admin.profile), teams=[], actor=SYSTEM)
    paths = [f"/directory/user/{user.pk}/" for user in (people.admin, other)]
    first, second = (
        lambda caller=caller, path=path: caller.patch(path, {"active": False})
        for caller, path in zip(callers, paths, strict=True)
    )
    answers: list[Any] = together(first, second)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert User.objects.administrators().count() == 1


def test_rows_of_one_book(people: Cast, callers: list[Caller]) -> None:
    book = save_object(AddressBook(name="Shops"))
    path = f"/directory/address-book/{book.pk}/"
    entries = [{"entry_name": "Bakery", "phone_number": "112"}]
    first, second = (lambda caller=caller: caller.patch(path, {"entries": entries}) for caller in callers)
    answers: list[Any] = together(first, second)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert book.entries.count() == 1


def test_what_is_deleted_in_the_meantime_is_unknown(people: Cast, callers: list[Caller]) -> None:
    profile = save_object(UserProfile(name="Leaders", profile_type="SUPERVISOR"))
    team = save_object(Team(name="Short-lived", site=people.praha))
    path, body = f"/directory/user-profile/{profile.pk}/", {"team_access": "SPECIFIC", "team_ids": [team.pk]}
    with followed_by(lambda: callers[0].patch(path, body)) as late:
        delete_object(team)
    assert late.outcome.status_code == 400, late.outcome
    assert late.outcome.json()["errors"][0]["field"] == "team_ids"
