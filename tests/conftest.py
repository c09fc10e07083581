import pytest

from tests.cast import Cast, create_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """People and teams; in tests with ``transactional_db`` ask for that one first."""
    return create_cast()
