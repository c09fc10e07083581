"""Company settings, and switching omnichannel routing."""

from contactcenter.directory.models import CompanySettings
from contactcenter.lib.actors import SYSTEM
from statuses.services import add_work_item, report_phone_line, switch_channel
from statuses.states import AWAY, OFFLINE, Cause
from tests.cast import Cast
from tests.console.support import Console, errors_of, text_of
from tests.statuses.support import choose, state_of

PATH = "directory/companysettings/1/change/"
ON = {"omnichannel_routing": "on"}
VALUES = {
    "company_name": "Orion",
    "language": "en",
    "time_zone": "Europe/Paris",
    "custom_status_limit": "50",
    "agents_may_change_channels": "on",
    "work_item_hours": "8",
}


def test_list_leads_to_the_one_page(admin: Console, cast: Cast) -> None:
    assert admin.get("directory/companysettings/").url == f"/console/{PATH}"
    assert admin.get("directory/companysettings/add/").status_code == 403
    assert admin.post("directory/companysettings/1/delete/").status_code == 403


def test_settings_are_saved_without_asking_while_routing_stays(admin: Console, cast: Cast) -> None:
    response = admin.post(PATH, **VALUES, **ON)
    assert response.url == f"/console/{PATH}"
    company = CompanySettings.load()
    assert (company.company_name, company.language, company.time_zone) == ("Orion", "en", "Europe/Paris")
    assert company.custom_status_limit == 50
    assert (company.agents_may_change_channels, company.phone_lines_reported) == (True, False)
    assert company.work_item_hours == 8


def test_values_that_cannot_be_are_refused_before_anything_is_asked(admin: Console, cast: Cast) -> None:
    wrong = {"time_zone": "Mars/Olympus", "company_name": "", "work_item_hours": "169"}
    errors = errors_of(admin.post(PATH, **{**VALUES, **wrong}))
    assert set(errors) == {"time_zone", "company_name", "work_item_hours"}
    assert CompanySettings.load().omnichannel_routing


def test_switching_routing_is_asked_for_and_starts_everybody_afresh(admin: Console, cast: Cast) -> None:
    choose(cast.agent, AWAY)
    asked = admin.post(PATH, **VALUES)
    assert "3 agents keep the status of now. Until it is on again nobody's status can be set." in text_of(asked)
    assert CompanySettings.load().omnichannel_routing
    admin.post(PATH, **VALUES, confirmed="yes")
    assert not CompanySettings.load().omnichannel_routing
    assert "Off. Nobody's status can be set." in text_of(admin.get(""))

    asked = admin.post(PATH, **VALUES, **ON)
    assert "3 agents become Offline now and are asked to choose a status." in text_of(asked)
    assert state_of(cast.agent).status_id == AWAY
    admin.post(PATH, **VALUES, **ON, confirmed="yes")
    state = state_of(cast.agent)
    assert (state.status_id, state.must_choose, state.cause) == (OFFLINE, True, Cause.ROUTING_ENABLED)


def test_page_that_asks_sends_along_what_was_typed(admin: Console, cast: Cast) -> None:
    page = admin.post(PATH, **{**VALUES, "company_name": "Orion & <Sons>"}).content.decode()
    assert '<input type="hidden" name="company_name" value="Orion &amp; &lt;Sons&gt;">' in page


def test_supervisors_do_not_get_there(supervisor: Console) -> None:
    assert supervisor.post(PATH, **VALUES).status_code == 403


def test_page_says_what_the_settings_mean_now(admin: Console, cast: Cast) -> None:
    page = text_of(admin.get(PATH))
    assert "0 agents have a channel switched off now." in page
    assert "Of 3 agents with the voice channel, 0 have a fresh report now, and 0 of these phones are ready." in page
    assert "No work items are held now." in page
    switch_channel(cast.agent.pk, "chat", enabled=False)
    report_phone_line(cast.agent.pk, ready=True, actor=SYSTEM)
    report_phone_line(cast.teammate.pk, ready=False, actor=SYSTEM)
    add_work_item(cast.agent.pk, "email")
    page = text_of(admin.get(PATH))
    assert "1 agent has a channel switched off now." in page
    assert "Of 3 agents with the voice channel, 2 have a fresh report now, and 1 of these phones are ready." in page
    assert "1 work item is held now, since 0 s." in page
