import pytest

from tests.cast import Cast
from tests.console.support import Console


@pytest.fixture
def admin(cast: Cast) -> Console:
    return Console(cast.admin)


@pytest.fixture
def supervisor(cast: Cast) -> Console:
    """Of Care, Praha."""
    return Console(cast.supervisor)
