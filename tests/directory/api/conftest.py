import pytest

from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.directory.api.bodies import World


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def caller(cast: Cast) -> Caller:
    return with_token(cast.client, "directory:read", "directory:write")
