"""Publishing: what is written, and who is woken."""

import logging
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from contactcenter.events import services
from contactcenter.events.models import Event
from contactcenter.events.services import CHANNEL, Message, NotInTransactionError, publish, publish_many
from tests.events.support import tell


class Listener:
    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection
        connection.execute(f"LISTEN {CHANNEL}")

    def count(self) -> int:
        """Return how many wake-ups came since the last call."""
        return len(list(self._connection.notifies(timeout=0.2)))


@pytest.fixture
def listener(other: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch) -> Listener:
    monkeypatch.setattr(services._LastWakeUp, "at", float("-inf"))  # that of the test before may be a moment ago
    return Listener(other)


def kinds() -> list[str]:
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_publishing_is_refused() -> None:
    with pytest.raises(NotInTransactionError, match=r"transaction\.atomic"):
        publish("a", audience=["everyone"], payload={})
    assert kinds() == []


@pytest.mark.database
def test_one_transaction_wakes_listeners_once(listener: Listener) -> None:
    with transaction.atomic():
        publish("a", audience=["everyone"], payload={})
        publish_many([Message("b", ["team:3"], {}), Message("c", ["team:4"], {})])
        with transaction.atomic():
            publish("d", audience=["everyone"], payload={})
        assert listener.count() == 0
    assert kinds() == ["a", "b", "c", "d"]
    assert listener.count() == 1


def test_transactions_of_one_moment_wake_listeners_once(listener: Listener) -> None:
    """Whoever has been woken looks again a moment later."""
    tell(1)
    tell(2)
    assert listener.count() == 1
    tell(3)
    assert listener.count() == 1


def test_rolled_back_transaction_says_nothing(listener: Listener) -> None:
    with transaction.atomic():
        publish("a", audience=["everyone"], payload={})
        transaction.set_rollback(True)
    assert kinds() == []
    assert listener.count() == 0


def test_event_after_a_rolled_back_savepoint_still_wakes_listeners(listener: Listener) -> None:
    with transaction.atomic():
        with transaction.atomic():
            publish("lost", audience=["everyone"], payload={})
            transaction.set_rollback(True)
        publish("kept", audience=["everyone"], payload={})
    assert kinds() == ["kept"]
    assert listener.count() == 1


def test_publishing_nothing_wakes_nobody(listener: Listener) -> None:
    with transaction.atomic():
        publish_many([])
    assert listener.count() == 0


def test_several_events_are_one_statement(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with transaction.atomic(), django_assert_num_queries(1):
        publish_many([Message("a", ["everyone"], {"n": n}) for n in range(20)])
    assert Event.objects.count() == 20


def test_audience_is_kept_without_repeats(db: None) -> None:
    with transaction.atomic():
        publish("a", audience=["team:3", "user:1", "team:3"], payload={})
    assert Event.objects.get().audience == ["team:3", "user:1"]


def test_failed_wake_up_is_logged_and_the_change_stands(
    other: "psycopg.Connection[Any]", caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()

    def cut_off() -> None:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    with caplog.at_level(logging.WARNING), transaction.atomic():
        transaction.on_commit(cut_off)
        publish("a", audience=["everyone"], payload={})
    connection.close()
    assert kinds() == ["a"]
    assert "wake-up for new events failed" in caplog.text
