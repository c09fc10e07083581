"""A web process with a database of its own, and browsers that visit it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from contactcenter.directory.models import User

ROOT = Path(__file__).resolve().parents[2]
COOKIE = settings.SESSION_COOKIE_NAME


class Database:
    """A database for the web process, which the tests' own Django uses too while it is entered."""

    name = "contactcenter_e2e"

    def __init__(self) -> None:
        self.url = _named(self.name)
        self._initial = ""

    def create(self) -> None:
        """Create it anew, with what the migrations put in."""
        with _server() as server:
            server.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {self.name} TEMPLATE template0")
        environment = os.environ | {"DATABASE_URL": self.url}
        program = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(program, cwd=ROOT, env=environment, check=True, timeout=100)
        with self.entered():
            self._initial = connection.creation.serialize_db_to_string()

    def drop(self) -> None:
        with _server() as server:
            server.execute(f"DROP DATABASE {self.name} WITH (FORCE)")

    def clear(self) -> None:
        """Put it back to what the migrations put in, under the running web process."""
        for _ in range(5):
            try:
                call_command("flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=True)
            except CommandError:  # a deadlock with what the process has begun for a browser that is gone
                continue
            break
        connection.creation.deserialize_db_from_string(self._initial)

    @contextmanager
    def entered(self) -> Iterator[None]:
        usual = connection.settings_dict["NAME"]
        _connect_to(self.name)
        yield
        _connect_to(usual)


def _connect_to(name: str) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # of the PostgreSQL backend
    connection.settings_dict["NAME"] = name


def _named(name: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def _server() -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(_named("postgres"), autocommit=True)


class Site:
    """The product's web process, as it runs in production unless another module stands in for it."""

    def __init__(self, database: Database, browser: Browser, module: str = "contactcenter.web") -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port: int = free.getsockname()[1]
        self.url = f"http://localhost:{self._port}"
        self._module = module
        self._database = database
        self._browser = browser
        self._process: subprocess.Popen[bytes] | None = None
        self._contexts: list[BrowserContext] = []

    def start(self) -> None:
        """Start it, unless it runs."""
        if self._process is not None:
            return
        environment = os.environ | {"DATABASE_URL": self._database.url, "PORT": str(self._port)}
        self._process = subprocess.Popen([sys.executable, "-m", self._module], cwd=ROOT, env=environment)
        deadline = time.monotonic() + 30
        while not self._answers():
            assert self._process.poll() is None, "The web process has ended."
            assert time.monotonic() < deadline, "The web process does not answer."
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", trust_env=False).is_success
        except httpx.TransportError:
            return False

    def new_browser(self, **options: object) -> BrowserContext:
        """Return a browser that shares nothing with the others."""
        context = self._browser.new_context(base_url=self.url, **options)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        return context

    def signed_in(self, user: User, **options: object) -> BrowserContext:
        """Return a browser in which the user has signed in."""
        context = self.new_browser(**options)
        client = Client()
        client.force_login(user)
        context.add_cookies([{"name": COOKIE, "value": client.cookies[COOKIE].value, "url": self.url}])
        return context

    def open(self, user: User, path: str, **options: object) -> Page:
        """Return a page that a newly signed-in user has opened."""
        page = self.signed_in(user, **options).new_page()
        page.goto(path)
        return page

    def close_browsers(self) -> None:
        for context in self._contexts:
            context.close()
        self._contexts.clear()


class Inspector:
    """Notes what is wrong with a page: a script fails, something is blocked or too wide, axe finds something grave."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[object] = []
        self._page = page
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def look(self, name: str) -> None:
        """Look at the page as it is now."""
        if self._page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            self.complaints.append((name, "wider than the window"))
        found = Axe().run(self._page).response["violations"]
        grave = {rule["id"]: rule["nodes"][0]["html"] for rule in found if rule["impact"] in {"critical", "serious"}}
        self.complaints += [(name, rule, html) for rule, html in grave.items()]
