"""Setting a status and listing agents over the API, each against a bare view on the same server and pool.

``python -m benchmarks.status_api`` prints requests per second as medians of alternating rounds.
"""

import argparse
import json
from collections.abc import Callable

from benchmarks.harness import Connection, database, median, request, requests_per_second, table, web_process

MARKS = "marks: setting at least 0.6 of the bare view; list at most 6 statements and 2x the bare view's time"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each round")
    options = parser.parse_args()
    with database():
        from django.core.management import call_command

        call_command("demo", agents=options.agents, verbosity=0)
        token, agent_ids = _token(), _agent_ids()
        with web_process("benchmarks.settings") as (_pid, port):
            rows = [
                *_setting(port, token, agent_ids, options.rounds, options.seconds),
                *_listing(port, token, options.rounds, options.seconds),
            ]
        rows.append(("statements of one list request", str(_list_statements(token))))
    print(table(rows) + f"\n({MARKS})")


def _setting(port: int, token: str, agents: list[int], rounds: int, seconds: float) -> list[tuple[str, str]]:
    rows = []
    for clients in (1, 8):
        ours: list[float] = []
        bare: list[float] = []
        for _ in range(rounds):
            for prefix, measured in (("/api/v1", ours), ("/bare", bare)):
                work = [_alternate(f"{prefix}/agents/{agents[n]}/status/", token) for n in range(clients)]
                measured.append(requests_per_second(port, work, seconds))
        ratio = median([a / b for a, b in zip(ours, bare, strict=True)])
        figures = f"{median(ours):.0f}/s, bare {median(bare):.0f}/s, ratio {ratio:.2f}"
        rows.append((f"PUT status, {clients} client{'s' if clients > 1 else ''}", figures))
    return rows


def _alternate(path: str, token: str) -> Callable[[int], bytes]:
    """Each request really changes the status."""
    bodies = [request("PUT", path, token=token, body=json.dumps({"status": status})) for status in (3, 4)]
    return lambda number: bodies[number % 2]


def _listing(port: int, token: str, rounds: int, seconds: float) -> list[tuple[str, str]]:
    ours_request = request("GET", "/api/v1/agents/?page_size=200", token=token)
    ours_body = Connection(port).send(ours_request).partition(b"\r\n\r\n")[2]
    following = json.loads(ours_body)["next"]
    bare_request = request("GET", f"/bare/agents/?next={following.replace('&', '%26').replace('%3D', '%253D')}")
    bare_body = Connection(port).send(bare_request).partition(b"\r\n\r\n")[2]
    if ours_body != bare_body:
        raise SystemExit("The bare view does not return the same bytes.")
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(rounds):
        ours.append(1 / requests_per_second(port, [lambda _: ours_request], seconds))
        bare.append(1 / requests_per_second(port, [lambda _: bare_request], seconds))
    ratio = median([a / b for a, b in zip(ours, bare, strict=True)])
    figures = f"{median(ours) * 1000:.1f} ms, bare {median(bare) * 1000:.1f} ms, ratio {ratio:.2f}"
    return [("GET agents, page of 200", figures)]


def _list_statements(token: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        answer = Client(headers={"authorization": f"Bearer {token}", "host": "localhost"}).get("/api/v1/agents/")
    if answer.status_code != 200:
        raise SystemExit(f"Unexpected answer: {answer.content[:400]!r}")
    return len(queries)


def _token() -> str:
    from django.test import Client

    answer = Client(headers={"host": "localhost"}).post(
        "/oauth/token/",
        {"grant_type": "client_credentials", "client_id": "demo-client", "client_secret": "demo-secret"},
    )
    return str(answer.json()["access_token"])


def _agent_ids() -> list[int]:
    from statuses.models import AgentState

    return list(AgentState.objects.active().order_by("pk").values_list("pk", flat=True)[:100])


if __name__ == "__main__":
    main()
