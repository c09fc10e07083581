import pytest

from bulkops.models import Operation
from contactcenter.events.models import Event
from tests.bulkops.company import ROWS, SOUNDS
from tests.bulkops.support import assert_good, bundle, imported
from tests.rows import Rows


@pytest.fixture(scope="session")
def remembered_company() -> list[Rows]:
    return []


@pytest.fixture
def company(db: None, django_db_setup: Rows, remembered_company: list[Rows]) -> None:
    """Objects of every kind; in tests with ``transactional_db`` ask for that one first.

    Imported once; after that their rows are put back.
    """
    if remembered_company:
        remembered_company[0].put_back()
        return
    assert_good(imported("bundle", bundle(ROWS, SOUNDS)))
    Operation.objects.all().delete()
    Event.objects.all().delete()
    remembered_company.append(Rows() - django_db_setup)
