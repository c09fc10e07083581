"""What the cells of each column may hold."""

import pytest

from contactcenter.lib.formulas import restore
from tests.bulkops.columns import key_titles
from tests.bulkops.company import Row
from tests.bulkops.specimens import numbered, rows_of
from tests.bulkops.support import assert_good, differences, dump, exported, imported, refused_columns, rows_in
from tests.bulkops.values import RULES, Rule

pytestmark = pytest.mark.usefixtures("company")

EACH = pytest.mark.parametrize("slug", list(dict.fromkeys(rule.slug for rule in RULES)))
Given = list[tuple[Rule, str, Row]]


def given(slug: str, *, good: bool) -> Given:
    """Return a row for each value of each column, with a key of its own."""
    found: Given = []
    for rule in RULES:
        for text in (rule.good if good else rule.bad) if rule.slug == slug else ():
            row = rule.row(text)
            is_key = rule.title in key_titles(slug)
            found.append((rule, text, row if is_key else numbered(slug, row, len(found))))
    return found


def key_of(slug: str, row: Row) -> tuple[str, ...]:
    return tuple(restore(row[title]) for title in key_titles(slug))


@EACH
def test_values_that_are_possible(slug: str) -> None:
    rows = given(slug, good=True)
    assert_good(imported(slug, [one for _rule, _text, row in rows for one in rows_of(slug, row)]))
    found = {key_of(slug, row): row for row in reversed(rows_in(exported(slug)))}
    for rule, text, row in rows:
        stored = restore(found[key_of(slug, row)][rule.title])
        assert (rule.title, text, stored) == (rule.title, text, rule.stored(text))


@EACH
def test_values_that_are_not(slug: str) -> None:
    """Each is refused at its column, and nothing is said of others; nothing is stored."""
    before = dump()
    rows = given(slug, good=False)
    operation = imported(slug, [one for _rule, _text, row in rows for one in rows_of(slug, row)])
    told = [titles for _number, titles in sorted(refused_columns(operation).items()) if titles != [""]]  # no children
    for (rule, text, _row), titles in zip(rows, told, strict=True):
        assert (rule.title, text, [title for title in titles if title != rule.also]) == (rule.title, text, [rule.title])
    assert differences(before, dump()) == {}
