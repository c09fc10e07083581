"""How fast one web process tells many open pages about a change, and what each page costs it.

``python -m benchmarks.sse`` makes a database of its own (on the server of DATABASE_URL, else on a temporary embedded
one), starts one web process and, in a process of its own, a client that holds the streams.
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from contactcenter import embedded

STREAMS_PER_USER = 20
MARKS = "marks: p99 400 ms, 60 KB a stream, none lost"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=2000)
    parser.add_argument("--changes", type=int, default=30)
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between changes")
    options = parser.parse_args()
    with _database(), _web_process() as (pid, port):
        print(measure(pid, port, options.streams, options.changes, options.pause))


def measure(pid: int, port: int, streams: int, changes: int, pause: float) -> str:
    before = _memory(pid)
    opening = time.monotonic()
    with _client(port, _sessions(streams)) as client:
        _expect(client, "open")
        opened = time.monotonic() - opening
        time.sleep(2)  # what opening them has left behind is settled
        per_stream = (_memory(pid) - before) / streams
        for number in range(changes):
            _change(number)
            time.sleep(pause)
        time.sleep(1)
        client.stdin.close()  # asks for the report
        report = json.loads(client.stdout.readline())
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
    return "\n".join(f"{name:<28} {value}" for name, value in rows) + f"\n({MARKS})"


def _change(number: int) -> None:
    from django.db import transaction

    from contactcenter.events.services import publish

    payload = {"n": number, "sent": time.monotonic(), "agent_id": 17, "status": {"id": 4, "name": "Away"}}
    with transaction.atomic():
        publish("benchmark.change", audience=["everyone"], payload=payload)


def _percentile(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _memory(pid: int) -> int:
    """Return the resident memory of a process in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


# --- Surroundings ------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _database() -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        folder = tempfile.mkdtemp(prefix="contactcenter-bench-")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        os.chmod(folder, 0o755)  # as root, the server runs as another account
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "contactcenter.settings"}
        if "DATABASE_URL" not in os.environ:
            stack.enter_context(embedded.available(Path(folder)))
        import django
        from django.db import connection

        django.setup()
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
        stack.callback(connection.creation.destroy_test_db, name, verbosity=0)
        yield


@contextlib.contextmanager
def _web_process() -> Iterator[tuple[int, int]]:
    from django.conf import settings

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = settings.DATABASE_URL or embedded.database_url(settings.DATA_DIR)
    url = urlsplit(server)._replace(path="/" + settings.DATABASES["default"]["NAME"]).geturl()
    environment = {**os.environ, "PORT": str(port), "DATABASE_URL": url, "CONTACTCENTER_LOG_LEVEL": "WARNING"}
    web = subprocess.Popen([sys.executable, "-m", "contactcenter.web"], env=environment)
    try:
        for _ in range(150):
            time.sleep(0.1)
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
        time.sleep(1)
        yield web.pid, port
    finally:
        web.terminate()
        web.wait(10)


@contextlib.contextmanager
def _client(port: int, keys: list[str]) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "benchmarks.sse_client", str(port)]
    client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        client.stdin.write(json.dumps(keys) + "\n")
        client.stdin.flush()
        yield client
    finally:
        client.terminate()
        client.wait(10)


def _expect(client: "subprocess.Popen[str]", line: str) -> None:
    got = client.stdout.readline().strip()
    if got != line:
        raise SystemExit(f"The client said {got!r} instead of {line!r}.")


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
        keys.append(session.session_key)
    return keys


if __name__ == "__main__":
    main()
