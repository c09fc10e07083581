"""Definitions of statuses: create, change, delete; and all that is refused."""

from typing import Any

import pytest

from contactcenter.directory.models import CompanySettings
from contactcenter.workspace.models import Notification
from statuses.models import Status
from statuses.states import AWAY, FIRST_CUSTOM_ID, OFFLINE, ONLINE, TRANSFERS_ONLY
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.statuses.support import (
    BACK_OFFICE,
    assert_chain,
    choose,
    create_status,
    events,
    forget_events,
    history_of,
    state_of,
)

COMPOSED, DECOMPOSED = "Oběd v práci", "Obe\N{COMBINING CARON}d v pra\N{COMBINING ACUTE ACCENT}ci"
BUILTIN = [OFFLINE, ONLINE, AWAY, TRANSFERS_ONLY]


@pytest.fixture
def manager(cast: Cast) -> Caller:
    return with_token(cast.client, "statuses:manage", "statuses:read")


def names() -> set[str]:
    return set(Status.objects.custom().values_list("name", flat=True))


# --- What is there from the start --------------------------------------------------------------------------------


def test_built_in_statuses_are_those_of_the_specification(manager: Caller) -> None:
    found = manager.get("/statuses/").json()["results"]
    assert {row["id"]: (row["name"], *row["channels"].values()) for row in found if row["builtin"]} == {
        2: ("Offline", "offline", "offline", "offline", "offline"),
        3: ("Online", "online", "online", "online", "online"),
        4: ("Away", "away", "away", "online", "away"),
        5: ("Transfers only", "transfers_only", "transfers_only", "transfers_only", "transfers_only"),
    }
    assert list(found[0]["channels"]) == ["voice", "chat", "email", "social"]


def test_one_status_looks_as_documented(cast: Cast, manager: Caller) -> None:
    status = create_status(teams=[cast.care])
    choose(cast.agent, status.pk)
    body = manager.get(f"/statuses/{status.pk}/").json()
    assert body.pop("updated_at").endswith("Z")
    assert body == {
        "id": status.pk,
        "name": "Back office",
        "description": "",
        "builtin": False,
        "channels": BACK_OFFICE,
        "team_ids": [cast.care.pk],
        "agents_count": 1,
        "idle_after_minutes": None,
        "idle_target": None,
        "disconnect_target": None,
    }
    assert status.pk >= FIRST_CUSTOM_ID


# --- Creating and changing ---------------------------------------------------------------------------------------


def test_created_status_can_be_chosen(cast: Cast, manager: Caller) -> None:
    body = {"name": "  Back office ", "description": "Forms", "channels": BACK_OFFICE, "team_ids": [cast.care.pk]}
    response = manager.post("/statuses/", body)
    assert response.status_code == 201
    created = response.json()
    assert (created["name"], created["description"], created["team_ids"]) == ("Back office", "Forms", [cast.care.pk])
    assert Caller(cast.agent).put("/agents/me/status/", {"status": created["id"]}).status_code == 200


@pytest.mark.parametrize("name", ["x", "n" * 100, "हिन्दी", "Équipe № 1 / «nuit»", "休憩", "O'Brien <b>&amp;"])
def test_names_are_free_text(manager: Caller, name: str) -> None:
    response = manager.post("/statuses/", {"name": name, "channels": BACK_OFFICE})
    assert response.status_code == 201
    assert response.json()["name"] == name


def test_patch_changes_only_what_it_names(cast: Cast, manager: Caller) -> None:
    status = create_status(teams=[cast.care])
    response = manager.patch(f"/statuses/{status.pk}/", {"channels": {"voice": "away"}})
    assert response.status_code == 200
    body = response.json()
    assert body["channels"] == BACK_OFFICE | {"voice": "away"}
    assert (body["name"], body["team_ids"]) == ("Back office", [cast.care.pk])
    assert manager.patch(f"/statuses/{status.pk}/", {"team_ids": []}).json()["team_ids"] == []
    assert manager.patch(f"/statuses/{status.pk}/", {"name": "BACK OFFICE"}).json()["name"] == "BACK OFFICE"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": " Back office"},
        {"channels": {"voice": "offline"}},
        {"channels": {}},
        {"team_ids": []},
        {"id": 5, "builtin": True, "agents_count": 9},  # read-only fields are passed over
    ],
)
def test_patch_without_a_difference_is_no_change(manager: Caller, body: dict[str, Any]) -> None:
    status = create_status()
    forget_events()
    response = manager.patch(f"/statuses/{status.pk}/", body)
    assert response.status_code == 200
    assert Status.objects.get(pk=status.pk).updated_at == status.updated_at
    assert events("statuses.changed") == []


def test_every_change_is_told_to_everyone(manager: Caller, cast: Cast) -> None:
    pk = manager.post("/statuses/", {"name": "Back office", "channels": BACK_OFFICE}).json()["id"]
    manager.patch(f"/statuses/{pk}/", {"name": "Paperwork"})
    manager.patch(f"/statuses/{pk}/", {"team_ids": [cast.care.pk]})
    manager.delete(f"/statuses/{pk}/")
    told = [(event.audience, event.payload) for event in events("statuses.changed")]
    assert told == [(["everyone"], {"status_id": pk})] * 4


# --- What is refused ---------------------------------------------------------------------------------------------


def without(name: str) -> dict[str, str]:
    return {channel: state for channel, state in BACK_OFFICE.items() if channel != name}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": "n" * 101}, "name", "max_length"),
        ({"name": ""}, "name", "blank"),
        ({"name": " \t "}, "name", "blank"),
        ({"name": None}, "name", "null"),
        ({"name": 7}, "name", "invalid"),
        ({"name": ["Back office"]}, "name", "invalid"),
        ({"description": "d" * 256}, "description", "max_length"),
        ({"description": {}}, "description", "invalid"),
        ({"channels": None}, "channels", "null"),
        ({"channels": "online"}, "channels", "invalid"),
        ({"channels": ["online"]}, "channels", "invalid"),
        ({"channels": BACK_OFFICE | {"voice": "busy"}}, "channels.voice", "invalid_choice"),
        ({"channels": BACK_OFFICE | {"voice": ""}}, "channels.voice", "invalid_choice"),
        ({"channels": BACK_OFFICE | {"voice": None}}, "channels.voice", "null"),
        ({"channels": BACK_OFFICE | {"voice": ["online"]}}, "channels.voice", "invalid_choice"),
        ({"channels": BACK_OFFICE | {"fax": "online"}}, "channels.fax", "invalid"),
        ({"team_ids": [999_999]}, "team_ids", "invalid"),
        ({"team_ids": ["1"]}, "team_ids.0", "invalid"),
        ({"team_ids": [True]}, "team_ids.0", "invalid"),
        ({"team_ids": [1.0]}, "team_ids.0", "invalid"),
        ({"team_ids": [0]}, "team_ids.0", "min_value"),
        ({"team_ids": [2**63]}, "team_ids.0", "max_value"),
        ({"team_ids": [10**400]}, "team_ids.0", "max_value"),
        ({"team_ids": {"0": 1}}, "team_ids", "not_a_list"),
        ({"team_ids": None}, "team_ids", "null"),
    ],
)
def test_bad_values_are_refused_at_their_field(manager: Caller, change: dict[str, Any], field: str, code: str) -> None:
    status = create_status("Present")
    body = {"name": "Back office", "channels": BACK_OFFICE, **change}
    for response in (manager.post("/statuses/", body), manager.patch(f"/statuses/{status.pk}/", change)):
        assert response.status_code == 400, response.content
        assert response.json()["code"] == "invalid"
        assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [(field, code)]
    assert names() == {"Present"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"channels": BACK_OFFICE}, "name"),
        ({"name": "Back office"}, "channels"),
        ({"name": "Back office", "channels": without("social")}, "channels.social"),
    ],
)
def test_creating_needs_name_and_all_channels(manager: Caller, body: dict[str, Any], field: str) -> None:
    response = manager.post("/statuses/", body)
    assert response.status_code == 400
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [(field, "required")]
    assert names() == set()


@pytest.mark.parametrize(
    ("there", "name"),
    [
        ("Back office", "Back office"),
        ("Back office", "  bACK oFFICE "),
        (COMPOSED, DECOMPOSED),
        (DECOMPOSED, COMPOSED.upper()),
        ("Straße", "STRASSE"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("Other", "offline"),  # a built-in's
        ("Other", "TRANSFERS ONLY"),
    ],
)
def test_taken_names_are_refused(manager: Caller, there: str, name: str) -> None:
    create_status(there)
    another = create_status("Another")
    before = names()
    for response in (
        manager.post("/statuses/", {"name": name, "channels": BACK_OFFICE}),
        manager.patch(f"/statuses/{another.pk}/", {"name": name}),
    ):
        assert response.status_code == 409
        body = response.json()
        assert (body["code"], body["errors"][0]["field"]) == ("duplicate_name", "name")
        assert name.strip() in body["detail"]
    assert names() == before


@pytest.mark.parametrize("pk", BUILTIN)
def test_built_in_statuses_cannot_be_changed(cast: Cast, manager: Caller, pk: int) -> None:
    before = Status.objects.values().get(pk=pk)
    forget_events()
    for caller in (manager, Caller(cast.admin)):
        for response in (
            caller.patch(f"/statuses/{pk}/", {"name": "Mine"}),
            caller.patch(f"/statuses/{pk}/", {"name": 7}),
            caller.patch(f"/statuses/{pk}/", {}),
            caller.patch(f"/statuses/{pk}/", {"team_ids": [cast.care.pk]}),
            caller.delete(f"/statuses/{pk}/"),
        ):
            assert response.status_code == 409
            assert response.json()["code"] == "builtin_status"
            assert response.json()["detail"].startswith(f"“{before['name']}” is built in")
    assert Status.objects.values().get(pk=pk) == before
    assert events("statuses.changed", "status.changed") == []


@pytest.mark.parametrize("pk", [1, 99, 999_999, 2**63, 10**30, 0])
def test_unknown_statuses_are_not_found(manager: Caller, pk: int) -> None:
    for response in (
        manager.get(f"/statuses/{pk}/"),
        manager.patch(f"/statuses/{pk}/", {"name": "Mine"}),
        manager.delete(f"/statuses/{pk}/"),
    ):
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_the_status_after_the_last_is_refused(manager: Caller) -> None:
    CompanySettings.objects.update(custom_status_limit=2)
    create_status("First")
    status = create_status("Second")
    response = manager.post("/statuses/", {"name": "Third", "channels": BACK_OFFICE})
    assert (response.status_code, response.json()["code"]) == (409, "limit_reached")
    assert manager.patch(f"/statuses/{status.pk}/", {"name": "Last"}).status_code == 200
    manager.delete(f"/statuses/{status.pk}/")
    assert manager.post("/statuses/", {"name": "Third", "channels": BACK_OFFICE}).status_code == 201


def test_the_limit_is_a_hundred(manager: Caller) -> None:
    assert CompanySettings.load().custom_status_limit == 100


# --- Deleting ----------------------------------------------------------------------------------------------------


def test_deleting_moves_everybody_in_it_to_offline(cast: Cast, manager: Caller) -> None:
    status = create_status()
    choose(cast.agent, status.pk, reason_code_id=cast.lunch.pk, note="soup")
    choose(cast.teammate, status.pk)
    choose(cast.stranger, ONLINE)
    forget_events()
    assert manager.delete(f"/statuses/{status.pk}/").status_code == 204
    for agent in (cast.agent, cast.teammate):
        state = state_of(agent)
        assert (state.status_id, state.cause, state.must_choose, state.version) == (OFFLINE, "status_deleted", True, 3)
        assert (state.reason_code_id, state.note) == (None, "")
        assert state.actor.name == "CRM"
        assert_chain(agent)
    kept = history_of(cast.agent)[1]
    assert (kept.status_name, kept.reason_code_name, kept.note) == ("Back office", "Lunch", "soup")
    assert state_of(cast.stranger).status_id == ONLINE
    assert manager.get(f"/statuses/{status.pk}/").status_code == 404


def test_deleting_notifies_each_agent(cast: Cast, manager: Caller) -> None:
    status = create_status()
    choose(cast.agent, status.pk)
    choose(cast.teammate, status.pk)
    forget_events()
    manager.delete(f"/statuses/{status.pk}/")
    waiting = Notification.objects.filter(kind="status_deleted", data={"status": "Back office"})
    assert set(waiting.values_list("user", flat=True)) == {cast.agent.pk, cast.teammate.pk}
    live = {event.payload["agent_id"]: event.audience for event in events("status.changed")}
    assert live == {
        cast.agent.pk: ["all-teams", f"team:{cast.care.pk}", f"user:{cast.agent.pk}"],
        cast.teammate.pk: [
            "all-teams", f"team:{cast.care.pk}", f"team:{cast.claims.pk}", f"user:{cast.teammate.pk}",
        ],
    }  # fmt: skip


@pytest.mark.parametrize("choice", BUILTIN)
def test_any_choice_ends_the_prompt(cast: Cast, manager: Caller, choice: int) -> None:
    """Offline too, where the agent is already."""
    status = create_status()
    choose(cast.agent, status.pk)
    manager.delete(f"/statuses/{status.pk}/")
    caller = Caller(cast.agent)
    assert caller.get("/agents/me/availability/").json()["must_choose_status"] is True
    body = caller.put("/agents/me/status/", {"status": choice}).json()
    assert (body["must_choose_status"], body["version"], body["status"]["id"]) == (False, 4, choice)
    assert_chain(cast.agent)


def test_deleted_twice_is_not_found(manager: Caller) -> None:
    status = create_status()
    assert manager.delete(f"/statuses/{status.pk}/").status_code == 204
    assert manager.delete(f"/statuses/{status.pk}/").status_code == 404


def test_name_of_a_deleted_status_is_free_again(manager: Caller) -> None:
    manager.delete(f"/statuses/{create_status().pk}/")
    response = manager.post("/statuses/", {"name": "Back office", "channels": BACK_OFFICE})
    assert response.status_code == 201
