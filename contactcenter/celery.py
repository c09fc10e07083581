"""The Celery application. Its settings are the ``CELERY_`` ones of ``contactcenter.settings``."""

import os

from celery import Celery

import contactcenter.broker  # noqa: F401 - makes its transport known

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contactcenter.settings")

app = Celery("contactcenter")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
