from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "contactcenter.directory"
    verbose_name = _("Directory")

    def ready(self) -> None:
        from contactcenter.directory import receivers  # noqa: F401, PLC0415 - connects to Django's sign-out signal
