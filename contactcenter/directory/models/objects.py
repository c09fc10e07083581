"""Configuration objects that agents and routing refer to."""

from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models.base import (
    NamedObject,
    NameValidator,
    description_field,
    name_field,
)
from contactcenter.directory.models.querysets import DirectoryQuerySet, TeamQuerySet
from contactcenter.lib.keys import UniqueKey
from contactcenter.lib.validators import validate_single_line


def _units(name: Any, high: int) -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(name, validators=[MaxValueValidator(high)])


@pghistory.track()
class MultimediaProfile(NamedObject):
    """The capacity rule: how much work an agent may hold at once, in units per channel."""

    class Type(models.TextChoices):
        BLENDED = "BLENDED", _("Blended")
        BLENDED_REALTIME = "BLENDED_REALTIME", _("Blended real-time")
        EXCLUSIVE = "EXCLUSIVE", _("Exclusive")

    name = name_field("._-")
    description = description_field()
    type = models.CharField(_("type"), max_length=20, choices=Type.choices)
    voice = _units(_("voice"), 1)
    chat = _units(_("chat"), 500)
    email = _units(_("e-mail"), 500)
    social = _units(_("social"), 500)

    objects = DirectoryQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("multimedia profile")
        verbose_name_plural = _("multimedia profiles")
        constraints = [
            UniqueKey(name="multimedia_profile_name"),
            models.CheckConstraint(
                name="multimedia_profile_units",
                condition=models.Q(voice__lte=1, chat__lte=500, email__lte=500, social__lte=500),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        units = {"voice": self.voice, "chat": self.chat, "email": self.email, "social": self.social}
        if any(value is None for value in units.values()):
            return  # reported at the field
        if self.type == self.Type.BLENDED_REALTIME and (self.voice != 1 or not 1 <= self.chat <= 5):
            raise ValidationError({"type": _("Blended real-time needs voice 1 and chat 1 to 5.")}, code="units_of_type")
        if self.type == self.Type.EXCLUSIVE and max(units.values()) > 1:
            raise ValidationError(
                {"type": _("Exclusive gives work on one channel at a time: every value is 0 or 1.")},
                code="units_of_type",
            )


@pghistory.track()
class Site(NamedObject):
    """A place people work at."""

    name = name_field("-_")
    multimedia_profile = models.ForeignKey(
        MultimediaProfile, models.PROTECT, related_name="sites", verbose_name=_("multimedia profile")
    )

    objects = DirectoryQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = [UniqueKey(name="site_name")]


@pghistory.track()
class WorkType(NamedObject):
    """Groups auxiliary codes, and decides whether they are idle or wrap-up codes."""

    class Type(models.TextChoices):
        IDLE_CODE = "IDLE_CODE", _("Idle code")
        WRAP_UP_CODE = "WRAP_UP_CODE", _("Wrap-up code")

    name = name_field("._-")
    description = description_field()
    type = models.CharField(_("type"), max_length=12, choices=Type.choices)

    objects = DirectoryQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("work type")
        verbose_name_plural = _("work types")
        constraints = [
            UniqueKey(name="work_type_name"),
            # what AuxiliaryCode's copy of the type refers to, so that the two cannot disagree
            models.UniqueConstraint(fields=["id", "type"], name="work_type_id_type"),
        ]

    def clean(self) -> None:
        super().clean()
        if self.pk and WorkType.objects.exclude(type=self.type).filter(pk=self.pk, codes__isnull=False).exists():
            raise ValidationError(
                {"type": ValidationError(_("Codes use this work type: its type stays."), code="immutable")}
            )


@pghistory.track()
class AuxiliaryCode(NamedObject):
    """Why an agent is idle (a reason code), or how a contact ended (a wrap-up code)."""

    name = name_field("._)/(-")
    description = description_field()
    is_default = models.BooleanField(_("default"), default=False)
    work_type = models.ForeignKey(WorkType, models.PROTECT, related_name="codes", verbose_name=_("work type"))
    # A copy, so that "one default of each kind" can be a constraint; the migration ties it to the work type.
    kind = models.CharField(_("kind"), max_length=12, choices=WorkType.Type.choices, editable=False)
    paid = models.BooleanField(
        _("paid"),
        default=True,
        help_text=_("Whether time with this reason counts as working time. Idle codes only."),
    )

    immutable = ("work_type",)
    objects = DirectoryQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("auxiliary code")
        verbose_name_plural = _("auxiliary codes")
        constraints = [
            UniqueKey(name="auxiliary_code_name"),
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(is_default=True),
                name="auxiliary_code_one_default_per_kind",
                violation_error_code="duplicate_default",
                violation_error_message=_("Another code of this kind is the default already."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.work_type_id:
            self.kind = self.work_type.type


@pghistory.track()
class Team(NamedObject):
    """People who work together at a site; a capacity team is a number with places instead."""

    class Type(models.TextChoices):
        AGENT = "AGENT", _("Agents")
        CAPACITY = "CAPACITY", _("Capacity")

    name = models.CharField(_("name"), max_length=80, validators=[validate_single_line])
    site = models.ForeignKey(Site, models.PROTECT, related_name="teams", verbose_name=_("site"))
    type = models.CharField(_("type"), max_length=8, choices=Type.choices, default=Type.AGENT)
    multimedia_profile = models.ForeignKey(
        MultimediaProfile,
        models.PROTECT,
        related_name="teams",
        null=True,
        blank=True,
        verbose_name=_("multimedia profile"),
    )
    dn = models.CharField(_("DN"), max_length=80, blank=True, help_text=_("Phone number or extension."))
    capacity = models.PositiveIntegerField(
        _("capacity"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    desktop_layout = models.CharField(_("desktop layout"), max_length=80, blank=True)

    immutable = ("site", "type")
    objects = TeamQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            UniqueKey(name="team_name_in_site", fields=("site", "key")),
            models.CheckConstraint(
                name="team_fields_of_type",
                condition=models.Q(type="AGENT", dn="", capacity=None)
                | (
                    models.Q(
                        type="CAPACITY",
                        multimedia_profile=None,
                        desktop_layout="",
                        capacity__isnull=False,  # or the next is neither true nor false, which is let through
                        capacity__range=(1, 10_000),
                    )
                    & ~models.Q(dn="")
                ),
                violation_error_message=_(
                    "A capacity team has a DN and a capacity, and neither multimedia profile nor desktop layout;"
                    " a team of agents has no DN and no capacity."
                ),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if bad := next((mark for mark in "|:" if mark in self.name), None):
            raise ValidationError({"name": _("“%(bad)s” cannot be used: it separates names in files.") % {"bad": bad}})

    def label(self) -> str:
        """Name the team so that equal names of two sites can be told apart."""
        return f"{self.name} · {self.site.name}"


@pghistory.track()
class DesktopProfile(NamedObject):
    """What an agent finds in the workspace."""

    class Options(models.TextChoices):
        ALL = "ALL", _("All")
        SPECIFIC = "SPECIFIC", _("Only the selected")

    name = models.CharField(_("name"), max_length=80, validators=[NameValidator("._-()")])
    description = description_field()
    parent_site = models.ForeignKey(
        Site,
        models.PROTECT,
        related_name="desktop_profiles",
        null=True,
        blank=True,
        verbose_name=_("parent site"),
        help_text=_("Empty: all sites."),
    )
    idle_options = models.CharField(_("idle options"), max_length=8, choices=Options.choices, default=Options.ALL)
    idle_codes = models.ManyToManyField(AuxiliaryCode, related_name="idle_in", blank=True, verbose_name=_("idle codes"))

    objects = DirectoryQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("desktop profile")
        verbose_name_plural = _("desktop profiles")
        constraints = [UniqueKey(name="desktop_profile_name")]

    def allowed_idle_codes(self) -> "models.QuerySet[AuxiliaryCode]":
        """The reason codes agents with this profile may give."""
        idle = AuxiliaryCode.objects.filter(kind=WorkType.Type.IDLE_CODE)
        return idle if self.idle_options == self.Options.ALL else idle.filter(idle_in=self)
