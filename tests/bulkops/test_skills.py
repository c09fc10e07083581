"""Skills of profiles: their values are as the definition of the skill says."""

import pytest

from tests.bulkops.company import Row
from tests.bulkops.specimens import FULL
from tests.bulkops.support import (
    assert_good,
    bundle,
    counts,
    exported,
    imported,
    outcomes,
    refusals,
    refused_columns,
    rows_in,
    undone,
)

pytestmark = pytest.mark.usefixtures("company")

LANGUAGES = {
    "Name": "Jazyky",
    "Service Level Threshold": "86400",
    "Type": "ENUM",
    "List Values For Enum": "cs|en|fr|日本語",
}


def skill(name: str, value: str, profile: str = "Základ") -> Row:
    return {"Name": profile, "Skill Name": name, "Skill Value": value}


def value_of(name: str, profile: str = "Základ") -> str:
    rows = rows_in(exported("skill-profile"))
    return next(row["Skill Value"] for row in rows if (row["Name"], row["Skill Name"]) == (profile, name))


@pytest.mark.parametrize(
    ("name", "given", "stored"),
    [
        ("Angličtina", "0", "0"),
        ("Angličtina", "10", "10"),
        ("Angličtina", " 007 ", "7"),
        ("vip", "true", "True"),
        ("VIP", "YES", "True"),
        ("VIP", "False", "False"),
        ("VIP", "no", "False"),
        ("Jazyky", "en", "en"),
        ("Jazyky", " FR | cs|fr", "fr|cs"),
        ("Jazyky", "日本語", "日本語"),
        ("Poznámka", "x" * 100, "x" * 100),
        ("Poznámka", "one|two", "one|two"),
        ("Poznámka", "'=quiet", "'=quiet"),
        ("Poznámka", "7", "7"),
    ],
)
def test_values_as_the_type_says(name: str, given: str, stored: str) -> None:
    assert_good(imported("skill-profile", [skill(name, given)]))
    assert value_of(name.replace("vip", "VIP")) == stored


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Angličtina", "11"),
        ("Angličtina", "-1"),
        ("Angličtina", "5.5"),
        ("Angličtina", "True"),
        ("Angličtina", "٣"),
        ("VIP", "1"),
        ("VIP", "maybe"),
        ("Jazyky", "de"),
        ("Jazyky", "cs|de"),
        ("Jazyky", "cs||en"),
        ("Jazyky", "cs|"),
        ("Poznámka", "x" * 101),
        ("Poznámka", "one\ntwo"),
        ("Poznámka", ""),
        ("Poznámka", "[CLEAR]"),
    ],
)
def test_values_that_the_type_does_not_have(name: str, value: str) -> None:
    operation = imported("skill-profile", [skill(name, value)])
    assert refused_columns(operation) == {2: ["Skill Value"]}


def test_a_profile_has_at_least_one_skill() -> None:
    assert refused_columns(imported("skill-profile", [{"Name": "New"}])) == {2: ["Skill Name"]}
    last = imported("skill-profile", [skill("Angličtina", "") | {"Delete": "Yes"}])
    assert "at least one skill" in refusals(last)[2][0][1]
    exchanged = imported("skill-profile", [skill("Angličtina", "") | {"Delete": "Yes"}, skill("VIP", "True")])
    assert outcomes(exchanged) == ["updated", "created"]


def test_values_that_come_earlier_in_the_same_operation() -> None:
    definition = LANGUAGES | {"List Values For Enum": "cs|en|fr|日本語|de"}
    new = FULL["skill-definition"] | {"List Values For Enum": "left|right"}
    tables = {
        "skill-profile": [skill("Jazyky", "de"), skill("New", "right|left")],
        "skill-definition": [definition, new],
    }
    assert_good(imported("bundle", bundle(tables)))
    assert (value_of("Jazyky"), value_of("New")) == ("de", "right|left")


def test_values_in_use_stay_in_the_list() -> None:
    operation = imported("skill-definition", [LANGUAGES | {"List Values For Enum": "cs|en"}])
    assert refusals(operation) == {
        2: [
            (
                "List Values For Enum",
                "The skill profile “Plný” still has “fr”: keep it in the list, or change that first.",
            )
        ]
    }
    assert_good(imported("skill-definition", [LANGUAGES | {"List Values For Enum": "fr|cs"}]))


def test_values_that_came_into_use_stay_in_the_list() -> None:
    operation = imported("skill-definition", [LANGUAGES | {"List Values For Enum": "cs|en|fr|日本語|de"}])
    assert_good(imported("skill-profile", [skill("Jazyky", "de")]))
    [(_column, told)] = refusals(undone(operation))[2]
    assert told.startswith("It stays,")
    assert "“Základ” still has “de”" in told


@pytest.mark.parametrize("values", ["one|one", "one|ONE"])
def test_values_of_a_list_are_given_once(values: str) -> None:
    operation = imported("skill-definition", [FULL["skill-definition"] | {"List Values For Enum": values}])
    assert refused_columns(operation) == {2: ["List Values For Enum"]}


def test_a_work_types_kind_stays_once_codes_use_it() -> None:
    rows = [{"Name": "Přestávka", "Type": "WRAP_UP_CODE"}, {"Name": "New", "Type": "IDLE_CODE"}]
    operation = imported("work-type", rows)
    assert refusals(operation) == {2: [("Type", "Codes use this work type: its type stays.")]}
    assert_good(imported("work-type", [{"Name": "New", "Type": "WRAP_UP_CODE"}]))
    assert counts(imported("work-type", [{"Name": "New", "Type": "WRAP_UP_CODE"}])) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("kind", "units", "good"),
    [
        ("BLENDED", "0|0|0|0", True),
        ("BLENDED", "1|500|500|500", True),
        ("BLENDED_REALTIME", "1|1|500|500", True),
        ("BLENDED_REALTIME", "1|5|0|0", True),
        ("BLENDED_REALTIME", "0|1|0|0", False),
        ("BLENDED_REALTIME", "1|0|0|0", False),
        ("BLENDED_REALTIME", "1|6|0|0", False),
        ("EXCLUSIVE", "1|1|1|1", True),
        ("EXCLUSIVE", "0|0|0|0", True),
        ("EXCLUSIVE", "1|1|2|1", False),
    ],
)
def test_units_of_each_type(kind: str, units: str, good: bool) -> None:
    row = {
        "Name": "New",
        "Type": kind,
        **dict(zip(("Voice", "Chat", "Email", "Social"), units.split("|"), strict=True)),
    }
    assert refused_columns(imported("multimedia-profile", [row])) == ({} if good else {2: ["Type"]})
