"""What is told to whom when statuses change, and that nothing is told when nothing changed."""

from collections.abc import Callable

import pytest
from django.db import transaction

from contactcenter.directory.access import audience_of
from contactcenter.lib.errors import AppError
from statuses.services import set_statuses
from statuses.states import AWAY, ONLINE, Cause
from tests.cast import Cast
from tests.statuses.support import choose, create_status, delete, events, forget_events


@pytest.fixture(autouse=True)
def _quiet(cast: Cast) -> None:
    forget_events()


def test_change_is_told_to_the_agent_and_those_who_watch(cast: Cast) -> None:
    choose(cast.teammate, AWAY, reason_code_id=cast.lunch.pk, note="soup")
    (event,) = events("status.changed")
    care, claims = f"team:{cast.care.pk}", f"team:{cast.claims.pk}"
    assert event.audience == ["all-teams", care, claims, f"user:{cast.teammate.pk}"]
    assert event.payload == {
        "agent_id": cast.teammate.pk,
        "version": 2,
        "status": {"id": AWAY, "name": "Away"},
        "cause": "agent",
        "actor": {"kind": "user", "id": cast.teammate.pk, "name": "Petr Novak"},
    }  # neither the note nor the reason: a page asks for what its viewer may see


def test_who_hears_of_it(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    (event,) = events("status.changed")
    hears = {
        user: not set(event.audience).isdisjoint(audience_of(user, "key"))
        for user in (cast.admin, cast.supervisor, cast.agent, cast.teammate, cast.stranger)
    }
    assert hears == {
        cast.admin: True,
        cast.supervisor: True,
        cast.agent: True,
        cast.teammate: False,
        cast.stranger: False,
    }


def test_many_changes_are_told_one_by_one(cast: Cast) -> None:
    set_statuses([cast.agent.pk, cast.stranger.pk], ONLINE, actor=cast.admin.actor, cause=Cause.ADMIN)
    assert [(event.payload["agent_id"], event.payload["version"]) for event in events("status.changed")] == [
        (cast.agent.pk, 2),
        (cast.stranger.pk, 2),
    ]
    (told,) = events("notification.created")
    assert told.audience == [f"user:{cast.agent.pk}", f"user:{cast.stranger.pk}"]


def test_deletion_is_told_in_full(cast: Cast) -> None:
    status = create_status()
    choose(cast.agent, status.pk)
    forget_events()
    delete(status)
    found = events("status.changed", "notification.created", "statuses.changed")
    assert {event.kind for event in found} == {"status.changed", "notification.created", "statuses.changed"}
    assert next(event for event in found if event.kind == "notification.created").audience == [f"user:{cast.agent.pk}"]


Attempt = Callable[[Cast], object]


def create_status_and_fail(cast: Cast) -> None:
    """The first goes back with the second."""
    create_status()
    choose(cast.admin, ONLINE)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda cast: choose(cast.agent, 999_999),
        lambda cast: choose(cast.agent, ONLINE, expected_version=7),
        lambda cast: choose(cast.agent, ONLINE, reason_code_id=cast.lunch.pk),
        lambda cast: choose(cast.admin, ONLINE),
        create_status_and_fail,
    ],
)
def test_refused_changes_are_not_told(cast: Cast, attempt: Attempt) -> None:
    with pytest.raises(AppError), transaction.atomic():
        attempt(cast)
    assert events("status.changed", "statuses.changed", "notification.created") == []
