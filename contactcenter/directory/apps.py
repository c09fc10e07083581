from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "contactcenter.directory"
    verbose_name = _("Directory")

    def ready(self) -> None:
        from contactcenter.directory import receivers, registration  # noqa: F401, PLC0415 - connect to other layers
