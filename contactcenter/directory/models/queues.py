"""Where contacts come in and wait: queues with their groups of teams, entry points, and the numbers that lead there."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models.audio import AudioFile
from contactcenter.directory.models.base import (
    DirectoryObject,
    NamedObject,
    description_field,
    name_field,
    seconds_field,
    time_zone_field,
)
from contactcenter.directory.models.conditions import Only, only_constraint
from contactcenter.directory.models.objects import Team
from contactcenter.directory.models.querysets import DirectoryQuerySet
from contactcenter.directory.models.regions import validate_region
from contactcenter.lib.audit import audited
from contactcenter.lib.keys import KeyField, UniqueKey
from contactcenter.lib.validators import validate_single_line

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

M = TypeVar("M", bound=models.Model)

INBOUND, OUTBOUND = "INBOUND", "OUTBOUND"
DIRECTIONS = [(INBOUND, _("Inbound")), (OUTBOUND, _("Outbound"))]
WEEK = 604_800  # seconds


class ChannelType(models.TextChoices):
    TELEPHONY = "TELEPHONY", _("Telephony")
    EMAIL = "EMAIL", _("E-mail")
    CHAT = "CHAT", _("Chat")
    SOCIAL_CHANNEL = "SOCIAL_CHANNEL", _("Social channel")


class DirectionManager(models.Manager[M]):
    """The objects of a proxy's own direction: both kinds share a table, and with it their names."""

    def get_queryset(self) -> DirectoryQuerySet[M]:
        direction: Any = self.model
        return DirectoryQuerySet(self.model, using=self._db).filter(direction=direction.DIRECTION)


_TELEPHONY = {"channel_type": (ChannelType.TELEPHONY,)}
_CAMPAIGN = {"outbound_campaign": (True,)}
_PAUSE = Only(("recording_pause_duration",), {**_TELEPHONY, "pause_or_resume_enabled": (True,)})
_RECORDING = Only(("permit_monitoring", "permit_recording", "record_all_calls", "pause_or_resume_enabled"), _TELEPHONY)
_MUSIC = Only(("default_music_in_queue",), _TELEPHONY, mandatory=True)
_SELECTION = Only(("skill_based_agent_selection",), {"routing_type": ("SKILLS_BASED",)}, mandatory=True)


@audited()
class Queue(NamedObject):
    """Where contacts wait for an agent. Use ``InboundQueue`` and ``OutdialQueue``."""

    class RoutingType(models.TextChoices):
        LONGEST_AVAILABLE_AGENT = "LONGEST_AVAILABLE_AGENT", _("Longest available agent")
        SKILLS_BASED = "SKILLS_BASED", _("Skills based")

    class Selection(models.TextChoices):
        LONGEST_AVAILABLE_AGENT = "LONGEST_AVAILABLE_AGENT", _("Longest available agent")
        BEST_AVAILABLE_AGENT = "BEST_AVAILABLE_AGENT", _("Best available agent")

    DIRECTION: ClassVar[str] = ""
    PAUSE_SECONDS: ClassVar = 10  # of a recording, where nothing else is said

    direction = models.CharField(_("direction"), max_length=8, choices=DIRECTIONS, editable=False)
    name = name_field("&_.-")
    description = description_field()
    channel_type = models.CharField(_("channel type"), max_length=14, choices=ChannelType.choices)
    max_time_in_queue = seconds_field(_("max time in queue"), 1, WEEK, help_text=_("Seconds."))
    service_level_threshold = seconds_field(_("service level threshold"), 1, WEEK, help_text=_("Seconds."))
    timezone = time_zone_field()
    permit_monitoring = models.BooleanField(_("permit monitoring"), default=False)
    permit_recording = models.BooleanField(_("permit recording"), default=False)
    record_all_calls = models.BooleanField(_("record all calls"), default=False)
    pause_or_resume_enabled = models.BooleanField(_("pause or resume enabled"), default=False)
    recording_pause_duration = seconds_field(
        _("recording pause duration"), 1, 3600, null=True, blank=True, help_text=_("Seconds.")
    )
    default_music_in_queue = models.ForeignKey(
        AudioFile,
        models.PROTECT,
        related_name="queues",
        null=True,
        blank=True,
        verbose_name=_("default music in queue"),
    )
    outbound_campaign = models.BooleanField(_("outbound campaign"), default=False)
    routing_type = models.CharField(_("routing type"), max_length=23, choices=RoutingType.choices, blank=True)
    skill_based_agent_selection = models.CharField(
        _("skill-based agent selection"), max_length=23, choices=Selection.choices, blank=True
    )

    objects: ClassVar[Any] = DirectoryQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        constraints = [
            UniqueKey(name="queue_name"),
            models.CheckConstraint(
                name="queue_direction",
                condition=(Q(direction=INBOUND, outbound_campaign=False) & ~Q(routing_type=""))
                | Q(direction=OUTBOUND, channel_type=ChannelType.TELEPHONY, skill_based_agent_selection=""),
            ),
            models.CheckConstraint(
                name="queue_service_level", condition=Q(service_level_threshold__lte=models.F("max_time_in_queue"))
            ),
            only_constraint(
                "queue_recording",
                _RECORDING,
                permit_monitoring=False,
                permit_recording=False,
                record_all_calls=False,
                pause_or_resume_enabled=False,
            ),
            only_constraint("queue_pause", _PAUSE, recording_pause_duration=None),
            only_constraint("queue_music", _MUSIC, default_music_in_queue=None),
            only_constraint("queue_selection", _SELECTION, skill_based_agent_selection=""),
        ]

    if TYPE_CHECKING:
        groups: RelatedManager["DistributionGroup"]

    @staticmethod
    def kind_of(row: Any) -> "type[Queue]":
        """Return which kind of queue a row is, or what the trail keeps of one."""
        return InboundQueue if row.direction == INBOUND else OutdialQueue

    def derive(self) -> None:
        self.direction = self.DIRECTION or self.direction
        if self.direction == OUTBOUND:
            self.channel_type = ChannelType.TELEPHONY
        if self.recording_pause_duration is None and _PAUSE.holds(self):
            self.recording_pause_duration = self.PAUSE_SECONDS

    def clean(self) -> None:
        super().clean()
        longest, threshold = self.max_time_in_queue, self.service_level_threshold
        if isinstance(longest, int) and isinstance(threshold, int) and threshold > longest:
            message = gettext("This is longer than contacts may wait: at most %(seconds)d.") % {"seconds": longest}
            raise ValidationError({"service_level_threshold": message})


class InboundQueue(Queue):
    """A queue for contacts that come in."""

    DIRECTION = INBOUND
    immutable = ("channel_type", "routing_type")
    conditions = (_RECORDING, _PAUSE, _MUSIC, _SELECTION)
    objects: ClassVar[Any] = DirectionManager()

    class Meta:
        proxy = True
        verbose_name = _("queue")
        verbose_name_plural = _("queues")

    def clean(self) -> None:
        super().clean()
        if not self.routing_type:
            raise ValidationError(
                {"routing_type": ValidationError(gettext("Choose how contacts are routed."), "required")}
            )


class OutdialQueue(Queue):
    """A queue for calls that agents or campaigns place."""

    DIRECTION = OUTBOUND
    immutable = ("outbound_campaign",)
    conditions = (_RECORDING, _PAUSE, _MUSIC, Only(("routing_type", "groups"), _CAMPAIGN))
    objects: ClassVar[Any] = DirectionManager()

    class Meta:
        proxy = True
        verbose_name = _("outdial queue")
        verbose_name_plural = _("outdial queues")

    def clean(self) -> None:
        super().clean()
        if self.routing_type == self.RoutingType.SKILLS_BASED:
            message = gettext("An outdial queue goes to the longest available agent.")
            raise ValidationError({"routing_type": message})


@audited()
class DistributionGroup(models.Model):
    """Teams of a queue that are tried together; after ``group_fallback_time`` seconds the next group joins."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="groups")
    distribution_group = models.CharField(_("distribution group"), max_length=80, validators=[validate_single_line])
    distribution_group_seq = models.PositiveSmallIntegerField(_("distribution group seq"))
    group_fallback_time = seconds_field(
        _("group fallback time"), 0, 86_400, null=True, blank=True, help_text=_("Seconds; none for the first group.")
    )
    group_teams = models.ManyToManyField(Team, related_name="groups", verbose_name=_("group teams"))

    # the teams as they are to become, and the links to them as they are stored
    chosen: Mapping[str, Sequence[Any]] | None = None
    linked: Mapping[str, Sequence[Any]] | None = None

    class Meta:
        ordering = ["distribution_group_seq"]
        verbose_name = _("distribution group")
        verbose_name_plural = _("distribution groups")
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "distribution_group_seq"],
                name="distribution_group_seq_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="distribution_group_fallback",
                condition=Q(distribution_group_seq=1, group_fallback_time=None)
                | Q(distribution_group_seq__gt=1, group_fallback_time__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.distribution_group

    @property
    def owner(self) -> Queue:
        return self.queue


_SOCIAL = Only(("social_channel_type",), {"channel_type": (ChannelType.SOCIAL_CHANNEL,)}, mandatory=True)
_DIGITAL = Only(("asset_name",), {"channel_type": (ChannelType.CHAT, ChannelType.EMAIL, ChannelType.SOCIAL_CHANNEL)})


@audited()
class EntryPoint(NamedObject):
    """Where contacts enter, or where calls leave. Use ``InboundEntryPoint`` and ``OutdialEntryPoint``."""

    class SocialChannelType(models.TextChoices):
        SMS = "SMS", "SMS"
        WHATSAPP = "WHATSAPP", "WhatsApp"
        FACEBOOK_MESSENGER = "FACEBOOK MESSENGER", "Facebook Messenger"
        APPLE_BUSINESS_CHAT = "APPLE_BUSINESS_CHAT", "Apple Business Chat"
        GOOGLE_BUSINESS_MESSAGES = "GOOGLE_BUSINESS_MESSAGES", "Google Business Messages"

    DIRECTION: ClassVar[str] = ""

    direction = models.CharField(_("direction"), max_length=8, choices=DIRECTIONS, editable=False)
    name = name_field("&_-", first_letter=True)
    description = description_field()
    service_level_threshold = seconds_field(
        _("service level threshold"), 1, WEEK, null=True, blank=True, help_text=_("Seconds.")
    )
    timezone = time_zone_field()
    channel_type = models.CharField(_("channel type"), max_length=14, choices=ChannelType.choices)
    social_channel_type = models.CharField(
        _("social channel type"), max_length=24, choices=SocialChannelType.choices, blank=True
    )
    asset_name = models.CharField(_("asset name"), max_length=80, blank=True, validators=[validate_single_line])
    outdial_queue = models.ForeignKey(
        OutdialQueue,
        models.PROTECT,
        related_name="entry_points",
        null=True,
        blank=True,
        verbose_name=_("outdial queue"),
    )

    objects: ClassVar[Any] = DirectoryQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("entry point")
        verbose_name_plural = _("entry points")
        constraints = [
            UniqueKey(name="entry_point_name"),
            models.CheckConstraint(
                name="entry_point_direction",
                condition=Q(direction=INBOUND, outdial_queue=None, service_level_threshold__isnull=False)
                | Q(direction=OUTBOUND, channel_type=ChannelType.TELEPHONY),
            ),
            only_constraint("entry_point_social", _SOCIAL, social_channel_type=""),
            only_constraint("entry_point_asset", _DIGITAL, asset_name=""),
        ]

    @staticmethod
    def kind_of(row: Any) -> "type[EntryPoint]":
        """Return which kind of entry point a row is, or what the trail keeps of one."""
        return InboundEntryPoint if row.direction == INBOUND else OutdialEntryPoint

    def derive(self) -> None:
        self.direction = self.DIRECTION or self.direction
        if self.direction == OUTBOUND:
            self.channel_type = ChannelType.TELEPHONY


class InboundEntryPoint(EntryPoint):
    """Where contacts enter."""

    DIRECTION = INBOUND
    immutable = ("channel_type",)
    conditions = (_SOCIAL, _DIGITAL)
    objects: ClassVar[Any] = DirectionManager()

    class Meta:
        proxy = True
        verbose_name = _("entry point")
        verbose_name_plural = _("entry points")

    def clean(self) -> None:
        super().clean()
        if self.service_level_threshold is None:
            message = gettext("Give a number of seconds, 1 or more.")
            raise ValidationError({"service_level_threshold": ValidationError(message, code="required")})


class OutdialEntryPoint(EntryPoint):
    """Where agents' calls leave."""

    DIRECTION = OUTBOUND
    objects: ClassVar[Any] = DirectionManager()

    class Meta:
        proxy = True
        verbose_name = _("outdial entry point")
        verbose_name_plural = _("outdial entry points")


@audited()
class EntryPointMapping(DirectoryObject):
    """A dialed number that leads to an entry point."""

    DEFAULT_REGION: ClassVar = "Default"

    dialed_number = models.CharField(
        _("dialed number"),
        max_length=20,
        validators=[
            RegexValidator(
                r"\A\+?[0-9]+[0-9.\-]*\Z",
                _("Use digits, with + in front where it is international; dots and dashes may stand between them."),
                code="invalid_phone",
            )
        ],
    )
    key = KeyField(source="dialed_number")
    entry_point = models.ForeignKey(
        InboundEntryPoint, models.PROTECT, related_name="mappings", verbose_name=_("entry point")
    )
    region = models.CharField(
        _("region"), max_length=7, blank=True, default=DEFAULT_REGION, validators=[validate_region]
    )

    objects = DirectoryQuerySet.as_manager()

    class Meta(DirectoryObject.Meta):
        ordering = ["key"]
        verbose_name = _("entry point mapping")
        verbose_name_plural = _("entry point mappings")
        constraints = [UniqueKey(name="entry_point_mapping_number", field="dialed_number")]

    def __str__(self) -> str:
        return self.dialed_number

    def derive(self) -> None:
        region = (self.region or self.DEFAULT_REGION).strip()
        self.region = self.DEFAULT_REGION if region.casefold() == "default" else region.upper()

    def clean(self) -> None:
        super().clean()
        if self.entry_point_id and self.entry_point.channel_type != ChannelType.TELEPHONY:
            message = gettext("“%(name)s” takes no calls: choose an entry point for telephony.")
            raise ValidationError({"entry_point": message % {"name": self.entry_point}})
