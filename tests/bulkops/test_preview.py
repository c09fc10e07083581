"""What an import would do, told before it does."""

from typing import Any

import pytest

from bulkops import importing, services
from bulkops.models import Operation
from contactcenter.directory.models import MultimediaProfile
from contactcenter.events.models import Event
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import Conflict
from tests.bulkops.company import PLAIN, ROWS, SOUNDS, Row
from tests.bulkops.second import CHANGED_ROWS, SECOND_ROWS
from tests.bulkops.second import SOUNDS as OTHER_SOUNDS
from tests.bulkops.specimens import FULL, MINIMAL, numbered
from tests.bulkops.support import (
    assert_good,
    bundle,
    counts,
    differences,
    dump,
    finished,
    imported,
    outcomes,
    previewed,
    start,
    zipped,
)

pytestmark = pytest.mark.usefixtures("company")

BAD_ROWS: dict[str, list[Row]] = {
    "site": [{"Name": "Nice", "Multimedia Profile": "?"}],
    "team": [{"Name": "Nice", "Site": "Nice", "Type": "AGENT"}, {"Name": "Care", "Site": "Brno", "Type": "CAPACITY"}],
    "skill-profile": [{"Name": "Bad"}, {"Name": "Bad", "Skill Name": "VIP", "Skill Value": "?"}],
    "queue": [
        FULL["queue"] | {"Name": "Z Kampaň 2", "Default Music in Queue": "?"},
        {**MINIMAL["queue"], "Name": "Volání"},
    ],
    "outdial-queue": [MINIMAL["outdial-queue"] | {"Name": "Z Chat"}],
    "entry-point-mapping": [{"Dialed Number": "x", "Entry Point": "Web"}],
}


def mixed() -> bytes:
    """Rows of every kind: new, changed, unchanged, and wrong ones."""
    tables = {
        slug: [*CHANGED_ROWS.get(slug, ()), *SECOND_ROWS.get(slug, ()), *BAD_ROWS.get(slug, ()), *unchanged(slug)]
        for slug in ROWS
    }
    return bundle(tables, OTHER_SOUNDS)


def unchanged(slug: str) -> list[Row]:
    return ROWS[slug][-1:] if slug in {"multimedia-profile", "work-type", "entry-point"} else []


def told(operation: Operation) -> list[tuple[Any, ...]]:
    """Return all that is said of each row."""
    return list(
        operation.rows.order_by("position").values_list(
            "file__object_type", "number", "outcome", "changes", "errors", "notes"
        )
    )


def applied(preview: Operation) -> Operation:
    return finished(services.apply_preview(preview.pk, actor=SYSTEM))


# --- The same as the import --------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [1000, 3, 1])
def test_it_tells_exactly_what_the_import_does(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", chunk)
    before = dump()
    preview = previewed("bundle", mixed())
    assert differences(before, dump()) == {}
    assert not Event.objects.exclude(kind="bulk.progress").exists()
    operation = applied(preview)
    assert told(preview) == told(operation)
    assert counts(preview) == counts(operation)
    assert min(counts(preview)) > 0
    assert preview.status == operation.status == "completed_with_errors"
    assert operation.surprises == 0
    assert not preview.undoable
    assert operation.undoable


def test_defaults_are_told_chunk_after_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 1)
    names = ("One", "Two", "Oběd", "Školení", "Three")
    kinds = {"Oběd": "Přestávka"}
    rows = [{"Name": name, "Default": "ON", "Work Type": kinds.get(name, "Práce")} for name in names]
    preview = previewed("auxiliary-code", rows)
    assert told(preview) == told(applied(preview))
    assert [row.notes for row in preview.rows.order_by("position")] == [
        [f"“{name}” is not the default any more."] for name in ("Oběd", "One", "Two", "Oběd", "Školení")
    ]


@pytest.mark.parametrize(("first", "second"), [("queue", "outdial-queue"), ("entry-point", "outdial-entry-point")])
def test_names_of_both_directions(first: str, second: str) -> None:
    preview = previewed("bundle", bundle({first: [MINIMAL[first]], second: [MINIMAL[second]]}))
    assert outcomes(preview) == ["created", "failed"]
    assert told(preview) == told(applied(preview))


LAST_ADMINISTRATOR = [
    ("user", {"Email": "ada@example.com", "User Profile": "Auditor", "Contact Center Enabled": "OFF"}),
    (
        "user-profile",
        {
            **{title: text for title, text in ROWS["user-profile"][-1].items() if title != "Description"},
            "Name": "Administrator",
            "Profile Type": "ADMINISTRATOR",
        },
    ),
]


@pytest.mark.parametrize(("slug", "row"), LAST_ADMINISTRATOR)
def test_the_last_administrator(slug: str, row: Row) -> None:
    preview = previewed(slug, [row])
    operation = applied(preview)
    assert outcomes(operation) == ["failed"]
    assert told(preview) == told(operation)


def test_the_next_administrator_comes_before_the_last_one_goes() -> None:
    ada, audit = ({"Email": f"{name}@example.com", "Contact Center Enabled": "OFF"} for name in ("ada", "audit"))
    rows = [{**ada, "User Profile": "Auditor"}, {**audit, "User Profile": "Administrator"}]
    preview = previewed("user", rows)
    assert outcomes(preview) == ["updated", "updated"]
    assert told(preview) == told(applied(preview))


def test_bad_files_fail_alike() -> None:
    preview = previewed("site", "Name\nNice")
    assert (preview.status, preview.failure) == ("failed", imported("site", "Name\nNice").failure)


def test_rows_may_build_on_rows_before_them() -> None:
    """Which nobody has stored: in other files and chunks, and changed ones as they will be."""
    tables = {
        "skill-definition": [ROWS["skill-definition"][2] | {"List Values For Enum": "cs|en|fr|日本語|de"}],
        "skill-profile": [
            {"Name": "New"},
            {"Name": "New", "Skill Name": "Jazyky", "Skill Value": "de"},
        ],
        "site": [numbered("site", MINIMAL["site"], 1)],
        "team": [
            {"Name": "New", "Site": "New1", "Type": "AGENT", "Skill Profile": "New"},
            {"Name": "New", "Site": "Brno", "Type": "AGENT"},
        ],
        "user-profile": [{"Name": "New", "Profile Type": "SUPERVISOR", **PLAIN["user-profile"], **_teams("New: New1")}],
        "user": [{"Email": "n@example.com", "User Profile": "New", "Contact Center Enabled": "OFF"}],
    }
    assert_good(previewed("bundle", bundle(tables)))
    tables["user-profile"][0]["Teams"] = "New"
    preview = previewed("bundle", bundle(tables))
    [row] = preview.rows.filter(file__object_type="user-profile")
    assert row.errors == [
        {
            "column": "Teams",
            "detail": "“New” is the name of several teams: write “New: Brno”, “New: New1”.",
        }
    ]


def _teams(names: str) -> Row:
    return {"Team Access": "SPECIFIC", "Teams": names}


# --- Afterwards --------------------------------------------------------------------------------------------------


def test_it_does_not_stand_in_the_way() -> None:
    preview = previewed("site", [MINIMAL["site"]])
    assert (preview.status, preview.is_active) == ("completed", False)
    assert_good(imported("work-type", [MINIMAL["work-type"]]))
    assert_good(applied(preview))


def test_an_import_is_made_of_the_same_file() -> None:
    preview = previewed("audio-file", zipped({"new.wav": SOUNDS["hudba.wav"]}))
    operation = services.apply_preview(preview.pk, actor=SYSTEM)
    assert (operation.file.name, operation.file_name, operation.source_id) == (
        preview.file.name,
        preview.file_name,
        preview.pk,
    )
    assert (operation.kind, operation.dry_run, operation.status) == ("import", False, "new")
    assert_good(finished(operation))


def test_what_changed_in_between_is_counted() -> None:
    """One site is there already now, another is as the file wants it, a third lost what it refers to."""
    rows = [numbered("site", MINIMAL["site"], number) for number in range(4)]
    assert_good(imported("site", rows[:1]))
    rows[0] |= {"Multimedia Profile": "Single"}
    rows[3] |= {"Multimedia Profile": "Hovory a zprávy"}
    preview = previewed("site", rows)
    assert outcomes(preview) == ["updated", "created", "created", "created"]
    assert_good(imported("site", rows[:2]))
    MultimediaProfile.objects.filter(name="Hovory a zprávy").delete()
    operation = applied(preview)
    assert outcomes(operation) == ["unchanged", "unchanged", "created", "failed"]
    assert operation.surprises == 3


def test_it_is_applied_once() -> None:
    preview = previewed("site", [MINIMAL["site"]])
    applied(preview)
    for again in (services.apply_preview, lambda pk, actor: services.discard_preview(pk)):
        with pytest.raises(Conflict):
            again(preview.pk, actor=SYSTEM)


def test_it_can_be_discarded() -> None:
    preview = previewed("site", [MINIMAL["site"]])
    assert services.discard_preview(preview.pk).discarded
    with pytest.raises(Conflict, match="nothing to apply"):
        services.apply_preview(preview.pk, actor=SYSTEM)


def test_one_that_has_not_ended_is_neither_applied_nor_discarded() -> None:
    preview = start("site", [MINIMAL["site"]], dry_run=True)
    with pytest.raises(Conflict):
        services.apply_preview(preview.pk, actor=SYSTEM)
    with pytest.raises(Conflict):
        services.discard_preview(preview.pk)


def test_one_that_failed_and_an_import_are_not_applied() -> None:
    for operation in (previewed("site", "Name\nNice"), imported("site", [MINIMAL["site"]])):
        with pytest.raises(Conflict):
            services.apply_preview(operation.pk, actor=SYSTEM)


def test_it_can_be_cancelled() -> None:
    preview = start("site", [MINIMAL["site"]], dry_run=True)
    services.cancel(preview.pk)
    preview = finished(preview)
    assert (preview.status, preview.cancelled, counts(preview)) == ("completed_with_errors", True, (0, 0, 0, 1))
