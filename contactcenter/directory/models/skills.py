"""What agents can do: skill definitions, and the profiles that give skills to agents."""

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models.base import NamedObject, description_field, name_field, seconds_field, texts_field
from contactcenter.directory.models.conditions import Only
from contactcenter.directory.models.querysets import DirectoryQuerySet
from contactcenter.lib.audit import audited
from contactcenter.lib.keys import UniqueKey
from contactcenter.lib.validators import validate_single_line

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

SKILL_MARKS = ",@_.-"
_SCRIPT_LENGTH = 2000


@audited()
class SkillDefinition(NamedObject):
    """Something agents may be able to do, and how it is measured."""

    class Type(models.TextChoices):
        TEXT = "TEXT", _("Text")
        PROFICIENCY = "PROFICIENCY", _("Proficiency")
        BOOLEAN = "BOOLEAN", _("Yes or no")
        ENUM = "ENUM", _("One of a list")

    name = name_field(SKILL_MARKS, first_letter=True)
    description = description_field()
    service_level_threshold = seconds_field(_("service level threshold"), 0, 86_400, help_text=_("Seconds."))
    type = models.CharField(_("type"), max_length=11, choices=Type.choices)
    list_values_for_enum = texts_field(_("list values for enum"), each=20)
    outbound = models.BooleanField(_("outbound"), default=False, help_text=_("Agents may place calls for it."))
    outbound_script = models.TextField(
        _("outbound script"),
        max_length=_SCRIPT_LENGTH,
        blank=True,
        validators=[MaxLengthValidator(_SCRIPT_LENGTH)],  # forms alone look at the length of such a field
        help_text=_("Shown to the agent who calls; may be the address of a page."),
    )

    immutable = ("type",)
    conditions = (Only(("list_values_for_enum",), {"type": (Type.ENUM,)}, mandatory=True),)
    objects = DirectoryQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("skill definition")
        verbose_name_plural = _("skill definitions")
        constraints = [
            UniqueKey(name="skill_definition_name"),
            models.CheckConstraint(
                name="skill_definition_list_values",
                condition=(models.Q(type="ENUM") & ~models.Q(list_values_for_enum=[]))
                | (~models.Q(type="ENUM") & models.Q(list_values_for_enum=[])),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        values = self.list_values_for_enum or []
        if len({value.casefold() for value in values}) < len(values):
            raise ValidationError({"list_values_for_enum": gettext("Give every value once.")})

    def spelt(self, value: str) -> str:
        """Return a skill's value as it is stored. Raises ``ValidationError`` where the type does not allow it."""
        value = value.strip()
        match self.type:
            case self.Type.PROFICIENCY:
                if value.isascii() and value.isdecimal() and int(value) <= 10:
                    return str(int(value))
                problem = gettext("a proficiency is a whole number from 0 to 10")
            case self.Type.BOOLEAN:
                if found := {"true": "True", "yes": "True", "false": "False", "no": "False"}.get(value.casefold()):
                    return found
                problem = gettext("it is True or False")
            case self.Type.ENUM:
                spelt = {one.casefold(): one for one in self.list_values_for_enum}
                wanted = [one.strip().casefold() for one in value.split("|")]
                if all(one in spelt for one in wanted):
                    return "|".join(dict.fromkeys(spelt[one] for one in wanted))
                problem = gettext("its values are %(values)s") % {"values": ", ".join(self.list_values_for_enum)}
            case _:
                if 1 <= len(value) <= 100:
                    validate_single_line(value)
                    return value
                problem = gettext("it is a text of 1 to 100 characters")
        raise ValidationError(
            gettext("“%(value)s” is no value of the skill “%(skill)s”: %(problem)s.")
            % {"value": value, "skill": self.name, "problem": problem},
            code="invalid_skill_value",
        )


@audited()
class SkillProfile(NamedObject):
    """The skills that its agents have."""

    name = name_field(SKILL_MARKS)
    description = description_field()

    objects = DirectoryQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("skill profile")
        verbose_name_plural = _("skill profiles")
        constraints = [UniqueKey(name="skill_profile_name")]

    if TYPE_CHECKING:
        skills: RelatedManager["ProfileSkill"]


class ProfileSkillQuerySet(models.QuerySet["ProfileSkill"]):
    def held(self) -> Self:
        """Leave out what comes to not having the skill: no, and a proficiency of 0."""
        kinds = SkillDefinition.Type
        return self.filter(
            models.Q(skill__type=kinds.BOOLEAN, skill_value="True")
            | (models.Q(skill__type=kinds.PROFICIENCY) & ~models.Q(skill_value="0"))
            | (models.Q(skill__type__in=[kinds.ENUM, kinds.TEXT]) & ~models.Q(skill_value=""))
        )


@audited()
class ProfileSkill(models.Model):
    """One skill of a profile. The value is text: ``7``, ``True``, ``cs|en``, or any, as the skill's type says."""

    profile = models.ForeignKey(SkillProfile, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(
        SkillDefinition, models.PROTECT, related_name="profile_skills", verbose_name=_("skill name")
    )
    skill_value = models.CharField(_("skill value"), max_length=21_000)

    objects = ProfileSkillQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("skill of a profile")
        verbose_name_plural = _("skills of profiles")
        constraints = [models.UniqueConstraint(fields=["profile", "skill"], name="profile_skill_once")]

    def __str__(self) -> str:
        return f"{self.skill}: {self.skill_value}"

    @property
    def owner(self) -> SkillProfile:
        return self.profile
