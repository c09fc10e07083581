"""The web server as a program, and what it believes of proxies."""

import socket
import subprocess
import sys
from typing import Any

import pytest
from asgiref.typing import HTTPScope
from django.db import connections

from contactcenter.asgi import _client_behind_proxy
from contactcenter.web import bound_statements


def test_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        program = [sys.executable, "-c", f"from contactcenter.web import listen; listen('127.0.0.1', {port})"]
        done = subprocess.run(program, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stderr == f"Cannot listen on 127.0.0.1:{port}: Address already in use\n"


@pytest.mark.parametrize("given", [{}, {"options": "-c work_mem=8MB"}])
def test_statements_of_the_web_server_are_bounded(
    db: None, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    settings = connections["default"].settings_dict
    monkeypatch.setitem(connections.databases, "default", {**settings, "OPTIONS": given})
    bound_statements()
    connection: Any = connections.create_connection("default")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == ("15s",)
    connection.close()


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ([], "10.0.0.9"),
        ([b"203.0.113.7"], "203.0.113.7"),
        ([b"1.1.1.1, 203.0.113.7"], "203.0.113.7"),
        ([b"1.1.1.1", b"203.0.113.7"], "203.0.113.7"),
    ],
)
def test_client_is_who_the_proxy_saw(forwarded: list[bytes], client: str) -> None:
    scope: Any = {
        "client": ("10.0.0.9", 1234),
        "headers": [(b"x-forwarded-for", value) for value in forwarded],
    }
    typed: HTTPScope = scope
    found = _client_behind_proxy(typed)
    assert found is not None
    assert found[0] == client
