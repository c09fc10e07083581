"""Bulk operations over the API, with real files."""

import io
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bulkops import services
from bulkops.models import Operation
from bulkops.running import run
from contactcenter.demo.sounds import wav
from contactcenter.directory.catalog import OBJECT_TYPES
from contactcenter.directory.models import AudioFile, Team, User, WorkType
from tests.bulkops.columns import titles
from tests.bulkops.support import Content, Rows, bundle, exported, finished, imported, previewed, rows_in, table, zipped
from tests.callers import V1, Caller, content_of, make_token, with_token
from tests.cast import Cast
from tests.concurrency import together

OPERATIONS = "/bulk-operations/"
WORK_TYPES: Rows = [
    {"Name": "Breaks", "Description": "Away from the desk", "Type": "IDLE_CODE"},
    {"Name": "Outcomes", "Description": "", "Type": "WRAP_UP_CODE"},
]
BAD: Rows = [*WORK_TYPES, {"Name": "Bad", "Description": "No such type", "Type": "NOTHING"}]


@pytest.fixture
def caller(cast: Cast) -> Caller:
    return with_token(cast.client, "bulk:read", "bulk:write")


def file_of(content: Content, name: str = "work types.csv") -> SimpleUploadedFile:
    data = content if isinstance(content, (str, bytes)) else table(content)
    return SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)


def started(caller: Caller, content: Content, slug: str = "work-type", **fields: object) -> Any:
    """Start an import, and return the answer."""
    name = str(fields.pop("name", f"{slug}.csv"))
    return caller.upload(OPERATIONS, object_type=slug, operation="import", file=file_of(content, name), **fields)


def done(caller: Caller, answer: Any) -> dict[str, Any]:
    """Have the operation of an answer worked on, and return what it has become."""
    assert answer.status_code == 202, answer.content
    run(answer.json()["id"])
    found: dict[str, Any] = caller.get(f"{OPERATIONS}{answer.json()['id']}/").json()
    return found


def counts(operation: dict[str, Any]) -> tuple[int, int, int, int]:
    found = operation["counts"]
    assert found["total"] == sum(found.values()) - found["total"]
    return found["created"], found["updated"], found["unchanged"], found["failed"]


def errors(answer: Any) -> dict[str, str]:
    return {error["field"]: error["code"] for error in answer.json()["errors"]}


# --- Imports -----------------------------------------------------------------------------------------------------


def test_import(cast: Cast, caller: Caller) -> None:
    answer = started(caller, BAD, name="Typy práce.csv")
    shown = answer.json()
    assert answer.status_code == 202
    assert answer["Location"] == f"http://testserver{V1}{OPERATIONS}{shown['id']}/"
    assert shown == {
        "id": shown["id"],
        "object_type": "work-type",
        "operation": "import",
        "dry_run": False,
        "status": "new",
        "failure": "",
        "cancelled": False,
        "discarded": False,
        "file_name": "Typy práce.csv",
        "submitted_by": {"kind": "client", "id": cast.client.pk, "name": "CRM"},
        "submitted_at": shown["submitted_at"],
        "started_at": None,
        "finished_at": None,
        "counts": {"total": 0, "created": 0, "updated": 0, "unchanged": 0, "failed": 0},
        "progress": 0.0,
        "undoable": False,
        "source_id": None,
        "differs_from_preview": None,
    }
    operation = done(caller, answer)
    assert operation["status"] == "completed_with_errors"
    assert counts(operation) == (2, 0, 0, 1)
    assert (operation["progress"], operation["undoable"]) == (1.0, True)
    assert operation["submitted_at"] < operation["started_at"] < operation["finished_at"]
    assert operation["started_at"].endswith("Z")
    assert WorkType.objects.filter(name__in=["Breaks", "Outcomes"]).count() == 2


def test_worker_is_woken(transactional_db: None, cast: Cast, caller: Caller, tasks_at_once: None) -> None:
    """From the request to the stored objects, without a hand on the engine."""
    answer = started(caller, WORK_TYPES)
    operation = caller.get(f"{OPERATIONS}{answer.json()['id']}/").json()
    assert (operation["status"], counts(operation)) == ("completed", (2, 0, 0, 0))


def test_administrators_import_from_their_session(cast: Cast) -> None:
    browser = Caller(cast.admin)
    operation = done(browser, started(browser, WORK_TYPES))
    assert operation["submitted_by"] == {"kind": "user", "id": cast.admin.pk, "name": "Alex Keller"}


def test_sessions_need_a_csrf_token(cast: Cast) -> None:
    answer = started(Caller(cast.admin, check_csrf=True), WORK_TYPES)
    assert answer.status_code == 403
    assert not Operation.objects.exists()


def test_bundle(cast: Cast, caller: Caller) -> None:
    content = bundle(
        {
            "team": [{"Name": "Night", "Site": "Brno", "Type": "AGENT"}],
            "site": [{"Name": "Brno", "Multimedia Profile": "Blended"}],
        },
        {"hello.wav": wav([(440.0, 0.02)], "PCM")},
    )
    operation = done(caller, started(caller, content, "bundle", name="New site.zip"))
    assert (operation["object_type"], operation["status"], counts(operation)) == ("bundle", "completed", (3, 0, 0, 0))
    assert Team.objects.get(name="Night").site.name == "Brno"
    assert AudioFile.objects.filter(name="hello.wav").exists()


def test_large_files_are_stored_from_the_disk(cast: Cast, caller: Caller) -> None:
    rows = [{"Name": f"Type {number}", "Description": "d" * 250, "Type": "IDLE_CODE"} for number in range(4000)]
    parts = {f"{number}.csv": table(rows) for number in range(3)}
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:  # as it is, so that it is large
        for name, part in parts.items():
            archive.writestr(name, part)
    assert len(stream.getvalue()) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    operation = done(caller, started(caller, stream.getvalue(), dry_run="true", name="types.zip"))
    assert counts(operation) == (4000, 0, 0, 8000)


def test_a_file_that_cannot_be_used_says_why(cast: Cast, caller: Caller) -> None:
    operation = done(caller, started(caller, "Name,Sort\nx,y\n"))
    assert operation["status"] == "failed"
    assert operation["failure"] == (
        "Correct the header of “work-type.csv”. Unknown columns: “Sort”. Missing columns: “Type”."
    )
    assert counts(operation) == (0, 0, 0, 0)
    assert not operation["undoable"]


# --- Names of files ----------------------------------------------------------------------------------------------


def curl(caller: Caller, disposition: bytes, *, more: bytes = b"") -> Any:
    """Send a form as programs write it by hand."""
    parts = [
        b'Content-Disposition: form-data; name="object_type"\r\n\r\nwork-type',
        b'Content-Disposition: form-data; name="operation"\r\n\r\nimport',
        *([more] if more else []),
        b'Content-Disposition: form-data; name="file"; ' + disposition + b"\r\nContent-Type: text/csv\r\n\r\n"
        b"Name;Type\r\n\xc4\x8cas;IDLE_CODE\r\n",
    ]
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return caller.client.generic("POST", V1 + OPERATIONS, body, "multipart/form-data; boundary=edge")


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('filename="Typy přestávek.csv"'.encode(), "Typy přestávek.csv"),
        (b"filename=\"x.csv\"; filename*=UTF-8''Typy%20p%C5%99est%C3%A1vek.csv", "Typy přestávek.csv"),
        ('filename="休憩 😀.csv"'.encode(), "休憩 😀.csv"),
        (b'filename="../../etc/passwd"', "passwd"),
        (b'filename="C:\\\\Users\\\\x\\\\types.csv"', "types.csv"),
        (b'filename="a%00b%0d%0aX: y.csv"', "a%00b%0d%0aX: y.csv"),
        (b'filename="semi;colon, comma.csv"', "semi;colon, comma.csv"),
    ],
)
def test_names_of_files_are_kept(cast: Cast, caller: Caller, disposition: bytes, name: str) -> None:
    answer = curl(caller, disposition)
    assert answer.status_code == 202, answer.content
    operation = done(caller, answer)
    assert (operation["file_name"], counts(operation)) == (name, (1, 0, 0, 0))
    assert WorkType.objects.filter(name="Čas").exists()


def test_another_name_can_be_given(cast: Cast, caller: Caller) -> None:
    more = 'Content-Disposition: form-data; name="file_name"\r\n\r\nPřestávky.csv'.encode()
    assert curl(caller, b'filename="x.csv"', more=more).json()["file_name"] == "Přestávky.csv"


def test_downloads_keep_their_names(cast: Cast, caller: Caller) -> None:
    answer = done(caller, started(caller, BAD, name='Typy "práce"; 休憩.csv'))
    found = caller.get(f"{OPERATIONS}{answer['id']}/errors/")
    assert found["Content-Disposition"] == (
        'attachment; filename="Typy \\"prace\\"; -errors.csv"; '
        "filename*=utf-8''Typy%20%22pr%C3%A1ce%22%3B%20%E4%BC%91%E6%86%A9-errors.csv"
    )
    assert found["Content-Type"] == "text/csv; charset=utf-8"
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Cache-Control"] == "no-store"
    assert found.streaming


# --- Exports -----------------------------------------------------------------------------------------------------


def test_export(cast: Cast, caller: Caller) -> None:
    answer = caller.upload(OPERATIONS, object_type="site", operation="export", file_name="Místa")
    operation = done(caller, answer)
    assert (operation["operation"], operation["status"], operation["file_name"]) == ("export", "completed", "Místa")
    assert counts(operation) == (0, 0, 2, 0)
    found = caller.get(f"{OPERATIONS}{operation['id']}/output/")
    assert found["Content-Disposition"] == "attachment; filename=\"Mista.csv\"; filename*=utf-8''M%C3%ADsta.csv"
    assert {row["Name"] for row in rows_in(content_of(found))} == {"Praha", "Lyon"}
    again = done(caller, started(caller, content_of(found), "site"))
    assert counts(again) == (0, 0, 2, 0)


def test_export_of_sounds(cast: Cast, caller: Caller) -> None:
    imported("audio-file", zipped({"hello.wav": wav([(440.0, 0.02)], "PCM")}))
    operation = done(caller, caller.upload(OPERATIONS, object_type="audio-file", operation="export", file_name="all"))
    found = caller.get(f"{OPERATIONS}{operation['id']}/output/")
    assert (found["Content-Type"], found["Content-Disposition"]) == (
        "application/zip",
        'attachment; filename="all.zip"',
    )
    with ZipFile(io.BytesIO(content_of(found))) as archive:
        assert archive.namelist() == ["hello.wav"]


def test_no_output(cast: Cast, caller: Caller) -> None:
    operation = done(caller, started(caller, WORK_TYPES))
    running = caller.upload(OPERATIONS, object_type="site", operation="export", file_name="x").json()
    for pk in (operation["id"], running["id"], running["id"] + 1):
        answer = caller.get(f"{OPERATIONS}{pk}/output/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_output_that_is_gone(cast: Cast, caller: Caller) -> None:
    exported("site")
    operation = Operation.objects.get()
    operation.output.storage.delete(str(operation.output))
    assert caller.get(f"{OPERATIONS}{operation.pk}/output/").status_code == 404


# --- What is refused ---------------------------------------------------------------------------------------------

IMPORT = {"object_type": "work-type", "operation": "import"}
EXPORT = {"object_type": "work-type", "operation": "export", "file_name": "x"}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"object_type": "required", "operation": "required"}),
        (IMPORT, {"file": "required"}),
        ({**IMPORT, "file": "text"}, {"file": "invalid"}),
        ({**IMPORT, "file": b""}, {"file": "empty"}),
        ({**IMPORT, "file": b"x", "object_type": "nothing"}, {"object_type": "invalid_choice"}),
        ({**IMPORT, "file": b"x", "object_type": ""}, {"object_type": "invalid_choice"}),
        ({**IMPORT, "file": b"x", "operation": "undo"}, {"operation": "invalid_choice"}),
        ({**IMPORT, "file": b"x", "dry_run": "maybe"}, {"dry_run": "invalid"}),
        ({**IMPORT, "file": b"x", "file_name": "a\nb"}, {"file_name": "invalid_characters"}),
        ({**IMPORT, "file": b"x", "file_name": "a\0b"}, {"file_name": "null_characters_not_allowed"}),
        ({**IMPORT, "file": b"x", "file_name": "x" * 256}, {"file_name": "max_length"}),
        ({**IMPORT, "file": b"x", "name": "x"}, {"name": "invalid"}),
        ({"object_type": "site", "operation": "export"}, {"file_name": "required"}),
        ({**EXPORT, "file_name": " "}, {"file_name": "blank"}),
        ({**EXPORT, "file_name": "x" * 201}, {"file_name": "invalid"}),
        ({**EXPORT, "file_name": "/"}, {"file_name": "invalid"}),
        ({**EXPORT, "file": b"x"}, {"file": "invalid"}),
        ({**EXPORT, "dry_run": "true"}, {"dry_run": "invalid"}),
        ({**EXPORT, "object_type": "bundle"}, {"object_type": "invalid"}),
    ],
)
def test_bad_requests(cast: Cast, caller: Caller, fields: dict[str, Any], wrong: dict[str, str]) -> None:
    given = {name: file_of(value) if isinstance(value, bytes) else value for name, value in fields.items()}
    answer = caller.upload(OPERATIONS, **given)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert errors(answer) == wrong
    assert not Operation.objects.exists()


def test_forms_only(cast: Cast, caller: Caller) -> None:
    answer = caller.post(OPERATIONS, EXPORT)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    broken = caller.client.generic("POST", V1 + OPERATIONS, b"nothing", "multipart/form-data; boundary=edge")
    assert broken.status_code == 400
    endless = caller.client.generic("POST", V1 + OPERATIONS, b"nothing", "multipart/form-data")
    assert endless.status_code == 400


def test_a_form_that_is_too_large(cast: Cast, caller: Caller) -> None:
    """Without being a file."""
    answer = caller.upload(OPERATIONS, **EXPORT | {"file_name": "x" * 1_100_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_file_that_is_too_large(cast: Cast, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_UPLOAD", 10)
    answer = started(caller, WORK_TYPES)
    assert (answer.status_code, errors(answer)) == (400, {"file": "too_large"})


def test_addresses_that_take_large_files() -> None:
    """A request carries a whole file, and the form around it."""
    addresses = {reverse("api-bulk-operations"), reverse("admin:bulk-operation-new")}
    assert set(settings.UPLOAD_LIMITS) == addresses
    assert all(limit >= services.MAX_UPLOAD + 2**20 for limit in settings.UPLOAD_LIMITS.values())


# --- One at a time -----------------------------------------------------------------------------------------------


def test_one_operation_at_a_time(cast: Cast, caller: Caller) -> None:
    running = started(caller, WORK_TYPES).json()
    ended = {"object_type": "site", "kind": "import", "status": "completed", "file_name": "x", "staged": True}
    preview = Operation.objects.create(**ended, dry_run=True, file="bulk/x")
    applied = Operation.objects.create(**ended, applied=True)
    for answer in (
        started(caller, WORK_TYPES),
        caller.upload(OPERATIONS, **EXPORT),
        caller.post(f"{OPERATIONS}{preview.pk}/apply/"),
        caller.post(f"{OPERATIONS}{applied.pk}/undo/"),
    ):
        assert answer.status_code == 409
        problem = answer.json()
        assert (problem["code"], problem["id"]) == ("operation_in_progress", running["id"])
        assert problem["detail"] == (
            f"Operation {running['id']} (“work-type.csv”) is in progress: start another one when it has ended."
        )
    run(running["id"])
    assert started(caller, WORK_TYPES).status_code == 202


def uploads() -> set[str]:
    return {f"bulk/{name}" for name in default_storage.listdir("bulk")[1]} if default_storage.exists("bulk") else set()


def test_of_twenty_at_once_one_is_started(transactional_db: None, cast: Cast) -> None:
    token = make_token(cast.client, "bulk:write")
    content = table(WORK_TYPES)

    def job() -> Callable[[], Any]:
        caller = Caller(token=token)
        return lambda: started(caller, content)

    before = uploads()
    answers = together(*(job() for _number in range(20)))
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 19
    operation = Operation.objects.get()
    assert {answer.json()["id"] for answer in answers} == {operation.pk}
    assert uploads() - before == {str(operation.file)}  # the files of the others are gone
    assert counts(Caller(cast.admin).get(f"{OPERATIONS}{finished(operation).pk}/").json()) == (2, 0, 0, 0)


# --- Previews ----------------------------------------------------------------------------------------------------


def test_preview_and_apply(cast: Cast, caller: Caller) -> None:
    imported("work-type", [{**WORK_TYPES[0], "Description": "Old"}])
    preview = done(caller, started(caller, BAD, dry_run="true"))
    assert (preview["dry_run"], preview["status"], counts(preview)) == (True, "completed_with_errors", (1, 1, 0, 1))
    assert not preview["undoable"]
    assert not WorkType.objects.filter(name="Outcomes").exists()
    rows = caller.get(f"{OPERATIONS}{preview['id']}/preview/").json()
    assert (rows["next"], rows["previous"]) == (None, None)
    assert rows["results"][0] == {
        "file": "work-type.csv",
        "row": 2,
        "key": "Breaks",
        "outcome": "update",
        "changes": [{"column": "Description", "old": "Old", "new": "Away from the desk"}],
        "errors": [],
        "notes": [],
    }
    assert rows["results"][2]["errors"] == [
        {"column": "Type", "detail": "“NOTHING” is not one of IDLE_CODE, WRAP_UP_CODE."}
    ]
    answer = caller.post(f"{OPERATIONS}{preview['id']}/apply/")
    assert answer.json()["id"] != preview["id"]
    assert answer["Location"].endswith(f"{OPERATIONS}{answer.json()['id']}/")
    operation = done(caller, answer)
    assert (operation["operation"], operation["dry_run"], counts(operation)) == ("import", False, (1, 1, 0, 1))
    assert (operation["source_id"], operation["differs_from_preview"]) == (preview["id"], 0)
    assert WorkType.objects.get(name="Breaks").description == "Away from the desk"


def test_apply_tells_how_it_differs_from_the_preview(cast: Cast, caller: Caller) -> None:
    """Somebody changes things between the two; what happens is what the file says now."""
    preview = done(caller, started(caller, BAD, dry_run="true"))
    assert counts(preview) == (2, 0, 0, 1)
    imported("work-type", WORK_TYPES[:1])
    operation = done(caller, caller.post(f"{OPERATIONS}{preview['id']}/apply/"))
    assert (counts(operation), operation["differs_from_preview"]) == ((1, 0, 1, 1), 1)
    shown = caller.get(f"{OPERATIONS}{operation['id']}/preview/").json()["results"]
    assert [row["outcome"] for row in shown] == ["unchanged", "create", "refused"]


def test_a_preview_is_applied_once(cast: Cast, caller: Caller) -> None:
    preview = done(caller, started(caller, WORK_TYPES, dry_run="true"))
    done(caller, caller.post(f"{OPERATIONS}{preview['id']}/apply/"))
    for action in ("apply", "discard", "undo", "cancel"):
        answer = caller.post(f"{OPERATIONS}{preview['id']}/{action}/")
        assert (answer.status_code, answer.json()["code"]) == (409, "invalid_transition")


def test_discard(cast: Cast, caller: Caller) -> None:
    preview = done(caller, started(caller, WORK_TYPES, dry_run="true"))
    answer = caller.post(f"{OPERATIONS}{preview['id']}/discard/")
    assert (answer.status_code, answer.json()["discarded"], "Location" in answer) == (200, True, False)
    assert caller.post(f"{OPERATIONS}{preview['id']}/apply/").status_code == 409
    assert not WorkType.objects.filter(name="Breaks").exists()


def test_preview_comes_in_pages(cast: Cast, caller: Caller) -> None:
    rows = [{"Name": f"Type {number}", "Type": "IDLE_CODE" if number % 2 else "x"} for number in range(10)]
    preview = done(caller, started(caller, rows, dry_run="true"))
    address = f"{OPERATIONS}{preview['id']}/preview/"
    page = caller.get(f"{address}?page_size=4&outcome=create").json()
    assert [row["key"] for row in page["results"]] == ["Type 1", "Type 3", "Type 5", "Type 7"]
    rest = caller.get(page["next"].removeprefix(f"http://testserver{V1}")).json()
    assert ([row["key"] for row in rest["results"]], rest["next"]) == (["Type 9"], None)
    assert len(caller.get(f"{address}?outcome=refused").json()["results"]) == 5
    assert caller.get(f"{address}?outcome=").json()["results"][0]["key"] == "Type 0"
    for query in ("outcome=failed", "cursor=x", "page_size=201"):
        assert caller.get(f"{address}?{query}").status_code == 400


# --- Errors ------------------------------------------------------------------------------------------------------


def test_errors_are_corrected_and_imported_again(cast: Cast, caller: Caller) -> None:
    operation = done(caller, started(caller, BAD))
    content = content_of(caller.get(f"{OPERATIONS}{operation['id']}/errors/"))
    assert rows_in(content) == [{**BAD[2], "Error Message": "Type: “NOTHING” is not one of IDLE_CODE, WRAP_UP_CODE."}]
    again = done(caller, started(caller, content))
    assert counts(again) == (0, 0, 0, 1)
    corrected = done(caller, started(caller, content.replace(b"Bad,No such type,NOTHING", b"Bad,Now,IDLE_CODE")))
    assert (corrected["status"], counts(corrected)) == ("completed", (1, 0, 0, 0))
    assert WorkType.objects.get(name="Bad").description == "Now"


def test_errors_of_a_bundle_are_a_zip(cast: Cast, caller: Caller) -> None:
    operation = done(caller, started(caller, bundle({"work-type": BAD}), "bundle", name="all.zip"))
    found = caller.get(f"{OPERATIONS}{operation['id']}/errors/")
    assert (found["Content-Type"], found["Content-Disposition"]) == (
        "application/zip",
        'attachment; filename="all-errors.zip"',
    )
    again = done(caller, started(caller, content_of(found), "bundle"))
    assert counts(again) == (0, 0, 0, 1)


def test_no_errors_no_file(cast: Cast, caller: Caller) -> None:
    operation = done(caller, started(caller, WORK_TYPES))
    answer = caller.get(f"{OPERATIONS}{operation['id']}/errors/")
    assert (answer.status_code, answer.json()["detail"]) == (404, "No row of this operation was refused.")


# --- Cancel and undo ---------------------------------------------------------------------------------------------


def test_cancel(cast: Cast, caller: Caller) -> None:
    running = started(caller, WORK_TYPES).json()
    answer = caller.post(f"{OPERATIONS}{running['id']}/cancel/")
    assert (answer.status_code, answer.json()["id"], answer.json()["cancelled"]) == (202, running["id"], False)
    operation = done(caller, answer)
    assert (operation["status"], operation["cancelled"], counts(operation)) == (
        "completed_with_errors",
        True,
        (0, 0, 0, 2),
    )
    rows = rows_in(content_of(caller.get(f"{OPERATIONS}{running['id']}/errors/")))
    assert {row["Error Message"] for row in rows} == {"Not processed: cancelled"}
    assert caller.post(f"{OPERATIONS}{running['id']}/cancel/").status_code == 409


def test_undo(cast: Cast, caller: Caller) -> None:
    operation = done(caller, started(caller, WORK_TYPES))
    WorkType.objects.filter(name="Outcomes").update(description="Changed since")
    answer = caller.post(f"{OPERATIONS}{operation['id']}/undo/")
    assert answer["Location"].endswith(f"{OPERATIONS}{answer.json()['id']}/")
    undone = done(caller, answer)
    assert (undone["operation"], undone["source_id"], counts(undone)) == ("undo", operation["id"], (0, 1, 0, 1))
    assert set(WorkType.objects.values_list("name", flat=True)) >= {"Outcomes"}
    assert not WorkType.objects.filter(name="Breaks").exists()
    shown = caller.get(f"{OPERATIONS}{undone['id']}/preview/?outcome=refused").json()["results"]
    assert [(row["key"], row["errors"][0]["detail"]) for row in shown] == [
        ("Outcomes", "Somebody has changed it since: it stays as it is now.")
    ]
    assert not caller.get(f"{OPERATIONS}{operation['id']}/").json()["undoable"]
    assert caller.post(f"{OPERATIONS}{operation['id']}/undo/").status_code == 409


@pytest.mark.parametrize("action", ["apply", "cancel", "discard", "undo"])
@pytest.mark.parametrize("pk", [1, 10**17, 10**30])
def test_there_is_no_such_operation(cast: Cast, caller: Caller, action: str, pk: int) -> None:
    assert caller.post(f"{OPERATIONS}{pk}/{action}/").status_code == 404
    for detail in ("", "errors/", "output/", "preview/"):
        assert caller.get(f"{OPERATIONS}{pk}/{detail}").status_code == 404


# --- The list ----------------------------------------------------------------------------------------------------


def test_list_is_newest_first_and_filtered(cast: Cast, caller: Caller) -> None:
    first, second = imported("work-type", BAD), previewed("work-type", WORK_TYPES)
    exported("site")
    third = Operation.objects.get(kind="export")

    def ids(query: str = "") -> list[int]:
        return [one["id"] for one in caller.get(OPERATIONS + query).json()["results"]]

    assert ids() == [third.pk, second.pk, first.pk]
    assert ids("?object_type=work-type") == [second.pk, first.pk]
    assert ids("?operation=export") == [third.pk]
    assert ids("?status=completed_with_errors") == [first.pk]
    assert ids("?object_type=site&operation=import") == []
    page = caller.get(f"{OPERATIONS}?page_size=2").json()
    assert [one["id"] for one in page["results"]] == [third.pk, second.pk]
    rest = caller.get(page["next"].removeprefix(f"http://testserver{V1}")).json()
    assert [one["id"] for one in rest["results"]] == [first.pk]
    for query in ("object_type=x", "operation=x", "status=x", "page_size=0"):
        assert caller.get(f"{OPERATIONS}?{query}").status_code == 400


def test_a_page_costs_a_fixed_number_of_statements(cast: Cast, caller: Caller) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert caller.get(f"{OPERATIONS}?page_size=200").status_code == 200
        return len(captured)

    source = imported("work-type", WORK_TYPES)
    few = statements()
    Operation.objects.bulk_create(
        Operation(
            object_type="work-type",
            kind=kind,
            status="completed",
            file_name="x.csv",
            source=source,
            actor_kind="system",
            actor_name="System",
        )
        for kind in ["import", "undo"] * 100
    )
    assert statements() == few


# --- Templates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", [found.slug for found in OBJECT_TYPES if found.slug != "audio-file"])
def test_template(cast: Cast, caller: Caller, slug: str) -> None:
    found = caller.get(f"{OPERATIONS}templates/{slug}/")
    assert found["Content-Disposition"] == f'attachment; filename="{slug}.csv"'
    assert content_of(found).decode() == ",".join(titles(slug)) + "\r\n"


@pytest.mark.parametrize("slug", ["audio-file", "bundle", "nothing"])
def test_no_template(cast: Cast, caller: Caller, slug: str) -> None:
    assert caller.get(f"{OPERATIONS}templates/{slug}/").status_code == 404


# --- Who may -----------------------------------------------------------------------------------------------------


def test_scopes(cast: Cast) -> None:
    reader, runner = with_token(cast.client, "bulk:read"), with_token(cast.client, "bulk:write")
    operation = imported("work-type", WORK_TYPES)
    assert reader.get(f"{OPERATIONS}{operation.pk}/").status_code == 200
    assert runner.get(f"{OPERATIONS}{operation.pk}/").status_code == 403
    assert started(reader, WORK_TYPES).status_code == 403
    assert reader.post(f"{OPERATIONS}{operation.pk}/undo/").status_code == 403
    assert runner.post(f"{OPERATIONS}{operation.pk}/undo/").status_code == 202


def test_only_administrators(cast: Cast) -> None:
    operation = imported("work-type", WORK_TYPES)
    for user in (cast.agent, cast.supervisor):
        caller = Caller(user)
        assert caller.get(OPERATIONS).status_code == 403
        assert caller.get(f"{OPERATIONS}{operation.pk}/errors/").status_code == 403
        assert started(caller, WORK_TYPES).status_code == 403


@pytest.mark.parametrize(("level", "read", "start"), [("NONE", 403, 403), ("VIEW", 200, 403), ("EDIT", 200, 202)])
def test_modules_narrow_what_administrators_may(cast: Cast, level: str, read: int, start: int) -> None:
    profile = cast.admin.profile
    profile.module_access, profile.provisioning = "SPECIFIC", level
    profile.save()
    caller = Caller(User.objects.get(pk=cast.admin.pk))
    assert caller.get(OPERATIONS).status_code == read
    assert started(caller, WORK_TYPES).status_code == start


def test_nobody_gets_nothing(cast: Cast) -> None:
    assert Caller().get(OPERATIONS).status_code == 401
    assert started(Caller(), WORK_TYPES).status_code == 401
