"""What was: finished intervals, and those still running with them."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models import User
from statuses.models.base import AgentRowsQuerySet, Attributed
from statuses.states import NOTE_LENGTH, Activity, Cause, status_label


class IntervalFields(Attributed):
    """What is known of a stretch of time in one status. Names are copies: history outlives what it tells of."""

    # found by the indexes of its reports
    agent = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False, verbose_name=_("agent"))
    version = models.PositiveIntegerField()
    status_id = models.BigIntegerField()
    status_name = models.CharField(_("status"), max_length=100)
    reason_code_id = models.BigIntegerField(null=True)
    reason_code_name = models.CharField(_("reason code"), max_length=80, blank=True)
    reason_code_paid = models.BooleanField(null=True)
    cause = models.CharField(_("cause"), max_length=16, choices=Cause.choices)
    actor_kind = models.CharField(max_length=8)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("by"), max_length=310)
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True)
    started_at = models.DateTimeField(_("from"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.status_name}"

    @property
    def label(self) -> str:
        return status_label(self.status_name, self.reason_code_name)


class StatusInterval(IntervalFields):
    """A finished interval. Rows are only ever added."""

    ended_at = models.DateTimeField(_("to"))

    class Meta:
        verbose_name = _("status interval")
        verbose_name_plural = _("status intervals")
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["-started_at"], name="status_interval_newest"),
            models.Index(fields=["cause", "-started_at"], name="status_interval_cause"),
            models.Index(fields=["status_id", "-started_at"], name="status_interval_status"),
            # all that reports read: docs/decisions/reports.md
            models.Index(
                fields=["agent", "started_at", "ended_at"],
                include=["status_id", "reason_code_id", "reason_code_paid"],
                name="status_interval_report",
            ),
        ]
        constraints = [
            # with the version a chain without gaps, and the index that reads an agent's history
            models.UniqueConstraint(fields=["agent", "version"], name="status_interval_version"),
            models.CheckConstraint(name="status_interval_forward", condition=Q(ended_at__gte=F("started_at"))),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]


class HistoryQuerySet(AgentRowsQuerySet["HistoryEntry"]):
    def overlapping(self, start: datetime | None, end: datetime | None) -> Self:
        """Intervals of which any part lies in ``[start, end)``."""
        found = self
        if start is not None:
            found = found.filter(Q(ended_at=None) | Q(ended_at__gt=start))
        if end is not None:
            found = found.filter(started_at__lt=end)
        return found


class HistoryEntry(IntervalFields):
    """Finished intervals and the running ones together: a database view over both tables."""

    id = models.CharField(primary_key=True, max_length=32)
    agent = models.ForeignKey(User, models.DO_NOTHING, related_name="+", verbose_name=_("agent"))
    ended_at = models.DateTimeField(_("to"), null=True)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "statuses_history"
        verbose_name = _("status history")
        verbose_name_plural = _("status history")
        ordering = ["-started_at"]

    @property
    def seconds(self) -> int:
        end = self.ended_at or timezone.now()
        return max(0, int((end - self.started_at).total_seconds()))


class ActivityInterval(models.Model):
    """A finished stretch in which an agent was with a contact. The running one is in ``AgentState``."""

    agent = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False, verbose_name=_("agent"))
    activity = models.CharField(_("activity"), max_length=8, choices=Activity.choices)
    skill_id = models.BigIntegerField(null=True)
    skill_name = models.CharField(_("skill"), max_length=80, blank=True)
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("to"))

    class Meta:
        verbose_name = _("activity interval")
        verbose_name_plural = _("activity intervals")
        ordering = ["-started_at"]
        indexes = [
            models.Index(
                fields=["agent", "started_at", "ended_at"], include=["activity"], name="activity_interval_report"
            )
        ]
        constraints = [
            models.CheckConstraint(name="activity_interval_forward", condition=Q(ended_at__gte=F("started_at"))),
            models.CheckConstraint(
                name="activity_interval_kind", condition=Q(activity__in=[Activity.OUTBOUND, Activity.ACD])
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.activity}"
