"""What the cells of each column may hold."""

import pytest

from bulkops.files.formulas import restore
from tests.bulkops.columns import key_titles
from tests.bulkops.company import Row
from tests.bulkops.specimens import numbered, rows_of
from tests.bulkops.support import (
    assert_good,
    differences,
    dump,
    exported,
    imported,
    refused_columns,
    rows_in,
)
from tests.bulkops.values import RULES, Rule

pytestmark = pytest.mark.usefixtures("company")


def rows(rule: Rule, texts: list[str]) -> list[Row]:
    """Return a row for each value, with a key of its own."""
    found = (rule.row(text) for text in texts)
    if rule.title in key_titles(rule.slug):
        return list(found)
    return [numbered(rule.slug, row, number) for number, row in enumerate(found)]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_values_that_are_possible(rule: Rule) -> None:
    given = rows(rule, list(rule.good))
    operation = imported(rule.slug, [one for row in given for one in rows_of(rule.slug, row)])
    assert_good(operation)
    keys = key_titles(rule.slug)
    found = {
        tuple(restore(row[title]) for title in keys): restore(row[rule.title])
        for row in reversed(rows_in(exported(rule.slug)))
    }
    stored = [found[tuple(row[title] for title in keys)] for row in given]
    assert stored == [rule.stored(text) for text in rule.good]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_values_that_are_not(rule: Rule) -> None:
    """Each is refused at its column, and nothing is said of others; nothing is stored."""
    before = dump()
    operation = imported(rule.slug, [one for row in rows(rule, list(rule.bad)) for one in rows_of(rule.slug, row)])
    told = [
        [title for title in titles if title != rule.also]
        for _number, titles in sorted(refused_columns(operation).items())
        if titles != [""]  # a child, refused together with its parent
    ]
    assert dict(zip(rule.bad, told, strict=True)) == {text: [rule.title] for text in rule.bad}
    assert differences(before, dump()) == {}
