"""Scheduled tasks as the audit trail has them: what people change, not what the scheduler notes with each run."""

from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import PeriodicTask

from contactcenter.lib.audit import audited


@audited(fields=["name", "enabled", "interval", "crontab"], model_name="ScheduledTaskEvent")
class ScheduledTask(PeriodicTask):
    class Meta:
        proxy = True
        verbose_name = _("scheduled task")
        verbose_name_plural = _("scheduled tasks")

    def __str__(self) -> str:
        return str(self.name)
