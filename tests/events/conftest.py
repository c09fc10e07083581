from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from contactcenter.directory.models import User
from contactcenter.events.bus import Bus
from contactcenter.events.hub import Hub
from tests.events.support import Web, other_connection, running, sign_in


@pytest.fixture(scope="session")
def shared_web(django_db_setup: None) -> Iterator[Web]:
    yield from running(Web(Bus(Hub())))


@pytest.fixture
def web(shared_web: Web, transactional_db: None) -> Iterator[Web]:
    yield shared_web
    shared_web.close_pages()


@pytest.fixture
def own_web(transactional_db: None) -> Iterator[Web]:
    """For a test that stops the server."""
    yield from running(Web(Bus(Hub())))


@pytest.fixture
def jana(db: None) -> User:
    return User.objects.create_superuser("jana@example.com", None)


@pytest.fixture
def cookie(jana: User) -> str:
    return sign_in(jana)


@pytest.fixture
def other(transactional_db: None) -> Iterator["psycopg.Connection[Any]"]:
    with other_connection() as connection:
        yield connection
