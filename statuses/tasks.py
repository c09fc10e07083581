"""Background work: thin, and harmless when done twice."""

from celery import shared_task
from django.utils import timezone

from statuses import services
from statuses.zendesk import jobs


@shared_task(expires=5)
def apply_timeouts() -> None:
    services.sweep_lost()  # first: who is gone is not idle
    services.sweep_idle()


@shared_task
def expire() -> None:
    services.expire_phone_lines()
    services.expire_work_items()


@shared_task
def run_status_job(job_id: str) -> None:
    jobs.run(job_id)


@shared_task(expires=10)
def sweep_status_jobs() -> None:
    """Have jobs taken up again that nobody seems to work on, and forget those that are over."""
    now = timezone.now()
    jobs.prune(now)
    for job_id in jobs.silent_jobs(now):
        run_status_job.apply_async((job_id,), expires=jobs.SILENT.total_seconds())
