"""Reports over a year of a thousand agents, some seven million intervals, beside the plain aggregate.

``python -m benchmarks.reports`` prints medians of alternating rounds.
"""

import argparse
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.harness import database, median, table

A_DAY = 19  # intervals of an agent, the last of them until the next day
ZONES = ["", "Europe/London", "America/New_York"]  # that of the demo company, and two more

PLAIN = "SELECT agent_id, status_id, sum(ended_at - started_at) FROM statuses_statusinterval GROUP BY 1, 2"

# In the order in which they would have come: first those of the first day, whoever's they are.
LOAD = f"""
WITH begun AS (
    SELECT agent_id,
           date_trunc('day', now()) - make_interval(days => %(days)s - day, hours => -hour, mins => -25 * step)
               + make_interval(secs => (day * 7 + step * 13 + number * 31) %% 900) AS begins,
           CASE WHEN step = {A_DAY} - 1 THEN 2 WHEN step %% 2 = 0 THEN 3
                ELSE (ARRAY[4, 4, 4, 5, 100, 101, 102])[1 + (day + step + number) %% 7] END AS status_id,
           (day + step * 5 + number) %% 5 AS reason
    FROM generate_series(0, %(days)s - 1) AS day, generate_series(0, {A_DAY} - 1) AS step, (
        SELECT id AS agent_id, row_number() OVER (ORDER BY id) AS number,
               CASE time_zone WHEN 'America/New_York' THEN 14 ELSE 8 END AS hour
        FROM directory_user WHERE contact_center_enabled
    ) agents
), lives AS (
    SELECT *, row_number() OVER life AS version, lead(begins) OVER life AS ends
    FROM begun WINDOW life AS (PARTITION BY agent_id ORDER BY begins)
), codes AS (
    SELECT id, name, paid, row_number() OVER (ORDER BY id) - 1 AS reason
    FROM directory_auxiliarycode WHERE kind = 'IDLE_CODE'
)
INSERT INTO statuses_statusinterval (
    agent_id, version, status_id, status_name, reason_code_id, reason_code_name, reason_code_paid,
    cause, actor_kind, actor_id, actor_name, note, started_at, ended_at
)
SELECT agent_id, version, s.id, s.name, c.id, coalesce(c.name, ''), c.paid,
       'agent', 'user', agent_id, 'Somebody Demo', '', begins, ends
FROM lives JOIN statuses_status s ON s.id = status_id LEFT JOIN codes c ON status_id = 4 AND c.reason = lives.reason
WHERE ends IS NOT NULL ORDER BY begins
"""
NOW = """
UPDATE statuses_agentstate s SET since = last.ends, version = last.version + 1, status_id = 2, status_name = 'Offline',
    voice = 'offline', chat = 'offline', email = 'offline', social = 'offline', reason_code_id = NULL
FROM (
    SELECT agent_id, max(ended_at) AS ends, max(version) AS version FROM statuses_statusinterval GROUP BY agent_id
) last WHERE last.agent_id = s.agent_id
"""
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename = 'statuses_statusinterval' AND indexdef NOT LIKE '%UNIQUE%'
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=369, help="of history; a year is reported")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with database():
        from django.core.management import call_command

        call_command("demo", agents=options.agents, verbosity=0)
        loaded = _load(options.days)
        reports = _reports()
        _check(reports)
        took = _measure({"plain": _plain, **reports}, options.rounds)
    rows = [("intervals", f"{loaded:,}"), ("plain aggregate", f"{median(took['plain']) * 1000:.0f} ms")]
    print(table([*rows, *(_figures(name, took) for name in reports)]))


def _load(days: int) -> int:
    """Write the intervals, with the indexes made afterwards."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '1GB'; SET LOCAL maintenance_work_mem = '1GB'")
        cursor.execute(
            "UPDATE directory_user SET time_zone = (%s::text[])[1 + id %% 3] WHERE contact_center_enabled", [ZONES]
        )
        cursor.execute("TRUNCATE statuses_statusinterval")
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("ALTER TABLE statuses_statusinterval DISABLE TRIGGER ALL")
        cursor.execute(LOAD, {"days": days})
        loaded: int = cursor.rowcount
        cursor.execute("ALTER TABLE statuses_statusinterval ENABLE TRIGGER ALL")
        cursor.execute(NOW)
        for _name, definition in indexes:
            cursor.execute(definition)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    return loaded


def _plain() -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
        rows: list[Any] = cursor.fetchall()
    return rows


def _reports() -> dict[str, Callable[[], Any]]:
    """Return what is asked: of everybody's year, and of one team's month."""
    from contactcenter.directory.models import User
    from statuses.reports.questions import Question, agents_of, teams_of, today_of
    from statuses.reports.spans import Days

    admin = User.objects.get(email="admin@demo.test")
    agents, teams, last = agents_of(admin), teams_of(admin), today_of(admin)
    team = teams[0]
    year = Question(Days(last - timedelta(days=364), last), agents, teams)
    month = Question(Days(last - timedelta(days=29), last), agents.filter(memberships__team=team), teams)
    return {
        "year by agent": lambda: year.of_agents(list(year.agents)),
        "year by team": lambda: year.of_teams(list(year.teams)),
        "year by day": lambda: year.of_days(year.days()),
        "a team's month by agent": lambda: month.of_agents(list(month.agents)),
        "a team's month by team": lambda: month.of_teams([team]),
        "a team's month by day": lambda: month.of_days(month.days()),
    }


def _check(reports: dict[str, Callable[[], Any]]) -> None:
    """Refuse to measure what does not add up."""
    for span in ("year", "a team's month"):
        by_agent, by_day = (reports[f"{span} by {group}"]().rows for group in ("agent", "day"))
        seconds = [sum(row.seconds for row in rows) for rows in (by_agent, by_day)]
        if abs(seconds[0] - seconds[1]) > len(by_agent) + len(by_day) or not seconds[0]:
            raise SystemExit(f"{span}: {seconds[0]} seconds by agent, but {seconds[1]} by day.")


def _measure(asked: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(rounds):
        for name, ask in asked.items():
            started = time.perf_counter()
            ask()
            took[name].append(time.perf_counter() - started)
    return took


def _figures(name: str, took: dict[str, list[float]]) -> tuple[str, str]:
    seconds = median(took[name])
    ratio = median([ours / plain for ours, plain in zip(took[name], took["plain"], strict=True)])
    met = ratio <= 1.5 if name.startswith("year") else seconds <= 1
    mark = "at most 1.5" if name.startswith("year") else "at most 1 s"
    return name, f"{seconds * 1000:.0f} ms, ratio {ratio:.2f}, mark {mark}: {'met' if met else 'missed'}"


if __name__ == "__main__":
    main()
