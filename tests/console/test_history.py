"""Status history: what is shown to whom, filters, pages."""

from datetime import UTC, datetime, timedelta

import pytest

from contactcenter.directory.models import User
from statuses.console import history
from statuses.models import HistoryEntry, StatusInterval
from statuses.states import AWAY, ONLINE, Cause
from tests.cast import Cast
from tests.console.support import Console, text_of
from tests.statuses.support import choose

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def add_interval(agent: User, version: int, start: datetime, **values: object) -> None:
    """A finished interval of a day. Times are the database's, so history is written by hand here."""
    known = {
        "status_id": ONLINE,
        "status_name": "Online",
        "cause": Cause.AGENT,
        "actor_kind": "user",
        "actor_id": agent.pk,
        "actor_name": agent.name,
    }
    end = start + timedelta(days=1)
    StatusInterval.objects.create(agent=agent, version=version, started_at=start, ended_at=end, **{**known, **values})


@pytest.fixture(autouse=True)
def _week(cast: Cast) -> None:
    lunch = {"status_id": AWAY, "status_name": "Away", "reason_code_name": "Lunch"}
    for day in range(4):
        add_interval(cast.agent, 100 + day, MONDAY + timedelta(days=day), **({} if day % 2 else lunch))
    api = {"cause": Cause.API, "actor_kind": "client", "actor_name": "CRM", "note": "From the CRM"}
    add_interval(cast.stranger, 100, MONDAY + timedelta(days=2), **api)


def rows(console: Console, **query: object) -> list[tuple[str, str]]:
    page = console.get("status-history/", **query).context["page"]
    return [(entry.agent.first_name, entry.status_name) for entry in page.rows]


def test_newest_change_stands_first_with_what_is_known(admin: Console) -> None:
    page = text_of(admin.get("status-history/", agent="hugo", cause=Cause.API))
    assert "Hugo Moreau Online 03/04/2026 08:00:00 03/05/2026 08:00:00 1 d 0 h" in page
    assert "Set over the API CRM From the CRM" in page
    assert "Times in UTC." in page


def test_times_are_those_of_the_viewer(admin: Console, cast: Cast) -> None:
    User.objects.filter(pk=cast.admin.pk).update(time_zone="Europe/Prague")
    page = text_of(admin.get("status-history/", agent="jana", status=AWAY))
    assert "Jana Mala Away · Lunch 03/04/2026 09:00:00 03/05/2026 09:00:00 1 d 0 h" in page
    assert "Times in Europe/Prague." in page


def test_supervisor_sees_only_the_supervised_teams(supervisor: Console) -> None:
    assert {name for name, _status in rows(supervisor)} == {"Jana", "Petr"}
    assert rows(supervisor, agent="hugo") == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"agent": "jana"}, 5),  # four days, and Offline now
        ({"agent": "jana", "status": AWAY}, 2),
        ({"agent": "jana", "start": "9999-12-31", "end": "0001-01-01"}, 5),
        ({"agent": "jana", "end": "9999-12-31"}, 5),
        ({"agent": "jana", "cause": "agent"}, 4),
        ({"agent": "jana", "cause": "sync"}, 0),
        ({"start": "2026-03-03", "end": "2026-03-04"}, 3),
        ({"agent": "jana", "start": "2026-03-05", "end": "2026-03-05"}, 1),
        ({"agent": "jana", "status": "nonsense", "start": "nonsense"}, 5),
        ({"agent": "nobody"}, 0),
    ],
)
def test_filters(admin: Console, query: dict[str, object], count: int) -> None:
    assert len(rows(admin, **query)) == count


def test_link_to_one_agent(admin: Console, cast: Cast) -> None:
    assert {name for name, _status in rows(admin, agent=f"#{cast.agent.pk}")} == {"Jana"}


def test_pages_follow_one_another_without_gaps(admin: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "ROWS_A_PAGE", 3)
    seen: list[str] = []
    after = ""
    while True:
        page = admin.get("status-history/", after=after).context["page"]
        seen += [entry.pk for entry in page.rows]
        after = page.following
        if not after:
            break
    assert len(seen) == len(set(seen)) == HistoryEntry.objects.count()


def test_no_page_counts_the_history(admin: Console, cast: Cast) -> None:
    admin.get("status-history/")
    few = admin.queries("status-history/")
    for status in (AWAY, ONLINE) * 5:
        choose(cast.teammate, status)
    assert admin.queries("status-history/") == few


def test_nothing_says_why(admin: Console) -> None:
    assert "Nothing here. Every status an agent was in stands here" in text_of(
        admin.get("status-history/", agent="nobody")
    )
