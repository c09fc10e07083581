"""Who was in which status: intervals, newest first, the running one included."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine

from contactcenter.directory.models import UserProfile
from contactcenter.directory.services import delete_object, save_object
from contactcenter.lib.actors import SYSTEM
from statuses.services import delete_status
from statuses.states import AWAY, OFFLINE, ONLINE
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.statuses.support import assert_chain, choose, create_status, history_of, state_of

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def day(cast: Cast) -> Cast:
    """Jana's morning: an hour each Online, Away at lunch, Online, and Back office until now, at one."""
    with time_machine.travel(NINE - timedelta(hours=1), tick=False) as clock:
        type(state_of(cast.agent)).objects.update(since=NINE - timedelta(hours=1))
        status = create_status()
        for values in (
            {"status": ONLINE, "note": "good morning"},
            {"status": AWAY, "reason_code_id": cast.lunch.pk},
            {"status": ONLINE},
            {"status": status.pk},
        ):
            clock.shift(timedelta(hours=1))
            choose(cast.agent, **values)
    return cast


def read(caller: Caller, agent: Any, query: str = "") -> list[dict[str, Any]]:
    response = caller.get(f"/agents/{agent}/status-history/?{query}")
    assert response.status_code == 200, response.content
    rows: list[dict[str, Any]] = response.json()["results"]
    return rows


def test_newest_first_with_the_open_interval(day: Cast) -> None:
    with time_machine.travel(NINE + timedelta(hours=4), tick=False):
        rows = read(with_token(day.client, "statuses:read"), day.agent.pk)
    assert [(row["status"]["name"], row["started_at"], row["ended_at"], row["seconds"]) for row in rows] == [
        ("Back office", "2026-03-02T12:00:00Z", None, 3600),
        ("Online", "2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z", 3600),
        ("Away", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", 3600),
        ("Online", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z", 3600),
        ("Offline", "2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z", 3600),
    ]
    assert rows[2]["reason_code"] == {"id": day.lunch.pk, "name": "Lunch", "paid": False}
    assert (rows[3]["cause"], rows[3]["note"]) == ("agent", "good morning")
    assert rows[3]["actor"] == {"kind": "user", "id": day.agent.pk, "name": "Jana Mala"}
    assert (rows[4]["cause"], rows[4]["actor"]["kind"]) == ("import", "system")
    assert_chain(day.agent)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("from=2026-03-02T11:00:00Z", "Back office, Online"),  # what ended just then is over
        ("from=2026-03-02T10:59:59Z", "Back office, Online, Away"),
        ("from=2030-01-01", "Back office"),  # it is still running
        ("to=2026-03-02T10:00:00Z", "Online, Offline"),  # what begins just then is too late
        ("to=2026-03-02T08:00:00Z", ""),
        ("from=2026-03-02T10:15:00Z&to=2026-03-02T10:30:00Z", "Away"),  # inside of one
        ("from=2026-03-02T12:15:00%2B01:00&to=2026-03-02T11:30:00Z", "Online"),
        ("from=2026-03-02T12:30:00Z&to=2026-03-02T09:30:00Z", ""),  # the wrong way round
        ("from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z", "Back office, Online, Away, Online, Offline"),
    ],
)
def test_range_of_time(day: Cast, query: str, names: str) -> None:
    rows = read(Caller(day.agent), "me", query)
    assert ", ".join(row["status"]["name"] for row in rows) == names


@pytest.mark.parametrize(
    "given",
    [
        "x",
        "",
        "2026-13-01T00:00:00Z",
        "2026-03-02T10:00:00 01:00",
        "1",
        "99999999999",
        "0001-01-01T00:00:00+23:59",
        "²",
    ],
)
@pytest.mark.parametrize("name", ["from", "to"])
def test_bad_times_are_refused_at_their_field(cast: Cast, name: str, given: str) -> None:
    response = Caller(cast.agent).get(f"/agents/me/status-history/?{name}={quote(given)}")
    assert response.status_code == 400, response.content
    assert [error["field"] for error in response.json()["errors"]] == [name]


def test_pages(day: Cast) -> None:
    caller, seen, path = Caller(day.agent), [], "/agents/me/status-history/?page_size=2&from=2026-03-02T08:30:00Z"
    while path:
        page = caller.get(path).json()
        assert len(page["results"]) <= 2
        seen += [row["started_at"][11:13] for row in page["results"]]
        path = (page["next"] or "").removeprefix("http://testserver/api/v1")
    assert seen == ["12", "11", "10", "09", "08"]


def test_new_intervals_do_not_shift_later_pages(day: Cast) -> None:
    caller = Caller(day.agent)
    page = caller.get("/agents/me/status-history/?page_size=2").json()
    choose(day.agent, OFFLINE)
    second = caller.get(page["next"].removeprefix("http://testserver/api/v1")).json()
    assert [row["started_at"][11:13] for row in second["results"]] == ["10", "09"]


def test_history_outlives_what_it_tells_of(cast: Cast) -> None:
    status = create_status("Mentoring")
    choose(cast.agent, status.pk, reason_code_id=cast.training.pk)
    delete_status(status.pk, actor=SYSTEM)
    delete_object(cast.training)
    row = read(Caller(cast.agent), "me")[1]
    assert row["status"] == {"id": status.pk, "name": "Mentoring"}
    assert row["reason_code"]["name"] == "Training"


def test_clock_that_goes_back_leaves_no_negative_interval(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    with time_machine.travel(NINE - timedelta(days=400), tick=False):
        choose(cast.agent, AWAY)
        assert read(with_token(cast.client, "statuses:read"), cast.agent.pk)[0]["seconds"] == 0
    assert_chain(cast.agent)
    assert all(entry.ended_at is None or entry.ended_at >= entry.started_at for entry in history_of(cast.agent))


def test_who_may_read_whose(cast: Cast) -> None:
    allowed = {
        cast.agent: {cast.agent},
        cast.supervisor: {cast.agent, cast.teammate},
        cast.admin: {cast.agent, cast.teammate, cast.stranger},
    }
    for reader, readable in allowed.items():
        for agent in (cast.agent, cast.teammate, cast.stranger):
            response = Caller(reader).get(f"/agents/{agent.pk}/status-history/")
            assert response.status_code == (200 if agent in readable else 404), (reader, agent)


def test_history_of_others_needs_historical_reports(cast: Cast) -> None:
    profile = UserProfile.objects.get(pk=cast.supervisor.profile_id)
    profile.module_access = UserProfile.Access.SPECIFIC
    for module in UserProfile.MODULES:
        setattr(profile, module, "NONE" if module == "historical_reports" else "EDIT")
    save_object(profile)
    assert Caller(cast.supervisor).get(f"/agents/{cast.agent.pk}/status-history/").status_code == 404
    assert Caller(cast.supervisor).get(f"/agents/{cast.agent.pk}/availability/").status_code == 200
