"""Setting the status of many agents at once: each answers for itself."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contactcenter.workspace.models import Notification
from statuses.states import AWAY, ONLINE
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.statuses.support import assert_chain, choose, create_status, events, forget_events, state_of

NOBODY = 999_999


def post(caller: Caller, agent_ids: list[Any], status: Any = ONLINE, **body: Any) -> Any:
    return caller.post("/agents/statuses/", {"agent_ids": agent_ids, "status": status, **body})


def test_each_agent_has_an_answer_in_the_order_asked(cast: Cast) -> None:
    status = create_status(teams=[cast.care])
    ids = [NOBODY, cast.stranger.pk, cast.teammate.pk, cast.admin.pk, cast.agent.pk]
    forget_events()
    response = post(with_token(cast.client, "statuses:write"), ids, status.pk, note=" drill ")
    assert response.status_code == 200
    results = response.json()["results"]
    assert [(row["agent_id"], row["ok"], row.get("error", {}).get("code")) for row in results] == [
        (NOBODY, False, "not_found"),
        (cast.stranger.pk, False, "status_not_allowed"),
        (cast.teammate.pk, True, None),
        (cast.admin.pk, False, "not_found"),  # no agent
        (cast.agent.pk, True, None),
    ]
    for agent in (cast.teammate, cast.agent):
        state = state_of(agent)
        assert (state.status_id, state.version, state.note, state.cause) == (status.pk, 2, "drill", "api")
        assert_chain(agent)
    assert state_of(cast.stranger).version == 1
    assert {event.payload["agent_id"] for event in events("status.changed")} == {cast.teammate.pk, cast.agent.pk}


def test_supervisor_reaches_own_teams_only(cast: Cast) -> None:
    results = post(Caller(cast.supervisor), [cast.agent.pk, cast.stranger.pk]).json()["results"]
    assert [row["ok"] for row in results] == [True, False]
    assert results[1]["error"]["code"] == "not_found"
    assert state_of(cast.agent).cause == "supervisor"
    assert state_of(cast.stranger).version == 1
    assert list(Notification.objects.values_list("user", "kind")) == [(cast.agent.pk, "status_set_by_other")]


def test_agents_already_in_it_are_well_and_unchanged(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    forget_events()
    results = post(Caller(cast.admin), [cast.agent.pk, cast.teammate.pk]).json()["results"]
    assert [row["ok"] for row in results] == [True, True]
    assert (state_of(cast.agent).version, state_of(cast.teammate).version) == (2, 2)
    assert [event.payload["agent_id"] for event in events("status.changed")] == [cast.teammate.pk]


def test_repeated_ids_are_one(cast: Cast) -> None:
    results = post(Caller(cast.admin), [cast.agent.pk] * 3).json()["results"]
    assert results == [{"agent_id": cast.agent.pk, "ok": True}]
    assert state_of(cast.agent).version == 2


def test_agents_may_not(cast: Cast) -> None:
    response = post(Caller(cast.agent), [cast.agent.pk])
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert state_of(cast.agent).version == 1


@pytest.mark.parametrize(
    ("agent_ids", "body", "field"),
    [
        ([], {}, "agent_ids"),
        (list(range(1, 502)), {}, "agent_ids"),
        (["1"], {}, "agent_ids.0"),
        ([None], {}, "agent_ids.0"),
        ([True], {}, "agent_ids.0"),
        ([-1], {}, "agent_ids.0"),
        ([2**63], {}, "agent_ids.0"),
        ({"1": 1}, {}, "agent_ids"),
        ("all", {}, "agent_ids"),
        ([1], {"status": "online"}, "status"),
        ([1], {"status": NOBODY}, "status"),
        ([1], {"status": None}, "status"),
        ([1], {"note": "n" * 501}, "note"),
        ([1], {"note": 5}, "note"),
        ([1], {"note": None}, "note"),
    ],
)
def test_bad_values_are_refused_at_their_field(cast: Cast, agent_ids: Any, body: dict[str, Any], field: str) -> None:
    response = post(Caller(cast.admin), agent_ids, **body)
    assert response.status_code == 400, response.content
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert state_of(cast.agent).version == 1


def test_five_hundred_are_taken(cast: Cast) -> None:
    ids = [*range(NOBODY, NOBODY + 499), cast.agent.pk]
    results = post(Caller(cast.admin), ids).json()["results"]
    assert [row["ok"] for row in results] == [False] * 499 + [True]


def test_cost_does_not_grow_with_the_agents(cast: Cast) -> None:
    caller = with_token(cast.client, "statuses:write")
    counts = []
    for status, ids in ((ONLINE, [cast.agent.pk]), (AWAY, [cast.agent.pk, cast.teammate.pk, cast.stranger.pk])):
        with CaptureQueriesContext(connection) as captured:
            assert all(row["ok"] for row in post(caller, ids, status).json()["results"])
        counts.append(len(captured))
    assert counts[0] == counts[1]
