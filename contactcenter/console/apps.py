from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "contactcenter.console"
    verbose_name = _("Console")


class ConsoleAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our site in the place of its own."""

    default_site = "contactcenter.console.site.ConsoleSite"
