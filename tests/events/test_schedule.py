import pytest
from django_celery_beat.models import PeriodicTask

from contactcenter.events.tasks import prune_events


@pytest.mark.django_db
def test_pruning_is_scheduled() -> None:
    schedule = PeriodicTask.objects.get(task=prune_events.name)
    assert (schedule.interval.every, schedule.interval.period) == (10, "minutes")
    assert schedule.queue == "default"
    assert schedule.expire_seconds == 600
