"""Teams wallboard: who sees which teams, their numbers, filters, and the cards the page fetches again."""

from typing import Any

import pytest

from contactcenter.directory.models import Membership, Team, User
from contactcenter.directory.services import save_object
from statuses.console import wallboard
from statuses.services import add_work_item, switch_channel
from statuses.states import AWAY, ONLINE
from tests.cast import Cast
from tests.console.support import Console, text_of
from tests.statuses.support import choose, create_status

PAGE, TEAMS = "teams-wallboard/", "teams-wallboard/teams/"


@pytest.fixture(autouse=True)
def _statuses(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    choose(cast.teammate, AWAY)


def teams_in(response: Any) -> list[str]:
    assert response.status_code == 200
    return [card.name for card in response.context["cards"]]


def numbers(card: Any, channel: str) -> tuple[dict[str, int], int, int]:
    [line] = [line for line in card.channels if line.name == channel]
    return {state: number for state, number in line.states if number}, line.work_items, line.capacity


# --- What is counted -----------------------------------------------------------------------------------------------


def test_team_is_counted_by_channel_and_status(admin: Console, cast: Cast) -> None:
    back_office = create_status()
    choose(cast.stranger, back_office.pk)
    add_work_item(cast.agent.pk, "chat")
    switch_channel(cast.agent.pk, "voice", enabled=False)
    response = admin.get(PAGE)
    care, _claims, sales = response.context["cards"]
    assert (care.name, care.agents) == ("Care", 2)
    assert numbers(care, "voice") == ({"away": 1, "offline": 1}, 0, 2)
    assert numbers(care, "chat") == ({"online": 1, "away": 1}, 1, 6)
    assert numbers(care, "e-mail") == ({"online": 2}, 0, 20)
    assert [(status["name"], status["agents"]) for status in care.statuses] == [("Online", 1), ("Away", 1)]
    assert [(status["name"], status["agents"]) for status in sales.statuses] == [("Back office", 1)]
    assert "Care Praha 2 agents" in text_of(response)


def test_all_agents_are_counted_once(admin: Console, cast: Cast) -> None:
    add_work_item(cast.teammate.pk, "email")  # of two teams
    everybody = admin.get(PAGE).context["everybody"]
    assert (everybody.name, everybody.agents) == ("All agents", 3)
    assert numbers(everybody, "e-mail") == ({"online": 2, "offline": 1}, 1, 30)
    assert {status["name"]: status["agents"] for status in everybody.statuses} == {"Online": 1, "Away": 1, "Offline": 1}


def test_supervisor_sees_the_supervised_teams_only(supervisor: Console, cast: Cast) -> None:
    response = supervisor.get(PAGE)
    assert teams_in(response) == ["Care"]
    everybody = response.context["everybody"]
    assert (everybody.name, everybody.agents) == ("All agents of your teams", 2)
    assert teams_in(supervisor.get(TEAMS, agents=f"{cast.stranger.pk},{cast.teammate.pk}")) == ["Care"]
    assert list(response.context["sites"]) == [cast.praha]


def test_team_without_agents_says_so(admin: Console, cast: Cast) -> None:
    User.objects.filter(pk=cast.stranger.pk).update(contact_center_enabled=False)
    assert "Sales Lyon 0 agents Nobody who could be given work." in text_of(admin.get(PAGE))


def test_page_without_teams_says_why(supervisor: Console, cast: Cast) -> None:
    cast.supervisor.profile.teams.clear()
    page = text_of(supervisor.get(PAGE))
    assert "No teams yet." in page
    assert "All agents of your teams 0 agents" in page


def test_statuses_without_room_on_the_card_are_summed_up(
    admin: Console, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wallboard, "STATUSES_A_CARD", 1)
    choose(cast.stranger, AWAY)
    response = admin.get(PAGE)
    assert [one["name"] for one in response.context["everybody"].shown_statuses] == ["Away"]
    assert "Away 2 in other statuses 1" in text_of(response)


def test_capacity_teams_are_no_teams_of_agents(admin: Console, cast: Cast) -> None:
    save_object(Team(name="Overflow", site=cast.praha, type=Team.Type.CAPACITY, dn="4000", capacity=5))
    assert teams_in(admin.get(PAGE)) == ["Care", "Claims", "Sales"]


# --- Filters and pages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"search": "CLA"}, ["Claims"]),
        ({"search": "praha care"}, ["Care"]),
        ({"search": "nothing"}, []),
        ({"search": "x" * 500}, []),
        ({"site": "x"}, ["Care", "Claims", "Sales"]),
        ({"site": "9" * 30}, ["Care", "Claims", "Sales"]),
        ({"after": "nonsense"}, ["Care", "Claims", "Sales"]),
    ],
)
@pytest.mark.parametrize("path", [PAGE, TEAMS])
def test_filters(admin: Console, path: str, query: dict[str, object], shown: list[str]) -> None:
    assert teams_in(admin.get(path, **query)) == shown


def test_filter_by_site(admin: Console, cast: Cast) -> None:
    response = admin.get(PAGE, site=cast.lyon.pk)
    assert teams_in(response) == ["Sales"]
    assert response.context["everybody"].agents == 3  # always the whole


def test_nothing_found_says_how_to_see_more(admin: Console) -> None:
    assert "No team like that. Take filters away to see more." in text_of(admin.get(PAGE, search="nothing"))


def test_pages_follow_one_another_without_gaps(admin: Console, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wallboard, "TEAMS_A_PAGE", 2)
    first = admin.get(PAGE)
    assert teams_in(first) == ["Care", "Claims"]
    second = admin.get(PAGE, after=first.context["following"])
    assert teams_in(second) == ["Sales"]
    assert second.context["following"] == ""


def test_more_teams_take_no_more_queries(admin: Console, cast: Cast) -> None:
    admin.get(PAGE)
    few = admin.queries(PAGE)
    for number in range(5):
        team = save_object(Team(name=f"Team {number}", site=cast.praha))
        Membership.objects.create(user=cast.agent, team=team, position=number + 1)
    assert admin.queries(PAGE) == few


# --- Live, and on the wall -----------------------------------------------------------------------------------------


def test_cards_of_the_teams_of_given_agents(admin: Console, cast: Cast) -> None:
    response = admin.get(TEAMS, agents=f"{cast.teammate.pk},x,999999")
    assert teams_in(response) == ["Care", "Claims"]
    assert response.context["everybody"].agents == 3
    assert teams_in(admin.get(TEAMS, agents="x")) == []
    assert teams_in(admin.get(TEAMS, agents=cast.stranger.pk, search="care")) == []


def test_large_page_leaves_the_console_out_and_keeps_the_filters(admin: Console, cast: Cast) -> None:
    normal = admin.get(PAGE, site=cast.lyon.pk)
    assert f"?site={cast.lyon.pk}&amp;size=large" in normal.content.decode()
    large = admin.get(PAGE, site=cast.lyon.pk, size="large")
    assert teams_in(large) == ["Sales"]
    assert "nav-sidebar" not in large.content.decode()
    assert f'href="?site={cast.lyon.pk}"' in large.content.decode()
