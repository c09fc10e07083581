"""Which object a row is about: found by its key, however that is written, and only once in an operation."""

import unicodedata
from collections.abc import Callable

import pytest

from tests.bulkops.columns import TABLES, key_titles
from tests.bulkops.company import ROWS, SOUNDS
from tests.bulkops.specimens import FULL, MINIMAL, numbered, rows_of
from tests.bulkops.support import (
    assert_good,
    bundle,
    changes,
    counts,
    exported,
    imported,
    outcomes,
    refusals,
    rows_in,
    table,
    zipped,
)

pytestmark = pytest.mark.usefixtures("company")


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


SPELLINGS = [str.upper, str.lower, lambda text: f"  {text}\t", decomposed]


@pytest.mark.parametrize("spelt", SPELLINGS)
def test_keys_ignore_case_composition_and_outer_spaces(spelt: Callable[[str], str]) -> None:
    """The object is changed, not created again; its name is then written as in the file."""
    respelt = {
        slug: [
            {title: spelt(text) if title in key_titles(slug) else text for title, text in row.items()} for row in rows
        ]
        for slug, rows in ROWS.items()
    }
    before = {slug: len(rows_in(exported(slug))) for slug in TABLES}
    operation = imported("bundle", bundle(respelt))
    assert_good(operation)
    assert operation.created == 0
    assert {slug: len(rows_in(exported(slug))) for slug in TABLES} == before


def test_the_name_is_written_as_in_the_file() -> None:
    assert_good(imported("site", [MINIMAL["site"]]))
    operation = imported("site", [MINIMAL["site"] | {"Name": "NEW"}])
    assert changes(operation) == {"Name": ("New", "NEW")}
    assert "NEW" in {row["Name"] for row in rows_in(exported("site"))}


@pytest.mark.parametrize("slug", TABLES)
def test_the_same_object_twice(slug: str) -> None:
    """The later one is refused, with the place of the first."""
    row, child, other = FULL[slug], rows_of(slug, FULL[slug])[1:], rows_of(slug, numbered(slug, FULL[slug], 1))
    again = {title: text.upper() if title in key_titles(slug) else text for title, text in row.items()}
    rows = [row, *child, *other, again]
    operation = imported(slug, rows)
    assert outcomes(operation) == ["created"] * (len(rows) - 1) + ["failed"]
    assert refusals(operation) == {
        len(rows) + 1: [("", f"The same object stands in row 2 of “{slug}.csv” already: give it once.")]
    }


def test_the_same_object_in_two_files() -> None:
    parts = {"part 2.csv": table([{"Name": "new", "Type": "IDLE_CODE"}]), "part 1.csv": table([MINIMAL["work-type"]])}
    operation = imported("work-type", zipped(parts))
    assert counts(operation) == (1, 0, 0, 1)
    assert refusals(operation) == {2: [("", "The same object stands in row 2 of “part 1.csv” already: give it once.")]}
    assert operation.rows.get(outcome="failed").file.name == "part 2.csv"


def test_a_row_that_is_refused_counts_all_the_same() -> None:
    operation = imported(
        "site", [{"Name": "A", "Multimedia Profile": "?"}, {"Name": "a", "Multimedia Profile": "Blended"}]
    )
    assert outcomes(operation) == ["failed", "failed"]
    assert "stands in row 2" in refusals(operation)[3][0][1]


def test_different_objects_may_have_the_same_name() -> None:
    operation = imported("bundle", bundle({"site": [MINIMAL["site"]], "work-type": [MINIMAL["work-type"]]}))
    assert counts(operation) == (2, 0, 0, 0)


def test_teams_of_two_sites_may_have_the_same_name() -> None:
    rows = [MINIMAL["team"] | {"Site": site} for site in ("Brno", "LYON", " plzeň", "brno ")]
    operation = imported("team", rows)
    assert outcomes(operation) == ["created", "created", "created", "failed"]
    assert "stands in row 2" in refusals(operation)[5][0][1]


def test_rows_without_a_key_are_not_the_same_object() -> None:
    operation = imported("site", [{"Name": "", "Multimedia Profile": "Blended"}] * 2)
    told = [("Name", "Fill this in: it tells which object is meant.")]
    assert refusals(operation) == {2: told, 3: told}


@pytest.mark.parametrize(
    ("slug", "taken", "name"),
    [
        ("queue", "outdial-queue", "kampaň"),
        ("outdial-queue", "queue", "HLAVNÍ"),
        ("entry-point", "outdial-entry-point", "sortie"),
        ("outdial-entry-point", "entry-point", "WEB"),
    ],
)
def test_names_are_shared_with_the_other_direction(slug: str, taken: str, name: str) -> None:
    before = exported(taken)
    operation = imported(slug, [MINIMAL[slug] | {"Name": name}])
    assert [column for column, _detail in refusals(operation)[2]] == ["Name"]
    assert "for the other direction" in refusals(operation)[2][0][1]
    assert exported(taken) == before


@pytest.mark.parametrize(("first", "second"), [("queue", "outdial-queue"), ("entry-point", "outdial-entry-point")])
def test_names_are_shared_within_a_bundle(first: str, second: str) -> None:
    tables = {second: [MINIMAL[second]], first: [MINIMAL[first] | {"Name": "NEW"}]}
    operation = imported("bundle", bundle(tables))
    assert counts(operation) == (1, 0, 0, 1)
    assert operation.rows.get(outcome="failed").file.object_type == second


def test_the_same_sound_twice() -> None:
    sound = SOUNDS["hudba.wav"]
    operation = imported("audio-file", zipped({"a/new.wav": sound, "b/NEW.wav": sound}))
    assert counts(operation) == (1, 0, 0, 1)
    assert "The same object stands in row 1" in refusals(operation)[2][0][1]
