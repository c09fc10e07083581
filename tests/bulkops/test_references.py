"""Cells that name other objects."""

import pytest

from tests.bulkops.columns import key_titles
from tests.bulkops.company import ROWS, Row
from tests.bulkops.second import SECOND_ROWS
from tests.bulkops.specimens import FULL, MINIMAL, numbered
from tests.bulkops.support import (
    assert_good,
    bundle,
    counts,
    differences,
    dump,
    exported,
    imported,
    outcomes,
    refusals,
    refused_columns,
    rows_in,
)

pytestmark = pytest.mark.usefixtures("company")

# Each column that names others: what it names, whether several, and a row with it.
REFERENCES: list[tuple[str, str, str, bool]] = [
    ("site", "Multimedia Profile", "multimedia profile", False),
    ("auxiliary-code", "Work Type", "work type", False),
    ("team", "Multimedia Profile", "multimedia profile", False),
    ("team", "Skill Profile", "skill profile", False),
    ("team", "Site", "site", False),
    ("queue", "Default Music in Queue", "audio file", False),
    ("outdial-queue", "Default Music in Queue", "audio file", False),
    ("outdial-entry-point", "Outdial Queue", "outdial queue", False),
    ("entry-point-mapping", "Entry Point", "entry point", False),
    ("address-book", "Parent Site", "site", False),
    ("desktop-profile", "Parent Site", "site", False),
    ("desktop-profile", "Wrap Up Codes", "auxiliary code", True),
    ("desktop-profile", "Idle Codes", "auxiliary code", True),
    ("desktop-profile", "Transfer Targets", "queue", True),
    ("desktop-profile", "Buddy Teams", "team", True),
    ("desktop-profile", "Outdial EP", "outdial entry point", False),
    ("desktop-profile", "Address Book", "address book", False),
    ("desktop-profile", "Outdial ANI", "outdial ANI", False),
    ("desktop-profile", "Selected Queues", "queue", True),
    ("desktop-profile", "Selected Teams", "team", True),
    ("user-profile", "Entry Points", "entry point", True),
    ("user-profile", "Sites", "site", True),
    ("user-profile", "Queues", "queue", True),
    ("user-profile", "Teams", "team", True),
    ("user", "User Profile", "user profile", False),
    ("user", "Site", "site", False),
    ("user", "Teams", "team", True),
    ("user", "Skill Profile", "skill profile", False),
    ("user", "Desktop Profile", "desktop profile", False),
    ("user", "Multimedia Profile", "multimedia profile", False),
]
EACH = pytest.mark.parametrize("slug", list(dict.fromkeys(slug for slug, *_rest in REFERENCES)))
TEAM_COLUMNS = [(slug, title) for slug, title, label, _several in REFERENCES if label == "team"]


def of(slug: str) -> list[tuple[str, str, bool]]:
    return [(title, label, several) for one, title, label, several in REFERENCES if one == slug]


def rows(slug: str, texts: dict[str, str]) -> list[Row]:
    """Return a full row for each of these cells, with a key of its own."""
    return [numbered(slug, FULL[slug], number) | {title: text} for number, (title, text) in enumerate(texts.items())]


def row_stored(slug: str, row: Row | None = None) -> Row:
    wanted = row or FULL[slug]
    return next(
        one for one in rows_in(exported(slug)) if all(one[title] == wanted[title] for title in key_titles(slug))
    )


@EACH
def test_names_ignore_case_and_outer_spaces(slug: str) -> None:
    spelt = {title: f"  {FULL[slug][title].swapcase().replace('|', ' | ')} " for title, *_rest in of(slug)}
    given = rows(slug, spelt)
    assert_good(imported(slug, given))
    for title, row in zip(spelt, given, strict=True):
        if title not in key_titles(slug):
            assert row_stored(slug, row)[title] == FULL[slug][title]


@EACH
def test_names_that_nobody_has(slug: str) -> None:
    """The message tells the value and the kind of object, the error its column."""
    before = dump()
    texts = {title: f"{FULL[slug][title]}|Nobody ☺" if several else "Nobody ☺" for title, _, several in of(slug)}
    operation = imported(slug, rows(slug, texts))
    told = [(title, f"There is no {label} “Nobody ☺”.") for title, label, _several in of(slug)]
    assert refusals(operation) == {number: [one] for number, one in enumerate(told, start=2)}
    assert differences(before, dump()) == {}


@EACH
def test_lists_have_no_holes(slug: str) -> None:
    texts = {title: f"{FULL[slug][title]}||" for title, *_rest in of(slug)}
    told = refused_columns(imported(slug, rows(slug, texts)))
    assert told == {number: [title] for number, title in enumerate(texts, start=2)}


@pytest.mark.parametrize(("slug", "title"), TEAM_COLUMNS)
def test_a_team_of_two_sites_needs_its_site(slug: str, title: str) -> None:
    operation = imported(slug, [FULL[slug] | {title: "Care"}])
    message = "“Care” is the name of several teams: write “Care: Brno”, “Care: Plzeň”."
    assert refusals(operation) == {2: [(title, message)]}
    assert_good(imported(slug, [FULL[slug] | {title: "care :BRNO"}]))
    operation = imported(slug, [FULL[slug] | {title: "Care: Lyon"}])
    assert refusals(operation) == {2: [(title, "There is no team “Care: Lyon”.")]}


def test_a_site_may_be_given_where_it_need_not() -> None:
    assert_good(imported("user-profile", [FULL["user-profile"] | {"Teams": "Équipe: Lyon|Équipe"}]))
    assert row_stored("user-profile")["Teams"] == "Équipe"


# --- Of the right kind -------------------------------------------------------------------------------------------

WRONG_KIND = [
    ("desktop-profile", {"Idle Codes": "Vyřešeno|Oběd"}, "Idle Codes", "Not idle codes: Vyřešeno."),
    ("desktop-profile", {"Wrap Up Codes": "Oběd"}, "Wrap Up Codes", "Not wrap-up codes: Oběd."),
    ("desktop-profile", {"Transfer Targets": "Kampaň"}, "Transfer Targets", "There is no queue “Kampaň”."),
    ("desktop-profile", {"Outdial EP": "Web"}, "Outdial EP", "There is no outdial entry point “Web”."),
    ("outdial-entry-point", {"Outdial Queue": "Hlavní"}, "Outdial Queue", "There is no outdial queue “Hlavní”."),
    ("user-profile", {"Entry Points": "Sortie"}, "Entry Points", "There is no entry point “Sortie”."),
    (
        "entry-point-mapping",
        {"Entry Point": "Web"},
        "Entry Point",
        "“Web” takes no calls: choose an entry point for telephony.",
    ),
]


@pytest.mark.parametrize(("slug", "cells", "title", "message"), WRONG_KIND)
def test_objects_of_the_wrong_kind(slug: str, cells: Row, title: str, message: str) -> None:
    assert refusals(imported(slug, [FULL[slug] | cells])) == {2: [(title, message)]}


def test_no_address_book() -> None:
    """``NONE`` says so, and takes away the one there was."""
    assert_good(imported("desktop-profile", [FULL["desktop-profile"]]))
    assert_good(imported("desktop-profile", [FULL["desktop-profile"] | {"Address Book": "none"}]))
    assert row_stored("desktop-profile")["Address Book"] == ""


def test_an_address_book_cannot_be_called_so() -> None:
    assert refused_columns(imported("address-book", [MINIMAL["address-book"] | {"Name": " None"}])) == {2: ["Name"]}


# --- Within one operation ----------------------------------------------------------------------------------------


def test_rows_refer_to_earlier_rows_of_the_same_operation() -> None:
    """A second company comes at once, its files in no order, each object made of others of it."""
    order: list[str] = sorted(SECOND_ROWS, key=lambda slug: slug[::-1])
    operation = imported("bundle", bundle({slug: SECOND_ROWS[slug] for slug in order}))
    assert_good(operation)
    assert counts(operation) == (sum(map(len, SECOND_ROWS.values())), 0, 0, 0)
    files = operation.files.order_by("position").values_list("object_type", flat=True)
    assert list(files) == [slug for slug in ROWS if slug in SECOND_ROWS]


def test_what_was_refused_cannot_be_referred_to() -> None:
    tables = {
        "site": [{"Name": "Nice", "Multimedia Profile": "Nothing"}],
        "team": [{"Name": "Late", "Site": "Nice", "Type": "AGENT"}],
    }
    operation = imported("bundle", bundle(tables))
    assert outcomes(operation) == ["failed", "failed"]
    assert operation.rows.get(position=1).errors == [{"column": "Site", "detail": "There is no site “Nice”."}]
