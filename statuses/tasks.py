"""Background work: thin, and harmless when done twice."""

from celery import shared_task

from statuses import services


@shared_task(expires=5)
def apply_timeouts() -> None:
    services.sweep_idle()
    services.sweep_lost()


@shared_task
def expire() -> None:
    services.expire_phone_lines()
    services.expire_work_items()
