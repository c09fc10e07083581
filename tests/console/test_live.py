"""Live agents: who is shown to whom, filters, the rows the page fetches again, and setting many at once."""

import json
import re
from collections.abc import Iterable
from html import unescape
from typing import Any

import pytest

from contactcenter.directory.models import CompanySettings, ProfileSkill, SkillDefinition, SkillProfile, User
from contactcenter.directory.services import save_company_settings, save_object, save_user
from contactcenter.lib.actors import SYSTEM
from statuses.console import live
from statuses.models import AgentState
from statuses.services import add_work_item, set_activity
from statuses.states import AWAY, OFFLINE, ONLINE, Activity, Cause
from tests.cast import Cast
from tests.console.support import Console, administrator_with, agents_of, text_of, told
from tests.statuses.support import choose, create_status, history_of, state_of


@pytest.fixture(autouse=True)
def _statuses(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    choose(cast.teammate, AWAY, reason_code_id=cast.lunch.pk)
    add_work_item(cast.agent.pk, "chat")


def new_agents(cast: Cast, names: Iterable[str]) -> list[User]:
    return [
        save_user(
            User(
                email=f"{name}@example.com".lower(),
                first_name=name,
                last_name="Zeman",
                profile=cast.agent.profile,
                site=cast.praha,
                desktop_profile=cast.agent.desktop_profile,
                contact_center_enabled=True,
            ),
            teams=[cast.care],
            actor=SYSTEM,
        )
        for name in names
    ]


# --- The list ----------------------------------------------------------------


def test_administrator_sees_all_agents(admin: Console, cast: Cast) -> None:
    response = admin.get("live-agents/")
    assert set(agents_of(response)) == {cast.agent.pk, cast.teammate.pk, cast.stranger.pk}
    page = text_of(response)
    assert "Petr Novak Care, Claims Away · Lunch person Chosen by the agent 0 s" in page
    assert "3 agents" in page


def test_supervisor_sees_only_the_supervised_teams(supervisor: Console, cast: Cast) -> None:
    response = supervisor.get("live-agents/")
    assert set(agents_of(response)) == {cast.agent.pk, cast.teammate.pk}
    assert "2 agents" in text_of(response)
    teams = [int(number) for number, _label, _is_chosen in response.context["offered"]["team"]]
    assert teams == [cast.care.pk]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"status": ONLINE}, {"agent"}),
        ({"status": OFFLINE}, {"stranger"}),
        ({"channel_state": "email:online"}, {"agent", "teammate"}),
        ({"channel_state": "voice:away"}, {"teammate"}),
        ({"search": "no pet"}, {"teammate"}),
        ({"search": "HUGO@example"}, {"stranger"}),
        ({"status": AWAY, "channel_state": "voice:online"}, set()),
        ({"remaining_capacity": "chat:3"}, {"teammate", "stranger"}),  # whatever their state
        ({"remaining_capacity": "chat:3", "channel_state": "email:online"}, {"teammate"}),
        ({"remaining_capacity": "email:11"}, set()),
        ({"status": "nonsense"}, {"agent", "teammate", "stranger"}),
        ({"remaining_capacity": "chat:many", "skill": "x"}, {"agent", "teammate", "stranger"}),
    ],
)
@pytest.mark.parametrize("path", ["live-agents/", "live-agents/rows/"])
def test_filters(admin: Console, cast: Cast, path: str, query: dict[str, object], shown: set[str]) -> None:
    assert set(agents_of(admin.get(path, **query))) == {getattr(cast, name).pk for name in shown}


def test_filter_by_team_counts_nobody_twice(admin: Console, cast: Cast) -> None:
    response = admin.get("live-agents/", team=cast.care.pk)
    assert sorted(agents_of(response)) == sorted([cast.agent.pk, cast.teammate.pk])
    assert {count.status.pk: count.count for count in response.context["counts"]} == {ONLINE: 1, AWAY: 1}


def test_counts_are_those_without_the_status_filter(admin: Console) -> None:
    counts = admin.get("live-agents/", status=AWAY).context["counts"]
    assert {count.status.pk: (count.count, count.is_chosen) for count in counts} == {
        OFFLINE: (1, False),
        ONLINE: (1, False),
        AWAY: (1, True),
    }


def test_chips_take_one_filter_away(admin: Console) -> None:
    chips = admin.get("live-agents/", status=AWAY, search="novak").context["chips"]
    assert [(label, address) for label, address in chips] == [("Away", "search=novak"), ("novak", f"status={AWAY}")]


def test_pages_follow_one_another_without_gaps(admin: Console, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "ROWS_A_PAGE", 2)
    everyone = {cast.agent.pk, cast.teammate.pk, cast.stranger.pk}
    everyone |= {agent.pk for agent in new_agents(cast, ["Ada", "Bea"])}
    for order in live.ORDERINGS:
        seen: list[int] = []
        after = ""
        while True:
            response = admin.get("live-agents/", order=order, after=after)
            seen += agents_of(response)
            after = response.context["following"]
            if not after:
                break
        assert len(seen) == 5
        assert set(seen) == everyone


def test_orderings(admin: Console, cast: Cast) -> None:
    choose(cast.agent, AWAY)
    names = agents_of(admin.get("live-agents/"))
    assert names == [cast.agent.pk, cast.stranger.pk, cast.teammate.pk]  # Mala, Moreau, Novak
    assert agents_of(admin.get("live-agents/", order="newest"))[0] == cast.agent.pk
    assert agents_of(admin.get("live-agents/", order="longest"))[-1] == cast.agent.pk


@pytest.mark.parametrize("path", ["live-agents/", "live-agents/rows/"])
def test_more_agents_take_no_more_queries(admin: Console, cast: Cast, path: str) -> None:
    admin.get(path)
    few = admin.queries(path)
    new_agents(cast, ["Ada", "Bea", "Cyd", "Dan", "Eda", "Fay"])
    assert admin.queries(path) == few


def test_page_without_agents_says_why(cast: Cast) -> None:
    User.objects.filter(contact_center_enabled=True).update(is_active=False)
    page = text_of(Console(cast.admin).get("live-agents/"))
    assert "No agents here. Agents are users with contact center enabled." in page


def test_filter_by_skill_names_it(admin: Console, cast: Cast) -> None:
    skill = save_object(SkillDefinition(name="French", type="BOOLEAN", service_level_threshold=60))
    profile = save_object(
        SkillProfile(name="Of Jana"), links={"skills": [ProfileSkill(skill=skill, skill_value="True")]}
    )
    cast.agent.skill_profile = profile
    save_user(cast.agent, teams=[cast.care], actor=SYSTEM)
    response = admin.get("live-agents/", skill=skill.pk)
    assert agents_of(response) == [cast.agent.pk]
    assert [label for label, _address in response.context["chips"]] == ["French"]


def test_spare_capacity_of_an_address_is_offered(admin: Console) -> None:
    response = admin.get("live-agents/", remaining_capacity="chat:4")
    assert ("chat:4", "Chat: 4 free", True) in response.context["offered"]["remaining_capacity"]
    assert [label for label, _address in response.context["chips"]] == ["Chat: 4 free"]


# --- Load, phone and activity ----------------------------------------------------------------------------------


def row_of(console: Console, agent: User) -> str:
    page: str = console.get("live-agents/rows/", ids=agent.pk).content.decode()
    return page[page.index("<tbody") : page.index("</tbody")]


def words_of(console: Console, agent: User) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", row_of(console, agent))).split())


def test_load_is_shown_by_channel(admin: Console, cast: Cast) -> None:
    assert "Chat Online, 1/3 E-mail Online, 0/10 Social Online, 0/5" in words_of(admin, cast.agent)
    assert 'class="load-items" width="33%"' in row_of(admin, cast.agent)


def test_what_is_over_the_capacity_is_shown_and_said(admin: Console, cast: Cast) -> None:
    for _number in range(3):
        add_work_item(cast.agent.pk, "chat")
    assert "Chat Online, 4/3 ▲1 1 over capacity" in words_of(admin, cast.agent)
    row = row_of(admin, cast.agent)
    assert 'class="load-items" width="75%"' in row
    assert 'class="load-more" x="75%" width="25%"' in row


def test_channel_that_is_not_assigned_has_no_load(admin: Console, cast: Cast) -> None:
    cast.agent.channels = ["email"]
    save_user(cast.agent, teams=[cast.care], actor=SYSTEM)
    words = words_of(admin, cast.agent)
    assert "Voice – not assigned" in words
    assert "phone" not in words
    assert row_of(admin, cast.agent).count("data-channel") == 1


def test_phone_line_is_shown_where_voice_is_assigned(admin: Console, cast: Cast) -> None:
    assert "phone ready, 0/1" in words_of(admin, cast.agent)
    company = CompanySettings.load()
    company.phone_lines_reported = True
    save_company_settings(company, actor=SYSTEM)
    assert "Voice Offline, phone_disabled phone unavailable, 0/1" in words_of(admin, cast.agent)


def test_activity_is_shown_with_its_skill(admin: Console, cast: Cast) -> None:
    skill = save_object(SkillDefinition(name="French", type="BOOLEAN", service_level_threshold=60))
    set_activity(cast.agent.pk, Activity.ACD, skill=skill)
    assert "ACD · French 0 s" in words_of(admin, cast.agent)
    set_activity(cast.agent.pk, Activity.NONE)
    assert "ACD" not in words_of(admin, cast.agent)


def test_load_is_shown_in_the_language_of_who_looks(admin: Console, cast: Cast) -> None:
    words_of(admin, cast.agent)
    cast.admin.language = "cs"
    save_user(cast.admin, teams=[], actor=SYSTEM)
    assert "Sociální sítě Online, 0/5" in words_of(admin, cast.agent)


# --- The rows fetched again --------------------------------------------------


def test_rows_of_given_agents_are_those_that_match(admin: Console, cast: Cast) -> None:
    ids = f"{cast.agent.pk},{cast.teammate.pk}"
    response = admin.get("live-agents/rows/", ids=ids, status=AWAY)
    assert agents_of(response) == [cast.teammate.pk]
    assert "3 agents" in text_of(response)  # counts are always those of all


def test_rows_carry_version_and_place(admin: Console, cast: Cast) -> None:
    page = admin.get("live-agents/rows/", ids=cast.agent.pk).content.decode()
    [version] = re.findall(r'data-version="(\d+)"', page)
    assert int(version) == state_of(cast.agent).version
    [key] = re.findall(r'data-key="([^"]+)"', page)
    assert json.loads(key.replace("&quot;", '"')) == ["Mala", "Jana", cast.agent.pk]


def test_supervisor_cannot_fetch_rows_of_others(supervisor: Console, cast: Cast) -> None:
    assert agents_of(supervisor.get("live-agents/rows/", ids=cast.stranger.pk)) == []


def test_those_who_may_not_set_find_no_checkboxes(cast: Cast) -> None:
    profile = cast.supervisor.profile
    profile.module_access = "SPECIFIC"
    for module in profile.MODULES:
        setattr(profile, module, "NONE")
    profile.real_time_reports = "VIEW"
    profile.save()
    console = Console(User.objects.get(pk=cast.supervisor.pk))
    assert 'name="agent"' not in console.get("live-agents/").content.decode()
    assert "data-agent-menu" not in console.get("live-agents/").content.decode()
    assert console.post("live-agents/set-status/", agent=cast.agent.pk, status=AWAY).status_code == 403
    assert switch(console, cast.agent).status_code == 403
    assert console.get("status-history/").status_code == 403


# --- Switching a channel ------------------------------------------------------------------------------------------


def switch(console: Console, agent: User, channel: str = "chat", enabled: object = "false") -> Any:
    path = f"/console/live-agents/{agent.pk}/channels/{channel}/"
    return console.client.post(path, {"enabled": enabled}, headers={"HX-Request": "true"})


def forbid_switching() -> None:
    company = CompanySettings.load()
    company.agents_may_change_channels = False
    save_company_settings(company, actor=SYSTEM)


def test_channel_is_switched_off_and_on(supervisor: Console, cast: Cast) -> None:
    assert switch(supervisor, cast.agent).status_code == 204
    assert not state_of(cast.agent).chat_on
    assert "Chat Offline, 1/3 switched off" in words_of(supervisor, cast.agent)
    assert switch(supervisor, cast.agent, enabled="true").status_code == 204
    assert state_of(cast.agent).chat_on


def test_while_the_company_forbids_it_only_administrators_switch(
    admin: Console, supervisor: Console, cast: Cast
) -> None:
    forbid_switching()
    response = switch(supervisor, cast.agent)
    assert (response.status_code, response.json()["code"]) == (403, "channel_toggle_disabled")
    assert state_of(cast.agent).chat_on
    assert "An administrator can." in text_of(supervisor.get("live-agents/"))
    assert "An administrator can." not in text_of(admin.get("live-agents/"))
    assert switch(admin, cast.agent).status_code == 204


@pytest.mark.parametrize(
    ("channel", "enabled", "status"),
    [("chat", "", 400), ("chat", "on", 400), ("fax", "true", 404), ("voice", "x" * 1000, 400)],
)
def test_switch_that_cannot_be_is_refused(admin: Console, cast: Cast, channel: str, enabled: str, status: int) -> None:
    assert switch(admin, cast.agent, channel, enabled).status_code == status
    assert state_of(cast.agent).chat_on


def test_channel_that_is_not_assigned_is_not_switched(admin: Console, cast: Cast) -> None:
    cast.agent.channels = ["email"]
    save_user(cast.agent, teams=[cast.care], actor=SYSTEM)
    response = switch(admin, cast.agent)
    assert (response.status_code, response.json()["code"]) == (409, "channel_not_assigned")


def test_agents_of_others_are_not_switched(supervisor: Console, cast: Cast) -> None:
    assert switch(supervisor, cast.stranger).status_code == 404
    assert state_of(cast.stranger).chat_on


# --- Setting many ------------------------------------------------------------


def set_many(console: Console, *agents: Any, **values: object) -> list[str]:
    response = console.post("live-agents/set-status/", agent=[getattr(one, "pk", one) for one in agents], **values)
    assert response.status_code == 302
    return told(response)


def test_selected_agents_get_the_status_with_the_note(supervisor: Console, cast: Cast) -> None:
    messages = set_many(supervisor, cast.agent, cast.teammate, status=AWAY, note="Fire drill")
    assert messages == ["2 agents are in “Away” now."]
    entry = history_of(cast.agent)[-1]
    assert (entry.status_id, entry.cause, entry.note) == (AWAY, Cause.SUPERVISOR, "Fire drill")
    assert entry.actor == cast.supervisor.actor
    assert "Ivana Horska “Fire drill”" in text_of(supervisor.get("live-agents/"))


def test_foreign_agents_are_refused_and_the_others_set(supervisor: Console, cast: Cast) -> None:
    before = state_of(cast.stranger).version
    messages = set_many(supervisor, cast.agent, cast.stranger, 999999, status=AWAY)
    assert messages == [
        "1 agent is in “Away” now.",
        f"2 refused (#{cast.stranger.pk}, #999999): There is no such object, or you may not see it.",
    ]
    assert state_of(cast.agent).status_id == AWAY
    assert state_of(cast.stranger).version == before


def test_status_of_other_teams_is_refused_with_the_reason(admin: Console, cast: Cast) -> None:
    status = create_status(teams=[cast.care])
    messages = set_many(admin, cast.agent, cast.stranger, status=status.pk)
    assert messages == [
        "1 agent is in “Back office” now.",
        "1 refused (Hugo Moreau): “Back office” is for other teams than those of Hugo Moreau.",
    ]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"status": AWAY}, "Select agents first."),
        ({"agent": ["x"], "status": AWAY}, "Select agents first."),
        ({"agent": [1], "status": 999999}, "This status is gone."),
        ({"agent": [1], "status": "x"}, "This status is gone."),
        ({"agent": [1]}, "This field is required."),
        ({"agent": list(range(1, 502)), "status": AWAY}, "Select at most 500 agents."),
        ({"agent": [1], "status": AWAY, "note": "x" * 501}, "Ensure this value has at most 500 characters"),
    ],
)
def test_values_that_cannot_be_are_told(admin: Console, values: dict[str, object], message: str) -> None:
    [told_message] = told(admin.post("live-agents/set-status/", **values))
    assert told_message.startswith(message)


def test_while_routing_is_off_nothing_is_set(admin: Console, cast: Cast) -> None:
    company = CompanySettings.load()
    company.omnichannel_routing = False
    save_company_settings(company, actor=SYSTEM)
    [message] = set_many(admin, cast.agent, status=AWAY)
    assert "Omnichannel routing is switched off" in message
    assert AgentState.objects.get(pk=cast.agent.pk).status_id == ONLINE
    assert "Omnichannel routing is off" in text_of(admin.get("live-agents/"))


def test_setting_keeps_the_filters(admin: Console, cast: Cast) -> None:
    response = admin.post("live-agents/set-status/?team=1&order=newest&next=//evil", agent=cast.agent.pk, status=AWAY)
    assert response.url == "/console/live-agents/?team=1&order=newest"


def test_administrators_with_less_still_steer(cast: Cast) -> None:
    assert set_many(Console(administrator_with("NONE")), cast.agent, status=AWAY) == ["1 agent is in “Away” now."]
