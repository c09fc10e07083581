"""Columns are found by their titles, and what is wrong with a header is said at once."""

import pytest

from bulkops.files.errors import FileRefused
from bulkops.files.table import Heading, match_header

HEADINGS = [
    Heading("Name", is_mandatory=True),
    Heading("Multimedia Profile", is_mandatory=False),
    Heading("Skill Value", is_mandatory=True, aliases=("Skill Values",)),
]


def problems(*header: str) -> str:
    with pytest.raises(FileRefused) as caught:
        match_header("teams.csv", header, HEADINGS)
    assert caught.value.code == "bad_header"
    sentence, _space, rest = caught.value.message.partition(". ")
    assert sentence == "Correct the header of “teams.csv”"
    return rest


@pytest.mark.parametrize(
    ("header", "places"),
    [
        (["Name", "Multimedia Profile", "Skill Value"], [0, 1, 2]),
        (["SKILL VALUE", "name"], [2, 0]),
        (["Skill Values", "Name"], [2, 0]),
        ([" name ", "multimediaprofile", "skill\nvalue"], [0, 1, 2]),
        (["N\u00a0ame", "Skill\tValue"], [0, 2]),
        (["Name", "Error Message", "Skill Value"], [0, None, 2]),
        (["errormessage", "Name", "Skill Value", "ERROR MESSAGE"], [None, 0, 2, None]),
        (["Name", "Skill Value", "", " ", ""], [0, 2, None, None, None]),
    ],
)
def test_matches(header: list[str], places: list[int | None]) -> None:
    assert match_header("teams.csv", header, HEADINGS) == places


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["Name", "Skill Value", "Colour", "Size", "Colour"], "Unknown columns: “Colour”, “Size”."),
        (["Name", "Skill Value", "NAME"], "Repeated columns: “Name”, “NAME”."),
        (["Name", "Skill Value", "Name", "Name"], "Repeated columns: “Name”."),
        (["Name", "Skill Value", "Skill Values"], "Repeated columns: “Skill Value”, “Skill Values”."),
        (["Multimedia Profile"], "Missing columns: “Name”, “Skill Value”."),
        (["Name", "", "Skill Value", " ", "Multimedia Profile", ""], "Columns without a title: 2, 4."),
        (["'Name'", "Name", "Skill Value"], "Unknown columns: “'Name'”."),
        (
            ["", "Colour", "Multimedia Profile", "Multimedia Profile", "Skill Value"],
            "Columns without a title: 1. Unknown columns: “Colour”. "
            "Repeated columns: “Multimedia Profile”. Missing columns: “Name”.",
        ),
    ],
)
def test_problems(header: list[str], expected: str) -> None:
    assert problems(*header) == expected


def test_messages_stay_short() -> None:
    unknown = [f"{number}{'x' * 5_000}\n" for number in range(1_000)]
    text = problems("Name", "Skill Value", *unknown)
    assert len(text) < 4_000
    assert "“0xxx" in text
    assert text.endswith("…” and 960 more.")
