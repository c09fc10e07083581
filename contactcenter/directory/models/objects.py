"""Configuration objects that agents and routing refer to."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models.base import NamedObject, description_field, dn_field, name_field
from contactcenter.directory.models.conditions import Only
from contactcenter.directory.models.querysets import DirectoryQuerySet, TeamQuerySet
from contactcenter.directory.models.skills import SkillProfile
from contactcenter.lib.audit import audited
from contactcenter.lib.keys import UniqueKey
from contactcenter.lib.validators import validate_single_line


def _units(name: Any, high: int) -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(name, validators=[MaxValueValidator(high)])


@audited()
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


@audited()
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


@audited()
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


@audited()
class AuxiliaryCode(NamedObject):
    """Why an agent is idle (a reason code), or how a contact ended (a wrap-up code)."""

    name = name_field("._)/(-")
    description = description_field()
    is_default = models.BooleanField(_("default"), default=False)
    work_type = models.ForeignKey(WorkType, models.PROTECT, related_name="codes", verbose_name=_("work type"))
    # A copy, so that "one default of each kind" can be a constraint; the migration ties it to the work type.
    kind = models.CharField(_("type of the work type"), max_length=12, choices=WorkType.Type.choices, editable=False)
    paid = models.BooleanField(
        _("paid"),
        default=True,
        help_text=_("Whether time with this reason counts as working time. Idle codes only."),
    )

    immutable = ("work_type",)
    conditions = (Only(("paid",), {"kind": (WorkType.Type.IDLE_CODE,)}),)
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

    def derive(self) -> None:
        if self.work_type_id:
            self.kind = self.work_type.type


@audited()
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
    skill_profile = models.ForeignKey(
        SkillProfile,
        models.PROTECT,
        related_name="teams",
        null=True,
        blank=True,
        verbose_name=_("skill profile"),
    )
    dn = dn_field(_("DN"))
    capacity = models.PositiveIntegerField(
        _("capacity"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    desktop_layout = models.CharField(_("desktop layout"), max_length=80, blank=True, validators=[validate_single_line])

    immutable = ("site", "type")
    conditions = (
        Only(("multimedia_profile", "skill_profile", "desktop_layout"), {"type": (Type.AGENT,)}),
        Only(("dn", "capacity"), {"type": (Type.CAPACITY,)}, mandatory=True),
    )
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
                        skill_profile=None,
                        desktop_layout="",
                        capacity__isnull=False,  # or the next is neither true nor false, which is let through
                        capacity__range=(1, 10_000),
                    )
                    & ~models.Q(dn="")
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
