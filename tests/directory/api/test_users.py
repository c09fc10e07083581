"""Users: what they have beside the columns of files, and their coming and going."""

from typing import Any

import pytest

from contactcenter.directory.models import User
from contactcenter.directory.services import save_user
from contactcenter.lib.actors import SYSTEM
from statuses.models import Availability
from tests.callers import Caller
from tests.cast import Cast
from tests.directory.api.bodies import World

USERS = "/directory/user/"


def path_of(user: User) -> str:
    return f"{USERS}{user.pk}/"


def code_of(response: Any) -> str:
    assert response.status_code == 409, response.content
    return str(response.json()["code"])


def test_one_user(cast: Cast, caller: Caller) -> None:
    assert caller.get(path_of(cast.teammate)).json() == {
        "id": cast.teammate.pk,
        "email": "petr@example.com",
        "user_profile_id": cast.teammate.profile_id,
        "contact_center_enabled": True,
        "site_id": cast.praha.pk,
        "team_ids": [cast.care.pk, cast.claims.pk],
        "skill_profile_id": None,
        "desktop_profile_id": cast.teammate.desktop_profile_id,
        "multimedia_profile_id": None,
        "external_id": "",
        "default_dn": "",
        "first_name": "Petr",
        "last_name": "Novak",
        "channels": ["voice", "chat", "email", "social"],
        "language": "",
        "timezone": "Europe/Prague",
        "active": True,
    }


def test_names_come_from_the_address(cast: Cast, caller: Caller) -> None:
    body = {"email": "Mia.Lund@example.com", "user_profile_id": cast.admin.profile_id, "contact_center_enabled": False}
    made = caller.post(USERS, body).json()
    assert (made["email"], made["first_name"], made["last_name"]) == ("Mia.Lund@example.com", "Mia", "Lund")
    assert not User.objects.get(pk=made["id"]).has_usable_password()


def test_new_agents_can_be_given_a_status(world: World, caller: Caller) -> None:
    made = caller.post(USERS, {**world.full_of("user"), "active": True}).json()
    assert Availability.objects.filter(pk=made["id"]).exists()
    later = caller.post(USERS, {**world.full_of("user"), "email": "later@example.com"}).json()
    assert later["active"] is False
    caller.patch(f"{USERS}{later['id']}/", {"active": True})
    assert Availability.objects.filter(pk=later["id"]).exists()


def test_order_of_teams_is_kept(cast: Cast, caller: Caller) -> None:
    path = path_of(cast.teammate)
    turned = [cast.claims.pk, cast.care.pk]
    assert caller.patch(path, {"team_ids": [*turned, cast.claims.pk]}).json()["team_ids"] == turned
    assert caller.patch(path, {"external_id": "7"}).json()["team_ids"] == turned


def test_deactivating_and_activating(cast: Cast, caller: Caller) -> None:
    signed_in = Caller(cast.agent)
    assert signed_in.get("/agents/").status_code == 200
    changed = caller.patch(path_of(cast.agent), {"active": False, "external_id": "gone"}).json()
    assert (changed["active"], changed["external_id"]) == (False, "gone")
    assert signed_in.get("/agents/").status_code == 401
    assert caller.patch(path_of(cast.agent), {"active": True}).json()["active"] is True
    assert Caller(cast.agent).get("/agents/").status_code == 401, "the session from before has ended"
    cast.agent.refresh_from_db()
    assert Caller(cast.agent).get("/agents/").status_code == 200


def test_other_changes_leave_the_standing_alone(cast: Cast, caller: Caller) -> None:
    caller.patch(path_of(cast.agent), {"active": False})
    assert caller.patch(path_of(cast.agent), {"first_name": "Hana"}).json()["active"] is False


def test_taking_the_contact_center_away_clears_what_belonged_to_it(cast: Cast, caller: Caller) -> None:
    changed = caller.patch(path_of(cast.agent), {"contact_center_enabled": False}).json()
    assert (changed["site_id"], changed["team_ids"], changed["desktop_profile_id"]) == (None, [], None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"site_id": None}, "site_id"),
        ({"team_ids": []}, "team_ids"),
        ({"desktop_profile_id": None}, "desktop_profile_id"),
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"language": "de"}, "language"),
        ({"channels": ["fax"]}, "channels.0"),
        ({"channels": "voice"}, "channels"),
        ({"active": None}, "active"),
        ({"first_name": "a\nb"}, "first_name"),
        ({"default_dn": "x"}, "default_dn"),
        ({"password": "secret"}, "password"),
        ({"is_active": False}, "is_active"),
    ],
    ids=str,
)
def test_wrong_values_are_refused_at_their_field(
    cast: Cast, caller: Caller, values: dict[str, Any], field: str
) -> None:
    refused = caller.patch(path_of(cast.agent), values)
    assert refused.status_code == 400, refused.content
    assert {error["field"] for error in refused.json()["errors"]} == {field}


def test_teams_of_another_site(cast: Cast, caller: Caller) -> None:
    refused = caller.patch(path_of(cast.agent), {"team_ids": [cast.sales.pk]})
    assert [error["field"] for error in refused.json()["errors"]] == ["team_ids"]
    moved = {"team_ids": [cast.sales.pk], "site_id": cast.lyon.pk}
    assert caller.patch(path_of(cast.agent), moved).json()["team_ids"] == [cast.sales.pk]


# --- The last administrator --------------------------------------------------------------------------------------


def test_last_administrator_stays(cast: Cast, caller: Caller) -> None:
    path = path_of(cast.admin)
    profile = cast.supervisor.profile_id
    assert code_of(caller.patch(path, {"active": False})) == "last_administrator"
    assert code_of(caller.patch(path, {"user_profile_id": profile})) == "last_administrator"
    assert code_of(caller.delete(path)) == "last_administrator"
    cast.admin.refresh_from_db()
    assert cast.admin.is_active
    assert cast.admin.role == "administrator"


def test_one_of_two_administrators_may_go(cast: Cast, caller: Caller) -> None:
    other = User(email="second@example.com", profile=cast.admin.profile)
    save_user(other, teams=[], actor=SYSTEM)
    assert caller.patch(path_of(other), {"active": False}).status_code == 200
    assert code_of(caller.delete(path_of(cast.admin))) == "last_administrator"
    assert caller.delete(path_of(other)).status_code == 204


def test_search_looks_at_names_and_addresses(cast: Cast, caller: Caller) -> None:
    def found(text: str) -> list[str]:
        return [row["first_name"] for row in caller.get(f"{USERS}?search={text}").json()["results"]]

    assert found("mala+jana") == ["Jana"]
    assert found("HUGO@example") == ["Hugo"]
    assert found("jana+moreau") == []
