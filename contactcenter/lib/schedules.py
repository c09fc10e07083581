"""Schedules of background tasks, as migrations create them; from then on they are rows that the console edits."""

from typing import Any

from django.db import migrations


def scheduled(
    name: str, *, task: str, every: int, period: str, description: str, queue: str = "default"
) -> migrations.RunPython:
    """Return the operation that schedules a task. A run that nobody took by the time of the next one is dropped."""
    seconds = every * {"seconds": 1, "minutes": 60, "hours": 3600}[period]

    def add(apps: Any, schema_editor: Any) -> None:
        intervals = apps.get_model("django_celery_beat", "IntervalSchedule").objects
        interval, _ = intervals.get_or_create(every=every, period=period)
        values = {"task": task, "interval": interval, "queue": queue, "expire_seconds": seconds}
        tasks = apps.get_model("django_celery_beat", "PeriodicTask").objects
        tasks.get_or_create(name=name, defaults={**values, "description": description})

    def remove(apps: Any, schema_editor: Any) -> None:
        apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=name).delete()

    return migrations.RunPython(add, remove)
