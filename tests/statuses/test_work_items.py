"""Work items: who holds what, and how that uses up capacity."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contactcenter.directory.services import deactivate_user, delete_user, save_user
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import NotFound
from statuses.models import WorkItem
from statuses.services import add_work_item, expire_work_items, pick_agent, release_work_item
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.concurrency import together
from tests.statuses.support import availability_of, company, events, forget_events, give, online, state_of
from tests.statuses.test_visibility import narrow


def refusal(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def path_of(response: Any) -> str:
    return str(response["Location"]).removeprefix("http://testserver/api/v1")


@pytest.fixture
def crm(cast: Cast) -> Caller:
    return with_token(cast.client, "statuses:read", "statuses:write")


# --- Over the API ------------------------------------------------------------------------------------------------


def test_item_comes_and_goes(cast: Cast, crm: Caller) -> None:
    items = f"/agents/{cast.agent.pk}/work-items/"
    response = crm.post(items, {"channel": "chat", "external_ref": " conv-7 "})
    assert response.status_code == 201
    made = response.json()
    assert made == {
        "id": made["id"],
        "agent_id": cast.agent.pk,
        "channel": "chat",
        "external_ref": "conv-7",
        "reason": "manual",
        "added_at": made["added_at"],
    }
    assert path_of(response) == f"{items}{made['id']}/"
    assert crm.get(items).json() == {"next": None, "previous": None, "results": [made]}
    found = crm.get(f"/agents/{cast.agent.pk}/availability/").json()
    assert (found["channels"]["chat"]["work_items"], found["version"]) == (1, 1)
    assert crm.delete(path_of(response)).status_code == 204
    assert crm.get(items).json()["results"] == []
    assert refusal(crm.delete(path_of(response))) == (404, "not_found")  # gone is gone


def test_reference_may_be_left_out(cast: Cast, crm: Caller) -> None:
    for body in ({"channel": "email"}, {"channel": "email", "external_ref": ""}):
        assert crm.post(f"/agents/{cast.agent.pk}/work-items/", body).json()["external_ref"] == ""


def test_the_same_reference_twice_is_two_items(cast: Cast, crm: Caller) -> None:
    body = {"channel": "chat", "external_ref": "conv-7"}
    ids = {crm.post(f"/agents/{cast.agent.pk}/work-items/", body).json()["id"] for _ in range(2)}
    assert len(ids) == 2


def test_by_hand_over_the_capacity_and_on_any_channel(cast: Cast, crm: Caller) -> None:
    cast.agent.channels = ["voice"]
    save_user(cast.agent, actor=SYSTEM)
    for channel in ("voice", "voice", "chat"):
        assert crm.post(f"/agents/{cast.agent.pk}/work-items/", {"channel": channel}).status_code == 201
    channels = crm.get(f"/agents/{cast.agent.pk}/availability/").json()["channels"]
    assert {name: (row["work_items"], row["capacity"]) for name, row in channels.items()} == {
        "voice": (2, 1),
        "chat": (1, 0),
        "email": (0, 0),
        "social": (0, 0),
    }


def test_list_comes_in_pages_the_oldest_first(cast: Cast, crm: Caller) -> None:
    made = [item.pk for item in give(cast.agent, "email", 5)]
    give(cast.teammate, "email")
    found, path = [], f"/agents/{cast.agent.pk}/work-items/?page_size=2"
    while path:
        page = crm.get(path).json()
        found += [row["id"] for row in page["results"]]
        path = (page["next"] or "").removeprefix("http://testserver/api/v1")
    assert found == made


def test_cost_does_not_grow_with_the_items(cast: Cast, crm: Caller) -> None:
    counts = []
    for _ in range(2):
        give(cast.agent, "email", 3)
        with CaptureQueriesContext(connection) as captured:
            crm.get(f"/agents/{cast.agent.pk}/work-items/")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 3


def test_who_may_do_what(cast: Cast, crm: Caller) -> None:
    items = f"/agents/{cast.agent.pk}/work-items/"
    for caller in (Caller(cast.agent), Caller(cast.supervisor), Caller(cast.admin), crm):
        made = caller.post(items, {"channel": "chat"})
        assert (made.status_code, caller.get(items).status_code, caller.delete(path_of(made)).status_code) == (
            201,
            200,
            204,
        )
    (item,) = give(cast.agent, "chat")
    for caller in (Caller(cast.teammate), Caller(cast.stranger)):
        for response in (caller.post(items, {"channel": "chat"}), caller.get(items)):
            assert refusal(response) == (404, "not_found")
        assert refusal(caller.delete(f"{items}{item.pk}/")) == (404, "not_found")
    assert refusal(with_token(cast.client, "statuses:read").delete(f"{items}{item.pk}/")) == (403, "permission_denied")
    assert refusal(with_token(cast.client, "statuses:write").get(items)) == (403, "permission_denied")
    assert WorkItem.objects.count() == 1


def test_supervisor_who_may_only_watch(cast: Cast) -> None:
    narrow(cast.supervisor, manage_agent_states="VIEW")
    (item,) = give(cast.agent, "chat")
    caller, items = Caller(cast.supervisor), f"/agents/{cast.agent.pk}/work-items/"
    assert caller.get(items).status_code == 200
    assert refusal(caller.post(items, {"channel": "chat"})) == (403, "permission_denied")
    assert refusal(caller.delete(f"{items}{item.pk}/")) == (403, "permission_denied")


def test_me(cast: Cast, crm: Caller) -> None:
    made = Caller(cast.agent).post("/agents/me/work-items/", {"channel": "chat"})
    assert made.json()["agent_id"] == cast.agent.pk
    assert Caller(cast.agent).delete(f"/agents/me/work-items/{made.json()['id']}/").status_code == 204
    assert refusal(crm.get("/agents/me/work-items/")) == (404, "not_found")


def test_items_of_others_are_not_released(cast: Cast, crm: Caller) -> None:
    (item,) = give(cast.agent, "chat")
    assert refusal(crm.delete(f"/agents/{cast.teammate.pk}/work-items/{item.pk}/")) == (404, "not_found")
    assert WorkItem.objects.filter(pk=item.pk).exists()


@pytest.mark.parametrize("item", ["0", "999999", "9" * 18, "9" * 19, "9" * 400])
def test_unknown_items(cast: Cast, crm: Caller, item: str) -> None:
    assert refusal(crm.delete(f"/agents/{cast.agent.pk}/work-items/{item}/")) == (404, "not_found")


def test_unknown_agents(cast: Cast, crm: Caller) -> None:
    deactivate_user(cast.teammate, actor=SYSTEM)
    for agent in (cast.admin.pk, cast.teammate.pk, 999_999, "9" * 18):
        assert refusal(crm.post(f"/agents/{agent}/work-items/", {"channel": "chat"})) == (404, "not_found")
        assert refusal(crm.get(f"/agents/{agent}/work-items/")) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "channel"),
        ({"channel": None}, "channel"),
        ({"channel": ""}, "channel"),
        ({"channel": "fax"}, "channel"),
        ({"channel": "Chat"}, "channel"),
        ({"channel": 1}, "channel"),
        ({"channel": True}, "channel"),
        ({"channel": ["chat"]}, "channel"),
        ({"channel": {"chat": 1}}, "channel"),
        ({"channel": "chat", "external_ref": "x" * 201}, "external_ref"),
        ({"channel": "chat", "external_ref": 7}, "external_ref"),
        ({"channel": "chat", "external_ref": None}, "external_ref"),
        ({"channel": "chat", "external_ref": ["x"]}, "external_ref"),
        ({"channel": "chat", "ref": "x"}, "ref"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_bad_bodies(cast: Cast, crm: Caller, body: dict[str, Any], field: str) -> None:
    response = crm.post(f"/agents/{cast.agent.pk}/work-items/", body)
    assert refusal(response) == (400, "invalid")
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert not WorkItem.objects.exists()


def test_nul_in_a_reference(cast: Cast, crm: Caller) -> None:
    body = b'{"channel": "chat", "external_ref": "a\\u0000"}'
    assert refusal(crm.post(f"/agents/{cast.agent.pk}/work-items/", body)) == (400, "invalid")


def test_longest_reference(cast: Cast, crm: Caller) -> None:
    response = crm.post(f"/agents/{cast.agent.pk}/work-items/", {"channel": "chat", "external_ref": "č" * 200})
    assert response.json()["external_ref"] == "č" * 200


# --- What is told ------------------------------------------------------------------------------------------------


def test_coming_and_going_is_told_to_the_agent_and_those_who_watch(cast: Cast) -> None:
    forget_events()
    item = add_work_item(cast.teammate.pk, "chat")
    release_work_item(cast.teammate.pk, item.pk)
    teams = {f"team:{cast.care.pk}", f"team:{cast.claims.pk}"}
    for event in events("availability.changed"):
        assert set(event.audience) == {"all-teams", *teams, f"user:{cast.teammate.pk}"}
        assert event.payload == {"agent_id": cast.teammate.pk, "what": "work"}
    assert len(events("availability.changed")) == 2


def test_work_is_no_change_of_status(cast: Cast) -> None:
    online(cast.agent)
    before = state_of(cast.agent)
    (item,) = give(cast.agent, "chat")
    release_work_item(cast.agent.pk, item.pk)
    assert (state_of(cast.agent).version, state_of(cast.agent).since) == (before.version, before.since)


# --- What is counted ---------------------------------------------------------------------------------------------


def counts(agent: Any) -> tuple[int, int, int, int]:
    row = availability_of(agent)
    return row.voice_items, row.chat_items, row.email_items, row.social_items


def test_counts_follow_whoever_writes(cast: Cast) -> None:
    now = timezone.now()
    WorkItem.objects.bulk_create(
        WorkItem(agent_id=agent.pk, channel=channel, reason="manual", added_at=now)
        for agent in (cast.agent, cast.teammate)
        for channel in ("chat", "chat", "email")
    )
    assert counts(cast.agent) == counts(cast.teammate) == (0, 2, 1, 0)
    WorkItem.objects.filter(channel="chat").delete()
    assert counts(cast.agent) == counts(cast.teammate) == (0, 0, 1, 0)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM statuses_workitem")
    assert counts(cast.agent) == (0, 0, 0, 0)


def test_item_is_what_it_was(cast: Cast) -> None:
    (item,) = give(cast.agent, "chat")
    with pytest.raises(DatabaseError), transaction.atomic():
        WorkItem.objects.filter(pk=item.pk).update(channel="email")
    assert counts(cast.agent) == (0, 1, 0, 0)


def test_last_assignment_never_goes_back(cast: Cast) -> None:
    (item,) = give(cast.agent, "chat")
    latest = state_of(cast.agent).assigned_at
    assert latest == item.added_at
    WorkItem.objects.create(agent_id=cast.agent.pk, channel="chat", reason="manual", added_at=latest - timedelta(1))
    assert state_of(cast.agent).assigned_at == latest
    WorkItem.objects.all().delete()
    assert state_of(cast.agent).assigned_at == latest


# --- Agents who go -----------------------------------------------------------------------------------------------


def test_work_of_those_who_left_can_be_ended(cast: Cast, crm: Caller) -> None:
    (item,) = give(cast.agent, "chat")
    deactivate_user(cast.agent, actor=SYSTEM)
    with pytest.raises(NotFound):
        add_work_item(cast.agent.pk, "chat")
    assert crm.delete(f"/agents/{cast.agent.pk}/work-items/{item.pk}/").status_code == 204
    assert state_of(cast.agent).chat_items == 0


def test_work_goes_with_its_agent(cast: Cast) -> None:
    give(cast.agent, "chat", 2)
    delete_user(cast.agent, actor=SYSTEM)
    assert not WorkItem.objects.exists()


# --- Work nobody ends --------------------------------------------------------------------------------------------


def age(item: WorkItem, **ago: float) -> None:
    """Let time pass; items do not change otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE statuses_workitem SET added_at = %s WHERE id = %s", [timezone.now() - timedelta(**ago), item.pk]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_stuck_work_is_let_go_after_half_a_day(cast: Cast) -> None:
    stuck, fresh = give(cast.agent, "chat", 2)
    age(stuck, hours=12, seconds=1)
    age(fresh, hours=12, seconds=-5)
    forget_events()
    assert (expire_work_items(), expire_work_items()) == (1, 0)
    assert list(WorkItem.objects.all()) == [fresh]
    assert counts(cast.agent) == (0, 1, 0, 0)
    (event,) = events("availability.changed")
    assert event.payload == {"agent_id": cast.agent.pk, "what": "work"}


def test_company_says_when_work_is_stuck(cast: Cast) -> None:
    (item,) = give(cast.agent, "chat")
    age(item, hours=2)
    company(work_item_hours=3)
    assert expire_work_items() == 0
    company(work_item_hours=1)
    assert expire_work_items() == 1


def test_stuck_work_of_many_agents_costs_as_much_as_of_one(cast: Cast) -> None:
    queries = []
    for agents in ([cast.agent], [cast.agent, cast.teammate, cast.stranger]):
        for agent in agents:
            for item in give(agent, "email", 2):
                age(item, days=1)
        with CaptureQueriesContext(connection) as captured:
            assert expire_work_items() == 2 * len(agents)
        queries.append(len(captured))
    assert queries[0] == queries[1]


# --- At once -----------------------------------------------------------------------------------------------------


@pytest.mark.database
def test_released_by_two_at_once(transactional_db: None, cast: Cast) -> None:
    (item,) = give(cast.agent, "chat")
    outcomes = together(*[partial(release_work_item, cast.agent.pk, item.pk)] * 3)
    assert sorted(str(type(outcome).__name__) for outcome in outcomes) == ["NoneType", "NotFound", "NotFound"]
    assert counts(cast.agent) == (0, 0, 0, 0)


@pytest.mark.database
def test_many_come_and_go_at_once(transactional_db: None, cast: Cast) -> None:
    held = give(cast.agent, "email", 8)
    jobs: list[Any] = [partial(release_work_item, cast.agent.pk, item.pk) for item in held[:6]]
    jobs += [partial(add_work_item, cast.agent.pk, "chat")] * 6
    assert not [outcome for outcome in together(*jobs) if isinstance(outcome, Exception)]
    assert counts(cast.agent) == (0, 6, 2, 0)


@pytest.mark.database
def test_expiry_amid_releases(transactional_db: None, cast: Cast) -> None:
    held = give(cast.agent, "email", 6) + give(cast.teammate, "email", 6)
    with transaction.atomic():
        for item in held:
            age(item, days=1)
    jobs: list[Any] = [partial(release_work_item, item.agent_id, item.pk) for item in held[::2]]
    jobs += [expire_work_items, expire_work_items, partial(pick_agent, "email")]
    outcomes = together(*jobs)
    unexpected = [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, NotFound)]
    assert unexpected == []
    assert not WorkItem.objects.exists()
    assert counts(cast.agent) == counts(cast.teammate) == (0, 0, 0, 0)
