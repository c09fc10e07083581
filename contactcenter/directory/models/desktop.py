"""What agents find in their workspace."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models.base import (
    NamedObject,
    NameValidator,
    description_field,
    seconds_field,
    texts_field,
)
from contactcenter.directory.models.conditions import Only, only_constraint
from contactcenter.directory.models.numbers import AddressBook, OutdialAni
from contactcenter.directory.models.objects import AuxiliaryCode, Site, Team, WorkType
from contactcenter.directory.models.querysets import DirectoryQuerySet
from contactcenter.directory.models.queues import InboundQueue, OutdialEntryPoint
from contactcenter.lib.audit import audited
from contactcenter.lib.keys import UniqueKey

_SPECIFIC = ("SPECIFIC",)


def _switch(name: Any, *, default: bool = False) -> "models.BooleanField[bool, bool]":
    return models.BooleanField(name, default=default)


def _selection(model: type[models.Model], name: Any, related_name: str) -> "models.ManyToManyField[Any, Any]":
    return models.ManyToManyField(model, related_name=related_name, blank=True, verbose_name=name)


_WRAP_UP_TIME = Only(("auto_wrap_up_time",), {"wrap_up_type": ("AUTO",)}, mandatory=True)
_OUTDIAL_EP = Only(("outdial_ep",), {"outdial_enabled": (True,)}, mandatory=True)
_OUTDIAL_ANI = Only(("outdial_ani",), {"outdial_enabled": (True,)})


@audited()
class DesktopProfile(NamedObject):
    """What an agent finds in the workspace."""

    class Options(models.TextChoices):
        ALL = "ALL", _("All")
        SPECIFIC = "SPECIFIC", _("Only the selected")

    class OptionsOrNone(models.TextChoices):
        ALL = "ALL", _("All")
        SPECIFIC = "SPECIFIC", _("Only the selected")
        NONE = "NONE", _("None")

    class WrapUpType(models.TextChoices):
        MANUAL = "MANUAL", _("By the agent")
        AUTO = "AUTO", _("Automatic")

    class DnValidation(models.TextChoices):
        UNRESTRICTED = "UNRESTRICTED", _("Any number")
        PROVISIONED_VALUE = "PROVISIONED VALUE", _("The user's default DN")
        VALIDATION_CRITERIA = "VALIDATION CRITERIA", _("Numbers that meet criteria")

    # spelt out as the first migration has it
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
    screen_popups = _switch(_("screen popups"))
    last_agent_routing = _switch(_("last agent routing"))
    wrap_up_type = models.CharField(
        _("wrap up type"), max_length=6, choices=WrapUpType.choices, default=WrapUpType.MANUAL
    )
    auto_wrap_up_time = seconds_field(_("auto wrap up time"), 1, 3600, null=True, blank=True, help_text=_("Seconds."))
    agent_available_after_outdial = _switch(_("agent available after outdial"))
    allow_auto_wrap_up_extension = _switch(_("allow auto wrap up extension"))
    wrap_up_options = models.CharField(_("wrap up options"), max_length=8, choices=Options.choices, default=Options.ALL)
    wrap_up_codes = _selection(AuxiliaryCode, _("wrap up codes"), "wrap_up_in")
    idle_options = models.CharField(_("idle options"), max_length=8, choices=Options.choices, default=Options.ALL)
    idle_codes = _selection(AuxiliaryCode, _("idle codes"), "idle_in")
    transfer_options = models.CharField(
        _("transfer options"), max_length=8, choices=OptionsOrNone.choices, default=OptionsOrNone.ALL
    )
    transfer_targets = _selection(InboundQueue, _("transfer targets"), "transfer_target_in")
    buddy_team_option = models.CharField(
        _("buddy team option"), max_length=8, choices=OptionsOrNone.choices, default=OptionsOrNone.ALL
    )
    buddy_teams = _selection(Team, _("buddy teams"), "buddy_in")
    consult_to_queue = _switch(_("consult to queue"))
    outdial_enabled = _switch(_("outdial enabled"))
    outdial_ep = models.ForeignKey(
        OutdialEntryPoint,
        models.PROTECT,
        related_name="desktop_profiles",
        null=True,
        blank=True,
        verbose_name=_("outdial EP"),
    )
    address_book = models.ForeignKey(
        AddressBook,
        models.PROTECT,
        related_name="desktop_profiles",
        null=True,
        blank=True,
        verbose_name=_("address book"),
    )
    dial_plan_enabled = _switch(_("dial plan enabled"))
    dial_plan = texts_field(_("dial plan"), each=80)
    outdial_ani = models.ForeignKey(
        OutdialAni,
        models.PROTECT,
        related_name="desktop_profiles",
        null=True,
        blank=True,
        verbose_name=_("outdial ANI"),
    )
    dn_validation_option = models.CharField(
        _("DN validation option"), max_length=19, choices=DnValidation.choices, default=DnValidation.UNRESTRICTED
    )
    validation_criteria = texts_field(_("validation criteria"), each=80)
    agent_statistics = _switch(_("agent statistics"), default=True)
    queue_statistics_option = models.CharField(
        _("queue statistics option"), max_length=8, choices=OptionsOrNone.choices, default=OptionsOrNone.ALL
    )
    selected_queues = _selection(InboundQueue, _("selected queues"), "statistics_in")
    logged_in_team_statistics = _switch(_("logged in team statistics"))
    team_statistics_option = models.CharField(
        _("team statistics option"), max_length=8, choices=OptionsOrNone.choices, default=OptionsOrNone.ALL
    )
    selected_teams = _selection(Team, _("selected teams"), "statistics_in")
    agent_threshold_alerts_enabled = _switch(_("agent threshold alerts enabled"))
    agent_threshold_alerts = texts_field(_("agent threshold alerts"), each=80)

    conditions = (
        _WRAP_UP_TIME,
        Only(("wrap_up_codes",), {"wrap_up_options": _SPECIFIC}, mandatory=True),
        Only(("idle_codes",), {"idle_options": _SPECIFIC}, mandatory=True),
        Only(("transfer_targets",), {"transfer_options": _SPECIFIC}, mandatory=True),
        Only(("buddy_teams",), {"buddy_team_option": _SPECIFIC}, mandatory=True),
        _OUTDIAL_EP,
        Only(("dial_plan",), {"dial_plan_enabled": (True,)}, mandatory=True),
        _OUTDIAL_ANI,
        Only(("validation_criteria",), {"dn_validation_option": ("VALIDATION CRITERIA",)}, mandatory=True),
        Only(("selected_queues",), {"queue_statistics_option": _SPECIFIC}, mandatory=True),
        Only(("selected_teams",), {"team_statistics_option": _SPECIFIC}, mandatory=True),
        Only(("agent_threshold_alerts",), {"agent_threshold_alerts_enabled": (True,)}, mandatory=True),
    )
    objects = DirectoryQuerySet.as_manager()

    class Meta(NamedObject.Meta):
        verbose_name = _("desktop profile")
        verbose_name_plural = _("desktop profiles")
        constraints = [
            UniqueKey(name="desktop_profile_name"),
            only_constraint("desktop_profile_wrap_up_time", _WRAP_UP_TIME, auto_wrap_up_time=None),
            only_constraint("desktop_profile_outdial_ep", _OUTDIAL_EP, outdial_ep=None),
            only_constraint("desktop_profile_outdial_ani", _OUTDIAL_ANI, outdial_ani=None),
        ]

    def allowed_idle_codes(self) -> "models.QuerySet[AuxiliaryCode]":
        """The reason codes agents with this profile may give."""
        idle = AuxiliaryCode.objects.filter(kind=WorkType.Type.IDLE_CODE)
        return idle if self.idle_options == self.Options.ALL else idle.filter(idle_in=self)
