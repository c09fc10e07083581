"""What an import created stays once something builds on it, and an undo says what; and when there is no undo."""

from functools import partial
from typing import Any

import pytest

from bulkops import importing, running, services, undoing
from bulkops.models import Operation
from bulkops.services import InProgress
from contactcenter.directory.bulk import check_constraints
from contactcenter.directory.models import AuxiliaryCode, Site, Team, User
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import Conflict, NotFound
from statuses.models import AgentState, StatusInterval
from statuses.states import AWAY, ONLINE
from tests.bulkops.company import Row
from tests.bulkops.second import SOUNDS
from tests.bulkops.specimens import FULL, MINIMAL, numbered, rows_of
from tests.bulkops.support import (
    assert_good,
    counts,
    differences,
    dump,
    exported,
    finished,
    imported,
    previewed,
    refusals,
    start,
    undone,
    zipped,
)
from tests.concurrency import followed_by
from tests.statuses.support import choose

pytestmark = pytest.mark.usefixtures("company")

# What refers to a new object: the referrer's kind, the cells by which it does, and how it is named.
REFERRERS: list[tuple[str, str, Row, str]] = [
    ("multimedia-profile", "site", {"Multimedia Profile": "New"}, "site “New”"),
    ("multimedia-profile", "team", {"Multimedia Profile": "New"}, "team “New”"),
    ("multimedia-profile", "user", {"Multimedia Profile": "New"}, "user “Full Name”"),
    ("site", "team", {"Site": "New"}, "team “New”"),
    ("site", "address-book", {"Parent Site": "New"}, "address book “New”"),
    ("site", "user-profile", {"Sites": "Brno|New"}, "user profile “New”"),
    ("work-type", "auxiliary-code", {"Work Type": "New"}, "auxiliary code “New”"),
    ("auxiliary-code", "desktop-profile", {"Idle Codes": "New"}, "desktop profile “New”"),
    ("skill-definition", "skill-profile", {"Skill Name": "New", "Skill Value": "one"}, "skill profile “Základ”"),
    ("skill-profile", "team", {"Skill Profile": "New"}, "team “New”"),
    ("skill-profile", "user", {"Skill Profile": "New"}, "user “Full Name”"),
    ("team", "user", {"Teams": "New"}, "user “Full Name”"),
    ("team", "user-profile", {"Teams": "New"}, "user profile “New”"),
    ("team", "desktop-profile", {"Buddy Teams": "New"}, "desktop profile “New”"),
    ("queue", "desktop-profile", {"Transfer Targets": "New"}, "desktop profile “New”"),
    ("queue", "user-profile", {"Queues": "New"}, "user profile “New”"),
    ("outdial-queue", "outdial-entry-point", {"Outdial Queue": "New"}, "outdial entry point “New”"),
    ("entry-point", "user-profile", {"Entry Points": "New"}, "user profile “New”"),
    ("entry-point", "entry-point-mapping", {"Entry Point": "New"}, "entry point mapping “1”"),
    ("outdial-entry-point", "desktop-profile", {"Outdial EP": "New"}, "desktop profile “New”"),
    ("address-book", "desktop-profile", {"Address Book": "New"}, "desktop profile “New”"),
    ("outdial-ani", "desktop-profile", {"Outdial ANI": "New"}, "desktop profile “New”"),
    ("desktop-profile", "user", {"Desktop Profile": "New"}, "user “Full Name”"),
    ("user-profile", "user", {"User Profile": "New"}, "user “Full Name”"),
]


def created(slug: str) -> Operation:
    """Import two objects; the first is called New."""
    row = MINIMAL[slug] if slug == "entry-point" else FULL[slug]
    operation = imported(slug, [one for new in (row, numbered(slug, row, 2)) for one in rows_of(slug, new)])
    assert_good(operation)
    return operation


@pytest.mark.parametrize(("slug", "referrer", "cells", "named"), REFERRERS)
def test_new_objects_that_others_refer_to_stay(slug: str, referrer: str, cells: Row, named: str) -> None:
    operation = created(slug)
    row = {"Name": "Základ"} if referrer == "skill-profile" else FULL[referrer]
    assert_good(imported(referrer, [row | cells]))
    before = dump()
    taken_back = undone(operation)
    assert refusals(taken_back) == {2: [("", f"It stays, because something builds on it: {named}.")]}
    assert counts(taken_back) == (0, 1, 0, 1)
    assert all(not come for _gone, come in differences(before, dump()).values())


@pytest.mark.database
def test_whoever_begins_to_refer_to_it_at_that_moment_comes_first(transactional_db: None, company: None) -> None:
    operation = imported("site", [FULL["site"]])
    site = Site.objects.get(name="New")
    with followed_by(partial(undone, operation)) as late:
        Team.objects.create(name="Late", site=site)
        check_constraints()  # holds the site from here on
    told = "It stays, because taking it back was refused: what it referred to is gone"
    assert refusals(late.outcome) == {2: [("", told)]}
    assert Team.objects.get(name="Late").site == site


def test_a_group_holds_its_teams() -> None:
    operation = created("team")
    group = {"Distribution Group": "New", "Distribution Group Seq": "1", "Group Teams": "New"}
    queue = FULL["queue"] | {"Name": "Lines"}
    assert_good(imported("queue", [queue, {"Name": "Lines", **group}]))
    assert refusals(undone(operation)) == {2: [("", "It stays, because something builds on it: queue “Lines”.")]}


def test_a_sound_that_is_played_stays() -> None:
    operation = imported("audio-file", zipped({"new.wav": SOUNDS["nová.wav"]}))
    assert_good(imported("queue", [FULL["queue"] | {"Default Music in Queue": "new.wav"}]))
    assert refusals(undone(operation)) == {1: [("", "It stays, because something builds on it: queue “New”.")]}


# --- People ------------------------------------------------------------------------------------------------------

AGENT = FULL["user"]


def agent() -> User:
    user: User = User.objects.get(key=AGENT["Email"])
    return user


def test_somebody_who_signed_in_stays() -> None:
    operation = imported("user", [AGENT])
    User.objects.filter(pk=agent().pk).update(last_login="2026-01-01T00:00Z")
    assert refusals(undone(operation)) == {
        2: [("", "It stays, because something builds on it: the user has signed in.")]
    }


def test_an_agent_who_chose_a_status_stays() -> None:
    operation = imported("user", [AGENT])
    choose(agent(), ONLINE)
    told = "It stays, because something builds on it: the agent has a status history."
    assert refusals(undone(operation)) == {2: [("", told)]}


def test_an_agent_who_never_did_anything_goes_with_the_first_status() -> None:
    operation = imported("user", [AGENT])
    pk = agent().pk
    assert AgentState.objects.filter(agent=pk).exists()
    assert_good(undone(operation))
    assert not User.objects.filter(pk=pk).exists()
    assert not AgentState.objects.filter(agent=pk).exists()
    assert not StatusInterval.objects.filter(agent=pk).exists()


def test_a_reason_that_somebody_gives_stays() -> None:
    operation = created("auxiliary-code")
    jana = User.objects.get(key="jana.mala@example.com")
    choose(jana, AWAY, reason_code_id=AuxiliaryCode.objects.get(key="new").pk)
    told = refusals(undone(operation))
    assert "It stays, because something builds on it: " in told[2][0][1]
    assert "Jana Mala" in told[2][0][1]
    assert AuxiliaryCode.objects.filter(key="new").exists()


# --- When there is an undo ---------------------------------------------------------------------------------------


def refused(operation: Operation) -> str:
    with pytest.raises(Conflict) as caught:
        services.undo(operation.pk, actor=SYSTEM)
    return str(caught.value.code)


def test_an_import_is_taken_back_once() -> None:
    operation = imported("site", [MINIMAL["site"]])
    assert Operation.objects.get(pk=operation.pk).undoable
    undone(operation)
    assert not Operation.objects.get(pk=operation.pk).undoable
    assert refused(operation) == "invalid_transition"


def test_what_changed_nothing_cannot_be_taken_back() -> None:
    operation = imported("site", [{"Name": "Brno", "Multimedia Profile": "Blended"}])
    assert refused(operation) == "invalid_transition"
    assert refused(imported("site", [{"Name": "Nice", "Multimedia Profile": "?"}])) == "invalid_transition"
    assert refused(imported("site", "Name\nX")) == "invalid_transition"


def test_previews_exports_and_undos_cannot_be_taken_back() -> None:
    assert refused(previewed("site", [MINIMAL["site"]])) == "invalid_transition"
    exported("site")
    assert refused(Operation.objects.get(kind="export")) == "invalid_transition"
    assert refused(undone(imported("site", [MINIMAL["site"]]))) == "invalid_transition"


def test_an_active_one_cannot_be_taken_back() -> None:
    operation = start("site", [MINIMAL["site"]])
    assert refused(operation) == "invalid_transition"


def test_only_one_operation_at_a_time() -> None:
    operation = imported("site", [MINIMAL["site"]])
    other = start("site", [MINIMAL["site"]])
    with pytest.raises(InProgress) as caught:
        services.undo(operation.pk, actor=SYSTEM)
    assert caught.value.data == {"id": other.pk}
    finished(other)
    assert_good(undone(operation))


def test_an_operation_that_does_not_exist() -> None:
    with pytest.raises(NotFound):
        services.undo(0, actor=SYSTEM)


def test_a_cancelled_import_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as it had come."""
    monkeypatch.setattr(importing, "CHUNK", 3)
    before = dump()
    operation = _cancelled_after_a_chunk([numbered("site", MINIMAL["site"], number) for number in range(8)])
    assert counts(operation) == (3, 0, 0, 5)
    taken_back = undone(operation)
    assert counts(taken_back) == (0, 3, 0, 0)
    assert differences(before, dump()) == {}


def test_an_undo_can_be_cancelled_and_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    operation = imported("site", [numbered("site", MINIMAL["site"], number) for number in range(8)])
    taken_back = services.undo(operation.pk, actor=SYSTEM)
    services.cancel(taken_back.pk)
    taken_back = finished(taken_back)
    assert (taken_back.status, taken_back.cancelled) == ("completed_with_errors", True)
    assert counts(taken_back) == (0, 0, 0, 8)
    assert {found[0][1] for found in refusals(taken_back).values()} == {"Not processed: cancelled"}
    operation.refresh_from_db()
    assert operation.undoable
    again = finished(services.undo(operation.pk, actor=SYSTEM))
    assert (again.status, counts(again)) == ("completed", (0, 8, 0, 0))


def test_what_a_cancelled_undo_took_back_is_not_taken_back_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "CHUNK", 3)
    operation = imported("site", [numbered("site", MINIMAL["site"], number) for number in range(8)])
    taken_back = services.undo(operation.pk, actor=SYSTEM)
    undoer: Any = undoing.Undoer
    step = undoer.step

    def step_and_cancel(self: Any, held: Operation) -> Any:
        found = step(self, held)
        Operation.objects.filter(pk=held.pk).update(cancel_requested=True)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(undoer, "step", step_and_cancel)
        assert counts(finished(taken_back)) == (0, 3, 0, 5)
    again = finished(services.undo(operation.pk, actor=SYSTEM))
    assert (again.status, counts(again)) == ("completed", (0, 5, 0, 0))


def _cancelled_after_a_chunk(rows: list[Row]) -> Operation:
    operation = start("site", rows)
    importer: Any = importing.Importer
    step = importer.step

    def step_and_cancel(self: Any, held: Operation) -> Any:
        found = step(self, held)
        Operation.objects.filter(pk=held.pk).update(cancel_requested=True)
        held.cancel_requested = True
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importer, "step", step_and_cancel)
        running.run(operation.pk)
    return Operation.objects.get(pk=operation.pk)
