"""What the database itself refuses, whatever the code above it does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from statuses.models import AgentState, Status, StatusInterval
from statuses.states import AWAY, OFFLINE, ONLINE
from tests.cast import Cast
from tests.statuses.support import BACK_OFFICE, choose, create_status

pytestmark = pytest.mark.database


@contextmanager
def refused(by: str) -> Iterator[None]:
    """The database refuses, and names the constraint or trigger."""
    with pytest.raises(Error, match=by), transaction.atomic(), checked_at_once():
        yield


@contextmanager
def checked_at_once() -> Iterator[None]:
    """Foreign keys are checked at the end of the block, not of the transaction."""
    yield
    connection.check_constraints()


@pytest.mark.parametrize("pk", [2, 3, 4, 5])
def test_built_in_statuses_are_read_only(db: None, pk: int) -> None:
    with refused("Cannot update or delete rows"):
        Status.objects.filter(pk=pk).update(name="Mine")
    with refused("Cannot update or delete rows"):
        Status.objects.filter(pk=pk).delete()


def test_history_is_append_only(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    with refused("Cannot update rows"):
        StatusInterval.objects.update(note="never happened")


def interval(cast: Cast, **values: Any) -> StatusInterval:
    now = timezone.now()
    given = {"version": 1, "status_id": ONLINE, "status_name": "Online", "started_at": now, "ended_at": now, **values}
    return StatusInterval(agent=cast.agent, cause="agent", actor_kind="user", actor_name="Jana", **given)


def test_a_version_is_finished_once(cast: Cast) -> None:
    interval(cast).save()
    with refused("status_interval_version"):
        interval(cast).save()


def test_intervals_end_after_they_begin(cast: Cast) -> None:
    with refused("status_interval_forward"):
        interval(cast, ended_at=timezone.now() - timedelta(seconds=1)).save()


@pytest.mark.parametrize("channel", ["voice", "chat", "email", "social"])
def test_channel_states_are_known(cast: Cast, channel: str) -> None:
    status = create_status()
    with refused(f"status_{channel}_state"):
        Status.objects.filter(pk=status.pk).update(**{channel: "busy"})
    with refused(f"agent_state_{channel}_state"):
        AgentState.objects.update(**{channel: ""})


def test_versions_begin_at_one(cast: Cast) -> None:
    with refused("agent_state_version"):
        AgentState.objects.update(version=0)


def test_names_are_unique_by_key(db: None) -> None:
    create_status("Straße")
    with refused("status_name"):
        Status.objects.bulk_create([Status(name=" STRASSE", **BACK_OFFICE)])  # goes past all validation


def test_one_state_for_each_agent(cast: Cast) -> None:
    twin = AgentState.objects.get(pk=cast.agent.pk)
    twin._state.adding = True
    with refused("statuses_agentstate_pkey"):
        twin.save(force_insert=True)


def test_status_that_somebody_is_in_stays(cast: Cast) -> None:
    status = create_status()
    choose(cast.agent, status.pk)
    with refused("foreign key"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM statuses_status WHERE id = %s", [status.pk])


def test_reason_that_somebody_gives_stays(cast: Cast) -> None:
    choose(cast.agent, AWAY, reason_code_id=cast.lunch.pk)
    with refused("foreign key"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM directory_desktopprofile_idle_codes")
        cursor.execute("DELETE FROM directory_auxiliarycode WHERE id = %s", [cast.lunch.pk])


def test_changes_of_definitions_are_audited(db: None) -> None:
    status = create_status()
    pk = status.pk
    Status.objects.filter(pk=pk).update(name="Paperwork")  # SQL of any origin
    status.delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pgh_label, name FROM statuses_statusevent WHERE id = %s ORDER BY pgh_id", [pk])
        assert cursor.fetchall() == [("insert", "Back office"), ("update", "Paperwork"), ("delete", "Paperwork")]


def test_custom_ids_begin_at_a_hundred(db: None) -> None:
    assert create_status().pk >= 100
    assert OFFLINE < 100


def test_unknown_agents_have_no_state(cast: Cast) -> None:
    state = AgentState.objects.get(pk=cast.agent.pk)
    state.pk, state._state.adding = 999_999, True
    with refused("foreign key"):
        state.save(force_insert=True)
