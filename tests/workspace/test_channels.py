"""One's own channels: what their switches do, and why nothing comes."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from contactcenter.directory.models import CompanySettings, MultimediaProfile, User, UserProfile
from contactcenter.directory.services import save_company_settings, save_object, save_user
from contactcenter.lib.actors import SYSTEM, Actor
from statuses import services
from statuses.states import AWAY, ONLINE
from tests.cast import Cast, signed_in
from tests.statuses.support import choose, state_of

PATH = "/workspace/channels/"
PBX = Actor("client", 1, "PBX")


@pytest.fixture
def client(cast: Cast) -> Client:
    choose(cast.agent, ONLINE)
    return signed_in(cast.agent)


def page_of(client: Client) -> str:
    return client.get(PATH).content.decode()


def rows(client: Client) -> list[str]:
    found = re.findall(r"<li.*?</li>", page_of(client), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in found]


def switches(client: Client) -> dict[str, str]:
    return dict(re.findall(r'id="switch-(\w+)"[^>]*aria-checked="(\w+)"', page_of(client)))


def switch(client: Client, channel: str, to: str) -> int:
    return client.post(f"{PATH}{channel}/", {"enabled": to}).status_code


def set_company(**values: bool) -> None:
    company = CompanySettings.load()
    for name, value in values.items():
        setattr(company, name, value)
    save_company_settings(company, actor=SYSTEM)


# --- What is shown -----------------------------------------------------------


def test_assigned_channels_with_their_load(cast: Cast, client: Client) -> None:
    services.add_work_item(cast.agent.pk, "chat")
    assert rows(client) == [
        "Voice Online 0 of 1",
        "Chat Online 1 of 3",
        "E-mail Online 0 of 10",
        "Social Online 0 of 5",
    ]
    assert switches(client) == dict.fromkeys(("voice", "chat", "email", "social"), "true")
    cast.agent.channels = ["email"]
    cast.agent.save()
    assert rows(client) == ["E-mail Online 0 of 10"]
    cast.agent.channels = []
    cast.agent.save()
    assert rows(client) == []
    assert "No channel is assigned to you." in page_of(client)


def test_why_nothing_comes(cast: Cast, client: Client) -> None:
    set_company(phone_lines_reported=True)
    switch(client, "chat", "false")
    services.add_work_item(cast.agent.pk, "chat")
    services.add_work_item(cast.agent.pk, "voice")
    for _ in range(6):
        services.add_work_item(cast.agent.pk, "social")
    assert rows(client) == [
        "Voice Offline 1 of 1 Phone line unavailable",
        "Chat Offline 1 of 3 Switched off",
        "E-mail Online 0 of 10",
        "Social Online 6 of 5 At capacity",
    ]
    set_company(phone_lines_reported=False)
    choose(cast.agent, AWAY)
    assert rows(client) == [
        "Voice Away 1 of 1 Set by your status",
        "Chat Offline 1 of 3 Switched off",
        "E-mail Online 0 of 10",
        "Social Away 6 of 5 Set by your status",
    ]


def test_bar_ends_at_full(cast: Cast, client: Client) -> None:
    for channel in ("chat", "voice", "voice"):
        services.add_work_item(cast.agent.pk, channel)
    assert re.findall(r'class="load-used" width="(\d+)%"', page_of(client)) == ["100", "33", "0", "0"]


# --- Switching ---------------------------------------------------------------


def test_form_leads_back_to_the_page(cast: Cast, client: Client) -> None:
    assert client.post(f"{PATH}chat/", {"enabled": "false"})["Location"] == "/workspace/"
    assert switches(client) == {"voice": "true", "chat": "false", "email": "true", "social": "true"}
    assert not state_of(cast.agent).chat_on
    switch(client, "chat", "true")
    assert state_of(cast.agent).chat_on


def test_script_gets_no_page(client: Client) -> None:
    answer = client.post(f"{PATH}chat/", {"enabled": "false"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("value", ["", "on", "True", "1", "\0", "false "])
def test_neither_on_nor_off_is_refused(cast: Cast, client: Client, value: str) -> None:
    answer = client.post(f"{PATH}chat/", {"enabled": value})
    assert answer.status_code == 400
    assert "<h1>That did not work</h1>" in answer.content.decode()
    assert client.post(f"{PATH}chat/").status_code == 400
    assert state_of(cast.agent).chat_on


@pytest.mark.parametrize("channel", ["fax", "Voice", "voice_items", "9" * 300])
def test_unknown_channel_is_refused(client: Client, channel: str) -> None:
    assert switch(client, channel, "false") == 404


def test_channel_that_is_not_assigned_is_refused_with_the_reason(cast: Cast, client: Client) -> None:
    cast.agent.channels = ["email"]
    cast.agent.save()
    answer = client.post(f"{PATH}voice/", {"enabled": "false"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.json()["code"]) == (409, "channel_not_assigned")
    assert answer.json()["detail"].startswith("Voice is not assigned to Jana Mala:")


def test_form_needs_its_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.agent)
    assert switch(client, "chat", "false") == 403
    assert state_of(cast.agent).chat_on


def test_company_forbids_it(cast: Cast, client: Client) -> None:
    assert "disabled" not in page_of(client)
    set_company(agents_may_change_channels=False)
    assert page_of(client).count(" disabled>") == 4
    assert "Your company does not let agents switch channels" in page_of(client)
    answer = client.post(f"{PATH}chat/", {"enabled": "false"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.json()["code"]) == (403, "channel_toggle_disabled")
    assert state_of(cast.agent).chat_on


def test_administrator_may_always(cast: Cast) -> None:
    cast.admin.contact_center_enabled, cast.admin.site = True, cast.praha
    save_user(cast.admin, actor=SYSTEM)
    set_company(agents_may_change_channels=False)
    client = signed_in(cast.admin)
    assert "as an administrator you may" in page_of(client)
    assert "disabled" not in page_of(client)
    assert switch(client, "chat", "false") == 302
    assert not state_of(cast.admin).chat_on


def test_profile_that_only_views_cannot_switch(cast: Cast, client: Client) -> None:
    only_view(cast.agent)
    assert page_of(client).count(" disabled>") == 4
    assert "Your user profile does not let you switch channels" in page_of(client)
    assert switch(client, "chat", "false") == 403
    assert state_of(cast.agent).chat_on


def only_view(user: User) -> None:
    profile = UserProfile.objects.get(pk=user.profile_id)
    profile.module_access = UserProfile.Access.SPECIFIC
    for module in UserProfile.MODULES:
        setattr(profile, module, "NONE")
    profile.agent_desktop = "VIEW"
    save_object(profile)


def test_switches_survive_statuses_and_signing_out(cast: Cast, client: Client) -> None:
    switch(client, "chat", "false")
    choose(cast.agent, AWAY)
    client.post("/sign-out/")
    choose(cast.agent, ONLINE)
    assert switches(signed_in(cast.agent))["chat"] == "false"


# --- The phone ---------------------------------------------------------------


def phone(client: Client) -> str:
    page = client.get("/workspace/handset/").content.decode()
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def report(agent: User, *, ready: bool, seconds: int = 120) -> None:
    services.report_phone_line(agent.pk, ready=ready, lease=timedelta(seconds=seconds), actor=PBX)


def test_phone_is_ready_with_the_channel(cast: Cast, client: Client) -> None:
    assert phone(client) == "Phone ready Phone ready Your line is ready whenever your voice channel is on."
    switch(client, "voice", "false")
    assert phone(client) == "Phone off Phone off Your voice channel is switched off."
    assert 'title="Phone off: Your voice channel is switched off."' in client.get("/workspace/").content.decode()


def test_who_takes_no_calls_has_no_phone(cast: Cast, client: Client) -> None:
    capacity = MultimediaProfile.objects.get()
    capacity.voice = 0
    save_object(capacity)
    assert phone(client) == ""
    assert "Phone" not in client.get("/workspace/").content.decode()


def test_reported_phone(cast: Cast, client: Client) -> None:
    set_company(phone_lines_reported=True)
    assert phone(client).startswith("Phone unavailable Phone unavailable The telephony system has not reported")
    with time_machine.travel("2026-03-02T08:00:00Z", tick=False):
        report(cast.agent, ready=False)
    assert phone(client) == (
        "Phone unavailable Phone unavailable PBX has reported your line as unavailable."
        " Changed March 2, 2026 09:00:00 (Europe/Prague)"
        " Last report counts until March 2, 2026 09:02:00 (Europe/Prague)"
    )
    report(cast.agent, ready=True)
    assert phone(client).startswith("Phone ready Phone ready PBX has reported your line as ready. Changed")


def test_report_that_has_run_out(cast: Cast, client: Client) -> None:
    set_company(phone_lines_reported=True)
    with time_machine.travel(timezone.now() - timedelta(minutes=3)):
        report(cast.agent, ready=True)
    said = "Phone unavailable Phone unavailable The last report about your line, by PBX, has run out."
    assert phone(client).startswith(said)
    assert services.expire_phone_lines() == 1
    assert phone(client).startswith(said)
    assert rows(client)[0] == "Voice Offline 0 of 1 Phone line unavailable"
