"""The statements that add up time, written by hand; docs/decisions/reports.md says why they look as they do.

An agent's intervals follow one another. What lies in a stretch of time is therefore: what began in it, read by index
and by several processes at once; what was running when it began, one interval at most; and what is running now, which
stands in the agent's state.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from statuses.reports.spans import DAY, Stretch
from statuses.states import Activity


class Kind(NamedTuple):
    """What time was spent with: a status, perhaps for a reason; or an activity beside it."""

    status_id: int = 0
    reason_id: int = 0
    paid: bool = False
    activity: str = ""


Micros = dict[Kind, int]


@dataclass(frozen=True)
class Plan:
    """The time of these agents in these stretches."""

    agents: Sequence[int]
    stretches: Sequence[Stretch]


PIECES: Final = 4  # of a plan's agents: each is read by one process, and by index, as it is only a part of the table
SMALLEST_PIECE: Final = 50
MICROSECOND: Final = timedelta.resolution

# One number for all that tells intervals apart. Several columns the planner would take for millions of groups, because
# it cannot know how they go together. Ids count up from 1: there is room for two thousand million of each. It is of one
# type in both tables, or they would not be read in parallel.
_STATUS: Final = (
    "CASE WHEN reason_code_id IS NULL THEN status_id"
    " ELSE (status_id << 32) | (reason_code_id << 1) | reason_code_paid::integer END"
)
_ACTIVITY: Final = f"CASE activity WHEN '{Activity.OUTBOUND}' THEN -1 ELSE -2 END::bigint"
_ACTIVITIES: Final = {-1: Kind(activity=Activity.OUTBOUND), -2: Kind(activity=Activity.ACD)}
_TABLES: Final = (("statuses_statusinterval", _STATUS), ("statuses_activityinterval", _ACTIVITY))

# It sorts the rows instead where it fears that the groups, of which it expects far too many, have no room.
_ROOM: Final = "SET LOCAL work_mem = '64MB'"

_BEGUN_BY_AGENT: Final = """
SELECT {kind} AS kind, agent_id, started_at AS s, least(ended_at, {ends}) AS e
FROM {table} WHERE agent_id = ANY({agents}) AND started_at >= {starts} AND started_at < {ends}
"""
_BEGUN_BY_DAY: Final = """
SELECT {kind} AS kind, date_bin({length}, started_at, {midnight}) AS first_day,
       date_bin({length}, least(ended_at, {ends}), {midnight}) AS last_day,
       started_at AS s, least(ended_at, {ends}) AS e
FROM {table} WHERE agent_id = ANY({agents}) AND started_at >= {starts} AND started_at < {ends}
"""

_BEFORE: Final = """
SELECT agent_id, midnight, length, kind, starts AS s, least(ended_at, ends) AS e
FROM stretches x CROSS JOIN LATERAL (
    SELECT {kind} AS kind, ended_at FROM {table} i
    WHERE i.agent_id = x.agent_id AND i.started_at < x.starts ORDER BY i.started_at DESC, i.ended_at DESC LIMIT 1
) last WHERE ended_at > starts
"""
_NOW: Final = f"""
SELECT agent_id, midnight, length, {_STATUS}, greatest(since, starts), ends
FROM stretches JOIN (
    SELECT agent_id, status_id, reason_code_id, r.paid AS reason_code_paid, since
    FROM statuses_agentstate s LEFT JOIN directory_auxiliarycode r ON r.id = s.reason_code_id
) state USING (agent_id) WHERE since < ends
UNION ALL
SELECT agent_id, midnight, length, {_ACTIVITY}, greatest(activity_since, starts), ends
FROM stretches JOIN statuses_agentstate USING (agent_id) WHERE activity <> '{Activity.NONE}' AND activity_since < ends
"""  # noqa: S608 - nothing in these statements comes from outside
_RUNNING: Final = " UNION ALL ".join([*(_BEFORE.format(table=table, kind=kind) for table, kind in _TABLES), _NOW])

_STRETCHES: Final = """
WITH stretches AS MATERIALIZED (
    SELECT *
    FROM unnest(%(agents)s::bigint[]) AS agents (agent_id) CROSS JOIN unnest(
        %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(midnight)s::timestamptz[], %(length)s::interval[]
    ) AS stretches (starts, ends, midnight, length)
)
"""
_OF_STRETCH: Final = {"starts": "timestamptz", "ends": "timestamptz", "midnight": "timestamptz", "length": "interval"}
_MICROS: Final = "(extract(epoch FROM {}) * 1000000)::bigint"
_SUMS: Final = f"""
SELECT agent_id, kind, sum(e - s) AS total FROM ({{begun}}) begun GROUP BY 1, 2
UNION ALL
SELECT agent_id, kind, sum(e - s) FROM ({_RUNNING}) running GROUP BY 1, 2
"""  # noqa: S608
_BY_AGENT: Final = f"{_STRETCHES} SELECT agent_id, kind, {_MICROS.format('total')} FROM ({_SUMS}) sums"  # noqa: S608
_BY_TEAM: Final = f"""
{_STRETCHES}
SELECT m.team_id, kind, {_MICROS.format("sum(total)")}
FROM ({_SUMS}) sums JOIN directory_membership m ON m.user_id = agent_id
WHERE m.team_id = ANY(%(teams)s) GROUP BY 1, 2
"""  # noqa: S608

# Of intervals over several days also how many they are, and how much of them lies in their last day.
_DAY_SUMS: Final = f"""
SELECT first_day, last_day, kind, {_MICROS.format("sum(e - s)")},
       {_MICROS.format("sum(e - last_day) FILTER (WHERE first_day <> last_day)")},
       count(*) FILTER (WHERE first_day <> last_day)
FROM ({{rows}}) x GROUP BY 1, 2, 3
"""  # noqa: S608
_DAY_RUNNING: Final = f"""
SELECT date_bin(length, s, midnight) AS first_day, date_bin(length, e, midnight) AS last_day, kind, s, e
FROM ({_RUNNING}) running
"""  # noqa: S608
_BY_DAY: Final = f"""
{_STRETCHES} {_DAY_SUMS.format(rows="{begun}")} UNION ALL {_DAY_SUMS.format(rows=_DAY_RUNNING)}
"""


def by_agent(plans: Iterable[Plan]) -> dict[int, Micros]:
    return _added(row for plan in plans for row in _rows(_BY_AGENT, _BEGUN_BY_AGENT, plan))


def by_team(plans: Iterable[Plan], team_ids: Iterable[int]) -> dict[int, Micros]:
    """Add up by the teams that the agents are in now; those in several count in each."""
    teams = list(team_ids)
    return _added(row for plan in plans for row in _rows(_BY_TEAM, _BEGUN_BY_AGENT, plan, teams=teams))


def by_day(plans: Iterable[Plan]) -> dict[date, Micros]:
    return _added(
        part
        for plan in plans
        for midnights in [_midnights(plan)]
        for row in _rows(_BY_DAY, _BEGUN_BY_DAY, plan)
        for part in _over_days(midnights, *row)
    )


def _midnights(plan: Plan) -> dict[datetime, tuple[date, timedelta]]:
    """Return the days by when they begin, with their lengths."""
    return {
        stretch.midnight + number * stretch.length: (stretch.first + number * DAY, stretch.length)
        for stretch in plan.stretches
        for number in range(-((stretch.midnight - stretch.ends) // stretch.length))
    }


def _over_days(
    midnights: Mapping[datetime, tuple[date, timedelta]],
    first: datetime,
    last: datetime,
    kind: int,
    total: int,
    in_last: int | None,
    count: int,
) -> Iterator[tuple[date, int, int]]:
    """Spread intervals that go from one day to another: the days between are full of each of them."""
    day, length = midnights[first]
    if in_last is None:
        yield day, kind, total
        return
    full = count * (length // MICROSECOND)
    between = (last - first) // length - 1
    yield day, kind, total - in_last - between * full
    for _ in range(between):
        day += DAY
        yield day, kind, full
    yield day + DAY, kind, in_last


def _added(rows: Iterable[tuple[Any, ...]]) -> dict[Any, Micros]:
    kinds: dict[int, Kind] = {}
    sums: dict[Any, Micros] = defaultdict(lambda: defaultdict(int))
    for group, number, micros in rows:
        kind = kinds.get(number) or kinds.setdefault(number, _kind(number))
        sums[group][kind] += micros
    return sums


def _kind(number: int) -> Kind:
    if number < 0:
        return _ACTIVITIES[number]
    if number < 2**32:
        return Kind(number)
    return Kind(number >> 32, (number & 0xFFFFFFFF) >> 1, bool(number & 1))


def _rows(statement: str, begun: str, plan: Plan, **params: Any) -> list[tuple[Any, ...]]:
    size = max(SMALLEST_PIECE, -(-len(plan.agents) // PIECES))
    pieces = [list(plan.agents[at : at + size]) for at in range(0, len(plan.agents), size)]
    values: dict[str, Any] = {"agents": list(plan.agents), **params}
    values |= {f"agents_{number}": piece for number, piece in enumerate(pieces)}
    for name in _OF_STRETCH:
        values[name] = column = [getattr(stretch, name) for stretch in plan.stretches]
        values |= {f"{name}_{number}": value for number, value in enumerate(column)}
    branches = [
        begun.format(kind=kind, table=table, agents=f"%(agents_{piece})s", **_named(number))
        for number in range(len(plan.stretches))
        for piece in range(len(pieces))
        for table, kind in _TABLES
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ROOM)
        cursor.execute(statement.format(begun=" UNION ALL ".join(branches)), values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _named(number: int) -> dict[str, str]:
    """Name the parameters of a stretch."""
    return {name: f"%({name}_{number})s::{kind}" for name, kind in _OF_STRETCH.items()}
