"""The main job from end to end: console, workspace, API and history, as README's first five minutes tell it."""

import re

import httpx
from playwright.sync_api import Page, expect

from statuses.models import HistoryEntry
from tests.cast import CLIENT_SECRET, Cast
from tests.e2e.support import Site

WITHIN_A_SECOND = 1000  # ms


def token_of(site: Site, cast: Cast) -> str:
    answer = httpx.post(
        f"{site.url}/oauth/token/",
        data={"grant_type": "client_credentials", "client_id": cast.client.client_id, "client_secret": CLIENT_SECRET},
        trust_env=False,
    )
    return str(answer.raise_for_status().json()["access_token"])


def create_back_office(console: Page) -> None:
    console.goto("/console/statuses/status/")
    console.get_by_role("link", name="Add agent status").click()
    console.fill("#id_name", "Back office")
    console.get_by_role("group", name="E-mail").get_by_text("Online").click()
    expect(console.get_by_text("Receives e-mail. No calls, chats or social messages.")).to_be_visible()
    console.get_by_role("button", name="Save", exact=True).click()
    expect(console.get_by_role("row", name=re.compile("Back office"))).to_be_visible()


def choose_back_office(workspace: Page) -> None:
    workspace.click("#status-button")
    workspace.get_by_role("menuitemradio", name="Back office").click()
    expect(workspace.locator(".status-label")).to_have_text("Back office")


def delete_back_office(console: Page) -> None:
    console.goto("/console/statuses/status/")
    row = console.get_by_role("row", name=re.compile("Back office"))
    row.get_by_role("button").click()
    row.get_by_role("link", name="Delete").click()
    expect(console.get_by_text(re.compile("1 agent is in"))).to_be_visible()
    console.get_by_role("button", name=re.compile("Delete")).click()
    expect(console.get_by_role("row", name=re.compile("Back office"))).to_have_count(0)


def test_the_first_five_minutes(site: Site, cast: Cast) -> None:
    console = site.open(cast.admin, "/console/")
    create_back_office(console)

    live = console.context.new_page()
    live.goto("/console/live-agents/")
    row = live.get_by_role("row", name=re.compile(cast.agent.name))
    expect(row).to_contain_text("Offline")

    workspace = site.open(cast.agent, "/workspace/")
    choose_back_office(workspace)
    expect(row).to_contain_text("Back office", timeout=WITHIN_A_SECOND)

    answer = httpx.put(
        f"{site.url}/api/v1/agents/{cast.agent.pk}/status/",
        json={"status": 3, "note": "Queue is long"},
        headers={"Authorization": f"Bearer {token_of(site, cast)}"},
        trust_env=False,
    )
    assert answer.json()["status"]["name"] == "Online"
    expect(workspace.locator(".status-label")).to_have_text("Online", timeout=WITHIN_A_SECOND)
    expect(row).to_contain_text("Online", timeout=WITHIN_A_SECOND)

    choose_back_office(workspace)
    delete_back_office(console)
    expect(workspace.locator("#choose-status")).to_be_visible(timeout=WITHIN_A_SECOND)
    expect(workspace.locator(".status-label")).to_have_text("Offline")
    expect(workspace.locator(".banner")).to_contain_text("Back office")
    expect(row).to_contain_text("Offline")

    console.goto("/console/status-history/")
    for words in ("Status deleted", "Set over the API", "Chosen by the agent", "Queue is long"):
        expect(console.locator("main, #main, body").last).to_contain_text(words)
    told = HistoryEntry.objects.filter(agent=cast.agent.pk).order_by("version")
    assert [(entry.status_name, entry.cause) for entry in told] == [
        ("Offline", "import"),
        ("Back office", "agent"),
        ("Online", "api"),
        ("Back office", "agent"),
        ("Offline", "status_deleted"),
    ]
