"""A program written for Zendesk, of which nothing is changed but the address: it knows the documented paths only."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from statuses import services
from statuses.models import AgentState
from statuses.states import AWAY, ONLINE, Cause
from tests.cast import Cast
from tests.e2e.support import ROOT, Database, Site
from tests.statuses.support import create_status

CELERY = ("-m", "celery", "--app", "contactcenter", "--quiet", "worker", "--pool=solo")
QUICKLY = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--queues=default")


@pytest.fixture
def worker(database: Database) -> Iterator[None]:
    environment = os.environ | {"DATABASE_URL": database.url}
    options = ("-W", "ignore:You're running the worker with superuser")  # fine in a container
    process = subprocess.Popen([sys.executable, *options, *CELERY, *QUICKLY], cwd=ROOT, env=environment)
    yield
    process.kill()
    process.wait()


class Program:
    """Its own idea of the API, as Zendesk documents it."""

    def __init__(self, base_url: str, email: str, api_token: str) -> None:
        self._http = httpx.Client(
            base_url=base_url,
            auth=(f"{email}/token", api_token),
            headers={"Zendesk-Api-Version": "2023-02-01"},
            trust_env=False,
        )

    def close(self) -> None:
        self._http.close()

    def get(self, url: str, **query: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._http.get(url, params=query or None).raise_for_status().json()
        return answer

    def put(self, url: str, status_id: int) -> dict[str, Any]:
        answer: dict[str, Any] = self._http.put(url, json={"id": status_id}).raise_for_status().json()
        return answer

    def status_ids(self) -> dict[str, int]:
        found = self.get("/api/v2/agent_availabilities/agent_statuses")
        return {status["attributes"]["name"]: status["id"] for status in found["default"] + found["custom"]}

    def agents(self, **filters: str) -> list[dict[str, Any]]:
        """All pages, one agent on each, with the channels put into the agents."""
        query = {f"filter[{name}]": value for name, value in filters.items()}
        page = self.get("/api/v2/agent_availabilities", **query, **{"page[size]": "1"})
        pages = [page]
        while page["meta"]["has_more"]:
            page = self.get(page["links"]["next"])
            pages.append(page)
        return [agent for page in pages for agent in (_with_channels(one, page) for one in page["data"])]

    def set_many(self, agent_ids: list[int], status_id: int) -> dict[str, Any]:
        ids = ",".join(map(str, agent_ids))
        job = self.put(f"/api/v2/agent_availabilities/agent_statuses/agents/update_many?ids={ids}", status_id)
        deadline = time.monotonic() + 30
        while job["status"] in {"queued", "working"}:
            assert time.monotonic() < deadline, job
            time.sleep(0.1)
            job = self.get(f"/api/v2/agent_availabilities/agent_statuses/job_statuses/{job['id']}")
        return job


def _with_channels(agent: dict[str, Any], page: dict[str, Any]) -> dict[str, Any]:
    included = {one["id"]: one["attributes"] for one in page["included"] if one["type"] == "channels"}
    channels = [included[one["id"]] for one in agent["relationships"]["channels"]["data"]]
    return {**agent["attributes"], "channels": {channel["name"]: channel for channel in channels}}


def make_token(site: Site, cast: Cast) -> str:
    page = site.open(cast.admin, "/account/")
    page.get_by_label("Name", exact=True).fill("Wallboard")
    page.get_by_role("button", name="Create a token").click()
    expect(page.get_by_role("heading", name="API token “Wallboard”")).to_be_visible()
    expect(page).to_have_url(f"{site.url}/account/")  # so that nothing is sent again
    secret = page.get_by_label("API token").input_value()
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_text("never used")).to_be_visible()
    return secret


def test_program_works_by_changing_its_address(site: Site, worker: None, cast: Cast) -> None:
    lunch = create_status("Lunch")
    services.add_work_item(cast.agent.pk, "chat")
    with closing(Program(site.url, cast.admin.email, make_token(site, cast))) as program:
        statuses = program.status_ids()
        assert statuses == {"away": 4, "offline": 2, "online": 3, "transfers_only": 5, "Lunch": lunch.pk}

        url = f"/api/v2/agent_availabilities/agent_statuses/agents/{cast.agent.pk}"
        answer = program.put(url, statuses["online"])["data"]
        assert answer["attributes"]["agent_status"] == {"id": ONLINE, "name": "online"}

        everybody = program.agents()
        assert [agent["agent_id"] for agent in everybody] == [cast.agent.pk, cast.teammate.pk, cast.stranger.pk]
        assert everybody[0]["agent_status"]["reason"] == "PUBLIC_API"
        assert everybody[0]["channels"]["messaging"]["work_item_count"] == 1
        free = program.agents(channel_status="messaging:online", remaining_capacity="messaging:2")
        assert [agent["agent_id"] for agent in free] == [cast.agent.pk]
        assert program.agents(channel_status="messaging:online", group_id=str(cast.sales.pk)) == []

        group = program.get(f"/api/v2/account_groups/availability/{cast.care.pk}")
        assert group["unified_states"] == {"online": 1, "offline": 1}
        assert group["channel_group_statuses"]["messaging"]["total_consumed_capacity"] == 1

        job = program.set_many([cast.agent.pk, cast.stranger.pk, 999_999], statuses["away"])
        assert (job["status"], job["progress"], job["total"]) == ("completed", 3, 3)
        assert [result["success"] for result in job["results"]] == [True, True, False]
    states = AgentState.objects.filter(status=AWAY, cause=Cause.API)
    assert set(states.values_list("pk", flat=True)) == {cast.agent.pk, cast.stranger.pk}
    assert "last used" in site.open(cast.admin, "/account/").inner_text("main")
