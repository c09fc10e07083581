"""API clients: other systems that call the API in their own name."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from contactcenter.api.scopes import SCOPES
from contactcenter.lib.audit import audited
from contactcenter.lib.keys import KeyField, UniqueKey

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
