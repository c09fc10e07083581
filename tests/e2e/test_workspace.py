"""The agent's workspace in the browser."""

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from contactcenter.directory.models import CompanySettings, User
from contactcenter.directory.services import deactivate_user, save_company_settings, save_user
from contactcenter.lib.actors import SYSTEM
from statuses.models import AgentState, Status
from statuses.services import delete_status, save_status, set_status
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY, Cause
from tests.cast import Cast
from tests.e2e.support import Site

WITHIN_A_SECOND = 1000  # ms
PHONE = {"width": 360, "height": 740}


def label(page: Page, text: str, *, timeout: float = 5000) -> None:
    expect(page.locator(".status-label")).to_have_text(text, timeout=timeout)


def choose(page: Page, name: str) -> None:
    page.click("#status-button")
    page.get_by_role("menuitemradio", name=name).first.click()


def new_status(name: str, **options: object) -> Status:
    status = Status(name=name, voice="offline", chat="offline", email="online", social="offline")
    return save_status(status, **options)  # type: ignore[arg-type]


def set_by(user: User, agent: User, status_id: int, cause: Cause = Cause.SUPERVISOR, note: str = "") -> None:
    set_status(agent.pk, status_id, actor=user.actor, cause=cause, note=note)


def status_of(agent: User) -> int:
    return AgentState.objects.get(pk=agent.pk).status_id


@pytest.fixture
def page(site: Site, cast: Cast) -> Page:
    """The agent's open workspace."""
    return site.open(cast.agent, "/workspace/")


# --- Choosing ----------------------------------------------------------------


def test_choice_shows_before_the_server_has_answered(page: Page, cast: Cast) -> None:
    page.click("#status-button")
    shown = page.get_by_role("menuitemradio", name="Away").first.evaluate(
        "item => { item.click(); return document.querySelector('.status-label').textContent }"
    )
    assert shown == "Away"
    expect(page.locator("#status-popover")).to_be_hidden()
    expect(page.locator("#status-button[data-version='2']")).to_be_visible()
    assert status_of(cast.agent) == AWAY
    expect(page.locator(".channel", has_text="Voice")).to_contain_text("Away")
    expect(page.locator(".timeline-entry").first).to_contain_text("Chosen by you")


def test_quick_choices_arrive_in_order(page: Page, cast: Cast) -> None:
    page.evaluate(
        """() => {
            for (const value of ["3", "4", "5", "4", "3"]) {
                document.querySelector(`#status-popover [value="${value}"]`).click();
            }
        }"""
    )
    expect(page.locator("#status-button[data-version='6']")).to_be_visible()
    label(page, "Online")
    assert status_of(cast.agent) == ONLINE


def test_refused_choice_is_taken_back_with_the_reason(site: Site, cast: Cast) -> None:
    foreign = new_status("Escalations", teams=[cast.sales])
    page = site.open(cast.agent, "/workspace/")
    page.click("#status-button")
    item = page.get_by_role("menuitemradio", name="Online")
    item.evaluate(f"item => {{ item.value = '{foreign.pk}'; item.click() }}")
    expect(page.locator("#problem")).to_contain_text("“Escalations” is for other teams than those of Jana Mala.")
    label(page, "Offline")
    choose(page, "Online")
    expect(page.locator("#problem")).to_be_hidden()


def test_choice_without_connection_is_taken_back(page: Page) -> None:
    page.context.set_offline(True)
    choose(page, "Online")
    expect(page.locator("#problem")).to_contain_text("Your status was not set: there is no connection")
    label(page, "Offline")


def test_works_without_scripts(site: Site, cast: Cast) -> None:
    page = site.open(cast.agent, "/workspace/", java_script_enabled=False)
    choose(page, "Lunch")
    label(page, "Away · Lunch")
    assert status_of(cast.agent) == AWAY


# --- The menu by keyboard ----------------------------------------------------------------


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.querySelector('.menu-label')?.textContent"))


def test_menu_by_keyboard(page: Page, cast: Cast) -> None:
    button = page.locator("#status-button")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("menuitemradio", name="Offline")).to_be_focused()  # the one that is set
    walk = {
        "Home": "Online",
        "ArrowDown": "Away",
        "ArrowUp": "Online",
        "End": "Sign out",
        "t": "Training",
        "r": "Training",  # as part of a word
    }
    assert {key: press(page, key) for key in walk} == walk
    page.wait_for_timeout(800)
    assert press(page, "t") == "Transfers only"  # the next one that begins so
    page.keyboard.press("Escape")
    expect(page.locator("#status-popover")).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("3")
    label(page, "Away · Lunch")
    expect(page.locator("#status-button[data-version='2']")).to_be_visible()
    assert AgentState.objects.get(pk=cast.agent.pk).reason_code == cast.lunch


def press(page: Page, key: str) -> str:
    page.keyboard.press(key)
    return focused(page)


def test_menu_stays_open_when_it_changes(page: Page) -> None:
    page.click("#status-button")
    expect(page.get_by_role("menuitemradio", name="Offline")).to_be_focused()  # the menu is open
    page.keyboard.press("Home")
    new_status("Back office")
    expect(page.get_by_role("menuitemradio", name="Back office")).to_be_visible()
    assert focused(page) == "Online"


# --- Changes made elsewhere ----------------------------------------------------------------


def test_other_tabs_and_browsers_follow_within_a_second(site: Site, cast: Cast, page: Page) -> None:
    tab = page.context.new_page()
    tab.goto("/workspace/")
    browser = site.open(cast.agent, "/workspace/")
    for other in (tab, browser):
        label(other, "Offline")
    choose(page, "Transfers only")
    for other in (tab, browser):
        label(other, "Transfers only", timeout=WITHIN_A_SECOND)
        expect(other.locator(".channel", has_text="Chat")).to_contain_text("Transfers only")


def test_two_tabs_share_one_stream(site: Site, cast: Cast) -> None:
    context = site.signed_in(cast.agent)
    requests: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    tabs = [context.new_page() for _ in range(2)]
    for tab in tabs:
        tab.goto("/workspace/")
    set_by(cast.admin, cast.agent, ONLINE)
    for tab in tabs:
        label(tab, "Online", timeout=WITHIN_A_SECOND)
    assert streams_among(requests) == 1
    tabs[0].close()  # the other one takes over
    set_by(cast.admin, cast.agent, AWAY)
    label(tabs[1], "Away")
    assert streams_among(requests) == 2


def streams_among(requests: list[str]) -> int:
    return sum("/events/?" in url for url in requests)


def test_catches_up_after_ten_seconds_without_server(site: Site, cast: Cast, page: Page) -> None:
    bar = page.locator("#connection")
    expect(bar).to_be_hidden()
    site.stop()
    expect(bar).to_have_text("Reconnecting… your status is kept")
    set_by(cast.supervisor, cast.agent, AWAY)
    set_by(cast.supervisor, cast.agent, TRANSFERS_ONLY)
    time.sleep(10)
    label(page, "Offline")
    site.start()
    label(page, "Transfers only", timeout=20_000)
    expect(page.locator(".timeline-entry")).to_have_count(3)
    expect(page.locator(".bell-count")).to_have_text("2")
    expect(bar).to_be_hidden()


def test_supervisor_sees_the_own_status_only(site: Site, cast: Cast) -> None:
    supervisor = cast.supervisor
    supervisor.contact_center_enabled, supervisor.site = True, cast.praha
    save_user(supervisor, actor=SYSTEM)
    page = site.open(supervisor, "/workspace/")
    requests: list[str] = []
    page.wait_for_timeout(500)  # until the stream is there
    page.on("request", lambda request: requests.append(request.url))
    set_by(cast.admin, cast.agent, AWAY)
    set_by(cast.admin, supervisor, ONLINE)
    label(page, "Online")
    page.wait_for_timeout(200)
    assert sum(url.endswith("/workspace/status/") for url in requests) == 1


def test_signed_out_elsewhere(cast: Cast, page: Page) -> None:
    label(page, "Offline")
    page.wait_for_timeout(500)
    deactivate_user(cast.agent, actor=cast.admin.actor)
    expect(page.locator("#signed-out")).to_contain_text("You have been signed out.")
    page.get_by_role("link", name="Sign in again").click()
    expect(page).to_have_title("Sign in · Contact Center")


def test_routing_is_switched_off_and_on(page: Page) -> None:
    company = CompanySettings.load()
    company.omnichannel_routing = False
    save_company_settings(company, actor=SYSTEM)
    expect(page.locator("#status-popover .notice")).to_have_count(1)
    page.click("#status-button")
    expect(page.locator("#status-popover")).to_contain_text("Omnichannel routing is switched off")
    expect(page.get_by_role("menuitemradio")).to_have_count(0)
    expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    company.omnichannel_routing = True
    save_company_settings(company, actor=SYSTEM)
    expect(page.get_by_role("dialog", name="Choose your status")).to_contain_text("everybody starts Offline")


# --- The prompt, notifications ----------------------------------------------------------------


def test_deleted_status_asks_for_another(page: Page, cast: Cast) -> None:
    status = new_status("Back office")
    set_by(cast.agent, cast.agent, status.pk, Cause.AGENT)
    label(page, "Back office")
    delete_status(status.pk, actor=cast.admin.actor)
    dialog = page.get_by_role("dialog", name="Choose your status")
    expect(dialog).to_be_visible(timeout=WITHIN_A_SECOND)
    assert dialog.evaluate("dialog => dialog.matches(':modal')")
    for _ in range(3):
        page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    page.reload()
    dialog.get_by_role("button", name="Offline").click()  # is a choice as well
    expect(dialog).to_be_hidden()
    expect(page.locator("#status-button[data-version='4']")).to_be_visible()
    state = AgentState.objects.get(pk=cast.agent.pk)
    assert (state.status_id, state.must_choose) == (OFFLINE, False)
    expect(page.locator(".banner")).to_contain_text("The status Back office was deleted while you were in it.")


def test_notification_is_read_in_all_tabs(page: Page, cast: Cast) -> None:
    tab = page.context.new_page()
    tab.goto("/workspace/")
    set_by(cast.supervisor, cast.agent, ONLINE, note="Queue is long")
    for view in (page, tab):
        expect(view.locator(".banner")).to_contain_text("Ivana Horska set your status to Online. Queue is long")
        expect(view.locator("#bell")).to_have_accessible_name("1 unread notification")
    expect(page.locator("#announcer")).to_contain_text("Ivana Horska")
    page.locator(".banner").get_by_role("button", name="Mark as read").click()
    for view in (page, tab):
        expect(view.locator(".banner")).to_have_count(0)
        expect(view.locator("#bell")).to_have_accessible_name("No unread notifications")


# --- For everybody ----------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, PHONE], ids=["desk", "phone"])
def test_accessible_and_within_its_policy(site: Site, cast: Cast, scheme: str, viewport: dict[str, int]) -> None:
    complaints: list[str] = []
    page = site.signed_in(cast.agent, color_scheme=scheme, viewport=viewport).new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    status = new_status("A name as long as they get in practice, with a team and a reason in it")
    set_by(cast.agent, cast.agent, status.pk, Cause.AGENT)
    set_by(cast.supervisor, cast.agent, AWAY, note="x" * 500)
    page.goto("/workspace/")
    assert_accessible(page)
    page.click("#bell")
    assert_accessible(page)
    page.keyboard.press("Escape")
    choose(page, status.name)
    page.click("#status-button")
    expect(page.locator("#status-popover")).to_be_visible()
    assert_accessible(page)
    delete_status(status.pk, actor=SYSTEM)
    expect(page.locator("#choose-status")).to_be_visible()
    assert_accessible(page)
    assert complaints == []


def assert_accessible(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "The page scrolls sideways."
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
