"""Statuses, who is in which, and who was."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models import AuxiliaryCode, Principal, Team, User
from contactcenter.directory.models.querysets import called
from contactcenter.lib.actors import Actor
from contactcenter.lib.audit import audited
from contactcenter.lib.channels import CHANNELS
from contactcenter.lib.keys import KeyField, UniqueKey
from contactcenter.lib.validators import validate_single_line
from statuses.states import FIRST_CUSTOM_ID, NOTE_LENGTH, Cause, ChannelState, status_label

M = TypeVar("M", bound=models.Model)


class AgentRowsQuerySet(models.QuerySet[M]):
    """Rows that belong to an agent."""

    def visible_to(self, principal: Principal) -> Self:
        visible = User.objects.visible_to(principal)
        return self.filter(agent__in=visible.order_by().values("pk")) if visible.query.where else self


class Attributed(models.Model):
    """Says who did it, in three columns."""

    if TYPE_CHECKING:
        actor_kind: Any
        actor_id: Any
        actor_name: Any

    class Meta:
        abstract = True

    @property
    def actor(self) -> Actor:
        return Actor(self.actor_kind, self.actor_id, self.actor_name)


def _channel_field(name: Any) -> "models.CharField[str, str]":
    return models.CharField(name, max_length=14, choices=ChannelState.choices)


class ChannelStates(models.Model):
    """The mapping channel → state: a status defines one, an agent carries a copy."""

    voice = _channel_field(_("voice"))
    chat = _channel_field(_("chat"))
    email = _channel_field(_("e-mail"))
    social = _channel_field(_("social"))

    class Meta:
        abstract = True

    @property
    def channels(self) -> dict[str, str]:
        return {channel: getattr(self, channel) for channel in CHANNELS}


def known_states(prefix: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(name=f"{prefix}_{channel}_state", condition=Q(**{f"{channel}__in": ChannelState.values}))
        for channel in CHANNELS
    ]


class StatusQuerySet(models.QuerySet["Status"]):
    def custom(self) -> Self:
        return self.filter(pk__gte=FIRST_CUSTOM_ID)

    def open_to(self, team_ids: Any) -> Self:
        """Statuses that an agent of these teams may choose."""
        chosen = Status.teams.through.objects.filter(status=OuterRef("pk"))
        return self.filter(~models.Exists(chosen) | models.Exists(chosen.filter(team__in=team_ids)))

    def with_agents_count(self, principal: Principal) -> Self:
        """Annotate ``agents_count``: how many are in it now, and ``outdated_count``: as it was defined before.

        Agents whom the principal may not see are not counted.
        """
        states = AgentState.objects.visible_to(principal).active()
        here = states.filter(status=OuterRef("pk")).order_by().values("status")
        same = {channel: OuterRef(channel) for channel in CHANNELS}
        outdated = here.exclude(status_name=OuterRef("name"), **same)
        count = models.Count("*")
        return self.annotate(
            agents_count=Coalesce(Subquery(here.annotate(n=count).values("n")), 0),
            outdated_count=Coalesce(Subquery(outdated.annotate(n=count).values("n")), 0),
        )


@audited()
class Status(ChannelStates):
    """A named mapping channel → state that an agent picks once for all channels."""

    name = models.CharField(_("name"), max_length=100, validators=[validate_single_line])
    key = KeyField()
    description = models.CharField(_("description"), max_length=255, blank=True)
    teams = models.ManyToManyField(
        Team,
        related_name="statuses",
        blank=True,
        verbose_name=_("teams"),
        help_text=_("Only agents of these teams can choose it. Empty: every agent."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = StatusQuerySet.as_manager()

    class Meta:
        verbose_name = _("agent status")
        verbose_name_plural = _("agent statuses")
        ordering = ["pk"]
        constraints = [UniqueKey(name="status_name"), *known_states("status")]
        triggers = [
            pgtrigger.Protect(
                name="builtin_read_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__id__lt=FIRST_CUSTOM_ID),
            ),
        ]

    # set by with_agents_count()
    agents_count: int
    outdated_count: int

    def __str__(self) -> str:
        return self.name

    @property
    def builtin(self) -> bool:
        return bool(self.pk and self.pk < FIRST_CUSTOM_ID)

    def clean(self) -> None:
        super().clean()
        given, self.name = self.name, self.name.strip()
        if given and not self.name:  # nothing at all is reported by the field itself
            raise ValidationError({"name": ValidationError(_("Give the status a name."), code="blank")})


_StatusTeam: Any = Status.teams.through


@audited()
class StatusTeam(_StatusTeam):
    """For the audit trail."""

    class Meta:
        proxy = True
        verbose_name = _("team of a status")
        verbose_name_plural = _("teams of statuses")


class AgentStateQuerySet(AgentRowsQuerySet["AgentState"]):
    def active(self) -> Self:
        """Those who can be given work now; others keep their row and come back with it."""
        return self.filter(agent__is_active=True, agent__contact_center_enabled=True)


class AgentState(Attributed, ChannelStates):
    """The status an agent is in now, with the definition as it was when chosen. This row is the open interval.

    ``version`` grows by one with each change of status. Finished intervals are in ``StatusInterval``.
    """

    agent = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="state", verbose_name=_("agent"))
    status = models.ForeignKey(Status, models.PROTECT, related_name="agent_states", verbose_name=_("status"))
    status_name = models.CharField(max_length=100)
    since = models.DateTimeField(_("since"))
    cause = models.CharField(_("cause"), max_length=16, choices=Cause.choices)
    actor_kind = models.CharField(max_length=8)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=310)
    reason_code = models.ForeignKey(
        AuxiliaryCode, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reason code")
    )
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True)
    version = models.PositiveIntegerField(default=1)
    must_choose = models.BooleanField(default=False)

    objects = AgentStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("agent state")
        verbose_name_plural = _("agent states")
        constraints = [
            *known_states("agent_state"),
            models.CheckConstraint(name="agent_state_version", condition=Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.status_name}"

    @property
    def owner(self) -> User:
        """Who is named where a state stands in the way."""
        return self.agent


class AvailabilityQuerySet(AgentRowsQuerySet["Availability"]):
    def matching(self, text: str) -> Self:
        """Those whose name or e-mail contains every word of the text."""
        return self.filter(called(text, key="agent__key"))


def _text() -> "models.TextField[str, str]":
    return models.TextField()


class Availability(Attributed):
    """Who can take what now: a database view, the one place where effective channel states are computed.

    It has the agents that can be given work. A channel's units are its capacity, 0 when it is not assigned; the
    capacity rule is the agent's own multimedia profile, else the first team's that has one, else the site's.
    """

    agent = models.OneToOneField(User, models.DO_NOTHING, primary_key=True, related_name="availability")
    first_name = _text()
    last_name = _text()
    address = _text()
    version = models.IntegerField()
    status = models.ForeignKey(Status, models.DO_NOTHING, related_name="+")
    status_name = _text()
    since = models.DateTimeField()
    cause = models.CharField(max_length=16, choices=Cause.choices)
    actor_kind = _text()
    actor_id = models.BigIntegerField(null=True)
    actor_name = _text()
    note = _text()
    must_choose = models.BooleanField()
    reason_code_id = models.BigIntegerField(null=True)
    reason_code_name = _text()
    reason_code_paid = models.BooleanField(null=True)
    team_ids = ArrayField(models.BigIntegerField())
    voice_units = models.IntegerField()
    chat_units = models.IntegerField()
    email_units = models.IntegerField()
    social_units = models.IntegerField()
    voice_state = models.CharField(max_length=14, choices=ChannelState.choices)
    chat_state = models.CharField(max_length=14, choices=ChannelState.choices)
    email_state = models.CharField(max_length=14, choices=ChannelState.choices)
    social_state = models.CharField(max_length=14, choices=ChannelState.choices)

    objects = AvailabilityQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "statuses_availability"
        verbose_name = _("availability")
        verbose_name_plural = _("availability")

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.status_name}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.address

    @property
    def label(self) -> str:
        return status_label(self.status_name, self.reason_code_name)

    @property
    def channels(self) -> dict[str, str]:
        """The effective states."""
        return {channel: getattr(self, f"{channel}_state") for channel in CHANNELS}


class IntervalFields(Attributed):
    """What is known of a stretch of time in one status. Names are copies: history outlives what it tells of."""

    agent = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("agent"))
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
