"""Brings the database up to date before the programs start: ``python -m contactcenter.prepare``."""

import os

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contactcenter.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if settings.DEMO:
        call_command("demo", "--if-empty")


if __name__ == "__main__":
    main()
