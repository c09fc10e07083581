"""The agent's day: time per status and reason, from midnight in the agent's zone."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from contactcenter.directory.models import User
from contactcenter.lib.actors import SYSTEM, Actor
from statuses.models import AgentState
from statuses.services import set_status
from statuses.states import AWAY, OFFLINE, ONLINE, Cause
from statuses.today import bounds, day_of
from tests.cast import Cast, create_cast, signed_in

PRAGUE = ZoneInfo("Europe/Prague")


def at(text: str) -> datetime:
    """A wall time in Prague."""
    return datetime.fromisoformat(text).replace(tzinfo=PRAGUE)


@pytest.fixture
def cast(db: None) -> Cast:
    with time_machine.travel(at("2026-03-02T08:00"), tick=False):
        return create_cast()


def put(agent: User, moment: datetime, status_id: int, reason: int | None = None, **options: object) -> None:
    how: dict[str, object] = {"actor": agent.actor, "cause": Cause.AGENT} | options
    with time_machine.travel(moment, tick=False):
        set_status(agent.pk, status_id, reason_code_id=reason, **how)  # type: ignore[arg-type]


def minutes(agent: User, now: datetime) -> dict[tuple[str, int], float]:
    with timezone.override(PRAGUE):
        totals = day_of(AgentState.objects.get(pk=agent.pk), now).totals
    return {key: seconds / 60 for key, seconds in totals.items()}


def test_time_is_counted_from_midnight_in_the_agents_zone(cast: Cast) -> None:
    put(cast.agent, at("2026-03-02T23:30"), AWAY, cast.lunch.pk)
    put(cast.agent, at("2026-03-03T00:20"), ONLINE)
    put(cast.agent, at("2026-03-03T01:00"), AWAY, cast.lunch.pk)
    found = minutes(cast.agent, at("2026-03-03T01:05"))
    assert found == {("reason", cast.lunch.pk): 20 + 5, ("status", ONLINE): 40}


def test_reason_counts_in_whichever_status(cast: Cast) -> None:
    put(cast.agent, at("2026-03-03T09:00"), AWAY, cast.lunch.pk)
    put(cast.agent, at("2026-03-03T09:10"), OFFLINE, cast.lunch.pk)
    found = minutes(cast.agent, at("2026-03-03T09:15"))
    assert found == {("status", OFFLINE): 9 * 60, ("reason", cast.lunch.pk): 15}


def test_running_interval_from_days_ago(cast: Cast) -> None:
    put(cast.agent, at("2026-03-02T09:00"), ONLINE)
    assert minutes(cast.agent, at("2026-03-05T06:00")) == {("status", ONLINE): 6 * 60}


def test_interval_that_ended_at_midnight_is_not_of_today(cast: Cast) -> None:
    put(cast.agent, at("2026-03-02T20:00"), ONLINE)
    put(cast.agent, at("2026-03-03T00:00"), AWAY)
    assert minutes(cast.agent, at("2026-03-03T00:00")) == {("status", AWAY): 0}


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-03-30", 24), ("2026-10-25", 25)], ids=["spring", "usual", "autumn"]
)
def test_days_have_the_hours_they_have(day: str, hours: int) -> None:
    with timezone.override(PRAGUE):
        for moment in ("00:00", "12:00", "23:59"):
            start, end = bounds(at(f"{day}T{moment}"))
            assert start.astimezone(PRAGUE).isoformat().startswith(f"{day}T00:00:00")
            assert (end - start).total_seconds() == hours * 3600


def test_menu_shows_the_time_beside_each_reason(cast: Cast) -> None:
    put(cast.agent, at("2026-03-03T09:00"), AWAY, cast.lunch.pk)
    put(cast.agent, at("2026-03-03T09:31"), AWAY, cast.training.pk)
    with time_machine.travel(at("2026-03-03T09:40"), tick=False):
        page = signed_in(cast.agent).get("/workspace/status/").content.decode()
    items = re.findall(r'data-label="([^"]*)"\s+role="menuitemradio".*?</button>', page, re.DOTALL)
    times = dict(
        re.findall(r'data-label="([^"]*)"\s+role=(?:(?!</button>).)*?menu-today"><[^>]*>([^<]*)<', page, re.DOTALL)
    )
    assert len(items) == 6
    assert times == {"Offline": "9 h 00 min", "Away · Lunch": "31 min", "Away · Training": "9 min"}
    # the running one goes on: it counts from when it would have begun without a break
    assert f'<time datetime="{at("2026-03-03T09:31").isoformat()}" data-ticking="duration">9 min</time>' in page


def test_day_in_the_agents_zone_and_words(cast: Cast) -> None:
    put(cast.agent, at("2026-03-02T22:00"), ONLINE)
    put(cast.agent, at("2026-03-03T09:00"), AWAY, cast.lunch.pk)
    put(
        cast.agent,
        at("2026-03-03T09:30"),
        ONLINE,
        actor=cast.supervisor.actor,
        cause=Cause.SUPERVISOR,
        note="Come back",
    )
    put(cast.agent, at("2026-03-03T10:00"), AWAY, actor=Actor("client", 1, "CRM"), cause=Cause.API)
    put(cast.agent, at("2026-03-03T10:15"), OFFLINE, actor=SYSTEM, cause=Cause.DISCONNECTED)
    with time_machine.travel(at("2026-03-03T12:00"), tick=False):
        page = signed_in(cast.agent).get("/workspace/day/").content.decode()
    rows = [
        " ".join(re.sub(r"<[^>]*>", " ", row).split())
        for row in re.findall(r"<li class=\"timeline.*?</li>", page, re.DOTALL)
    ]
    assert rows == [
        "10:15 – now Offline Connection lost 1 h 45 min",
        "10:00 – 10:15 Away Set over the API: CRM 15 min",
        "09:30 – 10:00 Online Set by a supervisor: Ivana Horska Come back 30 min",
        "09:00 – 09:30 Away · Lunch Chosen by you 30 min",
        "00:00 – 09:00 Online Chosen by you · since 03/02/2026 10 p.m. 9 h 00 min",
    ]


def test_long_day_takes_as_many_queries_as_a_short_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(cast.agent)
    start = datetime(2026, 3, 3, 6, tzinfo=UTC).timestamp()
    for number in range(60):
        put(cast.agent, datetime.fromtimestamp(start + number * 60, UTC), (ONLINE, AWAY)[number % 2])
    with time_machine.travel(at("2026-03-03T12:00"), tick=False), django_assert_num_queries(5):
        page = client.get("/workspace/day/").content.decode()
    assert page.count('class="timeline-entry') == 50
    assert "and 11 earlier changes today" in page
