"""Team availability, picking agents and timeout sweeps, each against the same done by hand in SQL.

``python -m benchmarks.routing`` prints medians of alternating rounds. Contenders are threads with a connection each.
"""

import argparse
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from benchmarks.harness import database, database_url, median, table

MARKS = "marks: teams at most 1.5x the SQL; picking at least 0.5 of the bare lock loop; sweeps at most 1.3x"
CONTENDERS = 16

# What the all-teams answer takes, written for it alone.
FROM = """
FROM directory_membership m JOIN statuses_agentstate s ON s.agent_id = m.user_id
JOIN directory_user u ON u.id = s.agent_id AND u.is_active AND u.contact_center_enabled
"""
TEAMS = f"""
SELECT m.team_id, count(*), sum(s.version), {{channels}} {FROM}
CROSS JOIN directory_companysettings c LEFT JOIN statuses_phoneline l ON l.agent_id = s.agent_id GROUP BY m.team_id
"""
CHANNEL = """
count(*) FILTER (WHERE s.{0}_units > 0 AND s.{0}_on {1} AND s.{0} = 'online'),
count(*) FILTER (WHERE s.{0}_units > 0 AND s.{0}_on {1} AND s.{0} = 'transfers_only'),
count(*) FILTER (WHERE s.{0}_units > 0 AND s.{0}_on {1} AND s.{0} = 'away'),
count(*) FILTER (WHERE NOT (s.{0}_units > 0 AND s.{0}_on {1}) OR s.{0} = 'offline'), sum(s.{0}_items), sum(s.{0}_units)
"""
LINE = "AND (NOT c.phone_lines_reported OR coalesce(l.ready AND l.lease_until > now(), false))"
STATUSES = f"""
SELECT m.team_id, s.status_id, d.name, count(*) {FROM} JOIN statuses_status d ON d.id = s.status_id GROUP BY 1, 2, 3
"""
LOCK = """
SELECT agent_id FROM statuses_agentstate WHERE chat = 'online' AND chat_on AND chat_units > chat_items
ORDER BY chat_items - chat_units, assigned_at NULLS FIRST, agent_id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
RESERVE = (
    "UPDATE statuses_agentstate SET chat_items = chat_items + 1, assigned_at = clock_timestamp() WHERE agent_id = %s"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--teams", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each round of picking")
    options = parser.parse_args()
    os.environ["CONTACTCENTER_WEB_THREADS"] = str(CONTENDERS)  # sizes the pool of connections
    with database():
        from django.core.management import call_command

        call_command("demo", agents=options.agents, verbosity=0)
        _spread(options.teams)
        rows = [
            *_teams(options.rounds),
            *_picking(options.rounds, options.seconds),
            *_sweeps(options.rounds, options.agents),
        ]
    print(table(rows) + f"\n({MARKS})")


def _spread(teams: int) -> None:
    """Put the agents into many teams, everybody online with room for work."""
    from django.db import connection

    from contactcenter.directory.models import Membership, Site, Team, User

    site = Site.objects.order_by("pk")[0]
    made = Team.objects.bulk_create(Team(name=f"Team {n}", key=f"team {n}", site=site) for n in range(teams))
    agents = User.objects.filter(contact_center_enabled=True).order_by("pk").values_list("pk", flat=True)
    Membership.objects.all().delete()
    Membership.objects.bulk_create(
        (Membership(user_id=pk, team=made[n % teams]) for n, pk in enumerate(agents)), batch_size=2000
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE statuses_agentstate SET chat = 'online', chat_units = 500, chat_on = true")
        cursor.execute("VACUUM ANALYZE")


# --- Team availability -------------------------------------------------------------------------------------------


def _teams(rounds: int) -> list[tuple[str, str]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from contactcenter.directory.models import Team
    from statuses.teams import team_availability

    channels = ", ".join(
        CHANNEL.format(name, LINE if name == "voice" else "") for name in ("voice", "chat", "email", "social")
    )

    def ours() -> object:
        return team_availability(Team.objects.filter(type="AGENT").only("pk", "name").order_by("pk"))

    def by_hand() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, name FROM directory_team WHERE type = 'AGENT' ORDER BY id")
            found = [cursor.fetchall()]
            for statement in (TEAMS.format(channels=channels), STATUSES):
                cursor.execute(statement)
                found.append(cursor.fetchall())
            return found

    mine, hand = _alternating(rounds, ours, by_hand)
    with CaptureQueriesContext(connection) as queries:
        ours()
    figures = f"{median(mine) * 1000:.0f} ms, by hand {median(hand) * 1000:.0f} ms, ratio {_ratio(mine, hand):.2f}"
    return [("availability of all teams", figures), ("statements", str(len(queries)))]


def _alternating(rounds: int, *jobs: Callable[[], object]) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in jobs]
    for _ in range(rounds):
        for job, taken in zip(jobs, times, strict=True):
            started = time.perf_counter()
            job()
            taken.append(time.perf_counter() - started)
    return times


def _ratio(ours: list[float], others: list[float]) -> float:
    return median([a / b for a, b in zip(ours, others, strict=True)])


# --- Picking -----------------------------------------------------------------------------------------------------


def _picking(rounds: int, seconds: float) -> list[tuple[str, str]]:
    rows = []
    for contenders in (1, CONTENDERS):
        rates: list[list[float]] = [[], [], []]
        for _ in range(rounds):
            for job, measured in zip((_pick, _lock, _lock_and_reserve), rates, strict=True):
                measured.append(_per_second(job, contenders, seconds))
                _empty_hands()
        ours, lock, reserve = rates
        rows.append(
            (
                f"pick_agent, {contenders} contender{'s' if contenders > 1 else ''}",
                f"{median(ours):.0f}/s; bare loop {median(reserve):.0f}/s, ratio {_ratio(ours, reserve):.2f};"
                f" that reserves nothing {median(lock):.0f}/s, ratio {_ratio(ours, lock):.2f}",
            )
        )
    return rows


def _per_second(make: Callable[[], Callable[[], object]], contenders: int, seconds: float) -> float:
    counts = [0] * contenders
    ready = threading.Barrier(contenders + 1)
    stop = threading.Event()

    def contend(number: int) -> None:
        job = make()
        job()
        ready.wait()
        while not stop.is_set():
            job()
            counts[number] += 1
        from django.db import connection

        connection.close()

    threads = [threading.Thread(target=contend, args=(number,)) for number in range(contenders)]
    for thread in threads:
        thread.start()
    ready.wait()
    started = time.perf_counter()
    time.sleep(seconds)
    stop.set()
    taken = time.perf_counter() - started
    for thread in threads:
        thread.join()
    return sum(counts) / taken


def _pick() -> Callable[[], object]:
    from statuses.services import pick_agent

    def pick() -> None:
        if pick_agent("chat") is None:
            raise SystemExit("Nobody is free any more.")

    return pick


def _bare() -> Any:
    import psycopg
    from django.conf import settings

    return psycopg.connect(database_url(settings.DATABASES["default"]["NAME"]))


def _lock() -> Callable[[], object]:
    connection = _bare()

    def lock() -> None:
        with connection.transaction():
            connection.execute(LOCK).fetchone()

    return lock


def _lock_and_reserve() -> Callable[[], object]:
    connection = _bare()

    def reserve() -> None:
        with connection.transaction():
            connection.execute(RESERVE, connection.execute(LOCK).fetchone())

    return reserve


def _empty_hands() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM statuses_workitem")
        cursor.execute("UPDATE statuses_agentstate SET chat_items = 0")
        cursor.execute("DELETE FROM events_event")
        cursor.execute("VACUUM ANALYZE statuses_agentstate, statuses_workitem, events_event")


# --- Sweeps ------------------------------------------------------------------------------------------------------

DUE = 100
PRESENT = """
INSERT INTO statuses_presence (agent_id, seen_at, watched, input_at, check_at)
SELECT agent_id, now(), true, now(), now() + interval '9 minutes' FROM statuses_agentstate ORDER BY agent_id LIMIT %s
"""
BECOME_DUE = {
    "idle": """
        UPDATE statuses_presence
        SET input_at = now() - interval '11 minutes', warned_at = now() - interval '63 seconds',
            check_at = now() - interval '1 second'
        WHERE agent_id IN (SELECT agent_id FROM statuses_presence ORDER BY agent_id LIMIT %s)
    """,
    "lost": """
        UPDATE statuses_presence SET seen_at = now() - interval '80 seconds', watched = true
        WHERE agent_id IN (SELECT agent_id FROM statuses_presence ORDER BY agent_id LIMIT %s)
    """,
}


def _sweeps(rounds: int, agents: int) -> list[tuple[str, str]]:
    from statuses import services
    from statuses.models import Status, TimeoutDefaults
    from statuses.states import AWAY

    away = Status.objects.get(pk=AWAY)
    defaults = TimeoutDefaults.load()
    defaults.idle_enabled, defaults.idle_target, defaults.disconnect_target = True, away, away
    services.save_defaults(defaults)
    rows = []
    for name, sweep in (("idle", services.sweep_idle), ("lost", services.sweep_lost)):
        few: list[float] = []
        many: list[float] = []
        for _ in range(rounds):
            for present, measured in ((agents // 10, few), (agents, many)):
                measured.append(_sweep_time(name, sweep, present))
        figures = f"{median(many) * 1000:.0f} ms, of {agents // 10:,} {median(few) * 1000:.0f} ms"
        rows.append((f"sweep, {DUE} {name} of {agents:,}", f"{figures}, ratio {_ratio(many, few):.2f}"))
    return rows


def _sweep_time(name: str, sweep: Callable[[], int], present: int) -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE statuses_agentstate SET status_id = 3, status_name = 'Online', reason_code_id = NULL,"
            " voice = 'online', chat = 'online', email = 'online', social = 'online'"
        )
        cursor.execute("TRUNCATE statuses_presence")
        cursor.execute(PRESENT, [present])
        cursor.execute(BECOME_DUE[name], [DUE])
        cursor.execute("UPDATE statuses_presenceclock SET up_since = now() - interval '1 hour', beat_at = now()")
        cursor.execute("VACUUM ANALYZE statuses_presence, statuses_agentstate")
    started = time.perf_counter()
    moved = sweep()
    taken = time.perf_counter() - started
    if moved != DUE:
        raise SystemExit(f"{moved} agents were moved instead of {DUE}.")
    return taken


if __name__ == "__main__":
    main()
