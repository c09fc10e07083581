"""Whole teams: how many agents are in which state, what they hold and could hold."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contactcenter.directory.models import Team
from contactcenter.directory.services import deactivate_user, save_object, save_user
from contactcenter.lib.actors import SYSTEM
from statuses.services import switch_channel
from statuses.states import AWAY, OFFLINE, ONLINE
from statuses.teams import team_availability
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.statuses.support import choose, create_status, give, online
from tests.statuses.test_visibility import narrow


@pytest.fixture
def reader(cast: Cast) -> Caller:
    return with_token(cast.client, "statuses:read")


def of(reader: Caller, team: Team) -> Any:
    response = reader.get(f"/teams/{team.pk}/availability/")
    assert response.status_code == 200, response.content
    return response.json()


def test_answer_is_complete(cast: Cast, reader: Caller) -> None:
    online(cast.agent)
    switch_channel(cast.agent.pk, "chat", enabled=False)
    choose(cast.teammate, create_status("Escalations", voice="transfers_only").pk)
    give(cast.agent, "voice")
    give(cast.teammate, "email", 3)
    custom = cast.teammate.state.status_id
    assert of(reader, cast.care) == {
        "team_id": cast.care.pk,
        "name": "Care",
        "agents": 2,
        "statuses": [
            {"id": ONLINE, "name": "Online", "agents": 1},
            {"id": custom, "name": "Escalations", "agents": 1},
        ],
        "channels": {
            "voice": {"online": 1, "transfers_only": 1, "away": 0, "offline": 0, "work_items": 1, "capacity": 2},
            "chat": {"online": 0, "transfers_only": 0, "away": 0, "offline": 2, "work_items": 0, "capacity": 6},
            "email": {"online": 2, "transfers_only": 0, "away": 0, "offline": 0, "work_items": 3, "capacity": 20},
            "social": {"online": 1, "transfers_only": 0, "away": 0, "offline": 1, "work_items": 0, "capacity": 10},
        },
    }


def test_numbers_are_those_of_the_agents(cast: Cast, reader: Caller) -> None:
    choose(cast.agent, AWAY, reason_code_id=cast.lunch.pk)
    cast.teammate.channels = ["chat"]
    save_user(cast.teammate, actor=SYSTEM)
    online(cast.teammate)
    give(cast.teammate, "chat", 5)
    agents = reader.get(f"/agents/?team={cast.care.pk}").json()["results"]
    for channel, numbers in of(reader, cast.care)["channels"].items():
        rows = [agent["channels"][channel] for agent in agents]
        for state in ("online", "transfers_only", "away", "offline"):
            assert numbers[state] == sum(row["state"] == state for row in rows), (channel, state)
        assert numbers["work_items"] == sum(row["work_items"] for row in rows)
        assert numbers["capacity"] == sum(row["capacity"] for row in rows)


def test_agent_of_two_teams_counts_in_both(cast: Cast, reader: Caller) -> None:
    assert (of(reader, cast.care)["agents"], of(reader, cast.claims)["agents"]) == (2, 1)


def test_only_agents_count(cast: Cast, reader: Caller) -> None:
    deactivate_user(cast.agent, actor=SYSTEM)
    assert of(reader, cast.care)["agents"] == 1
    deactivate_user(cast.teammate, actor=SYSTEM)
    empty = of(reader, cast.care)
    assert (empty["agents"], empty["statuses"]) == (0, [])
    assert {sum(numbers.values()) for numbers in empty["channels"].values()} == {0}


def test_renamed_status_stands_once(cast: Cast, reader: Caller) -> None:
    """Agents keep the name they chose; a team counts the status."""
    status = create_status()
    choose(cast.agent, status.pk)
    Caller(cast.admin).patch(f"/statuses/{status.pk}/", {"name": "Paperwork"})
    choose(cast.teammate, status.pk)
    assert of(reader, cast.care)["statuses"] == [{"id": status.pk, "name": "Paperwork", "agents": 2}]


# --- Lists -------------------------------------------------------------------------------------------------------


def listed(caller: Caller, query: str = "") -> list[str]:
    return [row["name"] for row in caller.get(f"/teams/availability/{query}").json()["results"]]


def test_list_has_what_the_team_alone_answers(cast: Cast, reader: Caller) -> None:
    online(cast.stranger)
    for row in reader.get("/teams/availability/").json()["results"]:
        assert row == of(reader, Team.objects.get(pk=row["team_id"]))


def test_who_sees_which_teams(cast: Cast, reader: Caller) -> None:
    assert listed(reader) == listed(Caller(cast.admin)) == ["Care", "Claims", "Sales"]
    assert listed(Caller(cast.supervisor)) == ["Care"]
    for caller, team in ((Caller(cast.supervisor), cast.sales.pk), (reader, 999_999), (reader, "9" * 30), (reader, 0)):
        response = caller.get(f"/teams/{team}/availability/")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_agents_see_no_teams(cast: Cast) -> None:
    for path in ("/teams/availability/", f"/teams/{cast.care.pk}/availability/"):
        response = Caller(cast.agent).get(path)
        assert (response.status_code, response.json()["code"]) == (403, "permission_denied")


def test_supervisor_without_a_module_that_shows_agents(cast: Cast) -> None:
    narrow(cast.supervisor, manage_agent_states="VIEW", real_time_reports="NONE")
    assert Caller(cast.supervisor).get("/teams/availability/").status_code == 403
    narrow(cast.supervisor, manage_agent_states="VIEW", real_time_reports="VIEW")
    assert listed(Caller(cast.supervisor)) == ["Care"]


def test_capacity_teams_have_no_agents_and_are_not_listed(cast: Cast, reader: Caller) -> None:
    team = save_object(Team(name="Partner", site=cast.praha, type=Team.Type.CAPACITY, dn="900", capacity=5))
    assert "Partner" not in listed(reader)
    assert reader.get(f"/teams/{team.pk}/availability/").status_code == 404


def test_pages_hold_every_team_once(cast: Cast, reader: Caller) -> None:
    names, path = [], "/teams/availability/?page_size=1"
    while path:
        page = reader.get(path).json()
        names += [row["name"] for row in page["results"]]
        path = (page["next"] or "").removeprefix("http://testserver/api/v1")
    assert names == ["Care", "Claims", "Sales"]


@pytest.mark.parametrize("query", ["page_size=0", "page_size=201", "page_size=x", "cursor=x", "cursor=cD14"])
def test_bad_pages(reader: Caller, query: str) -> None:
    response = reader.get(f"/teams/availability/?{query}")
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [query.partition("=")[0]]


def test_cost_does_not_grow_with_teams_and_agents(cast: Cast, reader: Caller) -> None:
    counts = []
    for path in ("/teams/availability/?page_size=1", "/teams/availability/", f"/teams/{cast.care.pk}/availability/"):
        with CaptureQueriesContext(connection) as captured:
            assert reader.get(path).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2] <= 4  # who asks, which teams, and two for the numbers


def test_no_teams_at_all(cast: Cast) -> None:
    assert team_availability([]) == []


def test_version_grows_with_every_change_of_a_status(cast: Cast) -> None:
    def version() -> int:
        return team_availability([cast.care])[0]["version"]

    before = version()
    for status in (ONLINE, AWAY, OFFLINE):
        choose(cast.agent, status)
    assert version() == before + 3
