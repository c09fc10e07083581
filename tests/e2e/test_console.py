"""The administrators' console in the browser."""

import re

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from contactcenter.directory.models import User
from statuses.models import AgentState, Status, TimeoutDefaults, TimeoutRule
from statuses.services import add_work_item, save_defaults, set_status, switch_channel
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY, Cause
from tests.callers import make_token
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


def test_work_given_over_the_api_shows_as_load_within_a_second(site: Site, live_agents: Page, cast: Cast) -> None:
    chat = row(live_agents, cast.agent).locator("[data-channel=chat]")
    expect(chat).to_contain_text("0/3")
    token = make_token(cast.client, "statuses:write")
    answer = httpx.post(
        f"{site.url}/api/v1/agents/{cast.agent.pk}/work-items/",
        json={"channel": "chat", "external_ref": "T-1"},
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    assert answer.status_code == 201
    expect(chat).to_contain_text("1/3", timeout=WITHIN_A_SECOND)
    expect(chat).to_have_class(re.compile("changed"))
    for _number in range(3):
        add_work_item(cast.agent.pk, "chat")
    expect(chat).to_contain_text("1 over capacity")


def test_channel_is_switched_by_keyboard(live_agents: Page, cast: Cast) -> None:
    live_agents.get_by_label("Actions for Jana Mala").focus()
    live_agents.keyboard.press("Enter")
    menu = live_agents.get_by_role("group", name="Jana Mala")
    expect(menu).to_be_visible()
    for _stop in ("Voice", "Chat"):  # after “Set status…”
        live_agents.keyboard.press("Tab")
    live_agents.keyboard.press("Space")
    switch = menu.get_by_role("switch", name="Chat")
    expect(switch).to_have_attribute("aria-checked", "false", timeout=100)  # before the server has answered
    expect(row(live_agents, cast.agent)).to_contain_text("switched off", timeout=WITHIN_A_SECOND)
    expect(switch).to_be_focused()
    assert not AgentState.objects.get(pk=cast.agent.pk).chat_on
    switch_channel(cast.agent.pk, "chat", enabled=True)  # somebody else
    expect(switch).to_have_attribute("aria-checked", "true", timeout=WITHIN_A_SECOND)
    live_agents.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_switch_that_is_refused_goes_back_and_says_why(live_agents: Page, cast: Cast) -> None:
    live_agents.get_by_label("Actions for Jana Mala").click()
    menu = live_agents.get_by_role("group", name="Jana Mala")
    User.objects.filter(pk=cast.agent.pk).update(channels=["email"])  # the row follows later
    menu.get_by_role("switch", name="Chat").click()
    expect(menu.get_by_role("alert")).to_contain_text("Chat is not assigned to Jana Mala")
    expect(menu.get_by_role("switch")).to_have_count(1)  # what is left


def test_status_of_one_agent_is_set_from_its_menu(live_agents: Page, cast: Cast) -> None:
    live_agents.get_by_label("Select Hugo Moreau").check()
    live_agents.get_by_label("Actions for Jana Mala").click()
    live_agents.get_by_role("group", name="Jana Mala").get_by_role("button", name="Set status…").click()
    dialog = live_agents.get_by_role("dialog")
    expect(dialog).to_contain_text("Selected: Jana Mala.")
    dialog.get_by_label("Status").select_option(label="Away")
    dialog.get_by_role("button", name="Set status").click()
    expect(live_agents.get_by_text("1 agent is in “Away” now.")).to_be_visible()
    assert AgentState.objects.get(pk=cast.agent.pk).status_id == AWAY
    assert AgentState.objects.get(pk=cast.stranger.pk).status_id == OFFLINE


# --- Teams wallboard ---------------------------------------------------------


def test_wallboard_follows_within_a_second(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, "/console/teams-wallboard/")
    live(page)
    care, sales = page.get_by_label("Care"), page.get_by_label("Sales")
    everybody = page.get_by_label("All agents")
    expect(care.locator(".board-statuses")).to_have_text("Offline 2")
    choose(cast.agent, ONLINE)
    expect(care.locator(".board-statuses")).to_have_text("Offline 1 Online 1", timeout=WITHIN_A_SECOND)
    expect(everybody.locator(".board-statuses")).to_have_text("Offline 2 Online 1")
    voice = care.get_by_role("row", name="Voice")
    expect(voice.get_by_role("cell")).to_have_text(["", "1", "0", "0", "1", "0/2"])
    switch_channel(cast.agent.pk, "voice", enabled=False)
    expect(voice.get_by_role("cell")).to_have_text(["", "0", "0", "0", "2", "0/2"], timeout=WITHIN_A_SECOND)
    add_work_item(cast.stranger.pk, "email")
    expect(sales.get_by_role("row", name="E-mail")).to_contain_text("1/10", timeout=WITHIN_A_SECOND)


def test_wallboard_asks_only_for_what_has_changed(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, "/console/teams-wallboard/?size=large")
    live(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    choose(cast.stranger, ONLINE)
    expect(page.get_by_label("Sales")).to_contain_text("Online")
    page.wait_for_timeout(700)
    assert asked == [f"{site.url}/console/teams-wallboard/teams/?size=large&agents={cast.stranger.pk}"]


def test_supervisors_wallboard_follows_the_supervised_teams_only(site: Site, cast: Cast) -> None:
    page = site.open(cast.supervisor, "/console/teams-wallboard/")
    live(page)
    choose(cast.stranger, ONLINE)
    choose(cast.agent, ONLINE)
    expect(page.get_by_label("All agents of your teams")).to_contain_text("Online 1")
    expect(page.locator("[data-team]")).to_have_count(1)


def test_wallboard_fills_the_screen(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, "/console/teams-wallboard/")
    page.get_by_role("link", name="Large, for a screen on the wall").click()
    expect(page.get_by_role("heading", name="Teams wallboard")).to_be_visible()
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement?.id === 'wallboard'")
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement === null")


# --- Timeouts ----------------------------------------------------------------


def test_timeouts_are_set_by_keyboard(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, "/console/timeouts/")
    online = page.locator(f"#status-{ONLINE}")
    page.get_by_label("Agents can become idle").focus()
    page.keyboard.press("Space")
    expect(online).to_contain_text("Idle for 10 min → “Away”.", timeout=WITHIN_A_SECOND)
    page.get_by_label("Minutes until idle: Online").focus()
    page.keyboard.type("30")
    page.keyboard.press("Tab")
    page.keyboard.type("Off")
    page.keyboard.press("Tab")
    expect(online).to_contain_text("Idle for 30 min → “Offline”.", timeout=WITHIN_A_SECOND)
    page.get_by_role("button", name="Save timeouts").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 timeouts are saved and hold now.")).to_be_visible()
    expect(page.get_by_label("When idle: Online")).to_have_value(str(OFFLINE))
    assert TimeoutDefaults.load().idle_enabled
    assert TimeoutRule.objects.get().idle_target_id == OFFLINE


def test_what_follows_the_company_shows_its_values(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, "/console/timeouts/")
    minutes, idle = page.get_by_label("Minutes until idle: Away"), page.get_by_label("When idle: Away")
    expect(idle.locator(":checked")).to_have_text("Company: Away")
    page.locator("[name=company-minutes]").fill("45")
    page.locator("[name=company-idle]").select_option(label="Offline")
    expect(minutes).to_have_attribute("placeholder", "45")
    expect(idle.locator(":checked")).to_have_text("Company: Offline")


def test_with_many_statuses_the_choices_come_when_needed(site: Site, cast: Cast) -> None:
    states = dict.fromkeys(("voice", "chat", "email", "social"), "away")
    Status.objects.bulk_create([Status(name=f"Status {n:02}", key=f"status {n:02}", **states) for n in range(60)])
    page = site.open(cast.admin, "/console/timeouts/")
    target = page.get_by_label("When disconnected: Online")
    expect(target.locator("option")).to_have_count(2)
    target.focus()
    expect(target.locator("option")).to_have_count(2 + 63)
    expect(target).to_have_value("")
    target.select_option(label="Status 41")
    page.get_by_role("button", name="Save timeouts").click()
    expect(target).to_have_value(str(Status.objects.get(name="Status 41").pk))


def test_mistake_leads_to_its_row(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, "/console/timeouts/")
    page.get_by_label("Minutes until idle: Online").fill("3")
    page.get_by_role("button", name="Save timeouts").click()
    page.get_by_role("alert").get_by_role("link", name="Online").click()
    expect(page.locator("tr:target")).to_contain_text("Give a whole number of minutes from 5 to 1440.")
    assert page.get_by_label("Minutes until idle: Online").get_attribute("aria-invalid") == "true"


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
    "teams-wallboard/",
    "timeouts/",
    "status-history/",
    "reports/",
    "reports/?group_by=agent",
    "statuses/status/",
    "statuses/status/add/",
    f"statuses/status/{AWAY}/change/",
    "teams-wallboard/?size=large",
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
    [(PAGES, {"color_scheme": "light"}), (PAGES[:7], {"color_scheme": "dark", "viewport": PHONE})],
)
def test_pages_are_sound(site: Site, cast: Cast, pages: tuple[str, ...], options: dict[str, object]) -> None:
    """No script fails, nothing is blocked, nothing is wider than the window, and axe finds nothing grave."""
    choose(cast.agent, ONLINE)
    for channel in ("voice", "voice", "chat"):  # over capacity
        add_work_item(cast.agent.pk, channel)
    switch_channel(cast.teammate.pk, "email", enabled=False)
    timeouts = TimeoutDefaults.load()
    timeouts.idle_enabled = True
    save_defaults(timeouts)
    page = site.open(cast.admin, "/console/", **options)
    inspector = Inspector(page)
    for path in pages:
        page.goto(f"/console/{path}")
        expect(page.locator("h1")).to_be_visible()
        inspector.look(path)
    page.goto(f"/console/reports/agents/{cast.agent.pk}/")
    inspector.look("day of an agent")
    page.goto("/console/live-agents/")
    live(page)
    page.get_by_label("Actions for Jana Mala").click()
    inspector.look("menu of an agent")
    assert inspector.complaints == []
