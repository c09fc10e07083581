"""The API's interactive documentation, under our content security policy."""

from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.cast import Cast
from tests.e2e.support import Site


def test_page_works_and_loads_nothing_from_elsewhere(site: Site, cast: Cast) -> None:
    page = site.signed_in(cast.admin).new_page()
    complaints: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto("/api/v1/docs/")
    operation = page.locator(".opblock", has=page.get_by_text("/api/v1/statuses/", exact=True)).first
    operation.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    assert complaints == []
    assert hosts == {urlsplit(site.url).netloc}
