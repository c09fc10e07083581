from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "contactcenter.console"
    verbose_name = _("Console")

    def ready(self) -> None:
        from contactcenter.console import registration  # noqa: F401, PLC0415 - needs all models to be loaded


class ConsoleAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our site in the place of its own."""

    default_site = "contactcenter.console.site.ConsoleSite"
