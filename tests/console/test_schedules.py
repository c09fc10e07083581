"""Scheduled tasks: switching off, changing how often."""

from typing import Any

import pytest
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from tests.cast import Cast
from tests.console.support import Console, errors_of, text_of

EVERY = {"enabled": "on", "kind": "interval", "every": "5", "period": "hours"}
AT = {"enabled": "on", "kind": "crontab", "crontab_text": "30 3 * * 1-5"}


@pytest.fixture
def task(cast: Cast) -> Any:
    return PeriodicTask.objects.order_by("pk")[0]


def change(admin: Console, task: PeriodicTask, /, **values: str) -> object:
    return admin.post(f"django_celery_beat/periodictask/{task.pk}/change/", **values)


def test_list_and_form_are_shown(admin: Console, task: PeriodicTask) -> None:
    assert task.name in text_of(admin.get("django_celery_beat/periodictask/"))
    assert task.description in text_of(admin.get(f"django_celery_beat/periodictask/{task.pk}/change/"))


def test_interval_is_changed(admin: Console, task: PeriodicTask) -> None:
    change(admin, task, **EVERY)
    change(admin, task, **EVERY)
    task.refresh_from_db()
    assert str(task.interval) == "every 5 hours"
    assert IntervalSchedule.objects.filter(every=5, period="hours").count() == 1


def test_set_times_take_the_place_of_the_interval_and_back(admin: Console, task: PeriodicTask) -> None:
    change(admin, task, **AT)
    task.refresh_from_db()
    assert (task.interval, task.crontab.minute, task.crontab.day_of_week) == (None, "30", "1-5")
    assert str(task.crontab.timezone) == "UTC"
    assert "30 3 * * 1-5" in admin.get(f"django_celery_beat/periodictask/{task.pk}/change/").content.decode()
    change(admin, task, **EVERY)
    task.refresh_from_db()
    assert task.crontab is None


def test_task_is_switched_off(admin: Console, task: PeriodicTask) -> None:
    change(admin, task, **{**EVERY, "enabled": ""})
    task.refresh_from_db()
    assert not task.enabled


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({**EVERY, "every": ""}, "every"),
        ({**EVERY, "every": "0"}, "every"),
        ({**EVERY, "every": "-1"}, "every"),
        ({**EVERY, "period": "microseconds"}, "period"),
        ({**EVERY, "period": ""}, "period"),
        ({**EVERY, "kind": "never"}, "kind"),
        ({**AT, "crontab_text": ""}, "crontab_text"),
        ({**AT, "crontab_text": "* * * *"}, "crontab_text"),
        ({**AT, "crontab_text": "61 * * * *"}, "crontab_text"),
        ({**AT, "crontab_text": "a b c d e"}, "crontab_text"),
        ({**AT, "crontab_text": "*/0 * * * *"}, "crontab_text"),
        ({**AT, "crontab_text": "0 0 31 2 *"}, "crontab_text"),  # never
        ({**AT, "crontab_text": "0 0 31 4,6 *"}, "crontab_text"),
    ],
)
def test_values_that_cannot_be_are_refused_at_the_field(
    admin: Console, task: PeriodicTask, values: dict[str, str], field: str
) -> None:
    assert list(errors_of(change(admin, task, **values))) == [field]


def test_what_runs_is_not_for_changing(admin: Console, task: PeriodicTask) -> None:
    change(admin, task, **EVERY, task="os.system", name="Mine", args='["rm"]')
    task.refresh_from_db()
    assert task.task.startswith("contactcenter.")
    assert task.args == "[]"
