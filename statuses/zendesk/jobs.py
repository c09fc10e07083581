"""Setting the statuses of many agents in the background, as Zendesk's bulk update does.

Each step commits with its results, so that a worker that is stopped leaves whole steps; the next goes on from there.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from contactcenter.lib.actors import Actor
from contactcenter.lib.errors import AppError
from statuses import services
from statuses.availability import iso
from statuses.models import StatusJob
from statuses.moves import hold_status
from statuses.states import Cause
from statuses.zendesk.errors import code_of, status_of

logger = logging.getLogger(__name__)

AT_ONCE: Final = 50  # agents
KEPT: Final = timedelta(days=1)
SILENT: Final = timedelta(seconds=15)  # without a sign of life


@transaction.atomic
def start(agent_ids: Sequence[int], status_id: int, *, actor: Actor, cause: Cause) -> StatusJob:
    """Have a worker set a status. What would refuse it for everybody is raised at once, as by ``set_status``."""
    services.require_usable(hold_status(status_id), status_id)
    job = StatusJob.objects.create(
        agent_ids=list(agent_ids),
        status_id=status_id,
        cause=cause,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    # the job is stored: that the broker is away is no reason to tell that nothing was started
    transaction.on_commit(lambda: _wake_worker(job.pk), robust=True)
    return job


def _wake_worker(job_id: str) -> None:
    """Tell a worker at once; where the message is lost, the sweep finds the job."""
    from statuses.tasks import run_status_job  # noqa: PLC0415 - the task runs what starts here

    run_status_job.delay(job_id)


def find(job_id: str) -> StatusJob | None:
    return StatusJob.objects.filter(pk=job_id, created_at__gt=timezone.now() - KEPT).first()


def run(job_id: str) -> None:
    """Work on a job until it ends. Returns at once where somebody else works on it, or it has ended."""
    if _begin(job_id):
        while _step(job_id):
            pass


def silent_jobs(now: datetime) -> list[str]:
    """Return the jobs that nobody seems to work on."""
    return list(StatusJob.objects.active().filter(touched_at__lt=now - SILENT).values_list("pk", flat=True))


def prune(now: datetime) -> None:
    StatusJob.objects.filter(created_at__lte=now - KEPT).delete()


def _held(job_id: str) -> StatusJob | None:
    active = StatusJob.objects.active().filter(pk=job_id)
    return active.select_for_update(skip_locked=True).first()


@transaction.atomic
def _begin(job_id: str) -> bool:
    """Count another attempt; after too many the job ends with what it has done."""
    job = _held(job_id)
    if job is None:
        return False
    job.attempts += 1
    if job.attempts > StatusJob.ATTEMPTS:
        logger.error("Status job %s stopped %s times.", job.pk, StatusJob.ATTEMPTS)
        refusal = AppError("The worker stopped again and again: see its log.")
        _finish(job, dict.fromkeys(_waiting(job), refusal))
        return False
    _touch(job)
    return True


@transaction.atomic
def _step(job_id: str) -> bool:
    """Put the next agents into the status. Return whether there is more to do."""
    job = _held(job_id)
    if job is None:
        return False
    chosen = _waiting(job)[:AT_ONCE]
    try:
        found = services.set_statuses(chosen, job.status_id, actor=job.actor, cause=Cause(job.cause))
    except AppError as error:  # what nobody may have any more, the others may not have either
        found = dict.fromkeys(_waiting(job), error)
    _finish(job, found)
    return job.state != StatusJob.State.COMPLETED


def _waiting(job: StatusJob) -> list[int]:
    return job.agent_ids[len(job.results) :]


def _finish(job: StatusJob, found: Mapping[int, AppError | None]) -> None:
    job.results = [*job.results, *(_result(agent_id, error) for agent_id, error in found.items())]
    job.state = StatusJob.State.WORKING if _waiting(job) else StatusJob.State.COMPLETED
    _touch(job)


def _touch(job: StatusJob) -> None:
    job.touched_at = timezone.now()
    job.save(update_fields=["state", "results", "attempts", "touched_at"])


def _result(agent_id: int, error: AppError | None) -> dict[str, Any]:
    """Zendesk's older jobs tell ``id`` and ``success``, the newer ones the rest."""
    return {
        "id": agent_id,
        "agent_id": agent_id,
        "action": "update",
        "success": error is None,
        "status": "success" if error is None else "failed",
        "completed_at": iso(timezone.now()),
        **({"error": f"{code_of(status_of(error))}: {error.message}"} if error else {}),
    }
