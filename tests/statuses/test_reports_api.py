"""``/api/v1/reports/time-in-status/``: who is told what, in which shape, and what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contactcenter.directory.models import User, UserProfile
from contactcenter.directory.services import save_object
from statuses.models import ActivityInterval, AgentState
from statuses.states import AWAY, OFFLINE, ONLINE, Activity
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.statuses.test_reports import write

PATH = "/reports/time-in-status/"
HOUR = timedelta(hours=1)
NINE = datetime(2026, 3, 29, 9, tzinfo=UTC)  # 11:00 in Praha, where this day has 23 hours


@pytest.fixture(autouse=True)
def _morning(cast: Cast) -> Any:
    """Jana was online for two hours, at lunch for one and a half, and with a contact for half an hour."""
    User.objects.filter(pk=cast.stranger.pk).update(time_zone="America/New_York")
    for agent in (cast.agent, cast.stranger):
        write(agent, NINE - 4 * HOUR, (ONLINE, 2 * HOUR, None), (AWAY, 1.5 * HOUR, cast.lunch))
    AgentState.objects.filter(pk=cast.teammate.pk).update(since=NINE - HOUR)
    start = NINE - 3 * HOUR
    ActivityInterval(agent=cast.agent, activity=Activity.ACD, started_at=start, ended_at=start + HOUR / 2).save()
    with time_machine.travel(NINE, tick=False):
        yield


def rows(caller: Caller, **query: object) -> list[dict[str, Any]]:
    response = caller.get(PATH + "?" + "&".join(f"{name}={value}" for name, value in query.items()))
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def test_row_has_everything(cast: Cast) -> None:
    client = with_token(cast.client, "reports:read")
    assert rows(client, agent=cast.agent.pk) == [
        {
            "group": {"kind": "agent", "id": cast.agent.pk, "name": "Jana Mala", "date": None},
            "seconds": 4 * 3600,
            "statuses": [
                {"id": OFFLINE, "name": "Offline", "seconds": 1800},
                {"id": ONLINE, "name": "Online", "seconds": 7200},
                {"id": AWAY, "name": "Away", "seconds": 5400},
            ],
            "reason_codes": [{"id": cast.lunch.pk, "name": "Lunch", "paid": False, "seconds": 5400}],
            "activities": {"none": 12600, "outbound": 0, "acd": 1800},
            "paid_seconds": 0,
            "unpaid_seconds": 5400,
        }
    ]


def test_days_are_those_of_each_agent(cast: Cast) -> None:
    """What began at 5:00 UTC is of the same day in Praha and in New York; the hour before 4:00 UTC would not be."""
    found = rows(Caller(cast.admin), group_by="day", **{"from": "2026-03-28", "to": "2026-03-29"})
    assert [(row["group"]["date"], row["seconds"]) for row in found] == [("2026-03-28", 0), ("2026-03-29", 9 * 3600)]
    write_late = rows(
        Caller(cast.admin), group_by="day", **{"from": "2026-03-29T03:00:00Z", "to": "2026-03-29T06:00:00Z"}
    )
    assert [(row["group"]["date"], row["seconds"]) for row in write_late] == [("2026-03-28", 0), ("2026-03-29", 7200)]


def test_teams_count_their_members(cast: Cast) -> None:
    found = rows(Caller(cast.admin), group_by="team")
    assert [(row["group"]["name"], row["group"]["id"], row["seconds"]) for row in found] == [
        ("Care", cast.care.pk, 5 * 3600),
        ("Claims", cast.claims.pk, 3600),
        ("Sales", cast.sales.pk, 4 * 3600),
    ]
    assert [row["group"]["name"] for row in rows(Caller(cast.admin), group_by="team", team=cast.sales.pk)] == ["Sales"]
    assert len(rows(Caller(cast.admin), team=cast.care.pk)) == 2


def test_moments_are_half_open(cast: Cast) -> None:
    found = rows(Caller(cast.agent), **{"from": "2026-03-29T06:00:00Z", "to": "2026-03-29T07:00:00Z"})
    assert [(row["seconds"], row["activities"]["acd"]) for row in found] == [(3600, 1800)]
    found = rows(Caller(cast.agent), **{"from": "2026-03-29T10:59:59%2B02:00"})
    assert [row["seconds"] for row in found] == [1]


# --- Who may read whose -------------------------------------------------------------------------------------------


def test_who_sees_whose_time(cast: Cast) -> None:
    seen = {
        cast.agent: {"Jana Mala"},
        cast.supervisor: {"Jana Mala", "Petr Novak"},
        cast.admin: {"Jana Mala", "Petr Novak", "Hugo Moreau"},
    }
    for reader, names in seen.items():
        assert {row["group"]["name"] for row in rows(Caller(reader))} == names
    assert [row["group"]["name"] for row in rows(Caller(cast.supervisor), group_by="team")] == ["Care"]
    assert [row["seconds"] for row in rows(Caller(cast.agent), group_by="team")] == [4 * 3600]
    assert [row["seconds"] for row in rows(Caller(cast.supervisor), group_by="day")] == [5 * 3600]


def test_time_of_others_needs_historical_reports(cast: Cast) -> None:
    profile = UserProfile.objects.get(pk=cast.supervisor.profile_id)
    profile.module_access = UserProfile.Access.SPECIFIC
    for module in UserProfile.MODULES:
        setattr(profile, module, "NONE" if module == "historical_reports" else "EDIT")
    save_object(profile)
    assert rows(Caller(cast.supervisor)) == []


# --- Pages and cost -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["group_by=agent", "group_by=team", "group_by=day&from=2026-03-25&to=2026-03-29"])
def test_pages_follow_one_another_both_ways(cast: Cast, query: str) -> None:
    whole = Caller(cast.admin).get(f"{PATH}?{query}").json()["results"]
    seen, path, pages = [], f"{PATH}?{query}&page_size=2", []
    while path:
        page = Caller(cast.admin).get(path).json()
        seen += page["results"]
        pages.append(page)
        path = (page["next"] or "").removeprefix("http://testserver/api/v1")
    assert seen == whole
    assert pages[0]["previous"] is None
    before = Caller(cast.admin).get(pages[1]["previous"].removeprefix("http://testserver/api/v1")).json()
    assert before["results"] == pages[0]["results"]


@pytest.mark.parametrize("group_by", ["agent", "team", "day"])
def test_few_statements_whatever_the_number_of_agents(cast: Cast, group_by: str) -> None:
    path = f"{PATH}?group_by={group_by}&from=2026-01-01"
    caller = Caller(cast.admin)
    User.objects.update(time_zone="Europe/Prague")

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert caller.get(path).status_code == 200
        return len(captured)

    User.objects.filter(pk__in=[cast.teammate.pk, cast.stranger.pk]).update(contact_center_enabled=False)
    few = statements()
    User.objects.update(contact_center_enabled=True)
    assert statements() == few <= 13


# --- What is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("from=2026-02-30", "from", "There is no 2026-02-30."),
        ("from=2026-02-30T10:00:00Z", "from", "There is no 2026-02-30T10:00:00Z."),
        ("from=yesterday", "from", "neither a date"),
        ("from=2026-3-1", "from", "neither a date"),
        ("from=20260301", "from", "neither a date"),
        ("from=2026-W10-1", "from", "neither a date"),
        ("from=2026-03-01Tnoon", "from", "neither a date"),
        ("from=٢٠٢٦-03-01", "from", "neither a date"),
        ("to=" + "9" * 5000, "to", "neither a date"),
        ("from=0001-01-01", "from", "too far away"),
        ("to=9999-12-31T23:59:59-12:00", "to", "too far away"),
        ("from=2026-03-01T10:00:00", "from", "has no zone"),
        ("from=2026-03-01T10:00:00 01:00", "from", "neither a date"),  # + in an address is a space
        ("from=2026-03-01&to=2026-03-01T10:00:00Z", "to", "two dates, or two moments"),
        ("from=2026-03-01T10:00:00Z&to=2026-03-02", "to", "two dates, or two moments"),
        ("to=2026-03-01T10:00:00Z", "from", "Give a moment"),
        ("from=2026-03-02&to=2026-03-01", "to", "ends before it begins"),
        ("from=2026-03-30", "to", "ends before it begins"),
        ("to=2026-03-28", "to", "ends before it begins"),
        ("from=2026-03-01T10:00:00Z&to=2026-03-01T10:00:00Z", "to", "ends before it begins"),
        ("from=2025-01-01&to=2026-02-05", "to", "400 days at most"),
        ("from=2025-01-01T00:00:00Z&to=2026-02-05T00:00:01Z", "to", "400 days at most"),
        ("group_by=site", "group_by", "not a valid choice"),
        ("team=0", "team", "greater than or equal to 1"),
        ("team=x", "team", "valid integer"),
        ("team=999999", "team", "There is no team 999999, or you may not see it."),
        ("agent=99999999999999999999", "agent", "less than or equal to"),
        ("agent=999999", "agent", "There is no agent 999999, or you may not see it."),
        ("page_size=0", "page_size", "1 to 200"),
        ("cursor=nonsense", "cursor", "not made by this list"),
        ("cursor=cD0x&group_by=day", "cursor", "not made by this list"),
        ("cursor=bz05OQ%3D%3D&group_by=day", "cursor", "not made by this list"),
    ],
)
def test_bad_input_is_named(cast: Cast, query: str, field: str, words: str) -> None:
    response = Caller(cast.admin).get(f"{PATH}?{query}")
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["field"] == field
    assert words in error["detail"]
    assert len(error["detail"]) < 200


def test_others_agents_and_teams_do_not_exist(cast: Cast) -> None:
    for query in (f"agent={cast.stranger.pk}", f"team={cast.sales.pk}"):
        assert Caller(cast.supervisor).get(f"{PATH}?{query}").status_code == 400
    assert Caller(cast.agent).get(f"{PATH}?agent={cast.teammate.pk}").status_code == 400


def test_400_days_are_not_too_many(cast: Cast) -> None:
    found = rows(Caller(cast.admin), group_by="day", page_size=200, **{"from": "2025-02-23", "to": "2026-03-29"})
    assert len(found) == 200
    assert rows(Caller(cast.admin), **{"from": "2025-02-23", "to": "2026-03-29"})
