"""What the status menu offers, and what choosing from it does."""

import re

import pytest
from django.test import Client

from contactcenter.directory.models import CompanySettings, User
from contactcenter.directory.services import save_company_settings
from contactcenter.lib.actors import SYSTEM
from statuses.models import AgentState, Status, StatusInterval
from statuses.services import delete_status, save_status, set_status
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY, Cause
from tests.cast import Cast, signed_in

MENU = "/workspace/status/"


def new_status(name: str = "Back office", **options: object) -> Status:
    status = Status(name=name, voice="offline", chat="offline", email="online", social="offline")
    return save_status(status, **options)  # type: ignore[arg-type]


def menu(user: User) -> str:
    return signed_in(user).get(MENU).content.decode()


def offered(user: User) -> list[str]:
    return re.findall(r'data-label="([^"]*)"\s+role="menuitemradio"', menu(user))


def switch_routing(on: bool) -> None:
    company = CompanySettings.load()
    company.omnichannel_routing = on
    save_company_settings(company, actor=SYSTEM)


def status_of(user: User) -> tuple[int, int | None]:
    state = AgentState.objects.get(pk=user.pk)
    return state.status_id, state.reason_code_id


@pytest.fixture
def client(cast: Cast) -> Client:
    return signed_in(cast.agent)


# --- What it offers --------------------------------------------------------------------------------------------------


def test_offers_in_order(cast: Cast) -> None:
    new_status("Zoo")
    new_status("Écoute")
    assert offered(cast.agent) == [
        "Online",
        "Away",
        "Away · Lunch",
        "Away · Training",
        "Transfers only",
        "Zoo",
        "Écoute",
        "Offline",
    ]


def test_offers_the_reasons_of_the_desktop_profile(cast: Cast) -> None:
    assert offered(cast.stranger) == ["Online", "Away", "Away · Lunch", "Transfers only", "Offline"]


def test_offers_the_statuses_of_own_teams(cast: Cast) -> None:
    new_status("For claims", teams=[cast.claims, cast.sales])
    assert "For claims" not in offered(cast.agent)
    assert "For claims" in offered(cast.teammate)
    assert "For claims" in offered(cast.stranger)


def test_marks_the_current_one(cast: Cast) -> None:
    actor = cast.agent.actor
    set_status(cast.agent.pk, AWAY, actor=actor, cause=Cause.AGENT, reason_code_id=cast.lunch.pk)
    current = re.findall(r'data-label="([^"]*)"\s+role="menuitemradio" aria-checked="true"', menu(cast.agent))
    assert current == ["Away · Lunch"]


def test_status_of_a_team_that_was_left_stays_shown(cast: Cast) -> None:
    status = new_status(teams=[cast.care])
    set_status(cast.agent.pk, status.pk, actor=SYSTEM, cause=Cause.API)
    cast.agent.memberships.all().delete()
    assert '<span class="status-label" data-shown="label">Back office</span>' in menu(cast.agent)
    assert "Back office" not in offered(cast.agent)


def test_notice_instead_while_routing_is_off(cast: Cast) -> None:
    switch_routing(on=False)
    assert offered(cast.agent) == []
    assert "Omnichannel routing is switched off" in menu(cast.agent)
    assert "Sign out" in menu(cast.agent)


def test_names_are_escaped(cast: Cast) -> None:
    status = new_status('<b>"x"</b>')
    set_status(cast.agent.pk, status.pk, actor=cast.admin.actor, cause=Cause.ADMIN, note="<script>alert(1)</script>")
    page = signed_in(cast.agent).get("/workspace/").content.decode()
    assert "<b>" not in page
    assert "<script>alert" not in page


# --- Choosing --------------------------------------------------------------------------------------------------------


def test_form_leads_back_to_the_page(cast: Cast, client: Client) -> None:
    assert client.post(MENU, {"choice": str(ONLINE)})["Location"] == "/workspace/"
    assert status_of(cast.agent) == (ONLINE, None)
    state = AgentState.objects.get(pk=cast.agent.pk)
    assert (state.cause, state.actor) == (Cause.AGENT, cast.agent.actor)


def test_script_gets_no_page(cast: Cast, client: Client) -> None:
    response = client.post(MENU, {"choice": str(TRANSFERS_ONLY)}, headers={"HX-Request": "true"})
    assert (response.status_code, response.content) == (204, b"")
    assert status_of(cast.agent) == (TRANSFERS_ONLY, None)


def test_reason(cast: Cast, client: Client) -> None:
    client.post(MENU, {"choice": f"{AWAY}-{cast.lunch.pk}"})
    assert status_of(cast.agent) == (AWAY, cast.lunch.pk)
    client.post(MENU, {"choice": str(AWAY)})
    assert status_of(cast.agent) == (AWAY, None)


@pytest.mark.parametrize(
    "choice",
    [
        "",
        "0",
        "-1",
        "1",
        "99999",
        "9" * 18,
        "9" * 40,
        "4-",
        "4-0",
        "4-99999",
        "3 ",
        "٣",
        "3\0",
        "online",
        "3-3-3",
        "4.0",
    ],
)
def test_choice_that_does_not_exist_is_refused(cast: Cast, client: Client, choice: str) -> None:
    response = client.post(MENU, {"choice": choice})
    assert response.status_code == 400
    assert "<h1>That did not work</h1>" in response.content.decode()
    assert client.post(MENU, {"choice": choice}, headers={"HX-Request": "true"}).json()["detail"]
    assert status_of(cast.agent) == (OFFLINE, None)


def test_choice_without_a_value_is_refused(client: Client) -> None:
    assert client.post(MENU).status_code == 400


def test_wrap_up_code_is_no_reason(cast: Cast, client: Client) -> None:
    assert client.post(MENU, {"choice": f"{AWAY}-{cast.solved.pk}"}).status_code == 400


def test_reason_outside_the_desktop_profile_is_refused(cast: Cast) -> None:
    response = signed_in(cast.stranger).post(MENU, {"choice": f"{AWAY}-{cast.training.pk}"})
    assert response.status_code == 400


def test_status_of_other_teams_is_refused_with_the_reason(cast: Cast, client: Client) -> None:
    status = new_status(teams=[cast.sales])
    response = client.post(MENU, {"choice": str(status.pk)}, headers={"HX-Request": "true"})
    assert response.status_code == 403
    assert response.json()["code"] == "status_not_allowed"
    assert response.json()["detail"] == "“Back office” is for other teams than those of Jana Mala."
    assert status_of(cast.agent) == (OFFLINE, None)


def test_nothing_is_set_while_routing_is_off(cast: Cast, client: Client) -> None:
    switch_routing(on=False)
    response = client.post(MENU, {"choice": str(ONLINE)}, headers={"HX-Request": "true"})
    assert (response.status_code, response.json()["code"]) == (409, "routing_disabled")
    assert status_of(cast.agent) == (OFFLINE, None)


def test_looking_changes_nothing(cast: Cast, client: Client) -> None:
    for path in ("/workspace/", MENU, "/workspace/channels/", "/workspace/day/"):
        assert client.get(path, {"choice": str(ONLINE)}).status_code == 200
        assert client.head(path).status_code == 200
    assert status_of(cast.agent) == (OFFLINE, None)
    assert not StatusInterval.objects.exists()


def test_form_needs_its_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.agent)
    response = client.post(MENU, {"choice": str(ONLINE)}, headers={"HX-Request": "true"})
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
    assert status_of(cast.agent) == (OFFLINE, None)


# --- Being asked to choose -------------------------------------------------------------------------------------------


def test_asks_after_the_status_was_deleted(cast: Cast, client: Client) -> None:
    status = new_status()
    client.post(MENU, {"choice": str(status.pk)})
    assert "<dialog" not in menu(cast.agent)
    delete_status(status.pk, actor=cast.admin.actor)
    assert "The status you were in was deleted" in menu(cast.agent)
    client.post(MENU, {"choice": str(OFFLINE)})
    assert "<dialog" not in menu(cast.agent)


def test_asks_once_routing_is_on_again(cast: Cast) -> None:
    switch_routing(on=False)
    switch_routing(on=True)
    assert "everybody starts Offline" in menu(cast.agent)
    switch_routing(on=False)
    assert "<dialog" not in menu(cast.agent)
