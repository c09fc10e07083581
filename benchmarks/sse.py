"""How fast one web process tells many open pages about a change, and what each page costs it.

``python -m benchmarks.sse`` runs the pages in a process of their own: ``benchmarks.sse_client``.
"""

import argparse
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import IO

from benchmarks.harness import database, memory, table, web_process

STREAMS_PER_USER = 20
MARKS = "marks: p99 400 ms, 60 KB a stream, none lost"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=2000)
    parser.add_argument("--changes", type=int, default=30)
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between changes")
    options = parser.parse_args()
    with database(), web_process() as (pid, port):
        print(measure(pid, port, options.streams, options.changes, options.pause))


def measure(pid: int, port: int, streams: int, changes: int, pause: float) -> str:
    keys = _sessions(streams)
    before = memory(pid)
    opening = time.monotonic()
    with _client(port, keys) as (requests, answers):
        if answers.readline().strip() != "open":
            raise SystemExit("Not all streams could be opened.")
        opened = time.monotonic() - opening
        time.sleep(2)  # what opening them has left behind is settled
        per_stream = (memory(pid) - before) / streams
        for number in range(changes):
            _change(number)
            time.sleep(pause)
        time.sleep(1)
        requests.close()  # asks for the report
        report = json.loads(answers.readline())
    times = sorted(report["times"])
    lost = streams * changes - len(times)
    rows = [
        ("streams on one web process", f"{streams:,} (opened in {opened:.1f} s)"),
        ("changes, each told to all", f"{changes}"),
        ("change → receiver, p50", f"{_percentile(times, 50) * 1000:.0f} ms"),
        ("change → receiver, p99", f"{_percentile(times, 99) * 1000:.0f} ms"),
        ("change → receiver, worst", f"{times[-1] * 1000:.0f} ms"),
        ("memory of the web process", f"{per_stream / 1024:.1f} KB a stream"),
        ("lost / repeated / cut off", f"{lost} / {report['repeated']} / {report['closed']}"),
    ]
    return table(rows) + f"\n({MARKS})"


def _change(number: int) -> None:
    from django.db import transaction

    from contactcenter.events.services import publish

    payload = {"n": number, "sent": time.monotonic(), "agent_id": 17, "status": {"id": 4, "name": "Away"}}
    with transaction.atomic():
        publish("benchmark.change", audience=["everyone"], payload=payload)


def _percentile(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


@contextlib.contextmanager
def _client(port: int, keys: list[str]) -> Iterator[tuple[IO[str], IO[str]]]:
    command = [sys.executable, "-m", "benchmarks.sse_client", str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdin
        assert client.stdout
        client.stdin.write(json.dumps(keys) + "\n")
        client.stdin.flush()
        yield client.stdin, client.stdout
        client.terminate()


def _sessions(count: int) -> list[str]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore

    users = [
        get_user_model().objects.create_superuser(f"person{number}@example.com", None)
        for number in range(-(-count // STREAMS_PER_USER))
    ]
    keys = []
    for number in range(count):
        user = users[number % len(users)]
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        keys.append(session.session_key or "")
    return keys


if __name__ == "__main__":
    main()
