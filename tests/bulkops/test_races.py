"""Several at once, on real connections: one operation at a time, and one runner at a time."""

from functools import partial
from typing import Any

import pytest
from django.core.files.storage import default_storage

from bulkops import importing, running, services
from bulkops.models import Operation
from bulkops.running import run
from contactcenter.directory.models import AuxiliaryCode, Site, WorkType
from contactcenter.directory.services import delete_object, save_object
from contactcenter.lib.actors import SYSTEM
from tests.bulkops.company import PLAIN
from tests.bulkops.specimens import MINIMAL, numbered
from tests.bulkops.support import assert_good, bundle, counts, finished, imported, outcomes, previewed, refusals, start
from tests.concurrency import followed_by, together

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("company")]

SITES = [numbered("site", MINIMAL["site"], number) for number in range(40)]


@pytest.fixture(autouse=True)
def _transactional(transactional_db: None) -> None:
    """Before the company is put there."""


# --- Starting ----------------------------------------------------------------------------------------------------


def test_of_twenty_started_at_once_one_is_active() -> None:
    def start_one(number: int) -> Operation:
        if number % 4 == 3:
            return services.start_export("site", f"{number}", actor=SYSTEM)
        return start("site", SITES, name=f"{number}.csv", dry_run=number % 4 == 2)

    before = set(default_storage.listdir("bulk")[1])
    results = together(*(partial(start_one, number) for number in range(20)))
    [winner] = [one for one in results if isinstance(one, Operation)]
    others = [one for one in results if one is not winner]
    assert {type(one) for one in others} == {services.InProgress}
    assert {one.data["id"] for one in others} == {winner.pk}
    assert [operation.pk for operation in Operation.objects.all()] == [winner.pk]
    assert len(set(default_storage.listdir("bulk")[1]) - before) == (0 if winner.kind == "export" else 1)
    finished(winner)
    assert_good(imported("work-type", [MINIMAL["work-type"]]))


def test_of_several_undos_one_is_active() -> None:
    operation = imported("site", SITES)
    results = together(*(partial(services.undo, operation.pk, actor=SYSTEM) for _ in range(8)))
    [undo] = [one for one in results if isinstance(one, Operation)]
    assert {getattr(one, "code", "") for one in results if one is not undo} == {"invalid_transition"}
    assert_good(finished(undo))


def test_a_preview_is_applied_once() -> None:
    preview = previewed("site", SITES)
    results = together(
        *(partial(services.apply_preview, preview.pk, actor=SYSTEM) for _ in range(4)),
        *(partial(services.discard_preview, preview.pk) for _ in range(4)),
    )
    preview.refresh_from_db()
    applied = [one for one in results if isinstance(one, Operation) and one.pk != preview.pk]
    assert (len(applied), preview.discarded) in {(1, False), (0, True)}


# --- Running -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dry_run", [False, True])
def test_several_runners_do_no_harm(monkeypatch: pytest.MonkeyPatch, dry_run: bool) -> None:
    """Each row is worked on once, by one of them, and each builds on those before it."""
    monkeypatch.setattr(importing, "CHUNK", 3)
    tables = {
        "site": SITES,
        "team": [{"Name": "New", "Site": row["Name"], "Type": "AGENT"} for row in SITES],
        "user-profile": [
            {"Name": f"New {row['Name']}", "Profile Type": "SUPERVISOR", **PLAIN["user-profile"]}
            | {"Team Access": "SPECIFIC", "Teams": f"New: {row['Name']}"}
            for row in SITES
        ],
    }
    operation = start("bundle", bundle(tables), dry_run=dry_run)
    assert set(together(*[partial(run, operation.pk)] * 4)) == {None}
    operation = finished(operation)
    assert_good(operation)
    assert counts(operation) == (120, 0, 0, 0)
    assert Site.objects.filter(key__startswith="new").count() == (0 if dry_run else 40)


def test_a_preview_that_somebody_else_took_over_is_left_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """What each of them has planned only it knows."""
    monkeypatch.setattr(importing, "CHUNK", 1)
    tables = {"site": SITES[:2], "team": [{"Name": "New", "Site": SITES[1]["Name"], "Type": "AGENT"}]}
    operation = start("bundle", bundle(tables), dry_run=True)
    step = running._step
    taken_over = False

    def step_amid_another(operation_id: int, steps: Any) -> bool:
        nonlocal taken_over
        if not taken_over and Operation.objects.get(pk=operation_id).done == 1:
            taken_over = True
            other = running._begin(operation_id)
            assert other is not None
            importer = importing.Importer(other)
            for _chunk in range(2):
                assert step(operation_id, importer.step)
        return step(operation_id, steps)

    monkeypatch.setattr(running, "_step", step_amid_another)
    run(operation.pk)
    operation = finished(operation)
    assert_good(operation)
    assert outcomes(operation) == ["created", "created", "created"]


# --- Beside others -----------------------------------------------------------------------------------------------


def test_an_object_created_in_the_meantime_is_told() -> None:
    """Whoever comes second is refused, and the rest of the chunk goes on."""
    operation = start("work-type", [{"Name": name, "Type": "IDLE_CODE"} for name in ("One", "Two", "Three")])
    with followed_by(partial(run, operation.pk)):
        save_object(WorkType(name="two", type="IDLE_CODE"))
    operation.refresh_from_db()
    assert outcomes(operation) == ["created", "failed", "created"]
    assert "Somebody else stored the same in the meantime" in refusals(operation)[3][0][1]


def test_a_reference_deleted_in_the_meantime_is_told() -> None:
    late = save_object(WorkType(name="Late", type="IDLE_CODE"))
    rows = [
        {"Name": f"New {number}", "Default": "OFF", "Work Type": "Late" if number == 1 else "Práce"}
        for number in range(3)
    ]
    operation = start("auxiliary-code", rows)
    with followed_by(partial(run, operation.pk)):
        delete_object(late)
    operation.refresh_from_db()
    assert outcomes(operation) == ["created", "failed", "created"]
    assert "was deleted in the meantime" in refusals(operation)[3][0][1]
    assert AuxiliaryCode.objects.filter(name__startswith="New").count() == 2


def test_a_change_in_the_meantime_is_not_lost() -> None:
    """The import waits for whoever changes the object just now, and changes what its row says, no more."""
    site = Site.objects.get(name="Brno")
    operation = start("work-type", [{"Name": "Práce", "Type": "IDLE_CODE"}])
    with followed_by(partial(run, operation.pk)):
        changed = WorkType.objects.select_for_update().get(name="Práce")
        changed.description = "Changed"
        save_object(changed)
    operation.refresh_from_db()
    assert outcomes(operation) == ["unchanged"]
    assert WorkType.objects.get(name="Práce").description == "Changed"
    assert site.name == "Brno"


def test_an_operation_is_cancelled_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once for whoever asks for it, after the current chunk for the operation."""
    monkeypatch.setattr(importing, "CHUNK", 10)
    operation = start("site", SITES)
    step = importing.Importer.step

    def step_and_be_cancelled(self: importing.Importer, held: Operation) -> Any:
        rows = step(self, held)
        if held.done == 10:
            [cancelled] = together(partial(services.cancel, operation.pk))
            assert isinstance(cancelled, Operation)
        return rows

    monkeypatch.setattr(importing.Importer, "step", step_and_be_cancelled)
    operation = finished(operation)
    assert (operation.status, operation.cancelled) == ("completed_with_errors", True)
    assert counts(operation) == (20, 0, 0, 20)
    assert set(outcomes(operation)[:20]) == {"created"}
    assert {found[0] for found in refusals(operation).values()} == {("", "Not processed: cancelled")}
    assert Site.objects.filter(key__startswith="new").count() == 20
