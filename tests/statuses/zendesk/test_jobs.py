"""Setting many statuses in the background."""

import re
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from contactcenter.directory.models import CompanySettings
from contactcenter.directory.services import save_company_settings
from contactcenter.lib.actors import SYSTEM
from statuses import services, tasks
from statuses.models import StatusJob
from statuses.moves import move
from statuses.states import AWAY, ONLINE, Cause
from statuses.zendesk import jobs
from tests.cast import Cast
from tests.concurrency import together
from tests.statuses.support import assert_chain, create_status, history_of, state_of
from tests.statuses.zendesk.support import STATUSES, Zendesk, error_of, with_api_token

MANY = f"{STATUSES}/agents/update_many"


def start(caller: Zendesk, ids: object, status: int = ONLINE) -> dict[str, Any]:
    response = caller.put(f"{MANY}?ids={ids}", {"id": status})
    assert response.status_code == 200, response.content
    body: dict[str, Any] = response.json()
    return body


def test_job_is_queued_and_found_by_its_address(admin: Zendesk, cast: Cast) -> None:
    body = start(admin, f"{cast.agent.pk},{cast.teammate.pk}")
    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", body["id"])
    assert body == {
        "id": body["id"],
        "url": f"http://testserver/api/v2{STATUSES}/job_statuses/{body['id']}",
        "status": "queued",
        "total": 2,
        "progress": 0,
        "message": "Waiting to be started.",
        "results": [],
    }
    assert admin.follow(body["url"]).json() == body
    assert state_of(cast.agent).version == 1


def test_results_are_those_of_each_agent(admin: Zendesk, cast: Cast) -> None:
    status = create_status("Caring", teams=[cast.care])
    body = start(admin, f"{cast.stranger.pk},{cast.agent.pk},999999,{cast.agent.pk}", status.pk)
    jobs.run(body["id"])
    body = admin.follow(body["url"]).json()
    assert (body["status"], body["total"], body["progress"]) == ("completed", 3, 3)
    assert body["message"] == "Completed: 1 of 3 updated."
    stranger, agent, nobody = body["results"]
    assert agent == {
        "id": cast.agent.pk,
        "agent_id": cast.agent.pk,
        "action": "update",
        "success": True,
        "status": "success",
        "completed_at": agent["completed_at"],
    }
    assert (stranger["success"], stranger["status"]) == (False, "failed")
    assert stranger["error"] == "RecordInvalid: “Caring” is for other teams than those of Hugo Moreau."
    assert (nobody["agent_id"], nobody["error"]) == (
        999999,
        "RecordNotFound: There is no such object, or you may not see it.",
    )
    assert state_of(cast.agent).status_id == status.pk
    assert state_of(cast.stranger).version == 1


@pytest.mark.usefixtures("tasks_at_once")
def test_worker_is_told(transactional_db: None, cast: Cast) -> None:
    admin = with_api_token(cast.admin)
    body = start(admin, cast.agent.pk)
    assert admin.follow(body["url"]).json()["status"] == "completed"
    newest = history_of(cast.agent)[-1]
    assert (newest.status_id, newest.cause, newest.actor) == (ONLINE, Cause.API, cast.admin.actor)


@pytest.mark.parametrize(
    ("ids", "detail"),
    [
        ("", "ids: “” is not whole numbers with commas between, like 1,2."),
        (",", "ids: “,” is not whole numbers with commas between, like 1,2."),
        ("1,", "ids: “1,” is not whole numbers with commas between, like 1,2."),
        ("x", "ids: “x” is not whole numbers with commas between, like 1,2."),
        ("1;2", "ids: “1;2” is not whole numbers with commas between, like 1,2."),
        ("-1", "ids: “-1” is not whole numbers with commas between, like 1,2."),
        (",".join(map(str, range(1, 502))), "ids: At most 500 agents at once; these are 501."),
    ],
    ids=lambda value: value[:10],
)
def test_ids_that_cannot_be(admin: Zendesk, ids: str, detail: str) -> None:
    assert error_of(admin.put(f"{MANY}?ids={ids}", {"id": ONLINE})) == (422, "RecordInvalid", detail)
    assert not StatusJob.objects.exists()


def test_ids_are_needed(admin: Zendesk) -> None:
    assert error_of(admin.put(MANY, {"id": ONLINE}))[:2] == (422, "RecordInvalid")


def test_five_hundred_are_possible(admin: Zendesk) -> None:
    body = start(admin, ",".join(map(str, range(1_000_000, 1_000_500))))
    jobs.run(body["id"])
    body = admin.follow(body["url"]).json()
    assert (body["status"], body["progress"]) == ("completed", 500)


def test_unknown_status_starts_nothing(admin: Zendesk, cast: Cast) -> None:
    response = admin.put(f"{MANY}?ids={cast.agent.pk}", {"id": 99})
    assert error_of(response) == (422, "RecordInvalid", "There is no status 99.")
    assert not StatusJob.objects.exists()


@pytest.mark.parametrize("job_id", ["x", "01JB1GQENJMK3X983SCQC0GAKE", "x" * 3000, "é", "1"])
def test_unknown_jobs(admin: Zendesk, job_id: str) -> None:
    assert error_of(admin.get(f"{STATUSES}/job_statuses/{job_id}"))[:2] == (404, "RecordNotFound")


def test_jobs_are_kept_for_a_day(admin: Zendesk, cast: Cast) -> None:
    old, young = (StatusJob.objects.get(pk=start(admin, cast.agent.pk)["id"]) for _ in range(2))
    StatusJob.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=1))
    assert admin.get(f"{STATUSES}/job_statuses/{old.pk}").status_code == 404
    assert admin.get(f"{STATUSES}/job_statuses/{young.pk}").status_code == 200
    tasks.sweep_status_jobs()
    assert list(StatusJob.objects.all()) == [young]


# --- What can go wrong -------------------------------------------------------------------------------------------


def new_job(*agent_ids: int, status: int = ONLINE) -> StatusJob:
    return jobs.start(agent_ids, status, actor=SYSTEM, cause=Cause.API)


def read(job: StatusJob) -> StatusJob:
    return StatusJob.objects.get(pk=job.pk)


def test_job_is_started_while_the_broker_is_away(
    transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_options: Any) -> NoReturn:
        raise OperationalError("Connection refused")

    monkeypatch.setattr(tasks.run_status_job, "delay", refuse)
    body = start(with_api_token(cast.admin), cast.agent.pk)
    assert StatusJob.objects.get(pk=body["id"]).state == "queued"


@pytest.mark.usefixtures("tasks_at_once")
def test_sweep_takes_up_what_was_lost(cast: Cast) -> None:
    job = new_job(cast.agent.pk)
    tasks.sweep_status_jobs()
    assert read(job).state == "queued"  # somebody may just be about to
    StatusJob.objects.update(touched_at=timezone.now() - jobs.SILENT - timedelta(seconds=1))
    tasks.sweep_status_jobs()
    assert read(job).state == "completed"
    assert state_of(cast.agent).status_id == ONLINE


def test_status_deleted_before_its_turn(cast: Cast) -> None:
    status = create_status("Lunch")
    job = new_job(cast.agent.pk, cast.teammate.pk, status=status.pk)
    services.delete_status(status.pk, actor=SYSTEM)
    jobs.run(job.pk)
    assert read(job).state == "completed"
    assert [result["error"] for result in read(job).results] == [f"RecordInvalid: There is no status {status.pk}."] * 2


def test_routing_switched_off_before_its_turn(cast: Cast) -> None:
    job = new_job(cast.agent.pk)
    company = CompanySettings.load()
    company.omnichannel_routing = False
    save_company_settings(company, actor=SYSTEM)
    jobs.run(job.pk)
    [result] = read(job).results
    assert result["error"].startswith("RecordInvalid: Omnichannel routing is switched off")


def test_stopped_worker_leaves_whole_steps(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    job = new_job(cast.agent.pk, cast.teammate.pk, cast.stranger.pk)
    calls = 0

    def fail_at_second(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise RuntimeError("stopped")
        return move(*args, **options)

    with monkeypatch.context() as patched:
        patched.setattr("statuses.services.setting.move", fail_at_second)
        with pytest.raises(RuntimeError):
            jobs.run(job.pk)
    stopped = read(job)
    assert (stopped.state, len(stopped.results)) == ("working", 1)
    jobs.run(job.pk)
    assert (read(job).state, [result["agent_id"] for result in read(job).results]) == ("completed", job.agent_ids)
    for agent in (cast.agent, cast.teammate, cast.stranger):
        assert state_of(agent).version == 2
        assert_chain(agent)


def test_what_stops_again_and_again_ends(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    job = new_job(cast.agent.pk)

    def stop(*_args: Any, **_options: Any) -> NoReturn:
        raise RuntimeError("stopped")

    monkeypatch.setattr("statuses.services.setting.move", stop)
    for _ in range(StatusJob.ATTEMPTS):
        with pytest.raises(RuntimeError):
            jobs.run(job.pk)
    jobs.run(job.pk)
    [result] = read(job).results
    assert (read(job).state, result["status"]) == ("completed", "failed")
    assert "The worker stopped again and again" in result["error"]


def test_ended_and_unknown_jobs_are_left_alone(cast: Cast) -> None:
    job = new_job(cast.agent.pk)
    jobs.run(job.pk)
    services.set_status(cast.agent.pk, AWAY, actor=SYSTEM, cause=Cause.API)
    jobs.run(job.pk)
    jobs.run("x")
    assert state_of(cast.agent).status_id == AWAY


def test_two_workers_do_everything_once(transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    agents = (cast.agent, cast.teammate, cast.stranger)
    job = new_job(*(agent.pk for agent in agents))
    together(*[lambda: jobs.run(job.pk)] * 3)
    jobs.run(job.pk)  # where each found the others at it
    assert [result["success"] for result in read(job).results] == [True] * 3
    for agent in agents:
        assert state_of(agent).version == 2


def test_who_finds_somebody_at_it_leaves(transactional_db: None, cast: Cast) -> None:
    job = new_job(cast.agent.pk)
    with transaction.atomic():
        StatusJob.objects.select_for_update().get(pk=job.pk)
        assert together(lambda: jobs.run(job.pk)) == [None]
    assert read(job).state == "queued"
