"""Who calls the API from outside: other systems in their own name, and programs in the name of a user."""

from typing import Any, Self

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from contactcenter.api.scopes import SCOPES
from contactcenter.lib.audit import audited
from contactcenter.lib.keys import KeyField, UniqueKey
from contactcenter.lib.validators import validate_single_line

SECRET_CHANGED = "secret_changed"  # noqa: S105 - the name of an event in the audit trail


@audited(
    pghistory.ManualEvent(SECRET_CHANGED),  # type: ignore[no-untyped-call]
    fields=["name", "client_id", "allowed_scopes", "requests_per_minute", "is_active"],
    model_name="ApiClientEvent",
)
class ApiClient(AbstractApplication):
    """An OAuth2 client of the client-credentials grant. Only the hash of its secret is stored."""

    key = KeyField(max_length=255 * 3)
    allowed_scopes = ArrayField(
        models.CharField(max_length=32, choices=list(SCOPES.items())),
        verbose_name=_("allowed scopes"),
        default=list,
        blank=True,
    )
    requests_per_minute = models.PositiveIntegerField(
        _("requests per minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text=_("More are answered with 429. Empty: the default, 6,000."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("An inactive client's tokens are refused at once.")
    )

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ["key"]
        constraints = [UniqueKey(name="api_client_name")]

    def __str__(self) -> str:
        return str(self.name)

    def is_usable(self, request: object) -> bool:
        """Asked by the token endpoint: an inactive client gets no token."""
        return self.is_active


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def live(self) -> Self:
        """Those that let somebody in, as long as their user is active."""
        return self.filter(revoked_at=None)


@audited(fields=["user", "name", "hint", "revoked_at"], model_name="ApiTokenEvent")
class ApiToken(models.Model):
    """Lets a program call the drop-in endpoints in the name of a user. Only a digest of the secret is stored."""

    user: "models.ForeignKey[Any, Any]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=80, validators=[validate_single_line])
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("ends with"), max_length=4, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name
