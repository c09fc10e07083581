"""The console's pages of bulk operations."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bulkops import services
from bulkops.models import Operation
from bulkops.services import prune_operations
from contactcenter.directory.models import WorkType
from contactcenter.directory.services import save_object
from contactcenter.lib.actors import SYSTEM
from tests.bulkops.support import Rows, bundle, finished, imported, previewed, rows_in, start, table
from tests.cast import Cast
from tests.console.support import Console, administrator_with, text_of, told

ROOT = "bulk-operations/"
NEW = f"{ROOT}new/"
GOOD: Rows = [
    {"Name": "Breaks", "Description": "Away from the desk", "Type": "IDLE_CODE"},
    {"Name": "Outcomes", "Description": "", "Type": "WRAP_UP_CODE"},
]
BAD: Rows = [*GOOD, {"Name": "Bad", "Description": "No such type", "Type": "NOTHING"}]
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def admin(cast: Cast) -> Console:
    return Console(cast.admin)


def file_of(content: str | bytes, name: str = "work types.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def upload(console: Console, rows: Rows = GOOD, name: str = "work types.csv", **values: object) -> Any:
    fields = {"object_type": "work-type", "operation": "import", "file": file_of(table(rows), name), **values}
    return console.post(NEW, **fields)


def last() -> Operation:
    return Operation.objects.latest("pk")


def listed(response: Any) -> list[int]:
    """The operations in the rows of the dashboard."""
    return [operation.pk for operation in response.context["page"].rows]


def part(console: Console, path: str, **query: object) -> Any:
    """What the page's own script gets."""
    return console.client.get(f"/console/{path}", query, headers=SCRIPT)


# --- The dashboard -----------------------------------------------------------


def test_empty_dashboard_says_what_to_do(admin: Console) -> None:
    words = text_of(admin.get(ROOT))
    assert "There are no bulk operations yet." in words
    assert "New bulk operation" in words


def test_dashboard_lists_newest_first_with_what_became_of_them(admin: Console, cast: Cast) -> None:
    first = imported("work-type", BAD, name="first.csv", actor=cast.admin.actor)
    second = finished(services.start_export("site", "Sites", actor=cast.admin.actor))
    page = admin.get(ROOT)
    assert listed(page) == [second.pk, first.pk]
    words = text_of(page)
    assert re.search(
        r"first\.csv Work type Import \S+ Completed with errors .*? Alex Keller .*? 3 2 created 1 failed", words
    )
    assert re.search(r"Sites Site Export \S+ Completed .*? 2 exported", words)


def test_running_operation_is_on_top_and_nothing_else_can_start(admin: Console) -> None:
    ended = imported("work-type", GOOD)
    running = start("site", "Name,Multimedia Profile\nBrno,Blended\n", name="brno.csv")
    page = admin.get(ROOT)
    assert listed(page) == [ended.pk]
    assert f"{running.pk} · brno.csv Import · Site · System" in text_of(page)
    button = re.search(r'<button[^>]*id="bulk-new"[^>]*>', page.content.decode())
    assert button is not None
    assert "disabled" in button[0]
    assert f"Operation {running.pk} (“brno.csv”) is in progress" in button[0]
    finished(running)
    assert '<a class="button button-primary" id="bulk-new"' in admin.get(ROOT).content.decode()


def test_script_gets_the_progress_until_the_operation_has_ended(admin: Console) -> None:
    running = start("work-type", GOOD)
    answer = part(admin, ROOT, running=running.pk)
    assert "Waiting for a worker…" in text_of(answer)
    assert "HX-Retarget" not in answer.headers
    finished(running)
    answer = part(admin, ROOT, running=running.pk)
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#bulk-dashboard", "outerHTML")
    assert listed(answer) == [running.pk]
    assert 'id="bulk-new"' in answer.content.decode()  # enabled again


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("spring", ["spring.csv"]),
        ("SPRING", ["spring.csv"]),
        ("work type", ["spring.csv", "other.csv"]),
        ("bundle", ["all.zip"]),
        ("keller", ["spring.csv"]),
        ("nothing like it", []),
    ],
)
def test_search(admin: Console, cast: Cast, words: str, expected: list[str]) -> None:
    imported("work-type", GOOD, name="spring.csv", actor=cast.admin.actor)
    imported("work-type", GOOD, name="other.csv")
    imported("bundle", bundle({"work-type": GOOD}), name="all.zip")
    found = admin.get(ROOT, search=words).context["page"].rows
    assert [operation.file_name for operation in found] == list(reversed(expected))


def test_search_by_id(admin: Console) -> None:
    operation = imported("work-type", GOOD)
    imported("work-type", GOOD)
    assert listed(admin.get(ROOT, search=f"#{operation.pk}")) == [operation.pk]
    assert listed(admin.get(ROOT, search=str(operation.pk))) == [operation.pk]


def test_pages_follow_one_another(admin: Console, cast: Cast) -> None:
    made = Operation.objects.bulk_create(
        Operation(object_type="site", kind="export", status="completed", language="en", actor_kind="system")
        for _ in range(51)
    )
    first = admin.get(ROOT)
    assert listed(first) == [operation.pk for operation in reversed(made[1:])]
    older = admin.get(ROOT, after=first.context["page"].following)
    assert listed(older) == [made[0].pk]
    assert listed(admin.get(ROOT, after="nonsense")) == listed(first)


def test_queries_do_not_grow_with_the_list(admin: Console) -> None:
    imported("work-type", GOOD)
    few = admin.queries(ROOT)
    for _ in range(3):
        imported("work-type", GOOD)
    assert admin.queries(ROOT) == few


# --- Starting ----------------------------------------------------------------


def test_steps_lead_from_the_object_to_the_file(admin: Console) -> None:
    words = text_of(admin.get(NEW))
    assert all(label in words for label in ("Users", "Queues", "Auxiliary codes", "Audio files", "Several objects"))
    page = admin.get(NEW, object_type="team", operation="import")
    assert "Import teams" in text_of(page)
    assert "up to 5,000 rows and 10 MB" in text_of(page)
    assert "Columns it must have: Name, Site, Type" in text_of(page)
    assert '/console/bulk-operations/templates/team/"' in page.content.decode()
    page = admin.get(NEW, object_type="audio-file", operation="import")
    assert "A zip of .wav files" in text_of(page)
    assert "template" not in text_of(page)
    assert "audio-file.zip" in text_of(admin.get(NEW, object_type="bundle", operation="import"))


@pytest.mark.parametrize("query", [{}, {"object_type": "team"}, {"object_type": "spaceship", "operation": "import"}])
def test_without_object_and_direction_it_is_asked_for(admin: Console, query: dict[str, str]) -> None:
    assert "What do you want to do?" in text_of(admin.get(NEW, **query))


def test_bundles_are_not_exported(admin: Console) -> None:
    assert "A bundle can be imported only" in text_of(admin.get(NEW, object_type="bundle", operation="export"))


def test_upload_is_previewed_unless_it_is_to_be_applied_at_once(admin: Console, cast: Cast) -> None:
    answer = upload(admin)
    preview = last()
    assert answer["Location"] == f"/console/{ROOT}{preview.pk}/"
    assert (preview.dry_run, preview.file_name, preview.actor) == (True, "work types.csv", cast.admin.actor)
    finished(preview)
    upload(admin, at_once="yes")
    assert not last().dry_run


def test_page_of_its_own_is_left_for_the_page_of_the_operation(admin: Console) -> None:
    """In the dialog the operation takes the place of the form."""
    values = {"object_type": "site", "operation": "export", "file_name": "Sites"}
    answer = admin.client.post(f"/console/{NEW}", values, headers={**SCRIPT, "HX-Target": "bulk-alone"})
    assert answer["HX-Redirect"] == f"/console/{ROOT}{last().pk}/"


def test_export_is_started(admin: Console) -> None:
    assert 'value="site-' in admin.get(NEW, object_type="site", operation="export").content.decode()
    admin.post(NEW, object_type="site", operation="export", file_name="Všechny lokality")
    operation = finished(last())
    assert (operation.kind, operation.output_name) == ("export", "Všechny lokality.csv")


def test_file_and_name_are_needed(admin: Console) -> None:
    answer = admin.post(NEW, object_type="site", operation="import")
    assert "Choose a file." in text_of(answer)
    answer = admin.post(NEW, object_type="site", operation="import", file=file_of("", "nothing.csv"))
    assert "“nothing.csv” is empty." in text_of(answer)
    answer = admin.post(NEW, object_type="site", operation="export", file_name=" ")
    assert "Give the file a name." in text_of(answer)
    assert not Operation.objects.exists()


def test_server_refuses_a_second_one_and_names_the_first(admin: Console) -> None:
    running = start("work-type", GOOD, name="first.csv")
    answer = upload(admin)
    assert f"Operation {running.pk} (“first.csv”) is in progress" in text_of(answer)
    assert last() == running


# --- One operation -----------------------------------------------------------


def test_preview_shows_what_would_happen(admin: Console, cast: Cast) -> None:
    save_object(WorkType(name="Breaks", description="Old words", type="IDLE_CODE"))
    preview = previewed("work-type", BAD)
    page = admin.get(f"{ROOT}{preview.pk}/")
    words = text_of(page)
    assert "1 to create 1 to update 0 unchanged 1 refused" in _swapped(words)
    assert "Apply 2 rows" in words
    assert "Discard" in words
    assert "Type “NOTHING” is not one of" in words
    changes = text_of(admin.get(f"{ROOT}{preview.pk}/", tab="changes"))
    assert "Description Old words → Away from the desk" in changes
    assert "3 Outcomes" in text_of(admin.get(f"{ROOT}{preview.pk}/", tab="created"))


def _swapped(words: str) -> str:
    """Figures as they are seen: the number above its label."""
    return re.sub(r"\b(to create|to update|created|updated|unchanged|refused|failed) ([\d,]+)", r"\2 \1", words)


def test_errors_are_grouped_and_each_group_opens_its_rows(admin: Console) -> None:
    many = [{"Name": f"Bad {number}", "Description": "", "Type": "NOTHING"} for number in range(60)]
    operation = imported("work-type", [*many, {"Name": "", "Description": "", "Type": "IDLE_CODE"}])
    page = admin.get(f"{ROOT}{operation.pk}/")
    assert "60 rows" in text_of(page)
    group = page.context["groups"][0]
    opened = admin.get(f"{ROOT}{operation.pk}/", tab="errors", group=group.key)
    assert [line.row["row"] for line in opened.context["lines"]] == list(range(2, 52))
    following = admin.get(
        f"{ROOT}{operation.pk}/", tab="errors", group=group.key, after=opened.context["page"].following
    )
    assert [line.row["row"] for line in following.context["lines"]] == list(range(52, 62))


def test_created_objects_are_linked_as_long_as_they_exist(admin: Console) -> None:
    operation = imported("work-type", GOOD)
    link = f"/console/directory/worktype/{WorkType.objects.get(name='Outcomes').pk}/change/"
    assert link in admin.get(f"{ROOT}{operation.pk}/", tab="created").content.decode()
    WorkType.objects.filter(name="Outcomes").delete()
    assert link not in admin.get(f"{ROOT}{operation.pk}/", tab="created").content.decode()


def test_rows_cost_the_same_queries_however_many_they_are(admin: Console) -> None:
    def rows(count: int) -> Rows:
        return [{"Name": f"Type {count} {number}", "Type": "IDLE_CODE"} for number in range(count)]

    few, many = imported("work-type", rows(2)), imported("work-type", rows(40))
    assert admin.queries(f"{ROOT}{few.pk}/") == admin.queries(f"{ROOT}{many.pk}/")


def test_what_an_operation_has_to_do_with_others(admin: Console) -> None:
    preview = previewed("work-type", GOOD)
    save_object(WorkType(name="Breaks", type="IDLE_CODE"))  # in between
    operation = finished(services.apply_preview(preview.pk, actor=preview.actor))
    undo = finished(services.undo(operation.pk, actor=preview.actor))
    words = text_of(admin.get(f"{ROOT}{operation.pk}/"))
    assert "In 1 row the outcome is another than the preview's" in words
    assert f"Applies the preview {preview.pk} · work-type.csv" in words
    assert f"Taken back by operation {undo.pk}" in words
    assert f"Applied by operation {operation.pk}" in text_of(admin.get(f"{ROOT}{preview.pk}/"))
    assert f"Takes back {operation.pk} · work-type.csv" in text_of(admin.get(f"{ROOT}{undo.pk}/"))


def test_default_that_moved_is_told(admin: Console, cast: Cast) -> None:
    header = "Name,Default,Work Type\n"
    imported("auxiliary-code", f"{header}Late,ON,Idle\n")
    operation = imported("auxiliary-code", f"{header}Early,ON,Idle\n")
    assert "“Late” is not the default any more." in text_of(admin.get(f"{ROOT}{operation.pk}/"))


def test_failed_operation_says_why_and_what_to_do(admin: Console) -> None:
    operation = imported("work-type", "Name,Colour\nBreaks,red\n")
    words = text_of(admin.get(f"{ROOT}{operation.pk}/"))
    assert "Nothing was changed." in words
    assert "“Colour”" in words
    assert "Import a corrected file" in words


def test_progress_is_replaced_by_the_result(admin: Console) -> None:
    operation = start("work-type", GOOD)
    path = f"{ROOT}{operation.pk}/progress/"
    assert "Waiting for a worker…" in text_of(part(admin, path))
    finished(operation)
    answer = part(admin, path)
    assert answer["HX-Retarget"] == "#bulk-operation"
    assert "2 created" in _swapped(text_of(answer))
    assert admin.get(path)["Location"] == f"/console/{ROOT}{operation.pk}/"


def test_old_operation_whose_rows_are_gone(admin: Console) -> None:
    operation = imported("work-type", BAD)
    prune_operations(timezone.now())
    words = text_of(admin.get(f"{ROOT}{operation.pk}/"))
    assert "Its rows and files are gone" in words
    assert "Undo" not in words
    assert "Export errors" not in words
    assert admin.get(f"{ROOT}{operation.pk}/errors/").status_code == 404
    assert admin.get(f"{ROOT}{operation.pk}/file/").status_code == 404


def test_unknown_operation(admin: Console) -> None:
    for path in ("0/", "0/progress/", "0/undo/", "0/errors/", "0/output/", "0/file/"):
        assert admin.get(f"{ROOT}{path}").status_code == 404
    assert admin.post(f"{ROOT}0/apply/").status_code == 404


# --- What can be done with it ------------------------------------------------


def test_preview_is_applied(admin: Console, cast: Cast) -> None:
    preview = previewed("work-type", GOOD)
    answer = admin.post(f"{ROOT}{preview.pk}/apply/")
    operation = last()
    assert answer["Location"] == f"/console/{ROOT}{operation.pk}/"
    assert (operation.source, operation.dry_run, operation.actor) == (preview, False, cast.admin.actor)
    finished(operation)
    admin.post(f"{ROOT}{preview.pk}/apply/")
    assert last() == operation


def test_refusal_is_told(admin: Console) -> None:
    preview = previewed("work-type", GOOD)
    start("work-type", GOOD, name="other.csv")
    answer = admin.post(f"{ROOT}{preview.pk}/apply/")
    assert answer["Location"] == f"/console/{ROOT}{preview.pk}/"
    assert "(“other.csv”) is in progress" in told(answer)[0]
    page = admin.get(f"{ROOT}{preview.pk}/")
    assert "this can go on when it has ended" in text_of(page)


def test_preview_is_discarded(admin: Console) -> None:
    preview = previewed("work-type", GOOD)
    admin.post(f"{ROOT}{preview.pk}/discard/")
    words = text_of(admin.get(f"{ROOT}{preview.pk}/"))
    assert "discarded" in words
    assert "Apply" not in words


def test_operation_is_cancelled(admin: Console) -> None:
    operation = start("work-type", GOOD)
    assert "Cancel the operation" in text_of(admin.get(f"{ROOT}{operation.pk}/"))
    admin.post(f"{ROOT}{operation.pk}/cancel/")
    assert "Stops after the current step…" in text_of(part(admin, f"{ROOT}{operation.pk}/progress/"))
    finished(operation)
    words = text_of(admin.get(f"{ROOT}{operation.pk}/"))
    assert "It was cancelled" in words
    assert "Not processed: cancelled" in words


def test_undo_asks_with_what_would_happen(admin: Console) -> None:
    save_object(WorkType(name="Breaks", description="Old words", type="IDLE_CODE"))
    operation = imported("work-type", GOOD)
    words = text_of(admin.get(f"{ROOT}{operation.pk}/undo/"))
    assert "1 object that it created is deleted. 1 object gets back what it was." in words
    assert f"Undo operation {operation.pk}" in words
    admin.post(f"{ROOT}{operation.pk}/undo/")
    undo = finished(last())
    assert (undo.kind, undo.source, undo.updated) == ("undo", operation, 2)
    assert WorkType.objects.get(name="Breaks").description == "Old words"
    assert "nothing that could be undone" in text_of(admin.get(f"{ROOT}{operation.pk}/undo/"))


# --- Downloads ---------------------------------------------------------------


def test_errors_are_taken_along_and_come_back(admin: Console) -> None:
    operation = imported("work-type", BAD, name="Druhy práce.csv")
    answer = admin.get(f"{ROOT}{operation.pk}/errors/")
    assert answer["Content-Disposition"].endswith("; filename*=utf-8''Druhy%20pr%C3%A1ce-errors.csv")
    [row] = rows_in(answer.getvalue())
    assert row["Name"] == "Bad"
    assert "NOTHING" in row["Error Message"]
    corrected = table([{**row, "Type": "IDLE_CODE"}])
    admin.post(NEW, object_type="work-type", operation="import", file=file_of(corrected), at_once="yes")
    assert finished(last()).created == 1


def test_files_have_safe_names_and_are_never_shown(admin: Console) -> None:
    upload(admin, name='../../<b>"x"\n.html')
    operation = finished(last())
    answer = admin.get(f"{ROOT}{operation.pk}/file/")
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert "/" not in answer["Content-Disposition"]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.getvalue() == table(GOOD).encode()
    assert "<b>" not in admin.get(ROOT).content.decode()


def test_export_is_downloaded(admin: Console) -> None:
    operation = finished(services.start_export("site", "Sites", actor=SYSTEM))
    answer = admin.get(f"{ROOT}{operation.pk}/output/")
    assert answer["Content-Disposition"] == 'attachment; filename="Sites.csv"'
    assert [row["Name"] for row in rows_in(answer.getvalue())] == ["Praha", "Lyon"]
    assert admin.get(f"{ROOT}{operation.pk}/errors/").status_code == 404
    assert admin.get(f"{ROOT}{operation.pk}/file/").status_code == 404


def test_template(admin: Console) -> None:
    answer = admin.get(f"{ROOT}templates/work-type/")
    assert answer["Content-Disposition"] == 'attachment; filename="work-type.csv"'
    assert answer.getvalue() == b"Name,Description,Type\r\n"
    assert admin.get(f"{ROOT}templates/audio-file/").status_code == 404
    assert admin.get(f"{ROOT}templates/bundle/").status_code == 404


# --- Who may -----------------------------------------------------------------


def test_administrator_who_may_only_look(cast: Cast) -> None:
    preview = previewed("work-type", GOOD)
    looker = Console(administrator_with("VIEW"))
    assert "New bulk operation" not in text_of(looker.get(ROOT))
    words = text_of(looker.get(f"{ROOT}{preview.pk}/"))
    assert "2 to create" in _swapped(words)
    assert not any(word in words for word in ("Apply 2", "Discard", "Undo"))
    assert looker.get(NEW).status_code == 403
    for action in ("apply", "discard", "cancel", "undo"):
        assert looker.post(f"{ROOT}{preview.pk}/{action}/").status_code == 403


def test_administrator_without_provisioning(cast: Cast) -> None:
    blind = Console(administrator_with("NONE"))
    assert blind.get(ROOT).status_code == 403
    assert "Bulk operations" not in text_of(blind.get(""))


def test_state_is_changed_by_post_only(admin: Console) -> None:
    preview = previewed("work-type", GOOD)
    for action in ("apply", "discard", "cancel"):
        assert admin.get(f"{ROOT}{preview.pk}/{action}/").status_code == 405


# --- Elsewhere in the console ------------------------------------------------


def test_overview_shows_the_last_operation(admin: Console) -> None:
    assert "Nothing has been imported or exported yet." in text_of(admin.get(""))
    operation = imported("work-type", GOOD, name="last.csv")
    assert f"{operation.pk} · last.csv" in text_of(admin.get(""))
    running = start("work-type", GOOD, name="running.csv")
    assert f"{running.pk} · running.csv" in text_of(admin.get(""))


def test_audit_trail_names_the_operation_of_each_change(admin: Console, cast: Cast) -> None:
    first = imported("work-type", GOOD, actor=cast.admin.actor)
    second = imported("work-type", [{**GOOD[0], "Description": "Other words"}], actor=cast.admin.actor)
    page = admin.get("audit/", operation=first.pk)
    assert [(change.name, change.action) for change in page.context["changes"]] == [
        ("Outcomes", "created"),
        ("Breaks", "created"),
    ]
    assert f"Alex Keller bulk operation {first.pk}" in text_of(page)
    assert f"Bulk operation {first.pk} only" in text_of(page)
    assert f'href="/console/{ROOT}{first.pk}/"' in page.content.decode()
    assert len(admin.get("audit/", operation=second.pk).context["changes"]) == 1
    assert len(admin.get("audit/", kind="directory.worktype").context["changes"]) >= 3
    assert not admin.get("audit/", operation=second.pk + 1).context["changes"]
