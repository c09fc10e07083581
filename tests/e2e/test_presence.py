"""Signs of life from real pages, and what follows when there are none."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from contactcenter.directory.models import User
from contactcenter.directory.services import save_user
from contactcenter.events.audience import user_token
from contactcenter.events.services import ACCESS_CHANGED, publish
from contactcenter.lib.actors import SYSTEM
from statuses import services
from statuses.models import Presence, PresenceClock, TimeoutDefaults
from statuses.states import AWAY, OFFLINE, ONLINE, Cause
from tests.cast import Cast
from tests.e2e.support import Database, Inspector, Site
from tests.statuses.support import choose, state_of

PHONE = {"width": 360, "height": 740}
WITHIN_A_SECOND = 1000  # ms
PING = 1  # seconds, see quick_pings
# The page believes that it was loaded five minutes ago: its clock is put right when its scripts have run.
LOADED_EARLIER = """
    const real = Date.now;
    Date.now = () => real() - 300_000;
    addEventListener("DOMContentLoaded", () => { Date.now = real; });
"""
STANDING_STILL = """
    window.setTimeout = window.setInterval = window.requestAnimationFrame = () => 0;
    Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
    Object.defineProperty(document, "hidden", { get: () => true });
"""


@pytest.fixture(scope="module")
def shared_site(shared_database: Database, browser: Browser) -> Iterator[Site]:
    """One whose pages are pinged often."""
    site = Site(shared_database, browser, "tests.e2e.quick_pings")
    yield site
    site.stop()


def presence_of(agent: User) -> Presence:
    return Presence.objects.get(pk=agent.pk)


def eventually(condition: Callable[[], bool], page: Page | None = None, timeout: float = 5) -> bool:
    """Whether the condition comes true in time. What happens in a page is noticed while its clock is waited for."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        if page is None:
            time.sleep(0.05)
        else:
            page.wait_for_timeout(50)
    return True


def is_watched(agent: User) -> bool:
    return Presence.objects.filter(pk=agent.pk, watched=True).exists()


def answers(agent: User, page: Page, *, times: int = 1) -> bool:
    """Whether so many further signs of life arrive; they are told by the moments at which they were sent."""
    moments = set(Presence.objects.filter(pk=agent.pk).values_list("seen_at", flat=True))

    def look() -> bool:
        moments.update(Presence.objects.filter(pk=agent.pk).values_list("seen_at", flat=True))
        return len(moments) > times

    return eventually(look, page, timeout=PING * times + 4)


def signs_of(pages: BrowserContext | Page) -> list[Any]:
    """Return a list that gathers what the page, or all of a browser, sends as signs of life from now on."""
    signs: list[Any] = []

    def note(request: Request) -> None:
        if request.url.endswith("/events/presence/"):
            signs.append(request.post_data_json)

    pages.on("request", note)
    return signs


# --- Signs of life ----------------------------------------------------------------


def test_page_answers_at_once_and_every_ping(site: Site, cast: Cast) -> None:
    opened = timezone.now()
    page = site.open(cast.agent, "/workspace/")
    assert eventually(lambda: is_watched(cast.agent))
    presence = presence_of(cast.agent)
    assert presence.seen_at
    assert presence.input_at
    assert opened < presence.input_at <= presence.seen_at
    assert answers(cast.agent, page, times=2)
    assert abs(presence_of(cast.agent).input_at - presence.input_at) < timedelta(seconds=0.1)  # type: ignore[operator]


def test_input_is_told(site: Site, cast: Cast) -> None:
    page = site.open(cast.agent, "/workspace/")
    page.wait_for_timeout(2500)
    moved = timezone.now()
    page.mouse.move(300, 300)
    page.mouse.move(320, 300)
    assert answers(cast.agent, page, times=2)
    input_at = presence_of(cast.agent).input_at
    assert input_at
    assert moved < input_at < moved + timedelta(seconds=1)


def test_only_input_of_people_counts(site: Site, cast: Cast) -> None:
    page = site.open(cast.agent, "/workspace/")
    page.mouse.move(640, 300)
    page.wait_for_timeout(2 * PING * 1000)
    signs = signs_of(page.context)
    page.evaluate(
        """() => {
            document.getElementById("bell").click();
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
            document.getElementById("day").style.marginTop = "200px";  // moves below the pointer
        }"""
    )
    page.wait_for_timeout(PING * 1000 + 200)
    assert signs[0]["idle"] > PING


def test_hidden_tab_whose_timers_stand_still_answers(site: Site, cast: Cast) -> None:
    context = site.signed_in(cast.agent)
    leader, follower = context.new_page(), context.new_page()
    for tab in (leader, follower):
        tab.goto("/workspace/")
        expect(tab.locator("#connection")).to_be_hidden()
    tabs = [signs_of(tab) for tab in (leader, follower)]
    for tab in (leader, follower):
        tab.evaluate(STANDING_STILL)
    assert eventually(lambda: all(len(signs) > 2 for signs in tabs), leader)
    seen_at = presence_of(cast.agent).seen_at
    assert eventually(lambda: presence_of(cast.agent).seen_at != seen_at, leader)


def test_pages_elsewhere_do_not_answer(site: Site, cast: Cast) -> None:
    supervisor = cast.supervisor
    supervisor.contact_center_enabled, supervisor.site = True, cast.praha
    save_user(supervisor, actor=SYSTEM)
    context = site.signed_in(supervisor)
    signs = signs_of(context)
    console = context.new_page()
    console.goto("/console/live-agents/")
    console.wait_for_timeout(PING * 1000 + 500)
    assert not signs
    workspace = context.new_page()  # whose stream is the console's
    workspace.goto("/workspace/")
    assert eventually(lambda: is_watched(supervisor))
    assert answers(supervisor, workspace, times=2)


def test_refused_token_waits_for_the_next(site: Site, cast: Cast) -> None:
    page = site.signed_in(cast.agent).new_page()
    signs = signs_of(page.context)

    def refuse(route: Route) -> None:
        route.fulfill(status=401)

    page.route("**/events/presence/", refuse)
    page.goto("/workspace/")
    page.wait_for_timeout(3 * PING * 1000)
    assert len(signs) == 1
    page.unroute("**/events/presence/", refuse)
    with transaction.atomic():
        publish(ACCESS_CHANGED, audience=[user_token(cast.agent.pk)], payload={})  # begins another stream
    assert eventually(lambda: is_watched(cast.agent), page)


def test_no_sign_is_lost_for_good(site: Site, cast: Cast) -> None:
    page = site.open(cast.agent, "/workspace/")
    assert eventually(lambda: is_watched(cast.agent))
    page.context.set_offline(True)
    page.wait_for_timeout(1500)
    page.context.set_offline(False)
    assert answers(cast.agent, page, times=2)


# --- Leaving ----------------------------------------------------------------


def test_closing_the_browser_is_noted(site: Site, cast: Cast) -> None:
    context = site.signed_in(cast.agent)
    context.new_page().goto("/workspace/")
    assert eventually(lambda: is_watched(cast.agent))
    context.close()
    closed = timezone.now()

    def noted() -> bool:
        seen_at = presence_of(cast.agent).seen_at
        return seen_at is not None and abs(seen_at - closed) < timedelta(seconds=0.5)

    assert eventually(noted)
    assert is_watched(cast.agent), "that it does not come back is not known yet"
    lose(cast.agent)
    assert services.sweep_lost() == 1
    assert (state_of(cast.agent).status_id, state_of(cast.agent).cause) == (OFFLINE, Cause.DISCONNECTED)
    page = site.open(cast.agent, "/workspace/")
    expect(page.locator(".banner")).to_contain_text(
        "disconnected for more than a minute: your status was set to Offline."
    )


def lose(agent: User) -> None:
    """Have the rule apply as if the time had passed."""
    choose(agent, ONLINE)
    services.save_defaults(defaults(disconnect_target_id=OFFLINE))
    Presence.objects.filter(pk=agent.pk).update(seen_at=timezone.now() - timedelta(seconds=76))
    PresenceClock.objects.update(up_since=timezone.now() - timedelta(seconds=90))


def defaults(**values: Any) -> TimeoutDefaults:
    found = TimeoutDefaults.load()
    for name, value in values.items():
        setattr(found, name, value)
    return found


def test_who_signs_out_is_not_lost(site: Site, cast: Cast) -> None:
    page = site.open(cast.agent, "/workspace/")
    other = page.context.new_page()
    other.goto("/workspace/")
    assert eventually(lambda: is_watched(cast.agent))
    page.click("#status-button")
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page).to_have_title("Sign in · Contact Center")
    expect(other.locator("#signed-out")).to_be_visible()
    page.wait_for_timeout(PING * 1000 + 1500)
    presence = presence_of(cast.agent)
    assert not presence.watched
    assert presence.left_at


def test_other_browser_stays_when_one_signs_out(site: Site, cast: Cast) -> None:
    page = site.open(cast.agent, "/workspace/")
    other = site.open(cast.agent, "/workspace/")
    assert eventually(lambda: is_watched(cast.agent))
    page.click("#status-button")
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page).to_have_title("Sign in · Contact Center")
    assert eventually(lambda: is_watched(cast.agent), other)


def test_one_of_two_tabs_closes(site: Site, cast: Cast) -> None:
    page = site.open(cast.agent, "/workspace/")
    tab = page.context.new_page()
    tab.goto("/workspace/")
    assert eventually(lambda: is_watched(cast.agent))
    page.close()
    assert answers(cast.agent, tab, times=2)
    lose(cast.agent)
    assert answers(cast.agent, tab)
    assert services.sweep_lost() == 0


# --- Idle ----------------------------------------------------------------


class Idle:
    """An agent whose browsers have had no input for five minutes."""

    def __init__(self, site: Site, agent: User) -> None:
        self.site = site
        self.agent = agent
        choose(agent, ONLINE)
        services.save_defaults(defaults(idle_enabled=True, idle_after_minutes=5, idle_target_id=AWAY))

    def open(self, **options: object) -> Page:
        page = self.site.signed_in(self.agent, **options).new_page()
        page.add_init_script(LOADED_EARLIER)
        page.goto("/workspace/")
        expect(page.locator("#connection")).to_be_hidden()
        return page

    def warn(self, input_ago: float = 241) -> None:
        """Four minutes without input have passed, as far as the server knows."""
        assert eventually(lambda: is_watched(self.agent))
        Presence.objects.filter(pk=self.agent.pk).update(
            input_at=timezone.now() - timedelta(seconds=input_ago), check_at=timezone.now()
        )
        services.sweep_idle()
        assert presence_of(self.agent).warned_at

    def let_it_pass(self) -> None:
        """The minute of the warning is over."""
        past = timezone.now() - timedelta(seconds=63)
        Presence.objects.filter(pk=self.agent.pk).exclude(warned_at=None).update(
            warned_at=past, check_at=timezone.now()
        )
        services.sweep_idle()

    @property
    def is_over(self) -> bool:
        return presence_of(self.agent).warned_at is None


@pytest.fixture
def idle(site: Site, cast: Cast) -> Idle:
    return Idle(site, cast.agent)


def dialog_of(page: Page) -> Any:
    return page.locator("#idle-warning")


def test_warning_says_what_happens_and_when(idle: Idle) -> None:
    page = idle.open()
    idle.warn()
    dialog = page.get_by_role("alertdialog", name="Are you still here?")
    expect(dialog).to_be_visible(timeout=WITHIN_A_SECOND)
    expect(dialog).to_have_accessible_description(re.compile("no input for a while. Your status becomes Away in"))
    expect(dialog).to_contain_text("Your status becomes Away in 58 s.")
    expect(page).to_have_title("Are you still here? · Workspace · Contact Center")
    expect(dialog.get_by_role("button", name="I’m still here")).to_be_focused()
    assert dialog.evaluate("dialog => dialog.matches(':modal')")


INPUT: dict[str, Callable[[Page], None]] = {
    "enter": lambda page: page.keyboard.press("Enter"),  # the button has the focus
    "letter": lambda page: page.keyboard.press("x"),
    "escape": lambda page: page.keyboard.press("Escape"),
    "mouse": lambda page: page.mouse.move(30, 30, steps=2),
    "click": lambda page: page.mouse.click(30, 700),
    "wheel": lambda page: page.mouse.wheel(0, 10),
}


@pytest.mark.parametrize("how", INPUT)
def test_any_input_answers(idle: Idle, how: str) -> None:
    page, other = idle.open(), idle.open()
    idle.warn()
    for one in (page, other):
        expect(dialog_of(one)).to_be_visible()
    INPUT[how](page)
    expect(dialog_of(page)).to_be_hidden(timeout=500)
    expect(page).to_have_title("Workspace · Contact Center")
    expect(dialog_of(other)).to_be_hidden(timeout=2000)  # signs are stored once a second
    assert idle.is_over
    idle.let_it_pass()
    assert state_of(idle.agent).status_id == ONLINE


def test_tap_answers_and_does_nothing_else(idle: Idle) -> None:
    page = idle.open(viewport=PHONE, has_touch=True)
    idle.warn()
    button = page.get_by_role("button", name="I’m still here")
    expect(button).to_be_visible()
    page.evaluate("addEventListener('click', (event) => { window.clicked = event.target.closest('dialog')?.id })")
    button.tap()
    expect(dialog_of(page)).to_be_hidden(timeout=500)
    assert page.evaluate("window.clicked") == "idle-warning"
    assert eventually(lambda: idle.is_over)


def test_focus_comes_back_and_the_key_does_nothing_else(idle: Idle, cast: Cast) -> None:
    page = idle.open()
    for key in ("Enter", " "):
        page.evaluate("document.getElementById('switch-chat').focus()")
        idle.warn()
        expect(dialog_of(page)).to_be_visible()
        page.keyboard.press(key)
        expect(dialog_of(page)).to_be_hidden()
        expect(page.locator("#switch-chat")).to_be_focused()
        assert eventually(lambda: idle.is_over)
        page.wait_for_timeout(200)
        assert state_of(cast.agent).chat_on
        page.reload()


def test_ignored_warning_sets_the_status(idle: Idle) -> None:
    page, other = idle.open(), idle.open()
    idle.warn()
    for one in (page, other):
        expect(dialog_of(one)).to_be_visible()
    idle.let_it_pass()
    state = state_of(idle.agent)
    assert (state.status_id, state.cause, state.actor_kind) == (AWAY, Cause.IDLE_TIMEOUT, "system")
    for one in (page, other):
        expect(dialog_of(one)).to_be_hidden(timeout=WITHIN_A_SECOND)
        expect(one.locator(".status-label")).to_have_text("Away")
        expect(one.locator(".banner")).to_contain_text("You were idle for 5 minutes: your status was set to Away.")
    expect(page.locator(".timeline-entry").first).to_contain_text("Idle too long")


def test_input_that_the_server_has_not_heard_of(idle: Idle) -> None:
    page = idle.open()
    page.keyboard.press("Shift")
    signs = signs_of(page.context)
    idle.warn()
    assert eventually(lambda: bool(signs), page, timeout=1)
    assert signs[0]["idle"] < 10
    expect(dialog_of(page)).to_be_hidden()
    assert eventually(lambda: idle.is_over)


def test_opening_a_page_answers(idle: Idle) -> None:
    page = idle.open()
    idle.warn()
    expect(dialog_of(page)).to_be_visible()
    other = idle.site.open(idle.agent, "/workspace/")
    expect(dialog_of(page)).to_be_hidden()
    expect(dialog_of(other)).to_be_hidden()
    assert idle.is_over


def test_menu_follows_the_rule(idle: Idle) -> None:
    page = idle.open()
    page.click("#status-button")
    note = page.locator(".menu-note")
    expect(note).to_have_text("After 5 minutes without input your status becomes Away.")
    services.save_defaults(defaults(idle_after_minutes=30))
    expect(note).to_have_text("After 30 minutes without input your status becomes Away.", timeout=WITHIN_A_SECOND)


def test_warning_goes_with_its_reason(idle: Idle) -> None:
    page = idle.open()
    idle.warn()
    expect(dialog_of(page)).to_be_visible()
    services.save_defaults(defaults(idle_enabled=False))
    services.sweep_idle()
    expect(dialog_of(page)).to_be_hidden()
    assert state_of(idle.agent).status_id == ONLINE


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, PHONE], ids=["desk", "phone"])
def test_warning_is_accessible(idle: Idle, scheme: str, viewport: dict[str, int]) -> None:
    page = idle.open(color_scheme=scheme, viewport=viewport)
    inspector = Inspector(page)
    idle.warn()
    expect(dialog_of(page)).to_be_visible()
    inspector.look("warning")
    idle.let_it_pass()
    expect(page.locator(".banner")).to_be_visible()
    inspector.look("afterwards")
    assert inspector.complaints == []
