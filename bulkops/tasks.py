"""Background work: running operations, and finding those whose worker is gone."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from bulkops import services
from bulkops.models import Operation
from bulkops.running import run

KEPT = timedelta(days=90)  # after the end of an operation
SILENT = timedelta(seconds=15)  # without a sign of life
LONGEST = 6 * 3600  # seconds; whatever stops a task, its operation is taken up where it stands


@shared_task(soft_time_limit=LONGEST, time_limit=LONGEST + 60)
def run_operation(operation_id: int) -> None:
    run(operation_id)


@shared_task
def prune_operations() -> None:
    """Let go of the rows and files of operations nobody is going to undo any more."""
    services.prune_operations(timezone.now() - KEPT)


@shared_task(expires=10)
def resume_operations() -> None:
    """Have active operations taken up again that nobody seems to work on."""
    silent = Operation.objects.active().filter(touched_at__lt=timezone.now() - SILENT)
    for operation_id in silent.values_list("pk", flat=True):
        run_operation.apply_async((operation_id,), expires=SILENT.total_seconds())
