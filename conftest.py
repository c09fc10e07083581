"""Tests run on a database of their own and never read the caller's settings.

Without DATABASE_URL an embedded server is started in a temporary folder, once a test asks for the database.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest

from contactcenter import embedded

OURS = {"CELERY_BROKER_URL", "REDIS_URL", "DEMO", "PORT", "DATA_DIR"}

_data_dir = Path(tempfile.mkdtemp(prefix="contactcenter-tests-"))
_data_dir.chmod(0o755)  # as root the server runs as another account, which has to get in
_own_server = "DATABASE_URL" not in os.environ


def _fix_environment() -> None:
    """This has to come before the first import of the settings."""
    for name in list(os.environ):
        if name in OURS or name.startswith("CONTACTCENTER_"):
            del os.environ[name]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "contactcenter.settings",
        "DATA_DIR": str(_data_dir),
        "CONTACTCENTER_SECRET_KEY": "for-tests-only-" + "0123456789" * 5,
        "CONTACTCENTER_LOG_FORMAT": "text",
    }
    if _own_server:
        os.environ["DATABASE_URL"] = embedded.database_url(_data_dir)


_fix_environment()
django.setup()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """pytest-django asks for this before it creates the test database."""
    if not _own_server:
        yield
        return
    unsafe = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    server = embedded.Server(_data_dir, options=unsafe)
    server.launch()
    server.wait_ready()
    yield
    server.stop()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests last: Playwright leaves an event loop running, beside which no other test could have one."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_unconfigure() -> None:
    shutil.rmtree(_data_dir)
