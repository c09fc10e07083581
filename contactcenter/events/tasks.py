from celery import shared_task

from contactcenter.events import services


@shared_task(soft_time_limit=240, time_limit=300)
def prune_events() -> None:
    services.prune()
