"""Reports of time in status over a year of a thousand agents, beside the plain aggregate of the same rows.

``python -m benchmarks.reports`` fills the history with some seven million intervals; it prints medians of alternating
rounds.
"""

import argparse
import time
from collections.abc import Callable
from datetime import timedelta

from benchmarks.harness import database, median, table

MARKS = "marks: a team's month within 1 s; the whole year at most 1.5x the plain aggregate"
CHANGES = 19  # of an agent in a day

# Working days of eighteen changes and a night, one after the other without gaps, in three time zones.
ZONES = """
UPDATE directory_user SET time_zone = (ARRAY['', 'Europe/London', 'America/New_York'])[1 + id % 3]
WHERE contact_center_enabled
"""
FILL = """
INSERT INTO statuses_statusinterval (
    agent_id, version, status_id, status_name, reason_code_id, reason_code_name, reason_code_paid,
    cause, actor_kind, actor_id, actor_name, note, started_at, ended_at
)
SELECT a.agent_id, day * {changes} + slot + 1, s.id, s.name, r.id, coalesce(r.name, ''), r.paid,
       'agent', 'user', a.agent_id, 'Somebody', '', t.started_at,
       CASE WHEN slot = {changes} - 1 THEN d.begins + interval '24 hours' ELSE t.started_at + interval '25 minutes' END
FROM generate_series(0, %(days)s - 1) AS day
CROSS JOIN generate_series(0, {changes} - 1) AS slot
CROSS JOIN statuses_agentstate a
CROSS JOIN LATERAL (SELECT date_trunc('day', now()) - (%(days)s - day) * interval '24 hours' + interval '7 hours'
              + a.agent_id %% 60 * interval '1 minute' AS begins) d
CROSS JOIN LATERAL (SELECT d.begins + slot * interval '25 minutes' AS started_at) t
CROSS JOIN LATERAL (SELECT CASE WHEN slot = {changes} - 1 THEN 2 WHEN slot %% 2 = 0 THEN 3 ELSE 4 END AS status) c
JOIN statuses_status s ON s.id = c.status
LEFT JOIN directory_auxiliarycode r ON c.status = 4 AND r.id = (ARRAY(
    SELECT id FROM directory_auxiliarycode WHERE kind = 'IDLE_CODE' ORDER BY id
))[1 + (day + slot) %% 4]
"""
PLAIN = "SELECT agent_id, status_id, sum(ended_at - started_at) FROM statuses_statusinterval GROUP BY 1, 2"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--days", type=int, default=368)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with database():
        from django.core.management import call_command

        call_command("demo", agents=options.agents, verbosity=0)
        intervals = _fill(options.days)
        rows = [("intervals", f"{intervals:,}"), *_measure(options.rounds)]
    print(table(rows) + f"\n({MARKS})")


def _fill(days: int) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE statuses_statusinterval")
        cursor.execute(ZONES)
        cursor.execute("SET session_replication_role = replica")  # no check of seven million references
        cursor.execute(FILL.format(changes=CHANGES), {"days": days})
        count = cursor.rowcount
        cursor.execute("SET session_replication_role = origin")
        cursor.execute(
            "UPDATE statuses_agentstate s SET status_id = 2, status_name = 'Offline', reason_code_id = NULL,"
            " version = %s,"
            " since = (SELECT max(i.ended_at) FROM statuses_statusinterval i WHERE i.agent_id = s.agent_id)",
            [days * CHANGES + 1],
        )
        cursor.execute("VACUUM (ANALYZE) statuses_statusinterval, statuses_agentstate, directory_user")
    return int(count)


def _measure(rounds: int) -> list[tuple[str, str]]:
    from django.db import connection
    from django.utils import timezone

    from contactcenter.directory.models import Team, User
    from statuses.reports.questions import Question
    from statuses.reports.spans import Days

    today = timezone.now().date()
    year = Days(today - timedelta(days=365), today - timedelta(days=1))
    month = Days(today - timedelta(days=150), today - timedelta(days=120))
    agents = User.objects.filter(contact_center_enabled=True).order_by("pk")
    teams = Team.objects.filter(type="AGENT").order_by("pk")

    team = Team.objects.filter(type="AGENT")[0]

    def plain() -> object:
        with connection.cursor() as cursor:
            cursor.execute(PLAIN)
            return cursor.fetchall()

    def team_month() -> object:
        return Question(month, agents.filter(memberships__team=team), teams).of_teams([team])

    def by_agent() -> object:
        return Question(year, agents, teams).of_agents(list(agents))

    def by_team() -> object:
        return Question(year, agents, teams).of_teams(list(teams))

    def by_day() -> object:
        return Question(year, agents, teams).of_days(year)

    jobs: dict[str, Callable[[], object]] = {
        "plain aggregate": plain,
        "a team's month": team_month,
        "the year by agent": by_agent,
        "the year by team": by_team,
        "the year by day": by_day,
    }
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            started = time.perf_counter()
            job()
            times[name].append(time.perf_counter() - started)
    floor = times["plain aggregate"]
    return [
        (name, f"{median(taken):.2f} s, ratio {median([a / b for a, b in zip(taken, floor, strict=True)]):.2f}")
        for name, taken in times.items()
    ]


if __name__ == "__main__":
    main()
