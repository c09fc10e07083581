from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "contactcenter.api"
    verbose_name = "API"

    def ready(self) -> None:
        from contactcenter.api import schema  # noqa: F401, PLC0415 - registers the schema extensions
