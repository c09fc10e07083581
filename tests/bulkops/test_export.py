"""Objects as files."""

from typing import Any

import pytest

from bulkops import exporting, services
from bulkops.files import writing
from bulkops.models import Operation
from contactcenter.directory.models import EntryPointMapping, Team
from contactcenter.directory.records import read_records
from contactcenter.events.models import Event
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import Invalid
from tests.bulkops.columns import COLUMNS, TABLES, titles
from tests.bulkops.company import ROWS, SOUNDS, Row
from tests.bulkops.specimens import MINIMAL, numbered
from tests.bulkops.support import (
    assert_good,
    counts,
    exported,
    finished,
    imported,
    members_of,
    rows_in,
)

pytestmark = pytest.mark.usefixtures("company")


def export(slug: str, name: str) -> Operation:
    return finished(services.start_export(slug, name, actor=SYSTEM))


@pytest.mark.parametrize("slug", TABLES)
def test_the_header_is_that_of_templates(slug: str) -> None:
    content = exported(slug)
    assert content.decode().splitlines()[0] == ",".join(titles(slug))
    assert content.endswith(b"\r\n")


def test_no_objects_are_a_header() -> None:
    EntryPointMapping.objects.all().delete()
    assert exported("entry-point-mapping") == b"Dialed Number,Entry Point,Region\r\n"


@pytest.mark.parametrize("slug", COLUMNS)
def test_rows_are_counted(slug: str) -> None:
    operation = export(slug, "Counted")
    assert (operation.total, operation.unchanged) == (len(ROWS.get(slug, SOUNDS)),) * 2
    assert (operation.status, operation.progress) == ("completed", 1.0)


@pytest.mark.parametrize("slug", ["user", "queue", "outdial-queue", "audio-file"])
def test_progress_is_told_on_the_way(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PAGE", 1)
    export(slug, "x")
    told = [event.payload["progress"] for event in Event.objects.filter(kind="bulk.progress").order_by("pk")]
    assert told == sorted(told)
    assert len(set(told)) > 2
    assert told[-1] == 1


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Sites", "Sites.csv"),
        (" Místa v ČR ", "Místa v ČR.csv"),
        ("sites.csv", "sites.csv"),
        ("../../etc/sites", "sites.csv"),
        ("C:\\Users\\sites", "sites.csv"),
        ("x" * 200, "x" * 200 + ".csv"),
    ],
)
def test_files_have_the_name_that_is_wanted(given: str, name: str) -> None:
    operation = export("site", given)
    assert operation.output_name == name
    assert operation.status == "completed"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 201, "/"])
def test_names_that_files_cannot_have(name: str) -> None:
    with pytest.raises(Invalid, match="name of 1 to 200 characters"):
        services.start_export("site", name, actor=SYSTEM)


def test_an_object_that_does_not_exist() -> None:
    for slug in ("person", "bundle", ""):
        with pytest.raises(Invalid, match="There is no object"):
            services.start_export(slug, "x", actor=SYSTEM)


# --- Cells -------------------------------------------------------------------------------------------------------


def row(slug: str, name: str) -> Row:
    key = next(iter(COLUMNS[slug]))
    return next(one for one in rows_in(exported(slug)) if one[key] == name)


def test_teams_are_named_with_their_site_only_where_they_have_to_be() -> None:
    assert row("user", "jana.mala@example.com")["Teams"] == "Claims & +1|Care: Brno"
    assert row("user-profile", "Supervisor Brno")["Teams"] == "Care: Brno|Claims & +1"
    Team.objects.filter(name="Care", site__name="Plzeň").update(name="Péče", key="péče")
    assert row("user", "jana.mala@example.com")["Teams"] == "Claims & +1|Care"


def test_formulas_are_made_harmless() -> None:
    assert row("multimedia-profile", "Single")["Description"] == "'=1+1"
    assert row("work-type", "Práce")["Description"] == "'@práce"
    assert row("auxiliary-code", "Školení")["Description"] == "'-"
    assert row("address-book", "Partneři")["Description"] == "'+420 a jiní"
    assert row("team", "Overflow")["DN"] == "+420 800 123 456"
    assert row("entry-point-mapping", "+420-800.123.456")["Dialed Number"] == "+420-800.123.456"
    assert row("user", "hugo@example.com")["External Id"] == "'-7x"
    assert row("desktop-profile", "Úplný (1)")["Dial Plan"] == "'=Národní|Evropa, svět"


def test_columns_that_do_not_count_are_blank() -> None:
    assert row("auxiliary-code", "Vyřešeno")["Paid"] == ""
    chat = row("queue", "Chat")
    assert {chat[title] for title in titles("queue", "C")} == {"", "BEST_AVAILABLE_AGENT"}
    administrator = row("user-profile", "Administrator")
    assert {administrator[title] for title in titles("user-profile", "C")} == {""}


def test_children_stand_below_their_parent() -> None:
    found = [(one["Name"], one["Description"], one["Skill Name"]) for one in rows_in(exported("skill-profile"))]
    assert found == [
        ("Základ", "", ""),
        ("Základ", "", "Angličtina"),
        ("Plný", "Všechno", ""),
        ("Plný", "", "VIP"),
        ("Plný", "", "Jazyky"),
        ("Plný", "", "Poznámka"),
        ("Plný", "", "Angličtina"),
    ]


# --- Many --------------------------------------------------------------------------------------------------------


def test_page_after_page(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {slug: exported(slug) for slug in TABLES}
    monkeypatch.setattr(exporting, "PAGE", 2)
    assert {slug: exported(slug) for slug in TABLES} == whole


def test_more_rows_than_a_file_may_have() -> None:
    """Come as several files in a zip, which can be imported as it is."""
    content = "Name,Type\n" + "\n".join(f"New {number},IDLE_CODE" for number in range(4999))
    assert_good(imported("work-type", content))
    operation = export("work-type", "All")
    assert (operation.output_name, operation.total) == ("All.zip", 5002)
    with operation.output.open("rb") as output:
        data = output.read()
    parts = {name: len(rows_in(part)) for name, part in members_of(data).items()}
    assert parts == {"All-1.csv": 5000, "All-2.csv": 2}
    again = imported("work-type", data)
    assert_good(again)
    assert counts(again) == (0, 0, 5002, 0)


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (5, [["Základ"] * 2, ["Plný"] * 5]),
        (3, [["Základ", "Základ", "Plný"], ["Plný"] * 3, ["Plný"]]),  # too long for one part anyway
    ],
)
def test_parents_and_children_stay_in_one_part(
    most: int, expected: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MAX_ROWS", most)
    data = exported("skill-profile")
    assert [[one["Name"] for one in rows_in(part)] for part in members_of(data).values()] == expected
    assert counts(imported("skill-profile", data)) == (0, 0, 7, 0)


def test_sounds_are_a_zip_of_files() -> None:
    assert members_of(exported("audio-file")) == SOUNDS


def test_an_export_that_is_cancelled_has_no_file() -> None:
    operation = services.start_export("site", "x", actor=SYSTEM)
    services.cancel(operation.pk)
    operation = finished(operation)
    assert (operation.status, operation.cancelled) == ("completed_with_errors", True)
    assert not operation.output


def test_an_export_that_is_cancelled_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PAGE", 1)
    operation = services.start_export("site", "x", actor=SYSTEM)

    def read_and_cancel(*args: Any, **options: Any) -> Any:
        services.cancel(operation.pk)
        return read_records(*args, **options)

    monkeypatch.setattr(exporting, "read_records", read_and_cancel)
    operation = finished(operation)
    assert (operation.cancelled, operation.total, bool(operation.output)) == (True, 1, False)


def test_only_one_operation_at_a_time() -> None:
    imported("site", [numbered("site", MINIMAL["site"], 1)])
    services.start_export("site", "x", actor=SYSTEM)
    with pytest.raises(services.InProgress):
        services.start_export("site", "y", actor=SYSTEM)
