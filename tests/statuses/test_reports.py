"""Reports agree with the intervals they are made of, whatever the zone, the range and the clock do."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contactcenter.directory.models import AuxiliaryCode, Team, User
from contactcenter.directory.services import deactivate_user, delete_object
from contactcenter.lib.actors import SYSTEM
from statuses.models import ActivityInterval, AgentState, StatusInterval
from statuses.reports import sums
from statuses.reports.questions import Question, agents_of, teams_of
from statuses.reports.rows import Row, rounded
from statuses.reports.spans import Days, Moments, Span
from statuses.reports.sums import Kind
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY, Activity, Cause
from tests.cast import Cast
from tests.statuses.support import create_status, delete

QUARTER = timedelta(minutes=15)  # clocks change, and days begin, at quarters of an hour
SECOND = timedelta(seconds=1)
NOTHING = Kind()


# --- A simple reading of the same intervals -----------------------------------------------------------------------


@dataclass(frozen=True)
class Stay:
    """A stretch of time of one agent, as it was written down. Without an end it is still running."""

    agent: User
    kind: Kind
    start: datetime
    end: datetime | None


def pieces(stay: Stay, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Cut into pieces of at most a quarter of an hour, none of which lies in two days of any zone."""
    at, end = stay.start, min(stay.end or now, now)
    while at < end:
        quarter = QUARTER - (at - datetime(2000, 1, 1, tzinfo=UTC)) % QUARTER
        yield at, min(at + quarter, end)
        at += quarter


def expected(stays: list[Stay], span: Span, now: datetime, group_of: Callable[[User, date], Any]) -> dict[Any, Any]:
    """Add up piece by piece; what lies outside the span does not count."""
    found: dict[Any, dict[Kind, timedelta]] = defaultdict(lambda: defaultdict(timedelta))
    for stay in stays:
        zone = ZoneInfo(stay.agent.time_zone)
        for start, end in pieces(stay, now):
            day = start.astimezone(zone).date()
            if isinstance(span, Days):
                length = end - start if span.first <= day <= span.last else timedelta()
            else:
                length = max(timedelta(), min(end, span.end) - max(start, span.start))
            if length:
                found[group_of(stay.agent, day)][stay.kind] += length
    return found


def assert_agrees(row: Row, exact: Mapping[Kind, timedelta]) -> None:
    spent = {kind: length for kind, length in exact.items() if not kind.activity}
    assert abs(row.seconds * SECOND - sum(spent.values(), timedelta())) <= SECOND / 2
    assert sum(row.statuses.values()) == row.seconds
    assert sum(row.activities.values()) == row.seconds
    assert row.paid_seconds + row.unpaid_seconds == sum(row.reasons.values())
    assert set(row.spent) == set(spent)
    for kind, seconds in row.spent.items():
        assert abs(seconds * SECOND - spent[kind]) < SECOND, kind
    for activity in (Activity.OUTBOUND, Activity.ACD):
        assert abs(row.activities[activity] * SECOND - exact.get(Kind(activity=activity), timedelta())) < SECOND


# --- Whatever happened --------------------------------------------------------------------------------------------

# Clocks go back and forth in these days; in the Azores over midnight, in Cairo at midnight.
ZONES = ["UTC", "Europe/Prague", "America/New_York", "Asia/Kathmandu", "Atlantic/Azores", "Africa/Cairo"]
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)

LENGTHS = st.one_of(
    st.integers(0, 3 * 86400 * 10**6).map(lambda micros: timedelta(microseconds=micros)),
    st.sampled_from([timedelta(), SECOND, QUARTER, timedelta(hours=8), timedelta(days=1), timedelta(days=2)]),
)


@dataclass(frozen=True)
class Life:
    """What one agent does, one thing after the other."""

    zone: str
    gap: timedelta
    steps: list[tuple[int, int, timedelta]]
    talks: list[tuple[str, timedelta, timedelta]]


LIVES = st.builds(
    Life,
    zone=st.sampled_from(ZONES),
    gap=LENGTHS,
    steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), LENGTHS), max_size=12),
    talks=st.lists(st.tuples(st.sampled_from(["acd", "outbound"]), LENGTHS, LENGTHS), max_size=6),
)
OFFSETS = st.integers(-5 * 86400, 5 * 86400).map(lambda seconds: timedelta(seconds=seconds))


class Company:
    def __init__(self, cast: Cast, around: date, lives: list[Life]) -> None:
        self.begin = datetime(around.year, around.month, around.day, tzinfo=UTC) - timedelta(days=4)
        self.reasons: list[AuxiliaryCode | None] = [None, cast.lunch, cast.training]
        self.stays: list[Stay] = []
        for agent, life in zip((cast.agent, cast.teammate, cast.stranger), lives, strict=True):
            agent.time_zone = life.zone
            User.objects.filter(pk=agent.pk).update(time_zone=life.zone)
            self._live(agent, life)
            self._talk(agent, life)

    def _live(self, agent: User, life: Life) -> None:
        at, version, rows = self.begin + life.gap, 1, []
        for status, number, length in life.steps:
            reason = self.reasons[number]
            status_id = (OFFLINE, ONLINE, AWAY, TRANSFERS_ONLY)[status]
            rows.append(interval(agent, version, at, at + length, status_id, reason))
            self.stays.append(Stay(agent, kind_of(status_id, reason), at, at + length))
            at, version = at + length, version + 1
        StatusInterval.objects.bulk_create(rows)
        AgentState.objects.filter(pk=agent.pk).update(
            since=at, version=version, status=AWAY, reason_code=self.reasons[2]
        )
        self.stays.append(Stay(agent, kind_of(AWAY, self.reasons[2]), at, None))

    def _talk(self, agent: User, life: Life) -> None:
        at, rows = self.begin + life.gap, []
        for activity, pause, length in life.talks:
            at += pause
            rows.append(ActivityInterval(agent=agent, activity=activity, started_at=at, ended_at=at + length))
            self.stays.append(Stay(agent, Kind(activity=activity), at, at + length))
            at += length
        ActivityInterval.objects.bulk_create(rows)
        AgentState.objects.filter(pk=agent.pk).update(activity=Activity.ACD, activity_since=at)
        self.stays.append(Stay(agent, Kind(activity=Activity.ACD), at, None))


def kind_of(status_id: int, reason: AuxiliaryCode | None) -> Kind:
    return Kind(status_id, reason.pk, reason.paid) if reason else Kind(status_id)


def interval(
    agent: User, version: int, start: datetime, end: datetime, status_id: int, reason: AuxiliaryCode | None = None
) -> StatusInterval:
    return StatusInterval(
        agent=agent,
        version=version,
        status_id=status_id,
        status_name=f"Status {status_id}",
        reason_code_id=reason.pk if reason else None,
        reason_code_name=reason.name if reason else "",
        reason_code_paid=reason.paid if reason else None,
        cause=Cause.AGENT,
        actor_kind="user",
        actor_id=agent.pk,
        actor_name=agent.name,
        started_at=start,
        ended_at=end,
    )


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    around=st.sampled_from([SPRING, AUTUMN, date(2026, 4, 24), date(2026, 10, 30), date(2026, 6, 15)]),
    lives=st.lists(LIVES, min_size=3, max_size=3),
    edges=st.tuples(OFFSETS, OFFSETS).map(sorted),
    now=OFFSETS,
    whole_days=st.booleans(),
)
def test_reports_agree_with_the_intervals(
    cast: Cast, around: date, lives: list[Life], edges: list[timedelta], now: timedelta, whole_days: bool
) -> None:
    with transaction.atomic():
        company = Company(cast, around, lives)
        noon = datetime(around.year, around.month, around.day, 12, tzinfo=UTC)
        start, end = (noon + edge for edge in edges)
        span = Days(start.date(), end.date()) if whole_days else Moments(start, end + SECOND)
        question = Question(span, agents_of(cast.admin), teams_of(cast.admin), now=noon + now)
        assert_by_agent(question, company)
        assert_by_team(question, company)
        assert_by_day(question, company)
        transaction.set_rollback(True)


def assert_by_agent(question: Question, company: Company) -> None:
    exact = expected(company.stays, question.span, question.now, lambda agent, _day: agent.pk)
    for row in question.of_agents(list(question.agents)).rows:
        assert_agrees(row, exact.get(row.group.id, {}))


def assert_by_team(question: Question, company: Company) -> None:
    by_agent = expected(company.stays, question.span, question.now, lambda agent, _day: agent.pk)
    for row in question.of_teams(list(question.teams)).rows:
        total: dict[Kind, timedelta] = defaultdict(timedelta)
        for member in Team.objects.get(pk=row.group.id or 0).members.all():
            for kind, length in by_agent.get(member.pk, {}).items():
                total[kind] += length
        assert_agrees(row, total)


def assert_by_day(question: Question, company: Company) -> None:
    exact = expected(company.stays, question.span, question.now, lambda _agent, day: day)
    rows = question.of_days(question.days()).rows
    assert set(exact) <= {row.group.day for row in rows}
    for row in rows:
        assert_agrees(row, exact.get(row.group.day, {}))


# --- Single cases -------------------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


def write(agent: User, start: datetime, *stays: tuple[int, timedelta, AuxiliaryCode | None]) -> datetime:
    """Write down what the agent did from then on; it is Offline afterwards."""
    at = start
    for version, (status_id, length, reason) in enumerate(stays, start=1):
        interval(agent, version, at, at + length, status_id, reason).save()
        at += length
    AgentState.objects.filter(pk=agent.pk).update(since=at, version=len(stays) + 1)
    return at


def ask(cast: Cast, first: date, last: date, now: datetime = NOON) -> Question:
    everybody = agents_of(cast.admin).filter(pk=cast.agent.pk)
    return Question(Days(first, last), everybody, teams_of(cast.admin), now=now)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_day_is_as_long_as_the_clock_makes_it(cast: Cast, day: date, hours: int) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2)
    write(cast.agent, start, (ONLINE, timedelta(days=5), None))
    question = ask(cast, day, day, now=start + timedelta(days=9))
    [row] = question.of_days(question.days()).rows
    assert row.seconds == hours * 3600
    [row] = question.of_agents([cast.agent]).rows
    assert row.seconds == hours * 3600


def test_nothing_counts_before_it_happens(cast: Cast) -> None:
    write(cast.agent, NOON - timedelta(hours=2), (ONLINE, timedelta(hours=1), None))
    question = ask(cast, NOON.date(), NOON.date() + timedelta(days=2))
    rows = question.of_days(question.days()).rows
    assert [row.statuses for row in rows] == [{OFFLINE: 3600, ONLINE: 3600}, {}, {}]
    assert [row.seconds for row in ask(cast, date(2027, 1, 1), date(2027, 1, 1)).of_agents([cast.agent]).rows] == [0]


def test_time_of_a_reason_is_paid_or_unpaid_as_it_was_then(cast: Cast) -> None:
    hour = timedelta(hours=1)
    write(cast.agent, NOON - 5 * hour, (AWAY, hour, cast.lunch), (AWAY, hour, None), (ONLINE, hour, cast.training))
    AuxiliaryCode.objects.filter(pk=cast.lunch.pk).update(paid=True)
    interval(cast.agent, 9, NOON - 8 * hour, NOON - 7 * hour, AWAY, AuxiliaryCode.objects.get(pk=cast.lunch.pk)).save()
    [row] = ask(cast, NOON.date(), NOON.date()).of_agents([cast.agent]).rows
    assert row.reasons == {(cast.lunch.pk, False): 3600, (cast.lunch.pk, True): 3600, (cast.training.pk, True): 3600}
    assert (row.paid_seconds, row.unpaid_seconds) == (7200, 3600)


def test_names_are_the_present_ones_or_the_last_there_were(cast: Cast) -> None:
    mentoring, errands = create_status("Mentoring"), create_status("Errands")
    hour = timedelta(hours=1)
    for version, (status, reason) in enumerate([(mentoring, cast.training), (errands, cast.lunch)], start=1):
        start = NOON - (4 - version) * hour
        interval(cast.agent, version, start, start + hour, status.pk, reason).save()
    deleted = errands.pk, cast.training.pk
    delete(errands)
    delete_object(cast.training)
    names = ask(cast, NOON.date(), NOON.date()).of_agents([cast.agent]).names
    assert names.statuses[mentoring.pk] == "Mentoring"
    assert names.statuses[deleted[0]] == f"Status {deleted[0]}"  # as the interval has it
    assert names.reasons == {cast.lunch.pk: "Lunch", deleted[1]: "Training"}


def test_agents_of_several_teams_count_in_each(cast: Cast) -> None:
    write(cast.teammate, NOON - timedelta(hours=3), (ONLINE, timedelta(hours=3), None))
    question = Question(
        Days(NOON.date(), NOON.date()),
        agents_of(cast.admin).filter(pk=cast.teammate.pk),
        teams_of(cast.admin),
        now=NOON,
    )
    rows = question.of_teams([cast.care, cast.claims, cast.sales]).rows
    assert [(row.group.name, row.seconds) for row in rows] == [("Care", 10800), ("Claims", 10800), ("Sales", 0)]


def test_past_of_deactivated_agents_counts(cast: Cast) -> None:
    write(cast.agent, NOON - timedelta(hours=3), (ONLINE, timedelta(hours=3), None))
    deactivate_user(cast.agent, actor=SYSTEM)
    [row] = ask(cast, NOON.date(), NOON.date()).of_agents([cast.agent]).rows
    assert row.statuses[ONLINE] == 10800


def test_zones_whose_dates_differ_share_a_midnight(cast: Cast) -> None:
    """At the same moment the 29th begins in Honolulu and the 30th in Kiritimati."""
    midnight = datetime(2026, 3, 29, 10, tzinfo=UTC)
    for agent, zone in ((cast.agent, "Pacific/Honolulu"), (cast.teammate, "Pacific/Kiritimati")):
        User.objects.filter(pk=agent.pk).update(time_zone=zone)
        write(agent, midnight, (ONLINE, timedelta(hours=1), None))
    agents = agents_of(cast.admin).filter(pk__in=[cast.agent.pk, cast.teammate.pk])
    span = Moments(midnight, midnight + timedelta(hours=1))
    question = Question(span, agents, teams_of(cast.admin), now=NOON)
    rows = question.of_days(question.days()).rows
    assert [(row.group.name, row.seconds) for row in rows] == [("2026-03-29", 3600), ("2026-03-30", 3600)]


def test_many_agents_are_read_in_pieces(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sums, "SMALLEST_PIECE", 1)
    for agent in (cast.agent, cast.teammate, cast.stranger):
        write(agent, NOON - timedelta(days=3), (ONLINE, timedelta(days=3), None))
    question = Question(
        Days(date(2026, 3, 27), date(2026, 3, 28)), agents_of(cast.admin), teams_of(cast.admin), now=NOON
    )
    assert [row.seconds for row in question.of_agents(list(question.agents)).rows] == [172800] * 3
    assert [row.seconds for row in question.of_days(question.days()).rows] == [3 * 86400] * 2


@given(st.dictionaries(st.integers(), st.integers(0, 10**12), max_size=20))
def test_whole_seconds_add_up(parts: dict[int, int]) -> None:
    found = rounded(parts)
    assert set(found) == set(parts)
    assert sum(found.values()) == (sum(parts.values()) + 500_000) // 1_000_000
    assert all(abs(found[key] * 1_000_000 - part) < 1_000_000 for key, part in parts.items())
