"""Queues and their groups of teams, which a file replaces as a whole."""

from typing import Any

import pytest

from contactcenter.directory.models import DistributionGroup
from tests.bulkops.company import Row
from tests.bulkops.specimens import FULL, MINIMAL
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

LABEL, SEQ, AFTER, TEAMS = "Distribution Group", "Distribution Group Seq", "Group Fallback Time", "Group Teams"
Group = tuple[str, str, str, str]
FIRST: Group = ("První", "1", "", "Care: Brno|Claims & +1")
SECOND: Group = ("Druhá", "2", "60", "Care: Plzeň|Overflow")


def rows(*groups: Group, name: str = "Hlavní") -> list[Row]:
    return [{"Name": name, **dict(zip((LABEL, SEQ, AFTER, TEAMS), group, strict=True))} for group in groups]


def given(*groups: Group) -> str:
    return whole_table("queue", rows(*groups))


def groups(name: str = "Hlavní", slug: str = "queue") -> list[Group]:
    found = [row for row in rows_in(exported(slug)) if row["Name"] == name and row[LABEL]]
    return [(row[LABEL], row[SEQ], row[AFTER], row[TEAMS]) for row in found]


# --- Replacing ---------------------------------------------------------------------------------------------------


def test_groups_are_replaced_as_a_whole() -> None:
    operation = imported("queue", given(("Nová", "1", "", "Équipe")))
    assert_good(operation)
    assert counts(operation) == (1, 0, 0, 0)
    assert groups() == [("Nová", "1", "", "Équipe")]


def test_the_same_groups_change_nothing() -> None:
    before = dump()
    operation = imported("queue", given(("druhá", "2", "60", "overflow|care:plzeň"), FIRST))
    assert outcomes(operation) == ["updated", "unchanged"]  # written differently
    operation = imported("queue", given(SECOND, FIRST))
    assert outcomes(operation) == ["updated", "unchanged"]
    assert differences(before, dump()) == {}


def test_groups_keep_their_numbers_by_their_labels() -> None:
    """Two change places, the second one's teams change, and a third comes."""
    stored = dict(DistributionGroup.objects.filter(queue__name="Hlavní").values_list("distribution_group", "pk"))
    new: list[Group] = [
        ("Druhá", "1", "", "Overflow"),
        ("První", "2", "0", FIRST[3]),
        ("Třetí", "3", "86400", "Équipe"),
    ]
    operation = imported("queue", given(*new))
    assert outcomes(operation) == ["updated", "updated", "created"]
    assert changes(operation) == {
        SEQ: ("2", "1"),
        AFTER: ("60", ""),
        TEAMS: ("Care: Plzeň|Overflow: Brno", "Overflow: Brno"),
    }
    assert groups() == new
    now = dict(DistributionGroup.objects.filter(queue__name="Hlavní").values_list("distribution_group", "pk"))
    assert {label: now[label] for label in stored} == stored


def test_a_group_that_no_row_names_goes() -> None:
    operation = imported("queue", given(FIRST))
    assert outcomes(operation) == ["updated"]
    assert groups() == [FIRST]
    assert changes(operation) == {LABEL: ("První|Druhá", "První")}


def test_a_queues_row_alone_keeps_its_groups() -> None:
    row = next(one for one in rows_in(exported("queue")) if one["Name"] == "Hlavní" and not one[LABEL])
    operation = imported("queue", [row | {"Description": "Other"}])
    assert outcomes(operation) == ["updated"]
    assert groups() == [FIRST, SECOND]


@pytest.mark.parametrize("slug", ["queue", "outdial-queue"])
def test_a_new_queue_with_groups(slug: str) -> None:
    operation = imported(slug, [FULL[slug], *rows(SECOND, FIRST, name="New")])
    assert_good(operation)
    assert groups("New", slug) == [FIRST, SECOND]


# --- What a group is ---------------------------------------------------------------------------------------------

BAD: list[tuple[list[Group], dict[int, list[str]]]] = [
    ([("A", "2", "", "Équipe")], {2: [SEQ, AFTER]}),
    ([("A", "1", "", "Équipe"), ("B", "3", "1", "Équipe")], {2: [SEQ]}),
    ([("A", "1", "", "Équipe"), ("B", "1", "", "Équipe")], {2: [SEQ]}),
    ([("A", "1", "0", "Équipe")], {2: [AFTER]}),
    ([("A", "1", "", "Équipe"), ("B", "2", "", "Équipe")], {3: [AFTER]}),
    ([("A", "1", "", "Équipe"), ("B", "2", "86401", "Équipe")], {3: [AFTER]}),
    ([("A", "1", "", "Équipe"), ("B", "2", "-1", "Équipe")], {3: [AFTER]}),
    ([("A", "1", "", "Équipe"), ("a", "2", "1", "Équipe")], {3: [LABEL]}),
    ([("A", "one", "", "Équipe")], {2: [SEQ]}),
    ([("A", "", "", "Équipe")], {2: [SEQ]}),
    ([("", "1", "", "Équipe")], {2: [LABEL]}),
    ([("x" * 81, "1", "", "Équipe")], {2: [LABEL]}),
    ([("A\nB", "1", "", "Équipe")], {2: [LABEL]}),
    ([("A", "1", "", "")], {2: [TEAMS]}),
    ([("A", "1", "", "[CLEAR]")], {2: [TEAMS]}),
    ([("A", "1", "", "Nobody")], {2: [TEAMS]}),
    ([("A", "1", "", "Care")], {2: [TEAMS]}),
    ([("A", "0", "", "Équipe")], {2: [SEQ]}),
]


@pytest.mark.parametrize(("groups", "expected"), BAD)
def test_groups_that_cannot_be(groups: list[Group], expected: dict[int, list[str]]) -> None:
    before = dump()
    operation = imported("queue", given(*groups))
    assert counts(operation) == (0, 0, 0, len(groups))
    told = {number: titles for number, titles in refused_columns(operation).items() if titles != [""]}
    assert told.keys() == expected.keys()
    assert all(titles[: len(expected[number])] == expected[number] for number, titles in told.items())
    assert differences(before, dump()) == {}


def test_a_label_may_be_as_long_as_a_name() -> None:
    assert_good(imported("queue", given(("ž" * 80, "1", "", "équipe|ÉQUIPE: lyon| Overflow : Brno "))))
    assert groups() == [("ž" * 80, "1", "", "Équipe|Overflow")]


# --- Queues themselves -------------------------------------------------------------------------------------------


def test_groups_only_in_campaigns() -> None:
    operation = imported("outdial-queue", whole_table("outdial-queue", rows(FIRST, name="Volání")))
    assert refused_columns(operation) == {2: [LABEL, SEQ, TEAMS]}
    assert "Outbound campaign is ON" in refusals(operation)[2][0][1]
    operation = imported("outdial-queue", [MINIMAL["outdial-queue"], *rows(FIRST, SECOND, name="New")])
    told = refused_columns(operation)
    assert told[3] == [LABEL, SEQ, TEAMS]
    assert told[4] == [LABEL, SEQ, AFTER, TEAMS]


@pytest.mark.parametrize("slug", ["queue", "outdial-queue"])
@pytest.mark.parametrize(("threshold", "longest", "good"), [("9", "9", True), ("9", "8", False), ("1", "1", True)])
def test_the_threshold_is_not_above_the_longest_wait(slug: str, threshold: str, longest: str, good: bool) -> None:
    operation = imported(slug, [FULL[slug] | {"Service Level Threshold": threshold, "Max Time In Queue": longest}])
    assert refused_columns(operation) == ({} if good else {2: ["Service Level Threshold"]})


@pytest.mark.parametrize(
    ("slug", "beside"),
    [("queue", {"Channel Type": "social channel"}), ("entry-point", {"Channel Type": "Social Channel"})],
)
def test_social_channels_as_others_write_them(slug: str, beside: dict[str, Any]) -> None:
    needed = {"Social Channel Type": "apple business chat"} if slug == "entry-point" else {}
    assert_good(imported(slug, [MINIMAL[slug] | beside | needed]))
    assert "SOCIAL_CHANNEL" in {row["Channel Type"] for row in rows_in(exported(slug)) if row["Name"] == "New"}
