"""Columns are found by their titles, however these are written and ordered."""

import random

import pytest

from tests.bulkops.columns import TABLES, titles
from tests.bulkops.company import ROWS
from tests.bulkops.specimens import FULL, rows_of
from tests.bulkops.support import assert_good, counts, differences, dump, imported, table

pytestmark = pytest.mark.usefixtures("company")


def renamed(content: str, header: list[str]) -> str:
    return "\n".join([",".join(header), *content.split("\n")[1:]])


@pytest.mark.parametrize("slug", TABLES)
def test_columns_in_any_order(slug: str) -> None:
    header = titles(slug)
    random.Random(slug).shuffle(header)
    before = dump()
    operation = imported(slug, table(ROWS[slug], header))
    assert_good(operation)
    assert counts(operation) == (0, 0, len(ROWS[slug]), 0)
    assert differences(before, dump()) == {}


@pytest.mark.parametrize("slug", TABLES)
def test_case_and_spaces_of_titles_do_not_matter(slug: str) -> None:
    header = [f"  {title.swapcase().replace(' ', '  ')} " for title in titles(slug)]
    header[-1] = header[-1].replace(" ", "")
    operation = imported(slug, renamed(table(ROWS[slug], titles(slug)), header))
    assert_good(operation)
    assert counts(operation) == (0, 0, len(ROWS[slug]), 0)


@pytest.mark.parametrize("slug", TABLES)
def test_messages_of_an_earlier_import_are_ignored(slug: str) -> None:
    rows = [{"error message": "Fill this in.", **row} for row in rows_of(slug, FULL[slug])]
    operation = imported(slug, rows)
    assert_good(operation)
    assert operation.created == operation.total


@pytest.mark.parametrize(
    ("slug", "title", "alias"),
    [("user", "Desktop Profile", "Agent Profile"), ("skill-profile", "Skill Value", "Skill Values")],
)
def test_titles_that_others_use(slug: str, title: str, alias: str) -> None:
    rows = [{alias if name == title else name: text for name, text in row.items()} for row in ROWS[slug]]
    operation = imported(slug, rows)
    assert_good(operation)
    assert counts(operation) == (0, 0, len(rows), 0)


def test_both_titles_of_one_column() -> None:
    operation = imported("user", [FULL["user"] | {"Agent Profile": "Standard"}])
    assert operation.status == "failed"
    assert "Repeated columns: “Desktop Profile”, “Agent Profile”" in operation.failure
