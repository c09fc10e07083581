"""Taking an import back."""

import random
from collections.abc import Mapping

import pytest

from bulkops import importing, undoing
from contactcenter.directory.models import AudioFile, AuxiliaryCode, MultimediaProfile, Site, User, WorkType
from contactcenter.directory.services import delete_object, save_object
from tests.bulkops.columns import TABLES
from tests.bulkops.company import ROWS, Row
from tests.bulkops.second import CHANGED_ROWS, SECOND_ROWS, SOUNDS
from tests.bulkops.specimens import FULL, MINIMAL, OTHER, numbered, rows_of
from tests.bulkops.support import (
    assert_good,
    bundle,
    counts,
    differences,
    dump,
    imported,
    outcomes,
    refusals,
    undone,
)

pytestmark = pytest.mark.usefixtures("company")


def _group(label: str, place: str) -> Row:
    return {"Distribution Group": label, "Distribution Group Seq": place, "Group Teams": "Équipe"}


def everything(changed: Mapping[str, list[Row]] = CHANGED_ROWS) -> bytes:
    """Every kind of object, new and changed, with children, links, defaults and sounds."""
    return bundle({slug: [*changed.get(slug, ()), *SECOND_ROWS.get(slug, ())] for slug in ROWS}, SOUNDS)


# --- Everything comes back ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunks", [(1000, 500), (3, 2), (2, 500), (1000, 1)])
def test_a_large_import_is_taken_back_to_the_bit(chunks: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", chunks[0])
    monkeypatch.setattr(undoing, "CHUNK", chunks[1])
    before = dump()
    operation = imported("bundle", everything())
    assert_good(operation)
    assert operation.unchanged == 0
    assert set(differences(before, dump())) == set(before) - {"directory_companysettings"}
    taken_back = undone(operation)
    assert_good(taken_back)
    assert set(outcomes(taken_back)) == {"updated"}
    assert differences(before, dump()) == {}


@pytest.mark.parametrize("slug", TABLES)
def test_new_objects_go(slug: str) -> None:
    before = dump()
    operation = imported(
        slug, [row for number in range(3) for row in rows_of(slug, numbered(slug, FULL[slug], number))]
    )
    assert_good(operation)
    assert_good(undone(operation))
    assert differences(before, dump()) == {}


def test_sounds_come_back() -> None:
    before = {audio.name: str(audio.file) for audio in AudioFile.objects.all()}
    operation = imported("bundle", bundle({}, SOUNDS))
    assert outcomes(operation) == ["updated", "created"]
    assert_good(undone(operation))
    assert {audio.name: str(audio.file) for audio in AudioFile.objects.all()} == before
    assert all(audio.file.storage.exists(str(audio.file)) for audio in AudioFile.objects.all())


def test_what_was_refused_or_left_alone_is_not_touched() -> None:
    rows = [
        MINIMAL["site"],
        {"Name": "Brno", "Multimedia Profile": "Blended"},
        {"Name": "X", "Multimedia Profile": "?"},
    ]
    operation = imported("site", rows)
    assert counts(operation) == (1, 0, 1, 1)
    assert counts(undone(operation)) == (0, 1, 0, 0)
    assert not Site.objects.filter(name="New").exists()


def test_imports_are_taken_back_one_after_the_other() -> None:
    before = dump()
    operations = [imported("work-type", [MINIMAL["work-type"] | {"Description": f"{number}"}]) for number in range(3)]
    for operation in reversed(operations):
        assert_good(undone(operation))
    assert differences(before, dump()) == {}


# --- What has changed since --------------------------------------------------------------------------------------

CHANGED = "Somebody has changed it since: it stays as it is now."


@pytest.mark.parametrize("slug", TABLES)
def test_new_objects_that_somebody_changed_stay(slug: str) -> None:
    first, second = (numbered(slug, FULL[slug], number) for number in range(2))
    operation = imported(slug, [*rows_of(slug, first), *rows_of(slug, second)])
    before = dump()
    title, text = next(iter(OTHER[slug].items()))
    assert_good(imported(slug, [first | {title: text}]))
    changed = dump()
    taken_back = undone(operation)
    assert refusals(taken_back) == {2: [("", CHANGED)]}
    assert counts(taken_back) == (0, 1, 0, 1)
    _only_left(slug, changed, before)


def _only_left(slug: str, changed: dict[str, list[dict[str, object]]], before: object) -> None:
    """Of the tables that hold the object one row went, and the one that was changed is as it was."""
    for gone, come in differences(changed, dump()).values():
        assert come == []
        assert gone


@pytest.mark.parametrize("slug", TABLES)
def test_changes_that_somebody_changed_stay(slug: str) -> None:
    first, second = (numbered(slug, FULL[slug], number) for number in range(2))
    assert_good(imported(slug, [*rows_of(slug, first), *rows_of(slug, second)]))
    before = dump()
    title, text = next(iter(OTHER[slug].items()))
    operation = imported(slug, [first | {title: text}, second | {title: text}])
    assert counts(operation) == (0, 2, 0, 0)
    assert_good(imported(slug, [first]))
    taken_back = undone(operation)
    assert refusals(taken_back) == {2: [("", CHANGED)]}
    assert counts(taken_back) == (0, 1, 0, 1)
    found = differences(before, dump())
    assert all(len(gone) == len(come) for gone, come in found.values())  # only links are numbered anew


PARTS: list[tuple[str, Row, list[Row]]] = [
    ("skill-profile", {}, [{"Name": "New", "Skill Name": "Angličtina", "Skill Value": "1"}]),
    ("skill-profile", {}, [{"Name": "New", "Skill Name": "VIP", "Skill Value": "False"}]),
    ("address-book", {}, [{"Name": "New", "Entry Name": "A", "Phone Number": "1"}]),
    ("outdial-ani", {}, [{"Name": "New", "Entry Name": "A", "Entry Number": "11"}]),
    (
        "queue",
        {},
        [{**FULL["queue"]}, {**_group("A", "1"), "Name": "New"}],
    ),
    ("user", {"Teams": "Care: Brno|Claims & +1"}, []),
    ("desktop-profile", {"Idle Codes": "Oběd"}, []),
    ("user-profile", {"Teams": "Care: Brno"}, []),
]


@pytest.mark.parametrize(("slug", "cells", "rows"), PARTS)
def test_changed_children_and_links_count_too(slug: str, cells: Row, rows: list[Row]) -> None:
    operation = imported(slug, rows_of(slug, FULL[slug]))
    assert_good(imported(slug, rows or [FULL[slug] | cells]))
    before = dump()
    taken_back = undone(operation)
    assert refusals(taken_back) == {2: [("", CHANGED)]}
    assert differences(before, dump()) == {}


def test_a_sound_that_somebody_replaced_stays() -> None:
    operation = imported("bundle", bundle({}, {"new.wav": SOUNDS["nová.wav"]}))
    assert_good(imported("bundle", bundle({}, {"new.wav": SOUNDS["hudba.wav"]})))
    assert refusals(undone(operation)) == {1: [("", CHANGED)]}


def test_edits_among_a_large_import() -> None:
    """Some of the new and changed objects were edited since, by chance: those stay, all others come back."""
    before = dump()
    operation = imported("bundle", everything())
    chance = random.Random(11)
    touched = [row for row in operation.rows.exclude(digest="") if chance.random() < 0.25]
    for row in touched:
        model = row.file.type.model
        field = "description" if hasattr(model, "description") else "external_id"
        if hasattr(model, field):
            model._base_manager.filter(pk=row.target_id).update(**{field: "Edited"})
    edited = {(row.file.object_type, row.target_id) for row in touched if _is_edited(row.file.type.model)}
    taken_back = undone(operation)
    left = taken_back.rows.filter(outcome="failed")
    assert edited <= {(row.file.object_type, row.target_id) for row in left}
    reasons = {row.errors[0]["detail"].partition(":")[0] for row in left if row.errors}
    assert reasons <= {"Somebody has changed it since", "It stays, because something builds on it"}
    assert taken_back.updated + taken_back.failed == taken_back.total
    assert differences(before, dump())


def _is_edited(model: type) -> bool:
    return hasattr(model, "description") or hasattr(model, "external_id")


def test_objects_that_somebody_deleted() -> None:
    operation = imported(
        "work-type", [MINIMAL["work-type"], {"Name": "Práce", "Type": "IDLE_CODE", "Description": "X"}]
    )
    for name in ("New", "Práce"):
        AuxiliaryCode.objects.filter(work_type__name=name).delete()
        delete_object(WorkType.objects.get(name=name))
    taken_back = undone(operation)
    assert outcomes(taken_back) == ["failed", "unchanged"]
    assert refusals(taken_back) == {3: [("", "Somebody has deleted it since: there is nothing to restore.")]}
    assert taken_back.rows.get(outcome="unchanged").notes == ["Somebody has deleted it already."]


def test_what_an_object_referred_to_is_gone() -> None:
    late = save_object(MultimediaProfile(name="Late", type="BLENDED", voice=1, chat=1, email=1, social=1))
    for name in ("Brno", "Lyon"):
        assert_good(imported("site", [{"Name": name, "Multimedia Profile": "Late" if name == "Lyon" else "Single"}]))
    operation = imported("site", [{"Name": name, "Multimedia Profile": "Blended"} for name in ("Brno", "Lyon")])
    delete_object(late)
    taken_back = undone(operation)
    assert counts(taken_back) == (0, 1, 0, 1)
    assert "refused: what it referred to is gone" in refusals(taken_back)[3][0][1]
    assert Site.objects.get(name="Brno").multimedia_profile.name == "Single"
    assert Site.objects.get(name="Lyon").multimedia_profile.name == "Blended"


def test_defaults_that_moved_on() -> None:
    """The new default went to somebody else: the old one does not get it back."""
    operation = imported("auxiliary-code", [{"Name": "New", "Default": "ON", "Work Type": "Práce"}])
    assert_good(imported("auxiliary-code", [{"Name": "Školení", "Default": "ON", "Work Type": "Práce"}]))
    undone(operation)
    assert AuxiliaryCode.objects.get(kind="IDLE_CODE", is_default=True).name == "Školení"


def test_the_last_administrator_is_not_taken_back() -> None:
    row = {"Email": "new@example.com", "User Profile": "Administrator", "Contact Center Enabled": "OFF"}
    operation = imported("user", [row, {**row, "Email": "other@example.com", "User Profile": "Auditor"}])
    User.objects.filter(key="ada@example.com").update(is_active=False)
    taken_back = undone(operation)
    assert counts(taken_back) == (0, 1, 0, 1)
    assert "keep an active administrator" in refusals(taken_back)[2][0][1]
    assert [user.email for user in User.objects.administrators()] == ["new@example.com"]
