"""Settings of the company: one row."""

from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models.base import time_zone_field, validate_time_zone
from contactcenter.lib.audit import audited
from contactcenter.lib.validators import validate_single_line

__all__ = ["CompanySettings", "validate_time_zone"]  # the first migration looks for the validator here


@audited()
class CompanySettings(models.Model):
    """What holds for everybody. Use ``CompanySettings.load()``."""

    company_name = models.CharField(
        _("company name"), max_length=80, default="Contact Center", validators=[validate_single_line]
    )
    omnichannel_routing = models.BooleanField(
        _("omnichannel routing"),
        default=True,
        help_text=_(
            "One status for all channels. Switching it on sets every agent Offline and asks for a new choice;"
            " while it is off nobody's status can be set."
        ),
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    time_zone = time_zone_field(default="UTC")
    custom_status_limit = models.PositiveSmallIntegerField(
        _("custom statuses at most"),
        default=100,
        validators=[MinValueValidator(0), MaxValueValidator(1000)],
    )
    agents_may_change_channels = models.BooleanField(
        _("agents may change channel availability"),
        default=True,
        help_text=_("Switch single channels on and off beside their status. Administrators always may."),
    )
    phone_lines_reported = models.BooleanField(
        _("phone lines are reported"),
        default=False,
        help_text=_(
            "The telephony system reports over the API whose phone can take a call; without a fresh report nobody is"
            " called. Off: a phone is ready whenever the voice channel is on."
        ),
    )
    work_item_hours = models.PositiveSmallIntegerField(
        _("hours until work items expire"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(168)],
        help_text=_("Work that nobody reported as done stops using up capacity after that."),
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("company settings")
        verbose_name_plural = _("company settings")
        constraints = [models.CheckConstraint(name="company_settings_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return self.company_name

    @classmethod
    def load(cls) -> Self:
        """Return the row, which the first migration has made."""
        return cls.objects.get(pk=1)
