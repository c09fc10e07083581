"""Columns that count only beside certain values of others: filled or blank at the wrong time they are errors."""

from collections.abc import Callable

import pytest

from bulkops.models import Operation
from tests.bulkops.columns import TABLES, key_titles
from tests.bulkops.company import Row
from tests.bulkops.conditions import CONDITIONS, NEEDED, Condition
from tests.bulkops.specimens import FULL, numbered
from tests.bulkops.support import (
    assert_good,
    changes,
    counts,
    differences,
    dump,
    exported,
    imported,
    refused_columns,
    rows_in,
)

pytestmark = pytest.mark.usefixtures("company")

EACH = pytest.mark.parametrize("slug", list(dict.fromkeys(condition.slug for condition in CONDITIONS)))
Row_of = Callable[[Condition], Row]


def of(slug: str, *, needed: bool = False, changing: bool = False) -> list[Condition]:
    found = [condition for condition in CONDITIONS if condition.slug == slug]
    return [one for one in found if one.needed >= needed and one.is_immutable <= (not changing)]


def rows(conditions: list[Condition], row_of: Row_of) -> list[Row]:
    """Return a row for each condition, with a key of its own."""
    return [numbered(one.slug, row_of(one), number) for number, one in enumerate(conditions)]


def stored(slug: str, given: list[Row]) -> list[Row]:
    keys = key_titles(slug)
    found = {tuple(row[title] for title in keys): row for row in reversed(rows_in(exported(slug)))}
    return [found[tuple(row[title] for title in keys)] for row in given]


def cells(conditions: list[Condition], found: list[Row]) -> list[set[str]]:
    """Return what stands in the columns that each condition is about."""
    return [{row[title] for title in one.columns} for one, row in zip(conditions, found, strict=True)]


def assert_refused(operation: Operation, expected: list[list[str]]) -> None:
    """In each row exactly these columns, whatever their order."""
    found = refused_columns(operation)
    assert [set(found.get(number, [])) for number, _titles in enumerate(expected, start=2)] == list(map(set, expected))


@EACH
def test_filled_while_it_does_not_count(slug: str) -> None:
    """All such columns are told at once, and nothing else."""
    conditions = of(slug)
    operation = imported(slug, rows(conditions, lambda one: one.on | one.off))
    assert_refused(operation, [list(one.columns) for one in conditions])


@EACH
@pytest.mark.parametrize("text", ["", "[CLEAR]"])
def test_blank_while_it_does_not_count(slug: str, text: str) -> None:
    conditions = of(slug)
    given = rows(conditions, lambda one: one.off_and_blank | dict.fromkeys(one.columns, text))
    assert_good(imported(slug, given))
    assert cells(conditions, stored(slug, given)) == [{""}] * len(conditions)


@EACH
@pytest.mark.parametrize("text", ["", "[CLEAR]"])
def test_blank_while_it_is_needed(slug: str, text: str) -> None:
    """When something is created and when it is changed alike."""
    conditions = of(slug, needed=True)
    if not conditions:
        return
    new = imported(slug, rows(conditions, lambda one: one.on | dict.fromkeys(one.columns, text)))
    assert_refused(new, [list(one.columns) for one in conditions])
    assert_good(imported(slug, rows(conditions, lambda one: one.on)))
    before = dump()
    operation = imported(slug, rows(conditions, lambda one: one.on | {one.columns[-1]: text}))
    assert_refused(operation, [[one.columns[-1]] for one in conditions])
    assert differences(before, dump()) == {}


@EACH
@pytest.mark.parametrize("absent", [False, True])
def test_what_does_not_count_any_more_is_cleared(slug: str, absent: bool) -> None:
    """Also where the file has not even got the column."""
    conditions = of(slug, changing=True)
    for number, one in enumerate(conditions):
        row = numbered(slug, one.on, number)
        assert_good(imported(slug, [row]))
        off = numbered(slug, one.off_and_blank, number)
        operation = imported(slug, [{title: off[title] for title in off if not absent or title not in one.columns}])
        assert_good(operation)
        assert counts(operation) == (0, 1, 0, 0)
        told = changes(operation)
        assert {told[title][1] for title in one.columns} == {""}
        assert cells([one], stored(slug, [row])) == [{""}]


@EACH
def test_what_begins_to_count_has_to_be_filled(slug: str) -> None:
    conditions = of(slug, changing=True)
    if not conditions:
        return
    assert_good(imported(slug, rows(conditions, lambda one: one.off_and_blank)))
    operation = imported(slug, rows(conditions, lambda one: one.on | dict.fromkeys(one.columns, "")))
    goes_with_teams = {"Desktop Profile"} if slug == "user" else set()
    needed = NEEDED.get(slug, set()) - goes_with_teams
    assert_refused(operation, [[title for title in one.columns if title in needed] for one in conditions])
    given = rows(conditions, lambda one: one.on)
    assert_good(imported(slug, given))
    for one, row, found in zip(conditions, given, stored(slug, given), strict=True):
        assert [found[title] for title in one.columns] == [row[title] for title in one.columns]


@pytest.mark.parametrize("slug", [slug for slug in TABLES if slug in NEEDED and slug != "team"])
def test_a_blank_cell_does_not_stand_for_what_is_stored(slug: str) -> None:
    needed = sorted(title for title in NEEDED[slug] if title in FULL[slug])
    variants = {title: numbered(slug, FULL[slug], number) for number, title in enumerate(needed)}
    assert_good(imported(slug, list(variants.values())))
    operation = imported(slug, [row | {title: ""} for title, row in variants.items()])
    assert refused_columns(operation) == {number: [title] for number, title in enumerate(variants, start=2)}


# --- Users -------------------------------------------------------------------------------------------------------

AGENT = FULL["user"]
SUPERVISOR = AGENT | {"User Profile": "Supervisor Brno"}
ADMINISTRATOR = AGENT | {"User Profile": "Administrator"}


@pytest.mark.parametrize(
    ("row", "blank", "refused"),
    [
        (AGENT, ["Site"], ["Site"]),
        (AGENT, ["Teams"], ["Teams"]),
        (AGENT, ["Teams", "Desktop Profile"], ["Teams"]),
        (AGENT, ["Desktop Profile"], ["Desktop Profile"]),
        (AGENT, ["Skill Profile", "Multimedia Profile", "Default DN", "External Id"], []),
        (SUPERVISOR, ["Site"], ["Site"]),
        (SUPERVISOR, ["Teams", "Desktop Profile"], []),
        (SUPERVISOR, ["Desktop Profile"], ["Desktop Profile"]),
        (ADMINISTRATOR, ["Site", "Teams", "Desktop Profile"], []),
        (ADMINISTRATOR, ["Desktop Profile"], ["Desktop Profile"]),
    ],
)
def test_what_a_new_user_needs(row: Row, blank: list[str], refused: list[str]) -> None:
    operation = imported("user", [row | dict.fromkeys(blank, "")])
    assert refused_columns(operation) == ({2: refused} if refused else {})


@pytest.mark.parametrize(
    ("row", "blank", "refused"),
    [
        (AGENT, ["Site", "Teams", "Desktop Profile"], ["Site", "Teams", "Desktop Profile"]),
        (SUPERVISOR, ["Site", "Teams", "Desktop Profile"], ["Site", "Desktop Profile"]),
        (ADMINISTRATOR, ["Site", "Teams"], []),
        (ADMINISTRATOR, ["Desktop Profile"], ["Desktop Profile"]),
    ],
)
def test_what_a_user_needs_each_time(row: Row, blank: list[str], refused: list[str]) -> None:
    assert_good(imported("user", [row]))
    operation = imported("user", [row | dict.fromkeys(blank, "")])
    assert refused_columns(operation) == ({2: refused} if refused else {})


def test_supervisors_teams_can_be_emptied() -> None:
    assert_good(imported("user", [SUPERVISOR]))
    cleared = SUPERVISOR | {"Teams": "[CLEAR]", "Desktop Profile": "[CLEAR]"}
    assert_good(imported("user", [cleared]))
    assert refused_columns(imported("user", [AGENT | {"Teams": "[CLEAR]"}])) == {2: ["Teams"]}


def test_what_only_agents_have_is_told_of_others() -> None:
    """With contact center enabled OFF all of it is refused, and only that."""
    operation = imported("user", [AGENT | {"Contact Center Enabled": "OFF"}])
    expected = ["Site", "Teams", "Skill Profile", "Desktop Profile", "Multimedia Profile", "Default DN"]
    assert refused_columns(operation) == {2: expected}
