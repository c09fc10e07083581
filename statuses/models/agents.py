"""Who is in which status now, and can take what."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OrderBy, Q
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models import AuxiliaryCode, ProfileSkill, User
from contactcenter.directory.models.querysets import called
from contactcenter.lib.channels import CHANNELS
from statuses.models.base import AgentRowsQuerySet, Attributed, ChannelStates, known_states
from statuses.states import NOTE_LENGTH, Activity, Cause, ChannelState, status_label


class AgentStateQuerySet(AgentRowsQuerySet["AgentState"]):
    def active(self) -> Self:
        """Those who can be given work now; others keep their row and come back with it."""
        return self.filter(agent__is_active=True, agent__contact_center_enabled=True)


def _units() -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(default=0)


def _switch() -> "models.BooleanField[bool, bool]":
    return models.BooleanField(default=True)


def _moment() -> "models.DateTimeField[datetime | None, datetime | None]":
    return models.DateTimeField(null=True)


def _free_capacity(channel: str) -> models.Index:
    """Finds who is to be given the next piece of work: most spare capacity, then longest without any."""
    units, items = f"{channel}_units", f"{channel}_items"
    takes_work = {f"{channel}__in": [ChannelState.ONLINE, ChannelState.TRANSFERS_ONLY], f"{channel}_on": True}
    return models.Index(
        F(items) - F(units),
        OrderBy(F("assigned_at"), nulls_first=True),
        "agent",
        name=f"agent_state_free_{channel}",
        condition=Q(**takes_work, **{f"{units}__gt": F(items)}),
    )


class AgentState(Attributed, ChannelStates):
    """The status an agent is in now, with the definition as it was when chosen. This row is the open interval.

    ``version`` grows by one with each change of status. Finished intervals are in ``StatusInterval``.

    Beside it stands what routing needs to know. ``…_units``, ``exclusive`` and ``skill_profile_id`` follow from the
    directory, ``…_items`` counts ``WorkItem``: the database keeps both true by triggers, whoever writes.
    """

    agent = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="state", verbose_name=_("agent"))
    status = models.ForeignKey("statuses.Status", models.PROTECT, related_name="agent_states", verbose_name=_("status"))
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

    voice_units, chat_units, email_units, social_units = _units(), _units(), _units(), _units()
    exclusive = models.BooleanField(default=False)  # one channel at a time
    skill_profile_id = models.BigIntegerField(null=True)
    voice_items, chat_items, email_items, social_items = _units(), _units(), _units(), _units()
    assigned_at = _moment()
    voice_on, chat_on, email_on, social_on = _switch(), _switch(), _switch(), _switch()
    voice_switched_at, chat_switched_at = _moment(), _moment()
    email_switched_at, social_switched_at = _moment(), _moment()
    activity = models.CharField(max_length=8, choices=Activity.choices, default=Activity.NONE)
    activity_skill_id = models.BigIntegerField(null=True)
    activity_skill_name = models.CharField(max_length=80, blank=True)
    activity_since = _moment()

    objects = AgentStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("agent state")
        verbose_name_plural = _("agent states")
        constraints = [
            *known_states("agent_state"),
            models.CheckConstraint(name="agent_state_version", condition=Q(version__gte=1)),
            models.CheckConstraint(
                name="agent_state_activity",
                condition=Q(activity=Activity.NONE, activity_since=None, activity_skill_id=None)
                | Q(activity__in=[Activity.OUTBOUND, Activity.ACD], activity_since__isnull=False),
            ),
        ]
        indexes = [_free_capacity(channel) for channel in CHANNELS]

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

    def with_skill(self, skill_id: int) -> Self:
        """Those who have the skill: yes, a proficiency of 1 or more, or any value of another type."""
        profiles = ProfileSkill.objects.held().filter(skill=skill_id)
        return self.filter(skill_profile_id__in=profiles.order_by().values("profile"))

    def with_room(self, channel: str, units: int) -> Self:
        """Those whose channel has at least so many free units, whatever its state."""
        return self.filter(**{f"{channel}_units__gte": F(f"{channel}_items") + units})


def _text() -> "models.TextField[str, str]":
    return models.TextField()


class Availability(Attributed):
    """Who can take what now: a database view, the one place where effective channel states are computed.

    It has the agents that can be given work. A channel's units are its capacity, 0 when it is not assigned;
    ``…_on`` is the agent's own switch; ``line_ready`` says whether the phone could take a call.
    """

    agent = models.OneToOneField(User, models.DO_NOTHING, primary_key=True, related_name="availability")
    first_name = _text()
    last_name = _text()
    address = _text()
    version = models.IntegerField()
    status = models.ForeignKey("statuses.Status", models.DO_NOTHING, related_name="+")
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
    voice_items = models.IntegerField()
    voice_on = models.BooleanField()
    voice_state = models.CharField(max_length=14, choices=ChannelState.choices)
    voice_updated_at = models.DateTimeField()
    chat_units = models.IntegerField()
    chat_items = models.IntegerField()
    chat_on = models.BooleanField()
    chat_state = models.CharField(max_length=14, choices=ChannelState.choices)
    chat_updated_at = models.DateTimeField()
    email_units = models.IntegerField()
    email_items = models.IntegerField()
    email_on = models.BooleanField()
    email_state = models.CharField(max_length=14, choices=ChannelState.choices)
    email_updated_at = models.DateTimeField()
    social_units = models.IntegerField()
    social_items = models.IntegerField()
    social_on = models.BooleanField()
    social_state = models.CharField(max_length=14, choices=ChannelState.choices)
    social_updated_at = models.DateTimeField()
    line_ready = models.BooleanField()
    skill_profile_id = models.BigIntegerField(null=True)
    activity = models.CharField(max_length=8, choices=Activity.choices)
    activity_skill_id = models.BigIntegerField(null=True)
    activity_since = models.DateTimeField(null=True)

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
