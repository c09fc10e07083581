"""Old events are deleted, and whoever would have needed them is told to reload."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contactcenter.events import services, tasks
from contactcenter.events.cursor import current_snapshot
from contactcenter.events.models import Event, Horizon
from tests.events.support import tell

pytestmark = pytest.mark.django_db(transaction=True)


def numbers() -> list[int]:
    return list(Event.objects.order_by("id").values_list("payload__n", flat=True))


def make_old(*wanted: int) -> None:
    Event.objects.filter(payload__n__in=wanted).update(created_at=timezone.now() - timedelta(hours=25))


def test_what_is_older_than_a_day_goes() -> None:
    for number in range(1, 5):
        tell(number)
    make_old(1, 2)
    tasks.prune_events()
    assert numbers() == [3, 4]


def test_horizon_is_just_above_what_was_deleted() -> None:
    tell(1)
    gone = Event.objects.get().xid
    tell(2)
    make_old(1)
    services.prune()
    assert Horizon.objects.get().xid == gone + 1


def test_horizon_never_sinks() -> None:
    tell(1)
    Horizon.objects.create(xid=current_snapshot().next)
    before = Horizon.objects.get().xid
    make_old(1)
    services.prune()
    assert Horizon.objects.get().xid == before


def test_nothing_old_changes_nothing() -> None:
    tell(1)
    services.prune()
    assert numbers() == [1]
    assert not Horizon.objects.exists()


def test_many_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "PRUNE_BATCH", 2)
    for number in range(5):
        tell(number)
    make_old(0, 1, 2, 3)
    assert services.prune() == 4
    assert numbers() == [4]


@pytest.mark.database
def test_what_another_database_left_behind_goes(caplog: pytest.LogCaptureFixture) -> None:
    tell(1)
    tell(2)
    future = current_snapshot().next + 1_000_000
    Event.objects.filter(payload__n=2).update(xid=future)
    Horizon.objects.create(xid=future)
    assert services.prune() == 1
    assert numbers() == [1]
    assert Horizon.objects.get().xid < future
    assert "another database cluster" in caplog.text
