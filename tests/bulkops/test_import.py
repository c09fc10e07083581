"""Objects of every kind are created, changed and left alone by their files."""

from collections.abc import Iterable

import pytest

from bulkops.resources import resource_of
from tests.bulkops.columns import COLUMNS, TABLES, key_titles, titles
from tests.bulkops.company import Row
from tests.bulkops.conditions import NEEDED
from tests.bulkops.specimens import DEFAULTS, FULL, IMMUTABLE, MINIMAL, OTHER, numbered, rows_of
from tests.bulkops.support import (
    assert_good,
    changes,
    counts,
    differences,
    dump,
    exported,
    imported,
    outcomes,
    refusals,
    refused_columns,
    rows_in,
    whole_table,
)

pytestmark = pytest.mark.usefixtures("company")


def stored(slug: str, rows: Iterable[Row]) -> list[Row]:
    """Return the filled cells of these objects as an export writes them."""
    keys = key_titles(slug)
    found = {tuple(one[title] for title in keys): one for one in reversed(rows_in(exported(slug)))}
    return [_filled(found[tuple(row[title] for title in keys)]) for row in rows]


# What is stored where a column is emptied: nothing, but for these.
EMPTIED = {
    "Paid": "ON",
    "Outbound": "OFF",
    "Region": "Default",
    "Recording Pause Duration": "10",
    **dict.fromkeys(("Permit Monitoring", "Permit Recording", "Record All Calls"), "OFF"),
    **dict.fromkeys(("Screen Popups", "Last Agent Routing"), "OFF"),
}


def _filled(row: Row) -> Row:
    return {title: text for title, text in row.items() if text}


def _with_sites(text: str) -> str:
    return (
        text.replace("Équipe", "Équipe: Lyon")
        .replace("Claims & +1", "Claims & +1: Brno")
        .replace("Overflow", "Overflow: Brno")
    )


def mandatory(slug: str) -> list[str]:
    return [title for title in titles(slug, "M") if title not in key_titles(slug)]


def optional(slug: str) -> list[str]:
    """Columns that may be blank, although they count in a full row."""
    needed = NEEDED.get(slug, ())
    return [title for title in titles(slug, "O", "C") if title in FULL[slug] and title not in needed]


def clearable(slug: str) -> list[str]:
    """Those of them that may be emptied alone."""
    settled = {*IMMUTABLE.get(slug, ()), "Pause or Resume Enabled", "Agent Threshold Alerts Enabled"}
    return [title for title in optional(slug) if title not in settled]


# --- Columns -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", COLUMNS)
def test_columns_are_in_their_order(slug: str) -> None:
    assert resource_of(slug).titles == titles(slug)


@pytest.mark.parametrize("slug", TABLES)
def test_mandatory_columns_are_those_that_a_header_needs(slug: str) -> None:
    assert [heading.title for heading in resource_of(slug).headings() if heading.is_mandatory] == titles(slug, "M")


# --- Creating ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", TABLES)
def test_mandatory_columns_are_enough(slug: str) -> None:
    operation = imported(slug, rows_of(slug, MINIMAL[slug]))
    assert_good(operation)
    assert set(outcomes(operation)) == {"created"}
    assert stored(slug, [MINIMAL[slug]]) == [MINIMAL[slug] | DEFAULTS.get(slug, {})]


@pytest.mark.parametrize("slug", TABLES)
def test_every_column_is_stored(slug: str) -> None:
    assert_good(imported(slug, whole_table(slug, rows_of(slug, FULL[slug]))))
    assert stored(slug, [FULL[slug]]) == [FULL[slug]]


@pytest.mark.parametrize("slug", TABLES)
def test_the_same_file_again_changes_nothing(slug: str) -> None:
    content = whole_table(slug, rows_of(slug, FULL[slug]))
    assert_good(imported(slug, content))
    before = dump()
    operation = imported(slug, content)
    assert_good(operation)
    assert set(outcomes(operation)) == {"unchanged"}
    assert differences(before, dump()) == {}


# --- Changing ----------------------------------------------------------------------------------------------------


def stored_variants(slug: str, wanted: list[str]) -> dict[str, Row]:
    """Import one full object for each of the columns."""
    variants = {title: numbered(slug, FULL[slug], number) for number, title in enumerate(wanted)}
    assert_good(imported(slug, [row for variant in variants.values() for row in rows_of(slug, variant)]))
    return variants


@pytest.mark.parametrize("slug", TABLES)
def test_one_column_changes_and_no_other(slug: str) -> None:
    """Each row gives everything, and one column another value."""
    variants = stored_variants(slug, list(OTHER[slug]))
    expected = {title: row | {title: OTHER[slug][title]} for title, row in variants.items()}
    operation = imported(slug, list(expected.values()))
    assert_good(operation)
    assert counts(operation) == (0, len(expected), 0, 0)
    for number, (title, row) in enumerate(expected.items(), start=2):
        expected_change = _with_sites(variants[title][title]), _with_sites(row[title])
        assert changes(operation, number) == {title: expected_change}
    assert stored(slug, expected.values()) == list(expected.values())


@pytest.mark.parametrize("slug", IMMUTABLE)
def test_what_is_immutable_stays(slug: str) -> None:
    variants = stored_variants(slug, list(IMMUTABLE[slug]))
    before = dump()
    operation = imported(slug, [row | {title: IMMUTABLE[slug][title]} for title, row in variants.items()])
    assert counts(operation) == (0, 0, 0, len(variants))
    for number, title in enumerate(variants, start=2):
        assert "cannot be changed" in dict(refusals(operation)[number])[title]
    assert differences(before, dump()) == {}


@pytest.mark.parametrize("slug", TABLES)
def test_columns_that_are_absent_change_nothing(slug: str) -> None:
    assert_good(imported(slug, rows_of(slug, FULL[slug])))
    before = dump()
    operation = imported(slug, [{title: FULL[slug][title] for title in titles(slug, "M")}])
    assert_good(operation)
    assert counts(operation) == (0, 0, 1, 0)
    assert differences(before, dump()) == {}


# --- Blank cells -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", [slug for slug in TABLES if mandatory(slug)])
@pytest.mark.parametrize("text", ["", "   ", "[CLEAR]"])
def test_mandatory_cells_have_to_be_filled(slug: str, text: str) -> None:
    wanted = mandatory(slug)
    new = imported(slug, rows_of(slug, FULL[slug] | dict.fromkeys(wanted, text)))
    assert set(wanted) <= {title for titles in refused_columns(new).values() for title in titles}
    variants = stored_variants(slug, wanted)
    before = dump()
    operation = imported(slug, [row | {title: text} for title, row in variants.items()])
    assert all(title in refused_columns(operation)[number] for number, title in enumerate(variants, start=2))
    assert differences(before, dump()) == {}


@pytest.mark.parametrize("slug", TABLES)
@pytest.mark.parametrize("text", ["", "[CLEAR]"])
def test_keys_have_to_be_filled(slug: str, text: str) -> None:
    keys = key_titles(slug)
    operation = imported(
        slug, [numbered(slug, FULL[slug], number) | {title: text} for number, title in enumerate(keys)]
    )
    assert {number: found[0] for number, found in refused_columns(operation).items()} == dict(enumerate(keys, start=2))


@pytest.mark.parametrize("slug", [slug for slug in TABLES if optional(slug)])
def test_blank_cells_keep_what_is_stored(slug: str) -> None:
    variants = stored_variants(slug, optional(slug))
    before = dump()
    operation = imported(slug, [row | {title: "  "} for title, row in variants.items()])
    assert_good(operation)
    assert set(outcomes(operation)) <= {"unchanged"}
    assert differences(before, dump()) == {}


@pytest.mark.parametrize("slug", [slug for slug in TABLES if clearable(slug)])
def test_optional_cells_can_be_emptied(slug: str) -> None:
    variants = stored_variants(slug, clearable(slug))
    expected = {title: row | {title: EMPTIED.get(title, "")} for title, row in variants.items()}
    operation = imported(slug, [row | {title: " [CLEAR] "} for title, row in variants.items()])
    assert_good(operation)
    assert counts(operation) == (0, len(variants), 0, 0)
    assert stored(slug, expected.values()) == [_filled(row) for row in expected.values()]
