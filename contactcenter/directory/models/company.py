"""Settings of the company: one row."""

import zoneinfo
from functools import cache
from typing import Any, Self

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.lib.validators import validate_single_line


@cache
def time_zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - {"localtime", "Factory"})


def validate_time_zone(value: str) -> None:
    if value not in time_zone_names():
        raise ValidationError(
            _("“%(value)s” is not a time zone: use a name such as Europe/Prague."),
            code="invalid_time_zone",
            params={"value": value},
        )


def time_zone_field(**options: Any) -> "models.CharField[str, str]":
    return models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone], **options)


@pghistory.track()
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
