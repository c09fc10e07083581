"""The administrators' console in the browser."""

import pytest
from playwright.sync_api import Locator, Page, expect

from contactcenter.directory.models import User
from statuses.models import AgentState, Status
from statuses.services import set_status
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY, Cause
from tests.cast import Cast
from tests.e2e.support import Inspector, Site

WITHIN_A_SECOND = 1000  # ms
PHONE = {"width": 360, "height": 740}


def row(page: Page, agent: User) -> Locator:
    return page.locator(f"tr[data-agent='{agent.pk}']")


def choose(agent: User, status_id: int, **values: object) -> None:
    set_status(agent.pk, status_id, **{"actor": agent.actor, "cause": Cause.AGENT, **values})  # type: ignore[arg-type]


def live(page: Page) -> None:
    """Wait until the page listens."""
    expect(page.locator(".live-state")).to_be_hidden()
    page.wait_for_function("() => import('/static/js/live.js').then(({ live }) => live.state === 'live')")


@pytest.fixture
def live_agents(site: Site, cast: Cast) -> Page:
    page = site.open(cast.admin, "/console/live-agents/")
    live(page)
    return page


# --- Live agents -------------------------------------------------------------


def test_change_shows_within_a_second(live_agents: Page, cast: Cast) -> None:
    expect(row(live_agents, cast.agent)).to_contain_text("Offline")
    choose(cast.agent, ONLINE)
    changed = row(live_agents, cast.agent)
    expect(changed).to_contain_text("Online", timeout=WITHIN_A_SECOND)
    expect(changed).to_contain_text("Chosen by the agent")
    expect(live_agents.locator(".status-counts a", has_text="Online")).to_contain_text("1")


def test_rows_come_and_go_with_the_filter(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, f"/console/live-agents/?status={ONLINE}")
    live(page)
    expect(page.locator(".live-empty")).to_be_visible()
    choose(cast.stranger, ONLINE)
    choose(cast.agent, ONLINE)
    names = page.locator("tbody th a")
    expect(names).to_have_text(["Jana Mala", "Hugo Moreau"])  # in the order of the list, not of the changes
    choose(cast.stranger, AWAY)
    expect(names).to_have_text(["Jana Mala"])
    expect(page.locator(".live-empty")).to_be_hidden()


def test_changes_one_after_the_other_end_with_the_last(live_agents: Page, cast: Cast) -> None:
    for status in (ONLINE, AWAY, TRANSFERS_ONLY, OFFLINE) * 3:
        choose(cast.agent, status)
    choose(cast.agent, AWAY)
    version = AgentState.objects.get(pk=cast.agent.pk).version
    expect(row(live_agents, cast.agent)).to_have_attribute("data-version", str(version))
    expect(row(live_agents, cast.agent)).to_contain_text("Away")


def test_supervisor_sees_changes_of_the_supervised_teams_only(site: Site, cast: Cast) -> None:
    page = site.open(cast.supervisor, "/console/live-agents/")
    live(page)
    choose(cast.stranger, ONLINE)
    choose(cast.agent, ONLINE)
    expect(row(page, cast.agent)).to_contain_text("Online")
    expect(page.locator("tbody tr")).to_have_count(2)


def test_lost_connection_is_told_and_what_was_missed_appears(site: Site, live_agents: Page, cast: Cast) -> None:
    site.stop()
    expect(live_agents.locator(".live-state")).to_have_text("Reconnecting… the list may be behind.")
    choose(cast.agent, AWAY)
    site.start()
    expect(row(live_agents, cast.agent)).to_contain_text("Away", timeout=20_000)
    expect(live_agents.locator(".live-state")).to_be_hidden()


def test_selected_agents_are_set_with_a_note(live_agents: Page, cast: Cast) -> None:
    live_agents.get_by_label("Select Jana Mala").check()
    choose(cast.agent, ONLINE)  # a changed row stays selected
    expect(row(live_agents, cast.agent)).to_contain_text("Online")
    live_agents.get_by_label("Select Hugo Moreau").check()
    expect(live_agents.locator(".selection")).to_contain_text("2 selected")
    live_agents.get_by_role("button", name="Set status…").click()
    dialog = live_agents.get_by_role("dialog")
    dialog.get_by_label("Status").select_option(label="Away")
    dialog.get_by_label("Note").fill("Fire drill")
    dialog.get_by_role("button", name="Set status").click()
    expect(live_agents.get_by_text("2 agents are in “Away” now.")).to_be_visible()
    expect(row(live_agents, cast.agent)).to_contain_text("Fire drill")


# --- Forms -------------------------------------------------------------------


def test_grid_shows_what_the_status_means(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, "/console/statuses/status/add/")
    preview = page.locator("#status-preview")
    expect(preview).to_contain_text("No calls, chats, e-mail or social messages.")
    page.get_by_label("Name").fill("Back office")
    page.get_by_role("group", name="E-mail").get_by_label("Online").check()
    expect(preview).to_contain_text("Receives e-mail. No calls, chats or social messages.", timeout=WITHIN_A_SECOND)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".field-titled", has_text="Back office")).to_be_visible()
    assert Status.objects.custom().get().email == "online"


def test_status_is_deleted_from_its_menu_by_keyboard(site: Site, cast: Cast) -> None:
    status = Status(name="Back office", voice="offline", chat="offline", email="online", social="offline")
    status.save()
    page = site.open(cast.admin, "/console/statuses/status/")
    page.get_by_label("Actions for Back office").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Delete", exact=True)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Delete “Back office”").click()
    expect(page.get_by_text("“Back office” is deleted.")).to_be_visible()


def test_teams_of_the_site_are_added_and_ordered(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, f"/console/directory/user/{cast.agent.pk}/change/")
    teams = page.locator("[data-ordered]")
    expect(teams.locator("option[value]:not([hidden])")).to_have_text(["Add…", "Claims · Praha"])
    teams.get_by_label("Add", exact=True).select_option(label="Claims · Praha")
    teams.get_by_label("Move up: Claims · Praha").click()
    expect(teams.locator("li span")).to_have_text(["Claims · Praha", "Care · Praha"])
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    memberships = cast.agent.memberships.order_by("position")
    assert [membership.team for membership in memberships] == [cast.claims, cast.care]


def test_fields_of_the_chosen_type_are_offered(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, "/console/directory/team/add/")
    expect(page.get_by_label("Capacity")).to_be_hidden()
    page.get_by_label("Type").select_option(label="Capacity")
    expect(page.get_by_label("Capacity")).to_be_visible()
    expect(page.get_by_label("Desktop layout")).to_be_hidden()


def test_search_is_used_by_keyboard(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, "/console/")
    page.keyboard.press("/")
    page.keyboard.type("jana")
    expect(page.locator(".console-search-list a")).to_have_text("Jana Mala jana@example.com")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/console/directory/user/{cast.agent.pk}/change/")


# --- All pages ---------------------------------------------------------------

PAGES = (
    "",
    "live-agents/",
    "status-history/",
    "statuses/status/",
    "statuses/status/add/",
    f"statuses/status/{AWAY}/change/",
    "directory/user/",
    "directory/user/add/",
    "directory/userprofile/add/",
    "directory/companysettings/1/change/",
    "api/apiclient/add/",
    "django_celery_beat/periodictask/",
    "audit/",
)


@pytest.mark.parametrize(
    ("pages", "options"),
    [(PAGES, {"color_scheme": "light"}), (PAGES[:5], {"color_scheme": "dark", "viewport": PHONE})],
)
def test_pages_are_sound(site: Site, cast: Cast, pages: tuple[str, ...], options: dict[str, object]) -> None:
    """No script fails, nothing is blocked, nothing is wider than the window, and axe finds nothing grave."""
    choose(cast.agent, ONLINE)
    page = site.open(cast.admin, "/console/", **options)
    inspector = Inspector(page)
    for path in pages:
        page.goto(f"/console/{path}")
        expect(page.locator("h1")).to_be_visible()
        inspector.look(path)
    assert inspector.complaints == []
