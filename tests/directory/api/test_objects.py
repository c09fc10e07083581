"""Every kind of configuration object, created, read, changed and deleted."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contactcenter.directory.api.serializers import columns_of
from contactcenter.directory.catalog import Kind, ObjectType
from contactcenter.directory.models.conditions import default_of
from tests.callers import Caller
from tests.directory.api.bodies import JSON_TYPES, LISTS, Body, World

every_kind = pytest.mark.parametrize("object_type", JSON_TYPES, ids=lambda object_type: object_type.slug)


def path_of(object_type: ObjectType, pk: int | None = None) -> str:
    return f"/directory/{object_type.slug}/" + (f"{pk}/" if pk else "")


def create(caller: Caller, object_type: ObjectType, body: Body) -> Body:
    response = caller.post(path_of(object_type), body)
    assert response.status_code == 201, response.content
    created: Body = response.json()
    return created


def without_ids(name: str, value: Any) -> Any:
    """Rows come back with their numbers, which no body tells."""
    if name not in LISTS:
        return value
    return [{field: inner for field, inner in row.items() if field != "id"} for row in value]


def assert_holds(shown: Body, body: Body) -> None:
    assert {name: without_ids(name, shown[name]) for name in body} == body


# --- The whole life of an object ---------------------------------------------------------------------------------


@every_kind
def test_least_body_leaves_the_rest_at_its_defaults(world: World, caller: Caller, object_type: ObjectType) -> None:
    body = world.least(object_type)
    created = create(caller, object_type, body)
    assert_holds(created, body)
    names = ["id", *(column.name for column in columns_of(object_type))]
    assert list(created) == [*names, *([object_type.children.name] if object_type.children else [])]
    of_itself = {"direction", "first_name", "last_name", "recording_pause_duration"}
    for column in columns_of(object_type):
        if column.name not in body and column.name not in of_itself:
            assert created[column.name] == default_of(object_type.model, column.field), column.name
    assert caller.get(path_of(object_type, created["id"])).json() == created


@every_kind
def test_full_body_is_kept(world: World, caller: Caller, object_type: ObjectType) -> None:
    body = world.full(object_type)
    names = {column.name for column in columns_of(object_type)}
    assert names - set(body) <= {"dn", "capacity"}, "The full body has to hold every field."
    created = create(caller, object_type, body)
    assert_holds(created, body)
    assert caller.get(path_of(object_type, created["id"])).json() == created
    # what was read can be sent back as it is
    assert caller.patch(path_of(object_type, created["id"]), created).json() == created


@every_kind
def test_each_field_can_be_changed_alone(world: World, caller: Caller, object_type: ObjectType) -> None:
    full = world.full(object_type)
    path = path_of(object_type, create(caller, object_type, full)["id"])
    mutable = {column.name for column in columns_of(object_type) if not column.is_immutable}
    others = world.others(object_type)
    for name, value in others.items():
        assert value != full[name], f"{name}: give another value"
        changed = caller.patch(path, {name: value})
        assert changed.status_code == 200, changed.content
        assert_holds(changed.json(), {name: value})
        back = caller.patch(path, {field: full[field] for field in full if field in mutable | LISTS})
        assert back.status_code == 200, back.content
        assert_holds(back.json(), full)
    assert mutable - set(others) <= {"dn", "capacity", "site_id"}


@every_kind
def test_deleting(world: World, caller: Caller, object_type: ObjectType) -> None:
    path = path_of(object_type, create(caller, object_type, world.full(object_type))["id"])
    assert caller.delete(path).status_code == 204
    assert caller.get(path).status_code == 404
    assert caller.delete(path).status_code == 404
    assert caller.patch(path, {"nothing": 1}).status_code == 404


# --- What is refused ---------------------------------------------------------------------------------------------


def fields_of(response: Any, status: int = 400, code: str = "invalid") -> set[str]:
    assert response.status_code == status, response.content
    body = response.json()
    assert body["code"] == code
    return {error["field"] for error in body["errors"]}


@every_kind
def test_what_is_mandatory_is_asked_for(world: World, caller: Caller, object_type: ObjectType) -> None:
    needed = {column.name for column in object_type.columns if column.need == "M"}
    if object_type.children and object_type.children.at_least_one:
        needed.add(object_type.children.name)
    assert fields_of(caller.post(path_of(object_type), {})) == needed


WRONG: dict[Kind, list[Any]] = {
    Kind.TEXT: [5, None, [], True, "x" * 21_001],
    Kind.INTEGER: ["5", 1.5, True, [], -1, 2**40],
    Kind.SWITCH: ["true", 1, None, "ON", []],
    Kind.CHOICE: ["NOTHING", 1, None, []],
    Kind.TEXTS: ["US", None, [1], [None], {}],
    Kind.REFERENCE: ["1", 0, -1, True, 2**63, [], 9_999_999],
    Kind.REFERENCES: [1, None, ["1"], [0], [None], [9_999_999], {}],
}


@every_kind
def test_wrong_values_are_refused_at_their_field(world: World, caller: Caller, object_type: ObjectType) -> None:
    full = world.full(object_type)
    for column in columns_of(object_type):
        for value in WRONG[column.kind]:
            told = fields_of(caller.post(path_of(object_type), {**full, column.name: value}))
            assert {name.partition(".")[0] for name in told} == {column.name}, value


@every_kind
def test_wrong_rows_are_refused_at_their_field(world: World, caller: Caller, object_type: ObjectType) -> None:
    children = object_type.children
    if children is None:
        return
    full = world.full(object_type)
    first, second = full[children.name]
    shapes: list[Any] = [None, 3, "x", {}, [None], [[]], [3]]
    for wrong in shapes:
        told = fields_of(caller.post(path_of(object_type), {**full, children.name: wrong}))
        assert {name.partition(".")[0] for name in told} == {children.name}, wrong
    for column in children.columns:
        for value in WRONG[column.kind]:
            rows = [first, {**second, column.name: value}]
            told = fields_of(caller.post(path_of(object_type), {**full, children.name: rows}))
            assert f"{children.name}.1.{column.name}" in {".".join(name.split(".")[:3]) for name in told}, value
    for further in ({"nothing": 1}, {"id": 9_999_999}, {"id": "x"}):
        told = fields_of(caller.post(path_of(object_type), {**full, children.name: [first, {**second, **further}]}))
        assert told == {f"{children.name}.1.{name}" for name in further}


@every_kind
def test_unknown_fields_are_refused(world: World, caller: Caller, object_type: ObjectType) -> None:
    body = world.least(object_type)
    assert fields_of(caller.post(path_of(object_type), {**body, "nothing": 1, "created_at": None})) == {
        "nothing",
        "created_at",
    }
    path = path_of(object_type, create(caller, object_type, body)["id"])
    assert fields_of(caller.patch(path, {"nothing": None})) == {"nothing"}


@every_kind
def test_immutable_fields_stay(world: World, caller: Caller, object_type: ObjectType) -> None:
    full = world.full(object_type)
    path = path_of(object_type, create(caller, object_type, full)["id"])
    for column in object_type.columns:
        if not column.is_immutable:
            continue
        match column.kind:
            case Kind.REFERENCE:
                choices = column.model_field.related_model.objects.exclude(pk=full[column.name])
                value: Any = choices[0].pk
            case Kind.SWITCH:
                value = not full[column.name]
            case _:
                value = next(one for one, _label in column.model_field.choices if one != full[column.name])
        refused = caller.patch(path, {column.name: value})
        assert column.name in fields_of(refused, 409, "immutable")
        assert caller.get(path).json()[column.name] == full[column.name]


@every_kind
def test_taken_name(world: World, caller: Caller, object_type: ObjectType) -> None:
    body = world.least(object_type)
    key = object_type.key[0]
    create(caller, object_type, body)
    again = {**body, key: f" {body[key].upper()} "}
    assert fields_of(caller.post(path_of(object_type), again), 409, "duplicate_name") == {key}
    spare = "other@example.com" if key == "email" else "112"
    other = create(caller, object_type, {**body, key: spare if key != "name" else "Another"})
    assert fields_of(caller.patch(path_of(object_type, other["id"]), {key: body[key]}), 409, "duplicate_name") == {key}


@every_kind
def test_what_does_not_count_is_refused_or_cleared(world: World, caller: Caller, object_type: ObjectType) -> None:
    """Each condition is switched off by the field that it depends on."""
    full = world.full(object_type)
    path = path_of(object_type, create(caller, object_type, full)["id"])
    others = world.others(object_type)
    for column in object_type.columns:
        if column.condition is None or column.name not in full:
            continue
        switches = [object_type.column(name) for name in column.condition.when]
        for switch in filter(None, switches):
            if switch.is_immutable:
                continue
            value = {switch.name: others[switch.name]}
            refused = caller.patch(path, {**value, column.name: full[column.name]})
            assert fields_of(refused) == {column.name}
            assert refused.json()["errors"][0]["code"] == "not_applicable"
            changed = caller.patch(path, value).json()
            assert changed[column.name] == default_of(object_type.model, column.field)
            back = {field.name: full[field.name] for field in columns_of(object_type) if not field.is_immutable}
            assert caller.patch(path, back).status_code == 200


# --- Lists -------------------------------------------------------------------------------------------------------


def several(world: World, caller: Caller, object_type: ObjectType, numbers: range) -> None:
    for number in numbers:
        key, body = object_type.key[0], world.full(object_type)
        names = {"email": f"person{number}@example.com", "dialed_number": f"100{number}"}
        rows = [{**row} for row in body.get("groups", ())]
        create(
            caller, object_type, {**body, key: names.get(key, f"Row {number}"), **({"groups": rows} if rows else {})}
        )


def statements_of_list(caller: Caller, object_type: ObjectType) -> int:
    with CaptureQueriesContext(connection) as statements:
        response = caller.get(f"{path_of(object_type)}?page_size=200")
    assert response.status_code == 200
    return len(statements)


@every_kind
def test_list_costs_the_same_however_long(world: World, caller: Caller, object_type: ObjectType) -> None:
    several(world, caller, object_type, range(2))
    few = statements_of_list(caller, object_type)
    several(world, caller, object_type, range(2, 6))
    assert statements_of_list(caller, object_type) == few <= 12


@every_kind
def test_filters(world: World, caller: Caller, object_type: ObjectType) -> None:
    several(world, caller, object_type, range(2))
    key, path = object_type.key[0], path_of(object_type)

    def found(query: str) -> list[str]:
        return [row[key] for row in caller.get(f"{path}?{query}").json()["results"]]

    exact = {"email": "PERSON1@example.com", "dialed_number": "1001"}.get(key, "row 1")
    one = {"email": "person1@example.com", "dialed_number": "1001"}.get(key, "Row 1")
    assert found(f"{key}={exact}") == [one]
    assert found(f"{key}=Row") == []
    assert found(f"search={one.upper()}") == [one]
    assert found("search=1+zzz") == []
    assert fields_of(caller.get(f"{path}?search={'x' * 101}")) == {"search"}
    assert fields_of(caller.get(f"{path}?page_size=500")) == {"page_size"}


@every_kind
def test_pages_hold_every_object_once(world: World, caller: Caller, object_type: ObjectType) -> None:
    several(world, caller, object_type, range(2))
    path: str = f"{path_of(object_type)}?page_size=1"
    ids = []
    while path:
        page = caller.get(path).json()
        ids += [row["id"] for row in page["results"]]
        path = (page["next"] or "").removeprefix("http://testserver/api/v1")
    assert ids == sorted(object_type.model.objects.values_list("pk", flat=True))
