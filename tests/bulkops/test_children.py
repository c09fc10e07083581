"""Rows that belong to an object: skills of a profile, entries of a list."""

import pytest

from bulkops import importing
from tests.bulkops.company import Row
from tests.bulkops.support import (
    Rows,
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
    table,
    zipped,
)

pytestmark = pytest.mark.usefixtures("company")

# The columns of key and value, and of what the company has: an object, its children, another child.
LISTS = {
    "skill-profile": ("Skill Name", "Skill Value", "Základ", {"Angličtina": "5"}, ("VIP", "False")),
    "address-book": (
        "Entry Name",
        "Phone Number",
        "Kurýři",
        {"Jih": "-1", "Sever": "+420 (2) 123-456"},
        ("Východ", "158"),
    ),
    "outdial-ani": (
        "Entry Name",
        "Entry Number",
        "Čísla",
        {"Péče": "sip:pece@example.com", "Prodej": "+420 800 123 456"},
        ("Nouze", "112"),
    ),
}
OTHER_VALUE = {"skill-profile": "10", "address-book": "150", "outdial-ani": "sips:x@example.org:5061"}
EACH = pytest.mark.parametrize("slug", LISTS)


def child(slug: str, key: str, value: str = "", **cells: str) -> Row:
    key_title, value_title, name, *_rest = LISTS[slug]
    return {"Name": name, key_title: key, value_title: value, **cells}


def children(slug: str, name: str = "") -> dict[str, str]:
    key_title, value_title, own_name, *_rest = LISTS[slug]
    rows = [row for row in rows_in(exported(slug)) if row["Name"] == (name or own_name) and row[key_title]]
    return {row[key_title]: row[value_title].removeprefix("'") for row in rows}


def unharmed(slug: str, rows: Rows) -> dict[int, list[tuple[str, str]]]:
    """Import rows that are all refused, and return why."""
    before = dump()
    operation = imported(slug, rows)
    assert counts(operation) == (0, 0, 0, len(rows))
    assert differences(before, dump()) == {}
    return refusals(operation)


# --- Child rows alone --------------------------------------------------------------------------------------------


@EACH
def test_a_child_is_added_and_the_others_stay(slug: str) -> None:
    _key, _value, _name, stored, (key, value) = LISTS[slug]
    operation = imported(slug, [child(slug, key, value)])
    assert_good(operation)
    assert counts(operation) == (1, 0, 0, 0)
    assert children(slug) == {**stored, key: value}


@EACH
def test_a_child_is_changed_by_its_key(slug: str) -> None:
    _key, value_title, _name, stored, _other = LISTS[slug]
    [first, *_others] = stored
    operation = imported(slug, [child(slug, f" {first.upper()} ", OTHER_VALUE[slug])])
    assert counts(operation) == (0, 1, 0, 0)
    assert changes(operation)[value_title] == (stored[first], OTHER_VALUE[slug])
    now = {key.casefold(): value for key, value in children(slug).items()}
    assert now == {key.casefold(): value for key, value in stored.items()} | {first.casefold(): OTHER_VALUE[slug]}


@EACH
def test_a_child_is_removed(slug: str) -> None:
    key_title, _value, _name, stored, (key, value) = LISTS[slug]
    assert_good(imported(slug, [child(slug, key, value)]))
    operation = imported(slug, [child(slug, key.lower(), Delete="yes")])
    assert counts(operation) == (0, 1, 0, 0)
    assert changes(operation) == {key_title: (key, "")}
    assert children(slug) == stored


@EACH
def test_a_child_that_is_gone_already_is_no_mistake(slug: str) -> None:
    operation = imported(slug, [child(slug, LISTS[slug][4][0], Delete="Yes")])
    assert_good(operation)
    assert counts(operation) == (0, 0, 1, 0)


@EACH
def test_delete_that_is_not_meant(slug: str) -> None:
    _key, _value, _name, stored, _other = LISTS[slug]
    key, value = next(iter(stored.items()))
    operation = imported(slug, [child(slug, key, value, Delete="No")])
    assert counts(operation) == (0, 0, 1, 0)
    assert unharmed(slug, [child(slug, key, value, Delete="maybe")])[2][0][0] == "Delete"


@EACH
def test_delete_has_to_say_what(slug: str) -> None:
    key_title, _value, name, *_rest = LISTS[slug]
    assert unharmed(slug, [{"Name": name, key_title: "", "Delete": "Yes"}]) == {2: [(key_title, "Fill this in.")]}


@EACH
def test_delete_without_the_columns_of_children(slug: str) -> None:
    """Such a file could not mean anything by it; it must not seem as if it had."""
    key_title, _value, name, *_rest = LISTS[slug]
    assert unharmed(slug, [{"Name": name, "Delete": "Yes"}]) == {2: [(key_title, "Fill this in.")]}


@EACH
@pytest.mark.parametrize("missing", [0, 1])
def test_children_are_given_whole(slug: str, missing: int) -> None:
    titles, (key, value) = LISTS[slug][:2], LISTS[slug][4]
    row = child(slug, key, value) | {titles[missing]: ""}
    assert unharmed(slug, [row]) == {2: [(titles[missing], "Fill this in.")]}


@EACH
def test_the_parent_has_to_exist(slug: str) -> None:
    row = {**child(slug, *LISTS[slug][4]), "Description": "", "Name": "Nobody"}
    told = unharmed(slug, [{title: row[title] for title in reversed(row)}])
    assert "“Nobody” yet: put a row with its own columns above this one" in told[2][0][1]


# --- Together with their parent ----------------------------------------------------------------------------------


@EACH
def test_a_parent_with_its_children(slug: str) -> None:
    key_title, value_title, _name, _stored, (key, value) = LISTS[slug]
    rows = [{"Name": "New", "Description": "Of all"}, {"Name": "new ", key_title: key, value_title: value}]
    operation = imported(slug, rows)
    assert_good(operation)
    assert outcomes(operation) == ["created", "created"]
    assert children(slug, "New") == {key: value}


@EACH
def test_child_and_parent_change_row_by_row(slug: str) -> None:
    _key, _value, name, stored, (key, value) = LISTS[slug]
    [first, *_others] = stored.items()
    rows = [{"Name": name, "Description": "Other"}, child(slug, *first), child(slug, key, value)]
    operation = imported(slug, rows)
    assert outcomes(operation) == ["updated", "unchanged", "created"]
    assert children(slug) == {**stored, key: value}


@EACH
def test_a_parent_row_alone_keeps_the_children(slug: str) -> None:
    _key, _value, name, stored, _other = LISTS[slug]
    assert_good(imported(slug, [{"Name": name, "Description": "Other"}]))
    assert children(slug) == stored


@EACH
def test_parent_cells_may_be_repeated_but_not_contradicted(slug: str) -> None:
    _key, _value, name, _stored, other = LISTS[slug]
    rows = [{"Name": name, "Description": "Other"}, child(slug, *other, Description=" Other ")]
    assert outcomes(imported(slug, rows)) == ["updated", "created"]
    rows[1]["Description"] = "Another"
    told = unharmed(slug, rows)
    assert told[2] == [("", "Refused together with row 3, which belongs to the same object.")]
    assert told[3][0] == (
        "Description",
        "This is “Other” in the row of the object itself: repeat that, or leave the cell empty.",
    )


@EACH
def test_a_child_row_alone_does_not_change_the_parent(slug: str) -> None:
    told = unharmed(slug, [child(slug, *LISTS[slug][4], Description="Something else")])
    assert [column for column, _detail in told[2]] == ["Description"]


@EACH
def test_the_same_child_twice(slug: str) -> None:
    key, value = LISTS[slug][4]
    told = unharmed(slug, [child(slug, key, value), child(slug, key.upper(), value)])
    assert told[2] == [("", "Refused together with row 3, which belongs to the same object.")]
    assert [column for column, _detail in told[3]] == [LISTS[slug][0]]


@EACH
def test_added_and_removed_at_once(slug: str) -> None:
    key, value = LISTS[slug][4]
    told = unharmed(slug, [child(slug, key, value), child(slug, key, Delete="Yes")])
    assert [column for column, _detail in told[3]] == [LISTS[slug][0]]


@EACH
def test_two_rows_of_the_object_itself(slug: str) -> None:
    name = LISTS[slug][2]
    told = unharmed(slug, [{"Name": name, "Description": "One"}, {"Name": name, "Description": "Two"}])
    assert told[3][0] == ("", "The same object stands in row 2 already: give it once.")


@EACH
def test_one_bad_group_does_not_harm_others(slug: str) -> None:
    key_title, value_title, _name, stored, (key, value) = LISTS[slug]
    rows = [
        {"Name": "One"},
        {"Name": "One", key_title: key, value_title: value},
        child(slug, key, value),
        child(slug, "?!", value),
        child(slug, next(iter(stored)), OTHER_VALUE[slug]),
        {"Name": "Two"},
        {"Name": "Two", key_title: key, value_title: value},
    ]
    operation = imported(slug, rows)
    assert outcomes(operation) == ["created", "created", "failed", "failed", "failed", "created", "created"]
    assert refused_columns(operation) == {4: [""], 5: [key_title], 6: [""]}
    assert children(slug) == stored


@EACH
def test_rows_of_one_parent_stand_together(slug: str) -> None:
    key_title, value_title, _name, _stored, (key, value) = LISTS[slug]
    rows = [child(slug, key, value), {"Name": "New"}, {"Name": "New", key_title: key, value_title: value}]
    operation = imported(slug, [*rows, child(slug, key, OTHER_VALUE[slug])])
    assert outcomes(operation) == ["created", "created", "created", "failed"]
    assert "stands in row 2" in refusals(operation)[5][0][1]


# --- Large ones --------------------------------------------------------------------------------------------------


def test_a_parent_is_never_torn_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    rows = [{"Name": "New"}, *({"Name": "New", "Entry Name": f"E{n}", "Phone Number": f"{n}"} for n in range(7))]
    operation = imported("address-book", [*rows, {"Name": "Next"}, rows[1] | {"Phone Number": "x"}])
    assert outcomes(operation) == ["created"] * 9 + ["failed"]
    assert len(children("address-book", "New")) == 7
    rows[5]["Phone Number"] = "x"
    assert set(outcomes(imported("address-book", rows))) == {"failed"}


def test_a_parent_goes_on_in_the_next_file() -> None:
    """Also where that has other columns, in another order."""
    rows = [{"Entry Name": f"E{n}", "Phone Number": f"{n}", "Name": "New"} for n in range(6)]
    parts = {
        "book 2.csv": table(rows[:3], ["Name", "Entry Name", "Phone Number"]),
        "book 10.csv": table([*rows[3:], {"Name": "Last"}], ["Phone Number", "Entry Name", "Name", "Parent Site"]),
        "book 1.csv": table([{"Name": "New", "Description": "Of all"}], ["Description", "Name"]),
    }
    operation = imported("address-book", zipped(parts))
    assert_good(operation)
    assert counts(operation) == (8, 0, 0, 0)
    assert len(children("address-book", "New")) == 6


def test_a_parent_over_two_files_is_refused_as_a_whole() -> None:
    rows = [{"Name": "New", "Entry Name": f"E{n}", "Phone Number": f"{n}"} for n in range(4)]
    rows[3]["Phone Number"] = "x"
    parts = {"1.csv": table([{"Name": "New"}, *rows[:2]]), "2.csv": table([*rows[2:], {"Name": "Last"}])}
    operation = imported("address-book", zipped(parts))
    assert outcomes(operation) == ["failed"] * 5 + ["created"]
