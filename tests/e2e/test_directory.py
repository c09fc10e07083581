"""The pages of configuration objects in the browser: fields that come and go, rows, sounds."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from contactcenter.directory.models import AudioFile, InboundQueue, SkillProfile
from contactcenter.directory.services import save_object
from tests.cast import Cast
from tests.directory.examples import SLUGS, group, recorded, save, url_part
from tests.e2e.support import Inspector, Site

PHONE = {"width": 360, "height": 740}


def rows(page: Page) -> Locator:
    return page.locator(".rows-table tbody > tr")


def saved(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile("was (added|changed) successfully"))).to_be_visible()


def names(queue: InboundQueue) -> list[str]:
    return list(queue.groups.values_list("distribution_group", flat=True))


# --- Fields that come and go -------------------------------------------------------------------------------------


def test_fields_follow_several_choices(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, "/console/directory/inboundqueue/add/")
    seconds = page.get_by_label("Recording pause duration")
    recording = page.locator("fieldset", has_text="Monitoring, recording and music")
    expect(seconds).to_be_hidden()
    page.get_by_label("Pause or resume enabled").check()
    expect(seconds).to_be_visible()
    page.get_by_label("Channel type").select_option(label="Chat")
    expect(seconds).to_be_hidden()
    expect(recording).to_be_hidden()
    page.get_by_label("Channel type").select_option(label="Telephony")
    expect(recording).to_be_visible()
    expect(seconds).to_be_visible()


def test_rows_follow_a_switch(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, "/console/directory/outdialqueue/add/")
    expect(page.locator("#groups-group")).to_be_hidden()
    page.get_by_label("Outbound campaign").check()
    expect(page.locator("#groups-group")).to_be_visible()


def test_pay_is_asked_for_breaks_only(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, "/console/directory/auxiliarycode/add/")
    page.get_by_label("Work type").select_option(label="Outcome")
    expect(page.get_by_label("Paid")).to_be_hidden()
    page.get_by_label("Work type").select_option(label="Idle")
    expect(page.get_by_label("Paid")).to_be_visible()


# --- Rows --------------------------------------------------------------------------------------------------------


@pytest.fixture
def queue(site: Site, cast: Cast) -> InboundQueue:
    made: InboundQueue = save(cast, "queue")
    return made


def test_groups_are_added_moved_and_removed(site: Site, cast: Cast, queue: InboundQueue) -> None:
    page = site.open(cast.admin, f"/console/directory/inboundqueue/{queue.pk}/change/")
    expect(rows(page)).to_have_count(3)
    page.get_by_role("button", name="Add group").click()
    new = rows(page).nth(3)
    new.get_by_label("Name").fill("Last")
    new.get_by_label("Care · Praha").check()
    new.get_by_label("After seconds").fill("90")
    rows(page).nth(0).get_by_label("Move down").click()  # First behind Then
    expect(rows(page).nth(0).get_by_label("Name")).to_have_value("Then")
    expect(rows(page).nth(0).get_by_label("After seconds")).to_be_disabled()
    rows(page).nth(1).get_by_label("After seconds").fill("15")
    saved(page)
    assert names(queue) == ["Then", "First", "Last"]
    assert list(queue.groups.values_list("group_fallback_time", flat=True)) == [None, 15, 90]
    page.goto(f"/console/directory/inboundqueue/{queue.pk}/change/")
    rows(page).nth(0).get_by_label("Remove").check()
    expect(rows(page).nth(1).get_by_label("After seconds")).to_be_disabled()
    saved(page)
    assert names(queue) == ["First", "Last"]


def test_rows_come_back_in_their_order_with_their_errors(site: Site, cast: Cast, queue: InboundQueue) -> None:
    page = site.open(cast.admin, f"/console/directory/inboundqueue/{queue.pk}/change/")
    rows(page).nth(1).get_by_label("Move up").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(rows(page).nth(0).get_by_label("Name")).to_have_value("Then")
    expect(rows(page).nth(1)).to_contain_text("Give the seconds after which this group is asked too.")
    page.get_by_role("link", name="Group 1, After seconds").click()
    rows(page).nth(1).get_by_label("After seconds").fill("5")
    saved(page)
    assert names(queue) == ["Then", "First"]


def test_skills_are_rows(site: Site, cast: Cast) -> None:
    save(cast, "skill-definition", "Tier")
    page = site.open(cast.admin, "/console/directory/skillprofile/add/")
    page.get_by_label("Name", exact=False).first.fill("Experts")
    rows(page).nth(0).get_by_label("Skill name").select_option(label="Tier · one | two")
    rows(page).nth(0).get_by_label("Skill value").fill("two")
    saved(page)
    assert SkillProfile.objects.get(name="Experts").skills.get().skill_value == "two"


# --- Sounds ------------------------------------------------------------------------------------------------------


def test_sound_is_uploaded_and_plays(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, "/console/directory/audiofile/add/")
    sound = {"name": "Hello.wav", "mimeType": "audio/wav", "buffer": recorded()}
    page.locator("input[type=file]").set_input_files(sound)  # type: ignore[arg-type]
    saved(page)
    assert AudioFile.objects.get().name == "Hello.wav"
    length = page.evaluate(
        """() => new Promise((resolve, reject) => {
            const audio = document.querySelector("audio");
            audio.addEventListener("loadedmetadata", () => resolve(audio.duration));
            audio.addEventListener("error", () => reject(audio.error.message));
            audio.preload = "metadata";
            audio.load();
        })"""
    )
    assert length == pytest.approx(0.25)


# --- All pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options", [{"color_scheme": "light"}, {"color_scheme": "dark", "viewport": PHONE}], ids=["light", "dark phone"]
)
def test_pages_are_sound(site: Site, cast: Cast, options: dict[str, object]) -> None:
    """No script fails, nothing is blocked, nothing is wider than the window, and axe finds nothing grave."""
    queue = save(cast, "queue", "Q" * 80)
    groups = [group("A" * 80, 1, cast.care), group("b " * 39, 2, cast.claims, seconds=1)]
    save_object(queue, links={"groups": groups})
    save(cast, "address-book", "Suppliers")
    page = site.open(cast.admin, "/console/", **options)
    inspector = Inspector(page)
    paths = [f"{url_part(slug)}add/" for slug in SLUGS]
    paths += ["directory/inboundqueue/", f"directory/inboundqueue/{queue.pk}/change/", "directory/addressbookentry/"]
    for path in paths:
        page.goto(f"/console/{path}")
        expect(page.locator("h1")).to_be_visible()
        inspector.look(path)
    assert inspector.complaints == []
