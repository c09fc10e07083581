"""Lists of rows that belong to an object: groups of queues, skills of profiles, entries of books."""

from typing import Any

import pytest

from contactcenter.directory.models import AddressBookEntry, DistributionGroup, ProfileSkill
from tests.callers import Caller
from tests.cast import Cast
from tests.directory.api.bodies import Body, World


def book(caller: Caller, *names: str) -> Body:
    entries = [{"entry_name": name, "phone_number": "112"} for name in names]
    made: Body = caller.post("/directory/address-book/", {"name": "Shops", "entries": entries}).json()
    return made


def change(caller: Caller, book: Body, entries: list[Body]) -> Any:
    return caller.patch(f"/directory/address-book/{book['id']}/", {"entries": entries})


def names_of(answer: Any) -> list[tuple[int, str]]:
    assert answer.status_code == 200, answer.content
    return [(row["id"], row["entry_name"]) for row in answer.json()["entries"]]


def test_a_list_that_is_given_replaces_all_rows(cast: Cast, caller: Caller) -> None:
    made = book(caller, "Bakery", "Cobbler", "Dairy")
    bakery, cobbler, _dairy = made["entries"]
    answer = change(caller, made, [cobbler, {"entry_name": "Zoo", "phone_number": "5"}, {**bakery, "entry_name": "A"}])
    (kept, renamed), new = names_of(answer)[:2], names_of(answer)[2]
    assert (kept, renamed) == ((bakery["id"], "A"), (cobbler["id"], "Cobbler"))
    assert new[1] == "Zoo"
    assert AddressBookEntry.objects.count() == 3


def test_rows_stay_while_they_are_not_mentioned(cast: Cast, caller: Caller) -> None:
    made = book(caller, "Bakery")
    answer = caller.patch(f"/directory/address-book/{made['id']}/", {"description": "Near the station"})
    assert answer.json()["entries"] == made["entries"]
    assert change(caller, made, []).json()["entries"] == []


def test_rows_may_exchange_their_names(cast: Cast, caller: Caller) -> None:
    made = book(caller, "Bakery", "Cobbler", "Dairy")
    bakery, cobbler, dairy = made["entries"]
    swapped = [{**bakery, "entry_name": "COBBLER"}, {**cobbler, "entry_name": "Bakery"}, dairy]
    assert {name for _id, name in names_of(change(caller, made, swapped))} == {"COBBLER", "Bakery", "Dairy"}
    assert (dairy["id"], "Dairy") in names_of(change(caller, made, [dairy]))


def test_a_new_row_may_take_over_the_name_of_one_there_is(cast: Cast, caller: Caller) -> None:
    made = book(caller, "Bakery")
    rows = [{"entry_name": "Bakery", "phone_number": "5"}, {**made["entries"][0], "entry_name": "Old bakery"}]
    assert [name for _id, name in names_of(change(caller, made, rows))] == ["Bakery", "Old bakery"]


def test_rows_of_another_object_are_unknown(cast: Cast, caller: Caller) -> None:
    other = book(caller, "Bakery")
    mine = caller.post("/directory/address-book/", {"name": "Mine"}).json()
    refused = change(caller, mine, [{**other["entries"][0], "entry_name": "Stolen"}])
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "entries.0.id"
    twice = change(caller, other, [other["entries"][0], {**other["entries"][0], "entry_name": "Again"}])
    assert twice.json()["errors"][0]["field"] == "entries.1.id"
    assert AddressBookEntry.objects.get().book_id == other["id"]


@pytest.mark.parametrize("missing", ["entry_name", "phone_number"])
def test_rows_are_given_whole(cast: Cast, caller: Caller, missing: str) -> None:
    made = book(caller, "Bakery")
    row = {name: value for name, value in made["entries"][0].items() if name != missing}
    refused = change(caller, made, [row])
    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == [f"entries.0.{missing}"]


def test_a_row_that_stands_there_twice(cast: Cast, caller: Caller) -> None:
    entries = [{"entry_name": name, "phone_number": "112"} for name in ("Bakery", " bakery ")]
    refused = caller.post("/directory/address-book/", {"name": "Shops", "entries": entries})
    assert refused.status_code == 400
    (error,) = refused.json()["errors"]
    assert (error["field"], error["code"]) == ("entries.1.entry_name", "repeated")


def test_groups_keep_their_numbers_when_they_change_places(world: World, caller: Caller) -> None:
    queue = caller.post("/directory/queue/", world.full_of("queue")).json()
    first, then = queue["groups"]
    rows = [
        {
            **first,
            "distribution_group_seq": 2,
            "group_fallback_time": 5,
            "distribution_group": then["distribution_group"],
        },
        {**then, "distribution_group_seq": 1, "group_fallback_time": None, "distribution_group": "First"},
    ]
    changed = caller.patch(f"/directory/queue/{queue['id']}/", {"groups": rows}).json()
    assert [row["id"] for row in changed["groups"]] == [then["id"], first["id"]]
    assert changed["groups"][1]["group_team_ids"] == first["group_team_ids"]
    assert DistributionGroup.objects.filter(queue=queue["id"]).count() == 2


@pytest.mark.parametrize(
    ("number", "values", "field"),
    [
        (0, {"group_fallback_time": 5}, "groups.0.group_fallback_time"),
        (1, {"group_fallback_time": None}, "groups.1.group_fallback_time"),
        (1, {"distribution_group_seq": 3}, "groups.0.distribution_group_seq"),
        (1, {"distribution_group": "first"}, "groups.1.distribution_group"),
        (1, {"group_team_ids": []}, "groups.1.group_team_ids"),
        (1, {"group_team_ids": [9_999_999]}, "groups.1.group_team_ids"),
    ],
)
def test_rules_of_groups_name_the_field(world: World, caller: Caller, number: int, values: Body, field: str) -> None:
    body = world.full_of("queue")
    body["groups"][number] |= values
    refused = caller.post("/directory/queue/", body)
    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == [field]


def test_skills_have_values_of_their_type(world: World, caller: Caller) -> None:
    refused = caller.post(
        "/directory/skill-profile/", {"name": "New", "skills": [{"skill_id": world.skills[0], "skill_value": "11"}]}
    )
    assert [error["field"] for error in refused.json()["errors"]] == ["skills.0.skill_value"]
    none = caller.post("/directory/skill-profile/", {"name": "New", "skills": []})
    assert [error["field"] for error in none.json()["errors"]] == ["skills"]


def test_skills_may_change_places(world: World, caller: Caller) -> None:
    profile = caller.post("/directory/skill-profile/", world.full_of("skill-profile")).json()
    first, second = profile["skills"]
    rows = [{**first, "skill_id": second["skill_id"], "skill_value": "two"}, {**second, "skill_id": first["skill_id"]}]
    rows[1]["skill_value"] = "3"
    changed = caller.patch(f"/directory/skill-profile/{profile['id']}/", {"skills": rows})
    assert changed.status_code == 200, changed.content
    found = ProfileSkill.objects.filter(profile=profile["id"]).values_list("skill", "skill_value")
    assert set(found) == {(world.skills[1], "two"), (world.skills[0], "3")}


def test_groups_only_of_campaigns(world: World, caller: Caller) -> None:
    body = {**world.least_of("outdial-queue"), "groups": world.full_of("outdial-queue")["groups"]}
    refused = caller.post("/directory/outdial-queue/", body)
    assert refused.status_code == 400
    (error,) = refused.json()["errors"]
    assert (error["field"], error["code"]) == ("groups", "not_applicable")


def test_many_rows_take_few_statements(cast: Cast, caller: Caller, django_assert_max_num_queries: Any) -> None:
    entries = [{"entry_name": f"Shop {number}", "phone_number": "112"} for number in range(500)]
    with django_assert_max_num_queries(20):
        made = caller.post("/directory/address-book/", {"name": "Shops", "entries": entries})
    assert len(made.json()["entries"]) == 500
