"""Several at once, on real connections: nobody deadlocks, nothing is lost, history stays a chain."""

import itertools
from collections.abc import Iterable
from functools import partial
from typing import Any

import pytest

from contactcenter.directory.models import AuxiliaryCode, CompanySettings, User
from contactcenter.directory.services import deactivate_user, save_company_settings
from contactcenter.events.models import Event
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import AppError, Conflict, Invalid
from statuses.models import AgentState, HistoryEntry, Status
from statuses.services import change_status, delete_status, set_statuses
from statuses.states import AWAY, OFFLINE, ONLINE, Cause
from tests.callers import Caller, make_token
from tests.cast import Cast
from tests.concurrency import followed_by, together
from tests.statuses.support import BACK_OFFICE, assert_chain, choose, create_status, events, history_of, state_of

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def failures(outcomes: Iterable[Any]) -> list[Exception]:
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]


# --- Many writers, one agent -------------------------------------------------------------------------------------


def test_fifty_writers_make_one_chain(cast: Cast) -> None:
    reasons = itertools.cycle([cast.lunch.pk, cast.training.pk])
    jobs = [
        partial(choose, cast.agent, AWAY if number % 2 else OFFLINE, reason_code_id=next(reasons), note=f"{number}")
        for number in range(50)
    ]
    assert failures(together(*jobs)) == []
    assert_chain(cast.agent)
    entries = history_of(cast.agent)
    assert len(entries) == 51
    assert {entry.note for entry in entries[1:]} == {str(number) for number in range(50)}
    for entry in entries[1:]:  # no interval took over anything from another
        number = int(entry.note)
        assert entry.status_name == ("Away" if number % 2 else "Offline")
        assert entry.reason_code_name == ("Training" if number % 2 else "Lunch")
    assert sorted(event.payload["version"] for event in events("status.changed")) == list(range(2, 52))


def test_same_choice_at_once_is_one_change(cast: Cast) -> None:
    assert failures(together(*[partial(choose, cast.agent, ONLINE)] * 8)) == []
    assert state_of(cast.agent).version == 2
    assert len(events("status.changed")) == 1


def test_of_two_with_the_same_version_one_wins(cast: Cast) -> None:
    callers = [Caller(token=make_token(cast.client, "statuses:write")) for _ in range(2)]
    for version in range(1, 11):
        path, headers = f"/agents/{cast.agent.pk}/status/", {"If_Match": f'"{version}"'}
        jobs = [
            partial(caller.put, path, {"status": AWAY, "note": f"{version} {number}"}, **headers)
            for number, caller in enumerate(callers)
        ]
        assert sorted(response.status_code for response in together(*jobs)) == [200, 412]
    assert state_of(cast.agent).version == 11
    assert_chain(cast.agent)


def test_latecomer_sees_the_version_before_it(cast: Cast) -> None:
    with followed_by(partial(choose, cast.agent, AWAY, expected_version=1)) as late:
        choose(cast.agent, ONLINE, expected_version=1)
    assert isinstance(late.outcome, AppError)
    assert late.outcome.code == "stale_version"
    assert state_of(cast.agent).status_id == ONLINE


def test_reason_given_in_between_is_not_lost(cast: Cast) -> None:
    """The latecomer finishes an interval that began after it had started to wait."""
    with followed_by(partial(choose, cast.agent, ONLINE)) as late:
        choose(cast.agent, AWAY, reason_code_id=cast.lunch.pk, note="soup")
    assert late.outcome is None
    finished = history_of(cast.agent)[1]
    assert (finished.status_name, finished.reason_code_name, finished.note) == ("Away", "Lunch", "soup")
    assert_chain(cast.agent)


# --- Deleting a status that is being chosen ----------------------------------------------------------------------


def test_choice_after_deletion_is_refused(cast: Cast) -> None:
    status = create_status()
    with followed_by(partial(choose, cast.agent, status.pk)) as late:
        delete_status(status.pk, actor=SYSTEM)
    assert isinstance(late.outcome, Invalid)
    assert (state_of(cast.agent).status_id, state_of(cast.agent).version) == (OFFLINE, 1)


def test_choice_before_deletion_is_moved(cast: Cast) -> None:
    status = create_status()
    with followed_by(partial(delete_status, status.pk, actor=SYSTEM)) as late:
        choose(cast.agent, status.pk)
    assert late.outcome == 1
    assert (state_of(cast.agent).status_id, state_of(cast.agent).must_choose) == (OFFLINE, True)
    assert [entry.status_name for entry in history_of(cast.agent)] == ["Offline", "Back office", "Offline"]


def test_leaving_a_status_before_its_deletion_is_kept(cast: Cast) -> None:
    status = create_status()
    choose(cast.agent, status.pk)
    with followed_by(partial(delete_status, status.pk, actor=SYSTEM)) as late:
        choose(cast.agent, ONLINE)
    assert late.outcome == 0
    assert (state_of(cast.agent).status_id, state_of(cast.agent).must_choose) == (ONLINE, False)


def test_leaving_a_status_during_its_deletion_is_kept(cast: Cast) -> None:
    status = create_status()
    choose(cast.agent, status.pk)
    with followed_by(partial(choose, cast.agent, ONLINE)) as late:
        delete_status(status.pk, actor=SYSTEM)
    assert late.outcome is None
    assert (state_of(cast.agent).status_id, state_of(cast.agent).must_choose) == (ONLINE, False)
    assert [entry.cause for entry in history_of(cast.agent)] == ["import", "agent", "status_deleted", "agent"]


def test_deletions_amid_choices(cast: Cast) -> None:
    agents = [cast.agent, cast.teammate, cast.stranger]
    statuses = [create_status(f"Status {number}") for number in range(4)]
    jobs: list[Any] = [
        partial(choose, agent, status.pk) for status in statuses for agent in agents for _ in range(2)
    ] + [partial(delete_status, status.pk, actor=SYSTEM) for status in statuses]
    assert all(isinstance(failure, Invalid) for failure in failures(together(*jobs)))
    assert not Status.objects.custom().exists()
    for agent in agents:
        assert state_of(agent).status_id == OFFLINE
        assert_chain(agent)


def test_deleted_by_two_at_once(cast: Cast) -> None:
    status = create_status()
    choose(cast.agent, status.pk)
    outcomes = together(*[partial(delete_status, status.pk, actor=SYSTEM)] * 2)
    assert [str(type(outcome).__name__) for outcome in sorted(outcomes, key=str)] == ["int", "NotFound"]
    assert state_of(cast.agent).version == 3


# --- Definitions -------------------------------------------------------------------------------------------------


def test_the_last_free_place_is_given_once(cast: Cast) -> None:
    Status.objects.bulk_create(Status(name=f"Status {number}", **BACK_OFFICE) for number in range(99))
    outcomes = together(*(partial(create_status, f"Late {number}") for number in range(4)))
    assert [failure.code for failure in failures(outcomes) if isinstance(failure, Conflict)] == ["limit_reached"] * 3
    assert Status.objects.custom().count() == 100


def test_the_same_name_is_given_once(cast: Cast) -> None:
    callers = [Caller(token=make_token(cast.client, "statuses:manage")) for _ in range(3)]
    names = ["Back office", "BACK OFFICE", " back office "]
    jobs = [
        partial(caller.post, "/statuses/", {"name": name, "channels": BACK_OFFICE})
        for caller, name in zip(callers, names, strict=True)
    ]
    responses = together(*jobs)
    assert sorted(response.status_code for response in responses) == [201, 409, 409]
    assert {response.json().get("code") for response in responses} == {None, "duplicate_name"}
    assert Status.objects.custom().count() == 1


def test_two_renamed_alike(cast: Cast) -> None:
    statuses = [create_status("One"), create_status("Two")]
    with followed_by(partial(change_status, statuses[0].pk, {"name": "three"})) as late:
        change_status(statuses[1].pk, {"name": "Three"})
    assert late.outcome.error_dict["name"][0].code == "duplicate_name"
    assert set(Status.objects.custom().values_list("name", flat=True)) == {"One", "Three"}


def test_two_changes_of_one_status_are_merged(cast: Cast) -> None:
    status = create_status()
    with followed_by(partial(change_status, status.pk, {"voice": "away"})) as late:
        change_status(status.pk, {"description": "Forms"})
    assert isinstance(late.outcome, Status)
    status.refresh_from_db()
    assert (status.description, status.voice, status.name) == ("Forms", "away", "Back office")


# --- Many agents -------------------------------------------------------------------------------------------------


def test_bulk_and_single_choices(cast: Cast) -> None:
    agents = [cast.agent, cast.teammate, cast.stranger]
    ids = [agent.pk for agent in agents]
    values: dict[str, Any] = {"actor": cast.admin.actor, "cause": Cause.ADMIN}
    jobs: list[Any] = []
    for number in range(5):
        jobs += [partial(set_statuses, ids, ONLINE, note=f"{number}", **values)]
        jobs += [partial(set_statuses, ids[::-1], AWAY, note=f"{number}", **values)]
        jobs += [partial(choose, agent, OFFLINE, note=f"own {number}") for agent in agents]
    assert failures(together(*jobs)) == []
    for agent in agents:
        assert_chain(agent)
        assert len(history_of(agent)) == 16


def test_switching_routing_on_amid_choices(cast: Cast) -> None:
    CompanySettings.objects.update(omnichannel_routing=False)
    company = CompanySettings.load()
    company.omnichannel_routing = True
    jobs: list[Any] = [partial(choose, agent, ONLINE) for agent in (cast.agent, cast.teammate) for _ in range(4)]
    outcomes = together(partial(save_company_settings, company, actor=SYSTEM), *jobs)
    assert all(getattr(failure, "code", "") == "routing_disabled" for failure in failures(outcomes))
    for agent in (cast.agent, cast.teammate):
        assert_chain(agent)
        assert "routing_enabled" in {entry.cause for entry in history_of(agent)}


# --- Agents who go -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [OFFLINE, AWAY])
def test_choice_during_deactivation_has_no_effect(cast: Cast, status: int) -> None:
    choose(cast.agent, status)
    with followed_by(partial(choose, cast.agent, ONLINE)):
        deactivate_user(cast.agent, actor=SYSTEM)
    assert state_of(cast.agent).status_id == OFFLINE
    assert_chain(cast.agent)


def test_deactivation_during_a_choice_has_the_last_word(cast: Cast) -> None:
    with followed_by(partial(deactivate_user, cast.agent, actor=SYSTEM)) as late:
        choose(cast.agent, ONLINE)
    assert isinstance(late.outcome, User)
    assert state_of(cast.agent).status_id == OFFLINE
    assert [entry.status_name for entry in history_of(cast.agent)] == ["Offline", "Online", "Offline"]


def test_deactivations_amid_choices(cast: Cast) -> None:
    agents = [cast.agent, cast.teammate, cast.stranger]
    jobs: list[Any] = [partial(choose, agent, status) for agent in agents for status in (ONLINE, AWAY, ONLINE)]
    jobs += [partial(deactivate_user, agent, actor=SYSTEM) for agent in agents]
    outcomes = together(*jobs)
    assert {type(failure).__name__ for failure in failures(outcomes)} <= {"NotFound"}
    for agent in agents:
        assert state_of(agent).status_id == OFFLINE
        assert_chain(agent)


def test_reason_is_not_deleted_under_a_choice(cast: Cast) -> None:
    """The reason's foreign key holds, and whoever comes second is told so."""
    outcomes = together(
        partial(choose, cast.agent, AWAY, reason_code_id=cast.training.pk),
        AuxiliaryCode.objects.get(pk=cast.training.pk).delete,
    )
    assert len(failures(outcomes)) <= 1
    assert AgentState.objects.filter(reason_code=cast.training.pk).exists() == (
        AuxiliaryCode.objects.filter(pk=cast.training.pk).exists()
    )


def test_rolled_back_change_leaves_nothing(cast: Cast) -> None:
    with pytest.raises(AppError):
        choose(cast.agent, ONLINE, expected_version=7)
    assert HistoryEntry.objects.filter(agent=cast.agent.pk).count() == 1
    assert not Event.objects.filter(kind="status.changed").exists()
