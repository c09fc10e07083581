from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatusesConfig(AppConfig):
    name = "statuses"
    verbose_name = _("Omnichannel routing")

    def ready(self) -> None:
        from statuses import receivers, registration  # noqa: F401, PLC0415 - connect to the layers below
