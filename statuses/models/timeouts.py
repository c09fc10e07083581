"""When agents count as idle or disconnected, and what happens to their status then."""

from typing import Any, Final, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contactcenter.lib.audit import audited
from statuses.models.agents import AgentState
from statuses.models.definitions import Status
from statuses.states import ONLINE

SHORTEST_IDLE: Final = 5  # minutes
LONGEST_IDLE: Final = 1440
PAGE: Final = "admin:timeouts"  # where all of them are changed, for the audit trail


def _minutes(**options: Any) -> "models.PositiveSmallIntegerField[Any, Any]":
    validators = [MinValueValidator(SHORTEST_IDLE), MaxValueValidator(LONGEST_IDLE)]
    return models.PositiveSmallIntegerField(_("minutes until idle"), validators=validators, **options)


def _target(name: Any) -> "models.ForeignKey[Status | None, Status | None]":
    return models.ForeignKey(Status, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=name)


def _possible(prefix: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            name=f"{prefix}_idle_after",
            condition=Q(idle_after_minutes=None) | Q(idle_after_minutes__range=(SHORTEST_IDLE, LONGEST_IDLE)),
        ),
        models.CheckConstraint(
            name=f"{prefix}_targets", condition=~Q(idle_target=ONLINE) & ~Q(disconnect_target=ONLINE)
        ),
    ]


@audited()
class TimeoutDefaults(models.Model):
    """What holds for statuses without a rule of their own: one row. No target: the status is kept."""

    idle_enabled = models.BooleanField(_("agents can become idle"), default=False)
    idle_after_minutes = _minutes(default=10)
    idle_target = _target(_("when idle"))
    disconnect_target = _target(_("when disconnected"))
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    page = PAGE

    class Meta:
        verbose_name = _("timeout defaults")
        verbose_name_plural = _("timeout defaults")
        constraints = [
            models.CheckConstraint(name="timeout_defaults_one_row", condition=Q(pk=1)),
            *_possible("timeout_defaults"),
        ]

    def __str__(self) -> str:
        return str(_("Company"))

    @classmethod
    def load(cls) -> Self:
        """Return the row, which a migration has made."""
        return cls.objects.select_related("idle_target", "disconnect_target").get(pk=1)


@audited()
class TimeoutRule(models.Model):
    """What one status has of its own. Empty fields follow the defaults; ``…_keep`` says that the status is kept."""

    status = models.OneToOneField(
        Status, models.CASCADE, primary_key=True, related_name="timeouts", verbose_name=_("status")
    )
    idle_after_minutes = _minutes(null=True, blank=True)
    idle_keep = models.BooleanField(default=False)
    idle_target = _target(_("when idle"))
    disconnect_keep = models.BooleanField(default=False)
    disconnect_target = _target(_("when disconnected"))
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    page = PAGE

    class Meta:
        verbose_name = _("timeouts of a status")
        verbose_name_plural = _("timeouts of statuses")
        constraints = [
            *_possible("timeout_rule"),
            models.CheckConstraint(
                name="timeout_rule_keep_or_target",
                condition=Q(idle_keep=False) | Q(idle_target=None),
            ),
            models.CheckConstraint(
                name="timeout_rule_keep_or_go",
                condition=Q(disconnect_keep=False) | Q(disconnect_target=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.status)

    @property
    def is_empty(self) -> bool:
        targets = (self.idle_target_id, self.disconnect_target_id)
        return (
            self.idle_after_minutes is None and targets == (None, None) and not (self.idle_keep or self.disconnect_keep)
        )


class Presence(models.Model):
    """Signs of life of an agent, written in batches; apart from ``AgentState``, which they would make grow.

    ``watched``: a workspace is open, as far as we know, and its loss would be noticed. ``check_at``: when to look
    whether the agent is idle; empty when nothing would come of it.
    """

    # without a constraint, which would make the batches wait for whoever has locked an agent
    agent = models.OneToOneField(
        AgentState, models.CASCADE, primary_key=True, related_name="presence", db_constraint=False
    )
    seen_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    watched = models.BooleanField(default=False)
    input_at = models.DateTimeField(null=True)
    check_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        indexes = [
            models.Index(fields=["seen_at"], condition=Q(watched=True), name="presence_lost"),
            models.Index(fields=["check_at"], condition=Q(check_at__isnull=False), name="presence_idle"),
        ]

    def __str__(self) -> str:
        return str(self.agent_id)


class PresenceClock(models.Model):
    """One row: since when web processes have been up without a gap. Nobody is lost while there was none to answer."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    up_since = models.DateTimeField()
    beat_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="presence_clock_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return str(self.up_since)
