"""Bulk operations in the browser: from a file with mistakes to a directory without any, and back."""

import csv
import io
import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Locator, Page, expect

from bulkops import services
from bulkops.models import Operation
from bulkops.running import run
from contactcenter.directory.models import Team, WorkType
from contactcenter.lib.actors import SYSTEM
from tests.bulkops.support import Rows, bundle, imported, start, table
from tests.cast import Cast
from tests.e2e.support import Inspector, Site

DASHBOARD = "/console/bulk-operations/"
AT_ONCE = 1500  # ms; the fallback asks every two seconds
PHONE = {"width": 360, "height": 740}

WORK_TYPES: Rows = [{"Name": "Breaks", "Type": "IDLE_CODE"}, {"Name": "Outcomes", "Type": "WRAP_UP_CODE"}]
TEAMS: Rows = [
    {"Name": "Care", "Site": "Praha", "Type": "AGENT", "Desktop Layout": "Wide"},
    {"Name": "Fraud", "Site": "Praha", "Type": "AGENT"},
    {"Name": "Returns", "Site": "Prag", "Type": "AGENT"},  # there is no such site
    {"Name": "Claims", "Site": "Praha", "Type": "AGENTS"},  # nor such a type
]
CORRECTIONS = {"Returns": {"Site": "Praha"}, "Claims": {"Type": "AGENT"}}


@pytest.fixture
def dashboard(site: Site, cast: Cast) -> Page:
    page = site.open(cast.admin, DASHBOARD)
    live(page)
    return page


def live(page: Page) -> None:
    """Wait until the page listens."""
    page.wait_for_function("() => import('/static/js/live.js').then(({ live }) => live.state === 'live')")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def choose(page: Page, label: str, direction: str = "Import") -> Locator:
    """Go to the second step of a new operation."""
    page.get_by_role("link", name="New bulk operation").click()
    expect(dialog(page).get_by_role("heading", name="New bulk operation")).to_be_focused()
    dialog(page).get_by_label(direction).check()
    dialog(page).get_by_role("radio", name=re.compile(f"^{label}")).check()
    dialog(page).get_by_role("button", name="Next").click()
    expect(dialog(page).get_by_role("heading", name=direction)).to_be_focused()
    return dialog(page)


def upload(page: Page, name: str, content: bytes, *, button: str = "Preview") -> Operation:
    dialog(page).get_by_label("Drop the file here").set_input_files({"name": name, "mimeType": "", "buffer": content})
    dialog(page).get_by_role("button", name=button).click()
    expect(dialog(page)).to_contain_text("it goes on")
    return Operation.objects.active().get()


def figures(page: Page) -> dict[str, str]:
    """The numbers of the operation that is shown, once it has ended."""
    shown = page.locator(".bulk-figures > div")
    expect(shown.first).to_be_visible(timeout=AT_ONCE)
    return {one.locator("dt").inner_text(): one.locator("dd").inner_text() for one in shown.all()}


def corrected(content: bytes) -> bytes:
    """Correct the rows that came back, as somebody would in a spreadsheet."""
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    return table([{**row, **CORRECTIONS[row["Name"]]} for row in rows]).encode()


# --- The main job ------------------------------------------------------------


def test_bundle_is_previewed_applied_corrected_and_imported_again(dashboard: Page, cast: Cast, tmp_path: Path) -> None:
    choose(dashboard, "Several objects")
    preview = upload(dashboard, "Brno.zip", bundle({"work-type": WORK_TYPES, "team": TEAMS}))
    run(preview.pk)
    assert figures(dashboard) == {"to create": "3", "to update": "1", "unchanged": "0", "refused": "2"}
    assert not WorkType.objects.filter(name="Breaks").exists()

    dialog(dashboard).get_by_role("link", name="Changes").click()
    expect(dialog(dashboard).get_by_role("row", name="Care")).to_contain_text("– → Wide")
    dialog(dashboard).get_by_role("link", name=re.compile("^Errors")).click()
    dialog(dashboard).get_by_role("link", name=re.compile("There is no site “Prag”")).click()
    expect(dialog(dashboard).get_by_role("row", name="Returns")).to_contain_text("team.csv")

    dialog(dashboard).get_by_role("button", name="Apply 4 rows").click()
    expect(dialog(dashboard)).to_contain_text("it goes on")
    run(Operation.objects.active().get().pk)
    assert figures(dashboard) == {"created": "3", "updated": "1", "unchanged": "0", "failed": "2"}
    expect(dialog(dashboard)).to_contain_text("Every row came out as the preview said.")

    with dashboard.expect_download() as download:
        dialog(dashboard).get_by_role("link", name="Export errors to CSV").click()
    assert download.value.suggested_filename == "Brno-errors.zip"
    download.value.save_as(tmp_path / "errors.zip")
    with ZipFile(tmp_path / "errors.zip") as archive:
        rows = corrected(archive.read("team.csv"))

    dashboard.get_by_label("Close", exact=True).click()
    choose(dashboard, "Teams")
    again = upload(dashboard, "team.csv", rows, button="Import at once")
    run(again.pk)
    assert figures(dashboard) == {"created": "1", "updated": "0", "unchanged": "1", "failed": "0"}
    assert Team.objects.filter(name="Returns", site=cast.praha).exists()


def test_export_comes_back_unchanged(dashboard: Page, tmp_path: Path) -> None:
    step = choose(dashboard, "Teams", "Export")
    step.get_by_label("File name").fill("Všechny týmy")
    step.get_by_role("button", name="Export").click()
    expect(dialog(dashboard)).to_contain_text("it goes on")
    run(Operation.objects.active().get().pk)
    assert figures(dashboard) == {"exported": "3"}
    with dashboard.expect_download() as download:
        dialog(dashboard).get_by_role("link", name="Download export file").click()
    assert download.value.suggested_filename == "Všechny týmy.csv"
    download.value.save_as(tmp_path / "teams.csv")

    dashboard.get_by_label("Close", exact=True).click()
    choose(dashboard, "Teams")
    run(upload(dashboard, "Všechny týmy.csv", (tmp_path / "teams.csv").read_bytes(), button="Import at once").pk)
    assert figures(dashboard) == {"created": "0", "updated": "0", "unchanged": "3", "failed": "0"}


def test_import_is_undone(dashboard: Page, cast: Cast) -> None:
    operation = imported("team", TEAMS[:2], actor=cast.admin.actor)
    dashboard.get_by_role("row", name="team.csv").click()  # anywhere in the row
    dialog(dashboard).get_by_role("link", name="Undo…").click()
    expect(
        dashboard.get_by_text("1 object that it created is deleted. 1 object gets back what it was.")
    ).to_be_visible()
    dashboard.get_by_role("button", name=f"Undo operation {operation.pk}").click()
    expect(dashboard.get_by_text("Waiting for a worker…")).to_be_visible()
    live(dashboard)
    run(Operation.objects.active().get().pk)
    assert figures(dashboard) == {"taken back": "2", "gone already": "0", "left alone": "0"}
    assert not Team.objects.filter(name="Fraud").exists()


def test_page_of_its_own_leads_to_that_of_the_operation(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, f"{DASHBOARD}new/?object_type=team&operation=import")
    content = table(TEAMS[:2]).encode()
    page.get_by_label("Drop the file here").set_input_files({"name": "team.csv", "mimeType": "", "buffer": content})
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("h1")).to_contain_text("team.csv")
    run(Operation.objects.active().get().pk)
    assert figures(page) == {"to create": "1", "to update": "1", "unchanged": "0", "refused": "0"}
    page.locator(".console-crumbs a").click()
    expect(page.get_by_role("row", name="team.csv")).to_be_visible()


# --- While it runs -----------------------------------------------------------


def test_everybody_watches_and_nobody_else_can_start(site: Site, dashboard: Page) -> None:
    """Two thousand rows are three steps; what the page shows meanwhile is written down by the page itself."""
    dashboard.evaluate(
        """() => {
          window.seen = [];
          const note = () => seen.push(document.querySelector(".bulk-running")?.innerText ?? "");
          new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    operation = start("work-type", [{"Name": f"Type {number}", "Type": "IDLE_CODE"} for number in range(2500)])
    expect(dashboard.get_by_role("heading", name=f"{operation.pk} · work-type.csv")).to_be_visible(timeout=AT_ONCE)
    button = dashboard.get_by_role("button", name="New bulk operation")
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("title", re.compile(f"^Operation {operation.pk} .* is in progress"))
    run(operation.pk)
    expect(dashboard.get_by_role("link", name="New bulk operation")).to_be_visible(timeout=AT_ONCE)
    expect(dashboard.locator(".bulk-running")).to_have_count(0)
    expect(dashboard.get_by_role("row", name="work-type.csv")).to_contain_text("2,500 created")
    seen = dashboard.evaluate("seen")
    assert any("of 2,500 rows" in words and "rows/s" in words for words in seen), set(seen)


def test_page_finds_out_without_the_stream(site: Site, cast: Cast) -> None:
    context = site.signed_in(cast.admin)
    context.route("**/events/**", lambda route: route.abort())
    page = context.new_page()
    operation = start("team", TEAMS[:2])
    page.goto(f"{DASHBOARD}{operation.pk}/")
    expect(page.get_by_text("Waiting for a worker…")).to_be_visible()
    run(operation.pk)
    expect(page.locator(".bulk-figures")).to_be_visible(timeout=5000)


def test_operation_is_cancelled(dashboard: Page) -> None:
    operation = start("team", TEAMS[:2])
    dashboard.get_by_role("link", name=f"{operation.pk} · team.csv").click()
    dialog(dashboard).get_by_role("button", name="Cancel the operation").click()
    expect(dialog(dashboard)).to_contain_text("Stops after the current step…")
    run(operation.pk)
    expect(dialog(dashboard)).to_contain_text("It was cancelled", timeout=AT_ONCE)
    assert not Team.objects.filter(name="Fraud").exists()


def test_apply_waits_until_another_operation_has_ended(dashboard: Page) -> None:
    preview = imported("team", TEAMS[:2], dry_run=True)
    other = start("work-type", WORK_TYPES)
    dashboard.get_by_role("row", name="team.csv").click()
    apply = dialog(dashboard).get_by_role("button", name="Apply 2 rows")
    expect(apply).to_be_disabled()
    run(other.pk)
    expect(apply).to_be_enabled(timeout=AT_ONCE)
    apply.click()
    expect(dialog(dashboard)).to_contain_text(f"{preview.pk} · team.csv")


# --- When something is wrong -------------------------------------------------


def test_mistakes_with_the_file_are_told_where_they_are_made(dashboard: Page) -> None:
    step = choose(dashboard, "Teams")
    step.get_by_label("Drop the file here").set_input_files({"name": "empty.csv", "mimeType": "", "buffer": b""})
    step.get_by_role("button", name="Preview").click()
    expect(step.get_by_text("“empty.csv” is empty.")).to_be_visible()
    run(upload(dashboard, "teams.csv", b"Name,Colour\nCare,red\n").pk)
    expect(step).to_contain_text("Nothing was changed.", timeout=AT_ONCE)
    step.get_by_role("link", name="Import a corrected file").click()
    expect(step.get_by_role("heading", name="Import teams")).to_be_visible()


def test_server_that_does_not_answer_is_told(dashboard: Page) -> None:
    choose(dashboard, "Teams")
    dashboard.route("**/bulk-operations/new/", lambda route: route.abort())
    dialog(dashboard).get_by_label("Drop the file here").set_input_files(
        {"name": "teams.csv", "mimeType": "", "buffer": table(TEAMS).encode()}
    )
    dialog(dashboard).get_by_role("button", name="Preview").click()
    expect(dialog(dashboard).get_by_role("alert")).to_contain_text("try again")
    expect(dialog(dashboard).get_by_role("button", name="Preview")).to_be_enabled()


def test_signed_out_user_is_led_to_the_sign_in(dashboard: Page) -> None:
    dashboard.context.clear_cookies()
    dashboard.get_by_role("link", name="New bulk operation").click()
    expect(dashboard).to_have_url(re.compile("/sign-in/"))


# --- Without a mouse, without scripts, on a phone ----------------------------


def test_keyboard_is_enough(dashboard: Page) -> None:
    dashboard.get_by_role("link", name="New bulk operation").focus()
    dashboard.keyboard.press("Enter")
    expect(dialog(dashboard).get_by_role("heading", name="New bulk operation")).to_be_focused()
    dashboard.keyboard.press("Tab")  # import or export
    dashboard.keyboard.press("Tab")
    dashboard.keyboard.press("Space")  # the first object
    dashboard.keyboard.press("Enter")
    expect(dialog(dashboard).get_by_role("heading", name="Import users")).to_be_focused()
    dashboard.keyboard.press("Escape")
    expect(dialog(dashboard)).to_have_count(0)
    expect(dashboard.get_by_role("link", name="New bulk operation")).to_be_focused()


def test_everything_works_without_scripts(site: Site, cast: Cast) -> None:
    page = site.open(cast.admin, f"{DASHBOARD}new/", java_script_enabled=False)
    page.get_by_label("Teams", exact=True).check()
    page.get_by_role("button", name="Next").click()
    content = table(TEAMS[:2]).encode()
    page.get_by_label("Drop the file here").set_input_files({"name": "team.csv", "mimeType": "", "buffer": content})
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Waiting for a worker…")).to_be_visible()
    run(Operation.objects.active().get().pk)
    page.reload()
    page.get_by_role("button", name="Apply 2 rows").click()
    run(Operation.objects.active().get().pk)
    page.reload()
    assert figures(page) == {"created": "1", "updated": "1", "unchanged": "0", "failed": "0"}


@pytest.mark.parametrize(
    "options", [{"color_scheme": "light"}, {"color_scheme": "dark", "viewport": PHONE}], ids=["wide", "phone"]
)
def test_pages_and_dialogs_are_sound(site: Site, cast: Cast, options: dict[str, object]) -> None:
    preview = imported("team", TEAMS, dry_run=True, name=f"{'very_long_name_' * 12}.csv")
    done = imported("team", TEAMS)
    page = site.open(cast.admin, DASHBOARD, **options)
    inspector = Inspector(page)
    inspector.look("dashboard")
    page.locator(".row-link", has_text="very_long").click()
    expect(page.get_by_role("button", name="Apply 2 rows")).to_be_visible()
    inspector.look("dialog of a preview")
    page.get_by_label("Close", exact=True).click()
    choose(page, "Teams")
    expect(page.get_by_label("Drop the file here")).to_be_visible()
    inspector.look("dialog of the file")
    running = services.start_export("team", "Teams", actor=SYSTEM)
    paths = ["", "new/", "new/?object_type=bundle&operation=import", f"{running.pk}/", f"{preview.pk}/?tab=errors"]
    for path in (*paths, f"{done.pk}/?tab=changes", f"{done.pk}/?tab=created"):
        page.goto(f"{DASHBOARD}{path}")
        expect(page.locator("h1")).to_be_visible()
        inspector.look(path)
    assert inspector.complaints == []
