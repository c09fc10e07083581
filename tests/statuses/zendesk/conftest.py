import pytest

from statuses.states import AWAY, ONLINE, TRANSFERS_ONLY
from tests.cast import Cast
from tests.statuses.support import choose, give
from tests.statuses.zendesk.support import Zendesk, with_api_token


@pytest.fixture
def admin(cast: Cast) -> Zendesk:
    return with_api_token(cast.admin)


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """The agent is online, with one more chat; the teammate only takes transfers; the stranger is away."""
    choose(cast.agent, ONLINE)
    choose(cast.teammate, TRANSFERS_ONLY)
    choose(cast.stranger, AWAY)
    give(cast.agent, "chat", 2)
    return cast
