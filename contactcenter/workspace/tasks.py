from celery import shared_task

from contactcenter.workspace.services import clear_read


@shared_task(soft_time_limit=240, time_limit=300)
def clear_read_notifications() -> None:
    """Delete notifications that were read a month ago."""
    clear_read()
