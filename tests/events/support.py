"""A real web server in a thread, and pages that listen to it."""

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from contactcenter.asgi import Application
from contactcenter.directory.models import User
from contactcenter.events.bus import Bus
from contactcenter.events.services import publish
from contactcenter.events.signs import Sign
from contactcenter.web import listen, make_server

COOKIE = settings.SESSION_COOKIE_NAME


@dataclass(frozen=True)
class Frame:
    event: str
    cursor: int | None
    data: Any


class Page:
    """What a browser sees of one stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.cursor: int | None = None
        self._frames = self._read()

    def _lines(self) -> Iterator[str]:
        rest = b""
        for data in self.response.iter_bytes():
            *lines, rest = (rest + data).split(b"\n")
            yield from map(bytes.decode, lines)

    def _read(self) -> Iterator[Frame]:
        fields: dict[str, str] = {}
        for line in self._lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "data" in fields:
                self.cursor = int(fields["id"]) if "id" in fields else self.cursor
                yield Frame(fields.get("event", "message"), self.cursor, json.loads(fields["data"]))
                fields = {}

    def next(self, *events: str) -> Frame:
        """Return the next frame of these types; others are passed over."""
        return next(frame for frame in self._frames if frame.event in events)

    def numbers(self, *, until: int) -> list[int]:
        """Return the numbers that events carry, up to the given one."""
        found: list[int] = []
        while until not in found:
            found.append(self.next("message").data["payload"]["n"])
        return found

    @property
    def has_ended(self) -> bool:
        return next(self._frames, None) is None


class Web:
    def __init__(self, bus: Bus, listener: socket.socket | None = None) -> None:
        self._listener = listener or listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.port = self._listener.getsockname()[1]
        self.hub = bus.hub
        self.batches: list[tuple[Sequence[Sign], Sequence[Sign]]] = []  # of signs of life, and of closed connections
        self._server = make_server(Application(bus, lambda *batch: self.batches.append(batch)))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})
        self._pages = ExitStack()
        self._thread.start()

    def get(self, path: str = "/events/", cookie: str = "", **headers: str) -> httpx.Response:
        return self.request("GET", path, cookie, **headers)

    def request(self, method: str, path: str, cookie: str = "", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
        return httpx.request(method, self.url + path, headers=named, trust_env=False, timeout=10)

    def open(self, cookie: str, after: int | None = None, **headers: str) -> Page:
        """Open a stream, and return when it is live: everything missed is then still to be read."""
        client = self._pages.enter_context(httpx.Client(trust_env=False, timeout=10))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        query = "" if after is None else f"?after={after}"
        response = self._pages.enter_context(
            client.stream("GET", f"{self.url}/events/{query}", headers={"Cookie": f"{COOKIE}={cookie}", **named})
        )
        assert response.status_code == 200, response.read()
        return Page(response)

    def close_pages(self) -> None:
        self._pages.close()

    def stop_soon(self) -> None:
        self._server.should_exit = True

    def stop(self) -> None:
        self.stop_soon()
        self._thread.join(10)
        assert not self._thread.is_alive()
        self.close_pages()


def running(web: Web) -> Iterator[Web]:
    """The body of a fixture."""
    yield web
    web.stop()


def sign_in(user: User) -> str:
    """Return the session cookie of a new sign-in."""
    client = Client()
    client.force_login(user)
    return client.cookies[COOKIE].value


def tell(number: int, *audience: str, kind: str = "test.happened") -> None:
    """Publish one event."""
    with transaction.atomic():
        publish(kind, audience=audience or ["everyone"], payload={"n": number})


def other_connection() -> "psycopg.Connection[Any]":
    """Return a second connection to the test's database, to be in two transactions at once."""
    database = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    return psycopg.connect(**{name: database[name] for name in names if name in database}, autocommit=True)
