"""What it costs to know that a thousand agents are there: their streams' pings, the answers, and the sweeps.

``python -m benchmarks.presence`` prints processor time of the web process and of PostgreSQL, above that of an idle one.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psutil

from benchmarks.harness import database, table, web_process

MARKS = "marks: 5 % of one core in all, nothing written to the state table"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=50, help="a multiple of 25, the time between two pings")
    options = parser.parse_args()
    with database():
        from django.core.management import call_command

        call_command("demo", agents=options.agents, verbosity=0)
        keys = _sessions(options.agents)
        with web_process() as (web, port), _sweeping():
            print(table(_measure(web, port, keys, options.seconds)) + f"\n({MARKS})")


def _measure(web: int, port: int, keys: list[str], seconds: int) -> list[tuple[str, str]]:
    postgres = psutil.Process(_server())
    idle = _used(web, postgres, seconds)
    with _pages(port, keys) as (requests, answers):
        if answers.readline().strip() != "open":
            raise SystemExit("Not all streams could be opened.")
        time.sleep(3)  # what opening them has left behind is settled
        before = _writes()
        busy = _used(web, postgres, seconds)
        written = _writes() - before
        requests.close()  # asks for the report
        report = json.loads(answers.readline())
    share = [100 * (used - usual) / seconds for used, usual in zip(busy, idle, strict=True)]
    return [
        ("agents", f"{len(keys):,}"),
        ("answers to pings", f"{report['answered'] / report['seconds']:.0f}/s, {report['refused']} refused"),
        ("known as present", f"{_present():,}"),
        ("web process, above idle", f"{share[0]:.1f} % of one core"),
        ("PostgreSQL, above idle", f"{share[1]:.1f} % of one core"),
        ("in all", f"{sum(share):.1f} % of one core"),
        ("rows of the state table written", f"{written}"),
    ]


def _used(web: int, postgres: psutil.Process, seconds: int) -> tuple[float, float]:
    before = _times(web, postgres)
    time.sleep(seconds)
    after = _times(web, postgres)
    return after[0] - before[0], after[1] - before[1]


def _times(web: int, postgres: psutil.Process) -> tuple[float, float]:
    """Return processor seconds so far: of the web process, of all of PostgreSQL's."""
    times = psutil.Process(web).cpu_times()
    ended = postgres.cpu_times()
    used = ended.user + ended.system + ended.children_user + ended.children_system
    for server in postgres.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            theirs = server.cpu_times()
            used += theirs.user + theirs.system
    return times.user + times.system, used


def _server() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0])
    return int((folder / "postmaster.pid").read_text().splitlines()[0])


def _writes() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE relname = 'statuses_agentstate'"
        )
        return int(cursor.fetchone()[0])


def _present() -> int:
    from statuses.models import Presence

    return Presence.objects.filter(watched=True).count()


@contextlib.contextmanager
def _sweeping() -> Iterator[None]:
    """The sweeps, once a second as the scheduler has them, in a process of their own."""
    from django.conf import settings

    from benchmarks.harness import database_url

    program = (
        "import time, django; django.setup(); from statuses import services\n"
        "while True: services.sweep_idle(); services.sweep_lost(); time.sleep(1)"
    )
    url = database_url(settings.DATABASES["default"]["NAME"])
    sweeper = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "DATABASE_URL": url})
    try:
        yield
    finally:
        sweeper.terminate()
        sweeper.wait(10)


@contextlib.contextmanager
def _pages(port: int, keys: list[str]) -> Iterator[tuple[IO[str], IO[str]]]:
    command = [sys.executable, "-m", "benchmarks.presence_client", str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdin
        assert client.stdout
        client.stdin.write(json.dumps(keys) + "\n")
        client.stdin.flush()
        yield client.stdin, client.stdout
        client.terminate()


def _sessions(count: int) -> list[str]:
    from contactcenter.directory.models import User
    from tests.events.support import sign_in

    agents = User.objects.filter(contact_center_enabled=True, is_active=True).select_related("profile")
    return [sign_in(agent) for agent in agents.order_by("pk")[:count]]


if __name__ == "__main__":
    main()
