"""Refused rows as files to correct, and every row as people read it."""

import csv
import io
import tracemalloc
from tempfile import TemporaryFile
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bulkops.files.limits import MAX_CELL, MAX_CSV_BYTES
from bulkops.models import Operation, OperationRow, Outcome
from bulkops.reports import (
    ErrorGroup,
    error_groups,
    message_of,
    preview_rows,
    processed_rows,
    write_errors,
    write_template,
)
from bulkops.services import cancel
from contactcenter.demo.sounds import wav
from contactcenter.directory.catalog import OBJECT_TYPES
from contactcenter.directory.models import MultimediaProfile, SkillDefinition, Team, WorkType
from contactcenter.lib.errors import NotFound
from tests.bulkops.columns import titles
from tests.bulkops.support import (
    Rows,
    assert_good,
    bundle,
    counts,
    finished,
    imported,
    members_of,
    previewed,
    refused_columns,
    rows_in,
    start,
    table,
    undone,
    zipped,
)
from tests.cast import Cast

WORK_TYPES: Rows = [
    {"Name": "Breaks", "Description": "Away from the desk", "Type": "IDLE_CODE"},
    {"Name": "Bad", "Description": "No such type", "Type": "NOTHING"},
    {"Name": "Outcomes", "Description": "", "Type": "WRAP_UP_CODE"},
    {"Name": "", "Description": "No name", "Type": "wrong"},
]


def errors_of(operation: Operation) -> tuple[str, bytes]:
    stream = io.BytesIO()
    return write_errors(operation, stream), stream.getvalue()


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


# --- One file ----------------------------------------------------------------------------------------------------


def test_refused_rows_stand_as_they_were_with_all_their_errors(db: None) -> None:
    name, content = errors_of(imported("work-type", WORK_TYPES))
    assert name == "work-type-errors.csv"
    header, bad, nameless = lines(content)
    assert header == ["Name", "Description", "Type", "Error Message"]
    assert bad == [
        "Bad",
        "No such type",
        "NOTHING",
        "Type: “NOTHING” is not one of IDLE_CODE, WRAP_UP_CODE.",
    ]
    assert nameless[:3] == ["", "No name", "wrong"]
    assert [word in nameless[3] for word in ("Name: Fill this in", "Type: “wrong” is not")] == [True, True]


def test_corrected_rows_come_back_and_nothing_else_changes(db: None) -> None:
    _name, content = errors_of(imported("work-type", WORK_TYPES))
    again = imported("work-type", content)
    assert counts(again) == (0, 0, 0, 2)  # as it is, it is refused for the same reasons
    assert errors_of(again)[1] == content  # and its column of errors is replaced
    corrected = content.decode().replace("Bad,No such type,NOTHING", "Good,Now there is,IDLE_CODE")
    operation = imported("work-type", corrected)
    assert counts(operation) == (1, 0, 0, 1)
    assert set(WorkType.objects.values_list("name", flat=True)) == {"Breaks", "Outcomes", "Good"}


def test_header_is_that_of_the_file(db: None) -> None:
    """In its order and spelling; columns that were ignored are not in it."""
    content = "TYPE;Error Message; name ;Error Message;;\nNOTHING;old;Žák;;;\nIDLE_CODE;;Good;;;\n"
    name, content_of_errors = errors_of(imported("work-type", content.encode("cp1250"), name="Typy.CSV"))
    assert name == "Typy-errors.csv"
    header, row = lines(content_of_errors)
    assert header == ["TYPE", " name ", "Error Message"]
    assert row[0] == "NOTHING"
    assert "old" not in row[2]


def test_rows_with_too_many_cells_keep_them(db: None) -> None:
    """Cut off, they would be accepted when they come back, with cells in the wrong columns."""
    content = "Name,Description,Type\nBreaks,away, far,IDLE_CODE\nShort,only this\n"
    operation = imported("work-type", content)
    _name, first = errors_of(operation)
    _header, long, short = lines(first)
    assert long[:4] == ["Breaks", "away", " far", "IDLE_CODE"]
    assert "The row has 4 cells, but the header has 3." in long[4]
    assert short[:3] == ["Short", "only this", ""]
    again = imported("work-type", first)
    assert counts(again) == (0, 0, 0, 2)
    assert lines(errors_of(again)[1])[1][:4] == ["Breaks", "away", " far", "IDLE_CODE"]
    assert not WorkType.objects.exists()


def test_cells_beyond_the_titles_are_kept_too(db: None) -> None:
    content = "Name,Type,,\nBreaks,IDLE_CODE,,lost\n"
    _name, first = errors_of(imported("work-type", content))
    header, row = lines(first)
    assert header == ["Name", "Type", "Error Message"]
    assert row[:4] == ["Breaks", "IDLE_CODE", "", "lost"]
    assert counts(imported("work-type", first)) == (0, 0, 0, 1)


def test_refused_cells_come_back_as_they_were(db: None) -> None:
    rows = [
        {"Name": "=1+1", "Description": "'=2+2", "Type": "x"},
        {"Name": "+420 1", "Description": "'plain", "Type": "''@x"},
    ]
    _name, content = errors_of(imported("work-type", rows))
    found = lines(content)
    assert found[1][:3] == ["=1+1", "'=2+2", "x"]
    assert found[2][:3] == ["+420 1", "'plain", "''@x"]
    assert [line[:3] for line in lines(errors_of(imported("work-type", content))[1])] == [line[:3] for line in found]


def test_a_message_fits_its_cell(db: None) -> None:
    row = OperationRow(errors=[{"column": "Name", "detail": "x" * MAX_CELL}])
    assert message_of(row).startswith("Name: xxx")
    assert len(message_of(row)) == MAX_CELL
    assert message_of(row).endswith("…")


def test_rows_refused_with_their_group_are_all_there(cast: Cast) -> None:
    header = titles("address-book")
    rows = [
        ["Suppliers", "", "", "", "", ""],
        ["Suppliers", "", "", "Ice", "+420 123", ""],
        ["Suppliers", "", "", "Fire", "none", ""],
        ["Partners", "", "", "", "", ""],
        ["Partners", "", "", "Bank", "555", ""],
    ]
    content = table([dict(zip(header, row, strict=True)) for row in rows], header)
    operation = imported("address-book", content)
    assert counts(operation) == (2, 0, 0, 3)
    found = lines(errors_of(operation)[1])
    assert [line[:6] for line in found[1:]] == rows[:3]
    assert [line[6] for line in found[1:3]] == [
        "Refused together with row 4, which belongs to the same object.",
    ] * 2
    assert found[3][6].startswith("Phone Number: ")


def test_the_rest_of_a_cancelled_import(db: None) -> None:
    operation = start("work-type", WORK_TYPES)
    cancel(operation.pk)
    done = finished(operation)
    assert done.cancelled
    found = lines(errors_of(done)[1])
    assert [line[3] for line in found[1:]] == ["Not processed: cancelled"] * 4
    assert counts(imported("work-type", errors_of(done)[1])) == (2, 0, 0, 2)


def test_a_preview_has_errors_too(db: None) -> None:
    operation = previewed("work-type", WORK_TYPES)
    assert len(lines(errors_of(operation)[1])) == 3
    assert not WorkType.objects.exists()


def test_what_an_undo_left_alone(db: None) -> None:
    operation = imported("work-type", WORK_TYPES)
    WorkType.objects.filter(name="Breaks").update(description="Changed since")
    taken_back = undone(operation)
    name, content = errors_of(taken_back)
    assert name == "work-type-errors.csv"
    assert lines(content)[1][0] == "Breaks"
    assert "changed it since" in lines(content)[1][3]


def test_nothing_refused_is_no_file(db: None) -> None:
    good = imported("work-type", WORK_TYPES[:1])
    failed = imported("work-type", "Nothing\nx\n")
    assert failed.status == Operation.Status.FAILED
    for operation in (good, failed, start("work-type", WORK_TYPES)):
        with pytest.raises(NotFound):
            write_errors(operation, io.BytesIO())


def test_parts_where_one_file_would_be_too_large(db: None) -> None:
    """With their errors rows may be longer than a file that can be read again."""
    profiles = [
        {
            "Name": f"Capacity {number}",
            "Description": "d" * 250,
            "Type": "BLENDED" + "x" * 1500,
            **dict.fromkeys(("Voice", "Chat", "Email", "Social"), "1"),
        }
        for number in range(4000)
    ]
    operation = imported("multimedia-profile", profiles)
    assert operation.failed == 4000
    name, content = errors_of(operation)
    assert name == "multimedia-profile-errors.zip"
    parts = members_of(content)
    assert list(parts) == ["multimedia-profile-errors-1.csv", "multimedia-profile-errors-2.csv"]
    assert all(len(part) <= MAX_CSV_BYTES for part in parts.values())
    again = previewed("multimedia-profile", content)
    assert (again.status, again.failed) == ("completed_with_errors", 4000)


# --- Several files -----------------------------------------------------------------------------------------------

SOUND = wav([(440.0, 0.02)], "PCM")
CAPACITY = {
    "Name": "Calls",
    "Description": "",
    "Type": "EXCLUSIVE",
    "Voice": "1",
    "Chat": "0",
    "Email": "0",
    "Social": "0",
}


def test_a_bundle_gives_a_bundle(db: None) -> None:
    tables: dict[str, Rows] = {
        "site": [
            {"Name": "Praha", "Multimedia Profile": "Calls"},
            {"Name": "Lyon", "Multimedia Profile": "Nothing"},
        ],
        "multimedia-profile": [CAPACITY],
        "work-type": WORK_TYPES,
    }
    operation = imported("bundle", bundle(tables, {"good.wav": SOUND, "bad.wav": b"no sound"}), name="New site.zip")
    assert counts(operation) == (5, 0, 0, 4)
    name, content = errors_of(operation)
    assert name == "New site-errors.zip"
    parts = members_of(content)
    assert list(parts) == ["site.csv", "work-type.csv", "audio-file.csv"]
    assert rows_in(parts["audio-file.csv"]) == [
        {"Name": "bad.wav", "Error Message": "“bad.wav” is not a WAV file."},
    ]
    assert [row["Name"] for row in rows_in(parts["site.csv"])] == ["Lyon"]
    parts["site.csv"] = parts["site.csv"].replace(b"Nothing", b"Calls")
    again = imported("bundle", zipped(parts))  # the list of sounds may stay in it
    assert (again.failure, counts(again)) == ("", (1, 0, 0, 2))


def test_a_bundle_of_one_file_stays_a_bundle(db: None) -> None:
    name, content = errors_of(imported("bundle", bundle({"work-type": WORK_TYPES})))
    assert name == "bundle-errors.zip"
    assert list(members_of(content)) == ["work-type.csv"]


def test_refused_sounds_alone(db: None) -> None:
    operation = imported("audio-file", zipped({"bad.wav": b"no sound"}), name="sounds.zip")
    name, content = errors_of(operation)
    assert name == "sounds-errors.csv"
    assert lines(content) == [["Name", "Error Message"], ["bad.wav", "“bad.wav” is not a WAV file."]]


def test_parts_of_one_object_come_together_again(db: None) -> None:
    bad = [{"Name": f"Type {number}", "Type": "x"} for number in range(6002)]
    members = {f"part-{number + 1}.csv": table(bad[number * 2000 :][:2000]) for number in range(4)}
    operation = imported("work-type", zipped(members))
    assert operation.failed == 6002
    name, content = errors_of(operation)
    assert name == "work-type-errors.zip"
    parts = members_of(content)
    assert {name: len(rows_in(part)) for name, part in parts.items()} == {
        "work-type.csv": 5000,
        "work-type-2.csv": 1002,
    }
    again = previewed("work-type", content)
    assert [file.name for file in again.files.all()] == ["work-type.csv", "work-type-2.csv"]
    assert [row.cells[0] for row in again.rows.all()[4998:5002]] == ["Type 4998", "Type 4999", "Type 5000", "Type 5001"]


def test_files_with_other_columns_stay_apart(cast: Cast) -> None:
    """A column that a file did not have would say something else: that its cells are blank."""
    plain = {"Name": "Line", "Site": "Praha", "Type": "CAPACITY"}
    saved = imported("team", [{**plain, "DN": "123", "Capacity": "5"}])
    assert_good(saved)
    members = {
        "a.csv": table([{**plain, "Site": "nowhere"}]),
        "b.csv": table([{**plain, "Name": "Other", "DN": "", "Capacity": "5"}]),
    }
    operation = imported("team", zipped(members))
    assert refused_columns(operation) == {2: ["Site"]} | {2: ["DN"]}
    parts = members_of(errors_of(operation)[1])
    assert {name: lines(part)[0] for name, part in parts.items()} == {
        "team.csv": ["Name", "Site", "Type", "Error Message"],
        "team-2.csv": ["Name", "Site", "Type", "DN", "Capacity", "Error Message"],
    }
    parts["team.csv"] = parts["team.csv"].replace(b"nowhere", b"Praha")
    again = imported("team", zipped(parts))
    assert counts(again) == (0, 0, 1, 1)
    assert Team.objects.get(name="Line").capacity == 5


def test_writing_takes_little_memory(db: None) -> None:
    bad = [{"Name": f"Type {number}", "Description": "d" * 2000, "Type": "x"} for number in range(2600)]
    operation = imported("work-type", zipped({"one.csv": table(bad), "two.csv": table(bad)}))
    tracemalloc.start()
    try:
        with TemporaryFile() as stream:
            assert write_errors(operation, stream).endswith(".zip")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000  # of 11 MB, in two parts


# --- Templates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", [found.slug for found in OBJECT_TYPES if found.slug != "audio-file"])
def test_template_is_the_header(slug: str) -> None:
    stream = io.BytesIO()
    assert write_template(slug, stream) == f"{slug}.csv"
    assert lines(stream.getvalue()) == [titles(slug)]


@pytest.mark.parametrize("slug", ["audio-file", "bundle", "nothing"])
def test_no_template(slug: str) -> None:
    with pytest.raises(NotFound, match=f"no template of “{slug}”"):
        write_template(slug, io.BytesIO())


# --- Rows --------------------------------------------------------------------------------------------------------


def test_rows_of_a_preview(cast: Cast) -> None:
    imported("work-type", WORK_TYPES[:1])
    rows = [{**WORK_TYPES[0], "Description": "'=new"}, *WORK_TYPES[1:3], {**WORK_TYPES[0], "Name": " idle "}]
    operation = previewed("work-type", table(rows, ["Type", "Description", "Name"]))
    shown = preview_rows(list(processed_rows(operation)))
    assert shown[0] == {
        "file": "work-type.csv",
        "row": 2,
        "key": "Breaks",
        "outcome": "update",
        "changes": [{"column": "Description", "old": "Away from the desk", "new": "=new"}],
        "errors": [],
        "notes": [],
    }
    assert [(one["row"], one["key"], one["outcome"]) for one in shown[1:]] == [
        (3, "Bad", "refused"),
        (4, "Outcomes", "create"),
        (5, "idle", "update"),
    ]
    assert shown[1]["errors"] == [
        {"column": "Type", "detail": "“NOTHING” is not one of IDLE_CODE, WRAP_UP_CODE."},
    ]


def test_notes_tell_of_what_else_changes(cast: Cast) -> None:
    header = ["Name", "Default", "Work Type"]
    imported("auxiliary-code", table([dict(zip(header, ["Lunch", "ON", "Idle"], strict=True))]))
    operation = previewed("auxiliary-code", table([dict(zip(header, ["Training", "ON", "Idle"], strict=True))]))
    [shown] = preview_rows(list(processed_rows(operation)))
    assert shown["notes"] == ["“Lunch” is not the default any more."]


@pytest.mark.parametrize(
    ("outcome", "numbers"), [("", [2, 3, 4, 5]), ("create", [2, 4]), ("refused", [3, 5]), ("update", [])]
)
def test_rows_with_an_outcome(db: None, outcome: str, numbers: list[int]) -> None:
    operation = previewed("work-type", WORK_TYPES)
    assert [row.number for row in processed_rows(operation, outcome)] == numbers


def test_rows_that_wait_have_no_outcome_yet(db: None) -> None:
    operation = previewed("work-type", WORK_TYPES)
    operation.rows.filter(number__gt=3).update(outcome=Outcome.PENDING)
    assert [row.number for row in processed_rows(operation)] == [2, 3]


def test_the_key_of_each_object_is_found(company: None) -> None:
    """Whatever its column is called."""
    with ZipFile(io.BytesIO(bundle({"user": [{"Email": "New@Example.com", "User Profile": "x"}]}))) as archive:
        content = archive.read("user.csv") + b"\n"
    operation = previewed("user", content.replace(b"User Profile", b"User Profile,Contact Center Enabled"))
    [shown] = preview_rows(list(processed_rows(operation)))
    assert (shown["key"], shown["outcome"]) == ("New@Example.com", "refused")
    numbers = previewed("entry-point-mapping", [{"Entry Point": "x", "Dialed Number": "+420123"}])
    assert preview_rows(list(processed_rows(numbers)))[0]["key"] == "+420123"


def test_many_rows_cost_one_statement(db: None) -> None:
    rows = [{"Name": f"Type {number}", "Type": "IDLE_CODE"} for number in range(200)]
    operation = previewed("work-type", zipped({f"{number}.csv": table(rows[number::4]) for number in range(4)}))
    found = list(processed_rows(operation))
    with CaptureQueriesContext(connection) as captured:
        assert len(preview_rows(found)) == 200
    assert len(captured) == 1


# --- Errors together ---------------------------------------------------------------------------------------------


def test_equal_errors_count_together(db: None) -> None:
    skills = [
        {"Name": name, "Service Level Threshold": threshold, "Type": kind}
        for name, threshold, kind in (("One", "-1", "TEXT"), ("Two", "5", "x"), ("Three", "5", "x"), ("Four", "5", "y"))
    ]
    operation = imported("bundle", bundle({"skill-definition": skills, "work-type": WORK_TYPES}))
    groups = error_groups(operation)
    assert groups[0][:2] == ("skill-definition", "Type")
    assert groups[0].detail.startswith("“x” is not one of")
    assert [(one.object_type, one.column, one.rows) for one in groups] == [
        ("skill-definition", "Type", 2),
        ("work-type", "Type", 1),
        ("work-type", "Name", 1),
        ("work-type", "Type", 1),
        ("skill-definition", "Service Level Threshold", 1),
        ("skill-definition", "Type", 1),
    ]
    assert error_groups(operation, most=1) == groups[:1]
    assert isinstance(groups[0], ErrorGroup)
    assert SkillDefinition.objects.count() == 0


def test_no_errors_no_groups(db: None) -> None:
    assert error_groups(imported("multimedia-profile", [CAPACITY])) == []
    assert MultimediaProfile.objects.count() == 1
