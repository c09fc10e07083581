"""What belongs to single kinds of objects, and what else stands in the way of a change."""

from typing import Any

import pytest
from django.apps import apps

from contactcenter.directory.models import AuxiliaryCode, Site, UserProfile
from contactcenter.directory.services import save_object
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.directory.api.bodies import JSON_TYPES, World


def problem(response: Any, status: int, code: str) -> Any:
    assert response.status_code == status, response.content
    body = response.json()
    assert body["code"] == code
    return body


def test_example_of_the_documentation(cast: Cast, caller: Caller) -> None:
    body = {"name": "Czech", "service_level_threshold": 20, "type": "PROFICIENCY", "outbound": True}
    made = caller.post("/directory/skill-definition/", body).json()
    assert caller.get(f"/directory/skill-definition/{made['id']}/").json() == {
        "id": made["id"],
        "name": "Czech",
        "description": "",
        "service_level_threshold": 20,
        "type": "PROFICIENCY",
        "list_values_for_enum": [],
        "outbound": True,
        "outbound_script": "",
    }


def test_who_refers_to_an_object_is_named(cast: Cast, caller: Caller) -> None:
    refused = problem(caller.delete(f"/directory/site/{cast.lyon.pk}/"), 409, "referenced")
    assert refused["detail"] == "“Lyon” is still used by team “Sales”, user “Hugo Moreau”. Change those first."
    assert refused["referrers"] == [
        {"object_type": "team", "id": cast.sales.pk, "name": "Sales"},
        {"object_type": "user", "id": cast.stranger.pk, "name": "Hugo Moreau"},
    ]
    assert Site.objects.filter(pk=cast.lyon.pk).exists()


def test_outdial_objects_are_not_those_for_contacts_that_come_in(world: World, caller: Caller) -> None:
    """Both kinds share a table, and none is found as the other."""
    assert caller.get(f"/directory/queue/{world.outdial_queue}/").status_code == 404
    assert caller.get(f"/directory/outdial-queue/{world.queues[0]}/").status_code == 404
    body = {**world.full_of("desktop-profile"), "transfer_target_ids": [world.outdial_queue]}
    refused = problem(caller.post("/directory/desktop-profile/", body), 400, "invalid")
    assert [error["field"] for error in refused["errors"]] == ["transfer_target_ids"]


def test_several_unknown_references_are_told_at_once(cast: Cast, caller: Caller) -> None:
    body = {"name": "New", "site_id": 9_999_998, "type": "AGENT", "skill_profile_id": 9_999_999}
    refused = problem(caller.post("/directory/team/", body), 400, "invalid")
    assert [(error["field"], error["detail"]) for error in refused["errors"]] == [
        ("site_id", "There is no site 9999998."),
        ("skill_profile_id", "There is no skill profile 9999999."),
    ]


def test_team_names_are_unique_within_a_site(cast: Cast, caller: Caller) -> None:
    body = {"name": "care", "type": "AGENT"}
    assert caller.post("/directory/team/", {**body, "site_id": cast.lyon.pk}).status_code == 201
    problem(caller.post("/directory/team/", {**body, "site_id": cast.praha.pk}), 409, "duplicate_name")


def test_capacity_teams(cast: Cast, caller: Caller) -> None:
    body = {"name": "Night", "type": "CAPACITY", "site_id": cast.praha.pk}
    refused = problem(caller.post("/directory/team/", body), 400, "invalid")
    assert {(error["field"], error["code"]) for error in refused["errors"]} == {
        ("dn", "required"),
        ("capacity", "required"),
    }
    made = caller.post("/directory/team/", {**body, "dn": "112", "capacity": 7}).json()
    assert (made["dn"], made["capacity"]) == ("112", 7)
    for wrong in ({"capacity": 0}, {"capacity": 10_001}, {"capacity": None}, {"dn": ""}, {"dn": "x"}):
        refused = problem(caller.patch(f"/directory/team/{made['id']}/", wrong), 400, "invalid")
        assert [error["field"] for error in refused["errors"]] == list(wrong)


def test_default_moves_to_the_code_that_is_made_it(cast: Cast, caller: Caller) -> None:
    path = "/directory/auxiliary-code/"
    assert caller.patch(f"{path}{cast.lunch.pk}/", {"default": True}).json()["default"] is True
    assert caller.patch(f"{path}{cast.training.pk}/", {"default": True}).json()["default"] is True
    assert caller.get(f"{path}{cast.lunch.pk}/").json()["default"] is False
    new = {"name": "Tea", "default": True, "work_type_id": cast.lunch.work_type_id}
    assert caller.post(path, new).status_code == 201
    assert list(AuxiliaryCode.objects.filter(is_default=True).values_list("name", flat=True)) == ["Tea"]


def test_wrap_up_codes_are_neither_paid_nor_unpaid(cast: Cast, caller: Caller) -> None:
    path = f"/directory/auxiliary-code/{cast.solved.pk}/"
    refused = problem(caller.patch(path, {"paid": False}), 400, "invalid")
    assert (refused["errors"][0]["field"], refused["errors"][0]["code"]) == ("paid", "not_applicable")
    assert caller.patch(path, {"paid": True, "description": "Well"}).json()["paid"] is True


def test_type_of_a_work_type_stays_once_codes_use_it(cast: Cast, caller: Caller) -> None:
    path = f"/directory/work-type/{cast.lunch.work_type_id}/"
    refused = problem(caller.patch(path, {"type": "WRAP_UP_CODE"}), 409, "immutable")
    assert [error["field"] for error in refused["errors"]] == ["type"]


def test_values_in_use_stay_in_the_list(world: World, caller: Caller) -> None:
    made = caller.post("/directory/skill-definition/", world.full_of("skill-definition")).json()
    skills = [{"skill_id": made["id"], "skill_value": "gold"}]
    caller.post("/directory/skill-profile/", {"name": "New", "skills": skills})
    path = f"/directory/skill-definition/{made['id']}/"
    refused = problem(caller.patch(path, {"list_values_for_enum": ["silver"]}), 409, "referenced")
    assert [error["field"] for error in refused["errors"]] == ["list_values_for_enum"]


def test_pause_has_a_length_of_its_own_accord(world: World, caller: Caller) -> None:
    made = caller.post("/directory/queue/", {**world.full_of("queue"), "recording_pause_duration": None}).json()
    assert made["recording_pause_duration"] == 10


def test_profile_that_makes_the_last_administrator(cast: Cast, caller: Caller) -> None:
    path = f"/directory/user-profile/{cast.admin.profile_id}/"
    levels = dict.fromkeys(UserProfile.MODULES, "VIEW")
    problem(caller.patch(path, {"module_access": "SPECIFIC", **levels}), 409, "last_administrator")
    assert caller.get(path).json()["module_access"] == "ALL"


def test_percent_signs_are_only_characters(cast: Cast, caller: Caller) -> None:
    refused = problem(caller.post("/directory/work-type/", {"name": "100%s", "type": "%d"}), 400, "invalid")
    assert [error["field"] for error in refused["errors"]] == ["type"]
    problem(caller.post("/directory/work-type/", {"name": "100%s", "type": "IDLE_CODE"}), 400, "invalid")


def test_changes_carry_the_name_of_the_caller(cast: Cast, caller: Caller) -> None:
    caller.patch(f"/directory/team/{cast.care.pk}/", {"desktop_layout": "Wide"})
    event = apps.get_model("directory", "TeamEvent").objects.filter(id=cast.care.pk).latest("pgh_id")
    assert event.pgh_label == "update"
    assert event.pgh_context.metadata == {"kind": "client", "id": cast.client.pk, "name": "CRM"}


# --- Who may -----------------------------------------------------------------------------------------------------


@pytest.fixture
def paths(cast: Cast) -> list[str]:
    return [f"/directory/{object_type.slug}/" for object_type in JSON_TYPES] + ["/directory/audio-file/"]


def statuses(caller: Caller, paths: list[str]) -> set[tuple[int, ...]]:
    return {
        (
            caller.get(path).status_code,
            caller.get(f"{path}9999999/").status_code,
            caller.patch(f"{path}9999999/", {}).status_code,
            caller.delete(f"{path}9999999/").status_code,
        )
        for path in paths
    }


def test_without_provisioning_nothing(cast: Cast, paths: list[str]) -> None:
    for user in (cast.agent, cast.supervisor):
        assert statuses(Caller(user), paths) == {(403, 403, 403, 403)}
    assert statuses(Caller(), paths) == {(401, 401, 401, 401)}


def test_scopes(cast: Cast, paths: list[str]) -> None:
    assert statuses(with_token(cast.client, "directory:read"), paths) == {(200, 404, 403, 403)}
    assert statuses(with_token(cast.client, "directory:write"), paths) == {(403, 403, 404, 404)}
    assert statuses(with_token(cast.client, "statuses:manage"), paths) == {(403, 403, 403, 403)}


def test_levels_of_provisioning(cast: Cast, paths: list[str]) -> None:
    assert statuses(Caller(cast.admin), paths) == {(200, 404, 404, 404)}
    levels = {**dict.fromkeys(UserProfile.MODULES, "NONE"), "provisioning": "VIEW"}
    viewers = UserProfile(name="Viewer", profile_type="ADMINISTRATOR", module_access="SPECIFIC", **levels)
    cast.supervisor.profile = save_object(viewers)
    cast.supervisor.save()
    assert statuses(Caller(cast.supervisor), paths) == {(200, 404, 403, 403)}


def test_unknown_kinds_of_objects(cast: Cast, caller: Caller) -> None:
    assert caller.get("/directory/nothing/").status_code == 404
    assert caller.get("/directory/").status_code == 404
    assert caller.put(f"/directory/team/{cast.care.pk}/", {}).status_code == 405
    assert caller.get(f"/directory/team/{'9' * 30}/").status_code == 404
