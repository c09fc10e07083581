"""Channels and the phone in the agent's browser."""

import re
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from contactcenter.directory.models import CompanySettings, MultimediaProfile, User
from contactcenter.directory.services import save_company_settings, save_object, save_user
from contactcenter.lib.actors import SYSTEM, Actor
from statuses import services
from statuses.states import ONLINE
from tests.callers import make_token
from tests.cast import Cast
from tests.e2e.support import Inspector, Site
from tests.statuses.support import choose, state_of

WITHIN_A_SECOND = 1000  # ms
PHONE = {"width": 360, "height": 740}
PBX = Actor("client", 1, "PBX")


@pytest.fixture
def page(site: Site, cast: Cast) -> Page:
    choose(cast.agent, ONLINE)
    return site.open(cast.agent, "/workspace/")


def row(page: Page, channel: str) -> Locator:
    return page.locator(".channel", has_text=channel)


def switch(page: Page, channel: str) -> Locator:
    return page.get_by_role("switch", name=channel)


def expect_switched(page: Page, channel: str, *, on: bool) -> None:
    expect(switch(page, channel)).to_have_attribute("aria-checked", str(on).lower(), timeout=WITHIN_A_SECOND)
    expect(row(page, channel)).to_contain_text("Online" if on else "Offline", timeout=WITHIN_A_SECOND)
    expect(row(page, channel).locator(".channel-why")).to_have_text("" if on else "Switched off")


def set_company(**values: bool) -> None:
    company = CompanySettings.load()
    for name, value in values.items():
        setattr(company, name, value)
    save_company_settings(company, actor=SYSTEM)


# --- Switching ----------------------------------------------------------------


def test_all_browsers_follow_within_a_second(site: Site, cast: Cast, page: Page) -> None:
    other = site.open(cast.agent, "/workspace/")
    expect_switched(other, "Chat", on=True)
    switch(page, "Chat").click()
    for one in (page, other):
        expect_switched(one, "Chat", on=False)
    assert not state_of(cast.agent).chat_on
    switch(other, "Chat").click()
    for one in (page, other):
        expect_switched(one, "Chat", on=True)


def test_switch_shows_before_the_server_has_answered(page: Page, cast: Cast) -> None:
    shown = switch(page, "Chat").evaluate("button => { button.click(); return button.ariaChecked }")
    assert shown == "false"
    expect_switched(page, "Chat", on=False)


def test_quick_clicks_arrive_in_order(page: Page, cast: Cast) -> None:
    page.evaluate("() => { for (let i = 0; i < 5; i++) document.getElementById('switch-chat').click() }")
    expect_switched(page, "Chat", on=False)
    page.wait_for_timeout(300)
    assert not state_of(cast.agent).chat_on
    expect_switched(page, "Chat", on=False)


def test_refused_switch_is_thrown_back_with_the_reason(page: Page, cast: Cast) -> None:
    CompanySettings.objects.update(agents_may_change_channels=False)  # the page has not heard of it
    switch(page, "Chat").click()
    expect(page.locator("#problem")).to_contain_text("do not let agents switch channels on and off.")
    expect(switch(page, "Chat")).to_have_attribute("aria-checked", "true")
    expect(switch(page, "Chat")).to_be_disabled()  # now it has
    assert state_of(cast.agent).chat_on


def test_switch_without_connection_is_thrown_back(page: Page) -> None:
    page.context.set_offline(True)
    switch(page, "Chat").click()
    expect(page.locator("#problem")).to_contain_text("The channel was not switched: there is no connection")
    expect(switch(page, "Chat")).to_have_attribute("aria-checked", "true")
    page.context.set_offline(False)
    switch(page, "Chat").click()
    expect(page.locator("#problem")).to_be_hidden()
    expect_switched(page, "Chat", on=False)


def test_company_forbids_and_allows_it(page: Page) -> None:
    set_company(agents_may_change_channels=False)
    expect(switch(page, "Chat")).to_be_disabled(timeout=WITHIN_A_SECOND)
    expect(switch(page, "Chat")).to_have_accessible_description(re.compile("Your company does not let agents switch"))
    set_company(agents_may_change_channels=True)
    expect(switch(page, "Chat")).to_be_enabled(timeout=WITHIN_A_SECOND)


def test_keyboard_keeps_its_place(page: Page) -> None:
    switch(page, "Chat").focus()
    page.keyboard.press("Space")
    expect_switched(page, "Chat", on=False)
    expect(switch(page, "Chat")).to_be_focused()
    page.keyboard.press("Enter")
    expect_switched(page, "Chat", on=True)


def test_works_without_scripts(site: Site, cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    page = site.open(cast.agent, "/workspace/", java_script_enabled=False)
    switch(page, "Chat").click()
    expect_switched(page, "Chat", on=False)
    page.click("#handset-button")
    expect(page.locator("#handset-popover")).to_be_visible()


# --- Load and capacity ----------------------------------------------------------------


def test_work_comes_and_goes(page: Page, cast: Cast) -> None:
    item = services.add_work_item(cast.agent.pk, "voice")
    expect(row(page, "Voice")).to_contain_text("1 of 1", timeout=WITHIN_A_SECOND)
    expect(row(page, "Voice")).to_contain_text("At capacity")
    services.release_work_item(cast.agent.pk, item.pk)
    expect(row(page, "Voice")).to_contain_text("0 of 1", timeout=WITHIN_A_SECOND)


def test_capacity_of_oneself_or_of_everybody_changes(site: Site, cast: Cast) -> None:
    supervisor = cast.supervisor
    supervisor.contact_center_enabled, supervisor.site = True, cast.praha
    save_user(supervisor, actor=SYSTEM)
    page = site.open(supervisor, "/workspace/")
    requests: list[str] = []
    page.wait_for_timeout(500)  # until the stream is there
    page.on("request", lambda request: requests.append(request.url))
    give_own_profile(cast.agent, "Quiet", chat=1)  # the supervisor hears of it, too
    page.wait_for_timeout(700)
    assert not [url for url in requests if url.endswith("/workspace/channels/")]
    give_own_profile(supervisor, "Busy", chat=9)
    expect(row(page, "Chat")).to_contain_text("0 of 9", timeout=WITHIN_A_SECOND)


def give_own_profile(user: User, name: str, **units: int) -> None:
    profile = MultimediaProfile(name=name, type="BLENDED", **{"voice": 0, "chat": 0, "email": 0, "social": 0} | units)
    user.multimedia_profile = save_object(profile)
    save_user(user, actor=SYSTEM)


# --- The phone ----------------------------------------------------------------


def test_phone_comes_and_goes_with_the_channel(page: Page, cast: Cast) -> None:
    phone = page.locator("#handset-button")
    expect(phone).to_have_text("Phone ready")
    switch(page, "Voice").click()
    expect(phone).to_have_text("Phone off", timeout=WITHIN_A_SECOND)
    expect(phone).not_to_have_class(re.compile("handset-ready"))
    give_own_profile(cast.agent, "Chats", chat=3)
    expect(phone).to_have_count(0, timeout=WITHIN_A_SECOND)
    give_own_profile(cast.agent, "Calls", voice=1)
    switch(page, "Voice").click()
    expect(phone).to_have_text("Phone ready", timeout=WITHIN_A_SECOND)


def test_reported_phone(site: Site, cast: Cast, page: Page) -> None:
    phone = page.locator("#handset-button")
    set_company(phone_lines_reported=True)
    expect(phone).to_have_text("Phone unavailable", timeout=WITHIN_A_SECOND)
    expect(row(page, "Voice")).to_contain_text("Offline")
    expect(row(page, "Voice")).to_contain_text("Phone line unavailable")
    report(site, cast, ready=True)
    expect(phone).to_have_text("Phone ready", timeout=WITHIN_A_SECOND)
    expect(phone).to_have_attribute("title", "Phone ready: CRM has reported your line as ready.")
    expect(row(page, "Voice")).to_contain_text("Online")
    report(site, cast, ready=False)
    expect(phone).to_have_text("Phone unavailable", timeout=WITHIN_A_SECOND)
    expect(phone).to_have_attribute("title", "Phone unavailable: CRM has reported your line as unavailable.")


def report(site: Site, cast: Cast, *, ready: bool) -> None:
    """Over the API, as a telephony system does."""
    answer = httpx.put(
        f"{site.url}/api/v1/agents/{cast.agent.pk}/phone-line/",
        json={"ready": ready},
        headers={"Authorization": f"Bearer {make_token(cast.client, 'statuses:write')}"},
        trust_env=False,
    )
    assert answer.is_success, answer.text


def test_report_that_runs_out(page: Page, cast: Cast) -> None:
    phone = page.locator("#handset-button")
    services.report_phone_line(cast.agent.pk, ready=True, lease=timedelta(seconds=1), actor=PBX)
    set_company(phone_lines_reported=True)
    page.wait_for_timeout(1000)
    services.expire_phone_lines()
    expect(phone).to_have_text("Phone unavailable", timeout=WITHIN_A_SECOND)
    phone.click()
    expect(page.locator("#handset-popover")).to_contain_text("The last report about your line, by PBX, has run out.")


def test_opened_details_are_fresh(page: Page, cast: Cast) -> None:
    services.report_phone_line(cast.agent.pk, ready=True, lease=timedelta(minutes=1), actor=PBX)
    set_company(phone_lines_reported=True)
    lease = page.locator("#handset-popover time").last
    expect(lease).to_have_count(1)
    before = lease.get_attribute("datetime")
    services.report_phone_line(cast.agent.pk, ready=True, lease=timedelta(hours=1), actor=PBX)  # no event tells of it
    page.click("#handset-button")
    expect(page.locator("#handset-popover")).to_be_visible()
    expect(lease).not_to_have_attribute("datetime", before or "")
    expect(page.locator("#handset-popover")).to_be_visible()


# --- For everybody ----------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, PHONE], ids=["desk", "phone"])
def test_accessible(site: Site, cast: Cast, scheme: str, viewport: dict[str, int]) -> None:
    choose(cast.agent, ONLINE)
    for _ in range(3):
        services.add_work_item(cast.agent.pk, "voice")
    services.report_phone_line(cast.agent.pk, ready=False, actor=Actor("client", 1, "A name as long as they get " * 9))
    page = site.signed_in(cast.agent, color_scheme=scheme, viewport=viewport).new_page()
    inspector = Inspector(page)
    page.goto("/workspace/")
    switch(page, "Chat").click()
    expect_switched(page, "Chat", on=False)
    inspector.look("switched off")
    set_company(agents_may_change_channels=False, phone_lines_reported=True)
    expect(switch(page, "Chat")).to_be_disabled()
    page.click("#handset-button")
    expect(page.locator("#handset-popover")).to_be_visible()
    inspector.look("forbidden, unavailable")
    assert inspector.complaints == []
