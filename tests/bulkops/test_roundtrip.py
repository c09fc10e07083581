"""What is exported comes back as it was."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from contactcenter.demo.company import create_company
from tests.bulkops.columns import COLUMNS, TABLES
from tests.bulkops.generated import create, objects
from tests.bulkops.second import CHANGED_ROWS, SECOND_ROWS, SOUNDS
from tests.bulkops.support import (
    assert_good,
    bundle,
    counts,
    differences,
    dump,
    exported,
    imported,
    members_of,
    rows_in,
)


def assert_comes_back(slug: str) -> None:
    before = dump()
    operation = imported(slug, exported(slug))
    assert_good(operation)
    assert counts(operation) == (0, 0, operation.total, 0)
    assert operation.total
    assert differences(before, dump()) == {}


@pytest.mark.parametrize("slug", COLUMNS)
def test_a_company_comes_back_unchanged(company: None, slug: str) -> None:
    assert_comes_back(slug)


def test_a_changed_company_comes_back_unchanged(company: None) -> None:
    """Also where links are numbered in another order than they count."""
    both = {slug: [*CHANGED_ROWS.get(slug, ()), *SECOND_ROWS.get(slug, ())] for slug in COLUMNS}
    assert_good(imported("bundle", bundle(both, SOUNDS)))
    for slug in COLUMNS:
        assert_comes_back(slug)


def test_the_demo_company_comes_back_unchanged(db: None) -> None:
    create_company(agents=12)
    for slug in COLUMNS:
        assert_comes_back(slug)


def test_everything_at_once_comes_back_unchanged(company: None) -> None:
    rows = {slug: rows_in(exported(slug)) for slug in TABLES}
    operation = imported("bundle", bundle(rows, members_of(exported("audio-file"))))
    assert_good(operation)
    assert counts(operation) == (0, 0, operation.total, 0)


# --- Whatever the values -----------------------------------------------------------------------------------------


def created_and_exported(slug: str, values: list[dict[str, Any]]) -> bytes:
    """Create objects, export them with the others, and forget them again."""
    with transaction.atomic():
        for one in values:
            create(slug, one)
        content = exported(slug)
        assert_comes_back(slug)
        transaction.set_rollback(True)
    return content


@pytest.mark.parametrize("slug", TABLES)
def test_any_values_come_back(company: None, slug: str) -> None:
    """Created by services and exported: the same file changes nothing, and creates the same again."""

    @settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(values=objects(slug))
    def holds(values: list[dict[str, Any]]) -> None:
        with transaction.atomic():
            empty = exported(slug)
            content = created_and_exported(slug, values)
            assert exported(slug) == empty
            assert_good(imported(slug, content))
            assert exported(slug) == content
            transaction.set_rollback(True)

    holds()
