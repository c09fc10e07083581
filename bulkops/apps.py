from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BulkopsConfig(AppConfig):
    name = "bulkops"
    verbose_name = _("Bulk operations")

    def ready(self) -> None:
        from bulkops import registration  # noqa: F401, PLC0415 - connect to the layers below
