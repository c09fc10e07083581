import pytest

from tests.bulkops.columns import COLUMNS
from tests.bulkops.support import assert_good, counts, differences, dump, exported, imported


@pytest.mark.parametrize("slug", COLUMNS)
def test_export_comes_back_unchanged(company: None, slug: str) -> None:
    before = dump()
    operation = imported(slug, exported(slug))
    assert_good(operation)
    assert counts(operation) == (0, 0, operation.total, 0)
    assert operation.total
    assert differences(before, dump()) == {}
