"""Work that agents hold, and whether their phones can take a call."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contactcenter.lib.channels import CHANNEL_CHOICES, CHANNELS
from statuses.models.agents import AgentState
from statuses.models.base import AgentRowsQuerySet, Attributed
from statuses.states import WorkReason


class WorkItem(models.Model):
    """One piece of work on one channel, held by one agent; it uses one unit of the channel's capacity."""

    agent = models.ForeignKey(AgentState, models.CASCADE, related_name="work_items", verbose_name=_("agent"))
    channel = models.CharField(_("channel"), max_length=8, choices=CHANNEL_CHOICES)
    external_ref = models.CharField(_("external reference"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=12, choices=WorkReason.choices)
    added_at = models.DateTimeField(_("added"), db_index=True)

    objects = AgentRowsQuerySet["WorkItem"].as_manager()

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(name="work_item_channel", condition=Q(channel__in=CHANNELS))]
        # what is counted may come and go, but not turn into something else
        triggers = [pgtrigger.Protect(name="whole", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.channel} {self.external_ref or self.pk}"


class PhoneLine(Attributed):
    """What the telephony side said last of an agent's phone. A report counts until its lease ends."""

    agent = models.OneToOneField(
        AgentState, models.CASCADE, primary_key=True, related_name="phone_line", verbose_name=_("agent")
    )
    ready = models.BooleanField(_("ready"))
    lease_until = models.DateTimeField(_("valid until"))
    changed_at = models.DateTimeField(_("changed"))
    actor_kind = models.CharField(max_length=8)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=310)

    class Meta:
        verbose_name = _("phone line")
        verbose_name_plural = _("phone lines")
        indexes = [models.Index(fields=["lease_until"], condition=Q(ready=True), name="phone_line_lease")]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.ready}"

    @property
    def has_run_out(self) -> bool:
        """Whether the last report has become too old before another came."""
        return self.lease_until <= (timezone.now() if self.ready else self.changed_at)
