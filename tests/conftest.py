import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db.models.signals import post_migrate
from pytest_django.plugin import DjangoDbBlocker

from contactcenter import celery_app
from contactcenter.events.models import Event
from tests.cast import Cast, create_cast
from tests.rows import Rows

# Hashing passwords is slow on purpose, and nothing here is secret.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Rows:
    """Tests with ``transactional_db`` empty all tables afterwards; what the migrations made then comes back."""
    with django_db_blocker.unblock():
        migrated = Rows()

    def put_back(**_: Any) -> None:
        migrated.put_back()

    post_migrate.connect(put_back, sender=apps.get_app_config("statuses"), weak=False)  # a flush sends it, too
    return migrated


@pytest.fixture(scope="session")
def remembered_cast() -> list[tuple[Cast, Rows]]:
    return []


@pytest.fixture
def cast(db: None, django_db_setup: Rows, remembered_cast: list[tuple[Cast, Rows]]) -> Cast:
    """People and teams; in tests with ``transactional_db`` ask for that one first.

    Made by the services once; after that their rows are put back, which takes a tenth of the time.
    """
    if remembered_cast:
        made, rows = remembered_cast[0]
        rows.put_back()
        return copy.deepcopy(made)
    made = create_cast()
    Event.objects.all().delete()
    remembered_cast.append((made, Rows() - django_db_setup))
    return copy.deepcopy(made)


@pytest.fixture
def tasks_at_once() -> Iterator[None]:
    """Background work is done where it is asked for."""
    celery_app.conf.task_always_eager = True
    yield
    celery_app.conf.task_always_eager = False


@pytest.fixture
def within_a_minute() -> Iterator[None]:
    """Throttles count by the minute; here no minute ends."""
    with time_machine.travel(datetime.now(UTC).replace(second=30), tick=False):
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Throttles count in the cache."""
    yield
    cache.clear()
