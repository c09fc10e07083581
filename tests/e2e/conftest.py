"""Tests in a real browser, against the real web process."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker

from tests.cast import Cast, create_cast
from tests.e2e.support import Database, Site

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="There is no Chromium: apt-get install chromium"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, in which Django otherwise refuses to touch the database.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def shared_database(django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Database]:
    database = Database()
    with django_db_blocker.unblock():
        database.create()
    yield database
    database.drop()


@pytest.fixture(scope="session")
def shared_site(shared_database: Database, browser: Browser) -> Iterator[Site]:
    site = Site(shared_database, browser)
    yield site
    site.stop()


@pytest.fixture
def database(shared_database: Database, django_db_blocker: DjangoDbBlocker) -> Iterator[Database]:
    with django_db_blocker.unblock(), shared_database.entered():
        yield shared_database
        shared_database.clear()


@pytest.fixture
def site(shared_site: Site, database: Database) -> Iterator[Site]:
    shared_site.start()
    yield shared_site
    shared_site.close_browsers()


@pytest.fixture
def cast(database: Database) -> Cast:
    return create_cast()
