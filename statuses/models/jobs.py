"""Statuses of many agents that are being set in the background."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contactcenter.lib.ulids import LENGTH, new_ulid
from statuses.models.base import Attributed
from statuses.states import Cause


class StatusJobQuerySet(models.QuerySet["StatusJob"]):
    def active(self) -> Self:
        return self.exclude(state=StatusJob.State.COMPLETED)


class StatusJob(Attributed):
    """Who is to be put into which status, and what came of it: ``results`` has the finished agents, in order."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        WORKING = "working", _("Working")
        COMPLETED = "completed", _("Completed")

    ATTEMPTS: ClassVar = 5

    id = models.CharField(primary_key=True, max_length=LENGTH, default=new_ulid, editable=False)
    agent_ids = ArrayField(models.BigIntegerField())
    status_id = models.BigIntegerField()
    cause = models.CharField(max_length=16, choices=Cause.choices)
    actor_kind = models.CharField(max_length=8)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=310)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    results = models.JSONField(default=list)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    touched_at = models.DateTimeField(default=timezone.now)  # the last sign of life

    objects = StatusJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("status job")
        verbose_name_plural = _("status jobs")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.pk
