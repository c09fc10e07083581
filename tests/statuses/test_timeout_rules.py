"""The rules of timeouts, over the API: the company's, and what statuses have of their own."""

from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import NotFound
from statuses.models import TimeoutDefaults, TimeoutRule
from statuses.services import delete_status, save_defaults, save_rule
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.concurrency import followed_by, together
from tests.statuses.support import create_status, events, forget_events

NOTHING = {"idle_after_minutes": None, "idle_target": None, "disconnect_target": None}
COMPANY = {"idle_enabled": True, "idle_after_minutes": 30, "idle_target": AWAY, "disconnect_target": OFFLINE}


@pytest.fixture
def manager(cast: Cast) -> Caller:
    return with_token(cast.client, "statuses:read", "statuses:manage")


def put(caller: Caller, status: int | str, **body: Any) -> Any:
    return caller.put(f"/statuses/{status}/timeouts/", body)


def fields_of(response: Any) -> list[str]:
    assert (response.status_code, response.json()["code"]) == (400, "invalid"), response.content
    return [error["field"] for error in response.json()["errors"]]


# --- Of one status -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [OFFLINE, ONLINE, AWAY, TRANSFERS_ONLY])
def test_builtin_statuses_have_timeouts_too(manager: Caller, status: int) -> None:
    path = f"/statuses/{status}/timeouts/"
    assert manager.get(path).json() == NOTHING
    own = {"idle_after_minutes": 5, "idle_target": "keep", "disconnect_target": OFFLINE}
    response = manager.put(path, own)
    assert (response.status_code, response.json()) == (200, own)
    assert manager.get(path).json() == own
    assert {name: manager.get(f"/statuses/{status}/").json()[name] for name in own} == own


def test_list_of_statuses_tells_the_truth(manager: Caller) -> None:
    custom = create_status()
    put(manager, custom.pk, idle_after_minutes=1440, idle_target=custom.pk, disconnect_target="keep")
    rows = {row["id"]: row for row in manager.get("/statuses/").json()["results"]}
    assert {name: rows[custom.pk][name] for name in NOTHING} == {
        "idle_after_minutes": 1440,
        "idle_target": custom.pk,
        "disconnect_target": "keep",
    }
    assert {name: rows[ONLINE][name] for name in NOTHING} == NOTHING


def test_what_is_left_out_follows_the_company(manager: Caller) -> None:
    put(manager, ONLINE, idle_after_minutes=5, idle_target=AWAY, disconnect_target="keep")
    assert put(manager, ONLINE, idle_target=OFFLINE).json() == {**NOTHING, "idle_target": OFFLINE}
    assert put(manager, ONLINE).json() == NOTHING
    assert not TimeoutRule.objects.exists()
    assert manager.put(f"/statuses/{ONLINE}/timeouts/").json() == NOTHING  # no body at all


def test_keep_and_target_replace_one_another(manager: Caller) -> None:
    for target in ("keep", AWAY, "keep", None, OFFLINE, None):
        assert put(manager, ONLINE, idle_target=target, disconnect_target=target).json()["idle_target"] == target
    assert put(manager, ONLINE, idle_target="keep", disconnect_target=AWAY).json() == {
        **NOTHING,
        "idle_target": "keep",
        "disconnect_target": AWAY,
    }


@pytest.mark.parametrize("minutes", [4, 0, -5, 1441, 10**400, 10.0, 5.5, "10", True, [10], {"minutes": 10}])
def test_minutes_that_cannot_be(manager: Caller, minutes: Any) -> None:
    assert fields_of(put(manager, ONLINE, idle_after_minutes=minutes)) == ["idle_after_minutes"]
    assert not TimeoutRule.objects.exists()


@pytest.mark.parametrize(
    "target",
    [ONLINE, 999_999, 0, -4, 2**63, 10**400, 4.0, True, False, "4", "away", "KEEP", "keep ", "", [AWAY], {"id": AWAY}],
    ids=lambda value: str(value)[:20],
)
@pytest.mark.parametrize("name", ["idle_target", "disconnect_target"])
def test_targets_that_cannot_be(manager: Caller, name: str, target: Any) -> None:
    assert fields_of(put(manager, AWAY, **{name: target})) == [name]
    assert fields_of(manager.put("/settings/timeouts/", {**COMPANY, name: target})) == [name]
    assert not TimeoutRule.objects.exists()
    assert TimeoutDefaults.load().disconnect_target is None


def test_unknown_fields_and_statuses(manager: Caller) -> None:
    assert fields_of(put(manager, ONLINE, idle_minutes=10)) == ["idle_minutes"]
    assert fields_of(put(manager, ONLINE, idle_enabled=True)) == ["idle_enabled"]
    for status in (1, 99, 100, 999_999, "9" * 40):
        assert put(manager, status, idle_target=AWAY).status_code == 404
        assert manager.get(f"/statuses/{status}/timeouts/").status_code == 404


# --- Of the company ----------------------------------------------------------------------------------------------


def test_company_begins_without_idling(manager: Caller) -> None:
    assert manager.get("/settings/timeouts/").json() == {
        "idle_enabled": False,
        "idle_after_minutes": 10,
        "idle_target": AWAY,
        "disconnect_target": "keep",
    }


def test_company_sets_what_holds(manager: Caller) -> None:
    for body in (COMPANY, {**COMPANY, "idle_enabled": False, "idle_target": "keep", "disconnect_target": "keep"}):
        response = manager.put("/settings/timeouts/", body)
        assert (response.status_code, response.json()) == (200, body)
        assert manager.get("/settings/timeouts/").json() == body


@pytest.mark.parametrize("name", COMPANY)
def test_company_leaves_nothing_open(manager: Caller, name: str) -> None:
    assert fields_of(manager.put("/settings/timeouts/", {**COMPANY, name: None})) == [name]
    assert fields_of(manager.put("/settings/timeouts/", {key: COMPANY[key] for key in COMPANY if key != name})) == [
        name
    ]
    assert TimeoutDefaults.load().idle_enabled is False


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"idle_enabled": 1}, "idle_enabled"),
        ({"idle_enabled": "yes"}, "idle_enabled"),
        ({"idle_after_minutes": 4}, "idle_after_minutes"),
        ({"idle_after_minutes": 1441}, "idle_after_minutes"),
        ({"idle_after_minutes": True}, "idle_after_minutes"),
        ({"idle_after": 10}, "idle_after"),
    ],
)
def test_company_values_that_cannot_be(manager: Caller, body: dict[str, Any], field: str) -> None:
    assert fields_of(manager.put("/settings/timeouts/", {**COMPANY, **body})) == [field]


def test_nothing_sent_to_the_company(manager: Caller) -> None:
    assert sorted(fields_of(manager.put("/settings/timeouts/"))) == sorted(COMPANY)


# --- Who may -----------------------------------------------------------------------------------------------------


def test_only_administrators_read_and_change_them(cast: Cast) -> None:
    for path, body in (("/settings/timeouts/", COMPANY), (f"/statuses/{AWAY}/timeouts/", {})):
        for user in (cast.agent, cast.supervisor):
            assert Caller(user).get(path).status_code == Caller(user).put(path, body).status_code == 403
        assert Caller(cast.admin).get(path).status_code == Caller(cast.admin).put(path, body).status_code == 200
        reader, writer = with_token(cast.client, "statuses:read"), with_token(cast.client, "statuses:write")
        assert (reader.get(path).status_code, reader.put(path, body).status_code) == (200, 403)
        assert writer.put(path, body).status_code == 403


# --- What is told ------------------------------------------------------------------------------------------------


def test_changes_are_told_to_everybody(manager: Caller) -> None:
    forget_events()
    put(manager, ONLINE, idle_target=OFFLINE)
    manager.put("/settings/timeouts/", COMPANY)
    told = events("timeouts.changed")
    assert [(event.audience, event.payload) for event in told] == [(["everyone"], {})] * 2


# --- Targets that go ---------------------------------------------------------------------------------------------


def test_rule_whose_target_is_deleted_follows_the_company_again(manager: Caller) -> None:
    custom = create_status()
    put(manager, ONLINE, idle_after_minutes=20, idle_target=custom.pk, disconnect_target=custom.pk)
    put(manager, AWAY, idle_target="keep", disconnect_target=custom.pk)
    forget_events()
    assert manager.delete(f"/statuses/{custom.pk}/").status_code == 204
    assert manager.get(f"/statuses/{ONLINE}/timeouts/").json() == {**NOTHING, "idle_after_minutes": 20}
    assert manager.get(f"/statuses/{AWAY}/timeouts/").json() == {**NOTHING, "idle_target": "keep"}
    assert len(events("timeouts.changed")) == 1


def test_company_whose_target_is_deleted_keeps_statuses(manager: Caller) -> None:
    custom = create_status()
    manager.put("/settings/timeouts/", {**COMPANY, "idle_target": custom.pk, "disconnect_target": custom.pk})
    manager.delete(f"/statuses/{custom.pk}/")
    assert manager.get("/settings/timeouts/").json() == {
        **COMPANY,
        "idle_target": "keep",
        "disconnect_target": "keep",
    }


def test_rules_go_with_their_status(manager: Caller) -> None:
    custom = create_status()
    put(manager, custom.pk, idle_target=AWAY)
    forget_events()
    assert manager.delete(f"/statuses/{custom.pk}/").status_code == 204
    assert not TimeoutRule.objects.exists()
    assert events("timeouts.changed") == []  # nobody else is concerned


# --- The database keeps it ---------------------------------------------------------------------------------------


def test_impossible_rules_are_not_stored(cast: Cast) -> None:
    for values in (
        {"idle_target_id": ONLINE},
        {"disconnect_target_id": ONLINE},
        {"idle_after_minutes": 4},
        {"idle_after_minutes": 1441},
        {"idle_keep": True, "idle_target_id": AWAY},
        {"disconnect_keep": True, "disconnect_target_id": AWAY},
    ):
        rule = TimeoutRule(status_id=AWAY, **values)
        with pytest.raises(ValidationError):
            save_rule(rule)
        with pytest.raises(IntegrityError), transaction.atomic():
            TimeoutRule.objects.bulk_create([rule])
    with pytest.raises(IntegrityError), transaction.atomic():
        TimeoutDefaults.objects.create(pk=2)


def test_changes_are_in_the_audit_trail(cast: Cast) -> None:
    put(Caller(cast.admin), AWAY, idle_target="keep")
    event = TimeoutRule.pgh_event_model.objects.latest("pgh_id")  # type: ignore[attr-defined]  # made at run time
    assert event.pgh_context.metadata["name"] == "Alex Keller"


# --- At once -----------------------------------------------------------------------------------------------------


@pytest.mark.database
def test_first_rules_of_one_status_at_once(transactional_db: None, cast: Cast) -> None:
    jobs = [partial(save_rule, TimeoutRule(status_id=AWAY, idle_after_minutes=5 + number)) for number in range(4)]
    assert not [outcome for outcome in together(*jobs) if isinstance(outcome, Exception)]
    assert TimeoutRule.objects.count() == 1


@pytest.mark.database
def test_target_deleted_before_the_rule_is_stored(transactional_db: None, cast: Cast) -> None:
    custom = create_status()
    rule = TimeoutRule(status_id=AWAY, idle_target=custom)
    with followed_by(partial(save_rule, rule)) as late:
        delete_status(custom.pk, actor=SYSTEM)
    assert isinstance(late.outcome, ValidationError)
    assert not TimeoutRule.objects.exists()


@pytest.mark.database
def test_target_deleted_before_the_companys_is_stored(transactional_db: None, cast: Cast) -> None:
    custom = create_status()
    defaults = TimeoutDefaults.load()
    defaults.disconnect_target = custom
    with followed_by(partial(save_defaults, defaults)) as late:
        delete_status(custom.pk, actor=SYSTEM)
    assert isinstance(late.outcome, ValidationError)
    assert TimeoutDefaults.load().disconnect_target is None


@pytest.mark.database
def test_target_deleted_after_the_rule_is_stored(transactional_db: None, cast: Cast) -> None:
    custom = create_status()
    with followed_by(partial(delete_status, custom.pk, actor=SYSTEM)) as late:
        save_rule(TimeoutRule(status_id=AWAY, idle_target=custom))
    assert late.outcome == 0
    assert TimeoutRule.objects.get().idle_target is None


@pytest.mark.database
def test_status_deleted_before_its_rule_is_stored(transactional_db: None, cast: Cast) -> None:
    custom = create_status()
    with followed_by(partial(save_rule, TimeoutRule(status_id=custom.pk, idle_keep=True))) as late:
        delete_status(custom.pk, actor=SYSTEM)
    assert isinstance(late.outcome, NotFound)


@pytest.mark.database
def test_rules_amid_deletions(transactional_db: None, cast: Cast) -> None:
    custom = [create_status(f"Status {number}") for number in range(4)]
    jobs: list[Any] = [partial(delete_status, status.pk, actor=SYSTEM) for status in custom]
    for status, target in zip(custom, custom[1:] + custom[:1], strict=True):
        jobs.append(partial(save_rule, TimeoutRule(status_id=status.pk, idle_target=target)))
        defaults = TimeoutDefaults.load()
        defaults.idle_target = defaults.disconnect_target = target
        jobs.append(partial(save_defaults, defaults))
    outcomes = [outcome for outcome in together(*jobs) if isinstance(outcome, Exception)]
    assert all(isinstance(outcome, NotFound | ValidationError) for outcome in outcomes), outcomes
    assert not TimeoutRule.objects.exists()
    assert TimeoutDefaults.load().disconnect_target is None
