"""Columns that count only beside certain values of others: filled or blank at the wrong time they are errors."""

import pytest

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
    outcomes,
    refused_columns,
    rows_in,
)

pytestmark = pytest.mark.usefixtures("company")

EACH = pytest.mark.parametrize("condition", CONDITIONS, ids=str)
EACH_NEEDED = pytest.mark.parametrize("condition", [one for one in CONDITIONS if one.needed], ids=str)
EACH_CHANGING = pytest.mark.parametrize("condition", [one for one in CONDITIONS if not one.is_immutable], ids=str)


def stored(condition: Condition) -> Row:
    keys = key_titles(condition.slug)
    return next(
        row for row in rows_in(exported(condition.slug)) if all(row[title] == condition.on[title] for title in keys)
    )


@EACH
def test_filled_while_it_does_not_count(condition: Condition) -> None:
    """All such columns are told at once, and nothing else."""
    operation = imported(condition.slug, [condition.on | condition.off])
    assert refused_columns(operation).keys() == {2}
    assert set(refused_columns(operation)[2]) == set(condition.columns)


@EACH
@pytest.mark.parametrize("text", ["", "[CLEAR]"])
def test_blank_while_it_does_not_count(condition: Condition, text: str) -> None:
    row = condition.off_and_blank | dict.fromkeys(condition.columns, text)
    operation = imported(condition.slug, [row])
    assert_good(operation)
    assert {stored(condition)[title] for title in condition.columns} == {""}


@EACH_NEEDED
@pytest.mark.parametrize("text", ["", "[CLEAR]"])
def test_blank_while_it_is_needed(condition: Condition, text: str) -> None:
    """When something is created and when it is changed alike."""
    new = imported(condition.slug, [condition.on | dict.fromkeys(condition.columns, text)])
    assert refused_columns(new) == {2: list(condition.columns)}
    assert_good(imported(condition.slug, [condition.on]))
    before = dump()
    for title in condition.columns:
        assert refused_columns(imported(condition.slug, [condition.on | {title: text}])) == {2: [title]}
    assert differences(before, dump()) == {}


@EACH_CHANGING
def test_what_does_not_count_any_more_is_cleared(condition: Condition) -> None:
    assert_good(imported(condition.slug, [condition.on]))
    operation = imported(condition.slug, [condition.off_and_blank])
    assert_good(operation)
    assert counts(operation) == (0, 1, 0, 0)
    told = changes(operation)
    assert set(condition.columns) <= set(told)
    assert {told[title][1] for title in condition.columns} == {""}
    assert {stored(condition)[title] for title in condition.columns} == {""}


@EACH_CHANGING
def test_a_column_that_is_absent_is_cleared_too(condition: Condition) -> None:
    assert_good(imported(condition.slug, [condition.on]))
    row = {title: text for title, text in condition.off_and_blank.items() if title not in condition.columns}
    operation = imported(condition.slug, [row])
    assert outcomes(operation) == ["updated"]
    assert {stored(condition)[title] for title in condition.columns} == {""}


@EACH_CHANGING
def test_what_begins_to_count_has_to_be_filled(condition: Condition) -> None:
    assert_good(imported(condition.slug, [condition.off_and_blank]))
    operation = imported(condition.slug, [condition.on | dict.fromkeys(condition.columns, "")])
    needed = [title for title in condition.columns if title in NEEDED.get(condition.slug, ())]
    if condition.slug == "user":
        needed.remove("Desktop Profile")  # goes with teams
    assert refused_columns(operation) == ({2: needed} if needed else {})
    assert_good(imported(condition.slug, [condition.on]))
    assert all(stored(condition)[title] == condition.on[title] for title in condition.columns)


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
