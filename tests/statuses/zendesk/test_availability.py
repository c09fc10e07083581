"""What one agent can take now, in Zendesk's compound documents."""

import pytest

from contactcenter.directory.models import CompanySettings, ProfileSkill, SkillDefinition, SkillProfile
from contactcenter.directory.services import deactivate_user, save_company_settings, save_object, save_user
from contactcenter.lib.actors import SYSTEM
from statuses import services
from statuses.models import AgentState
from statuses.states import AWAY, ONLINE, Cause
from statuses.zendesk.words import REASONS
from tests.cast import Cast
from tests.statuses.support import choose, create_status, give
from tests.statuses.zendesk.support import (
    AGENTS,
    V2,
    Zendesk,
    error_of,
    ids,
    included,
    with_api_token,
)

HERE = f"http://testserver{V2}{AGENTS}"


def switch_routing(*, on: bool) -> None:
    company = CompanySettings.load()
    company.omnichannel_routing = on
    save_company_settings(company, actor=SYSTEM)


def test_agent(admin: Zendesk, cast: Cast) -> None:
    choose(cast.teammate, AWAY)
    agent_id = cast.teammate.pk
    data = admin.get(f"{AGENTS}/{agent_id}").json()["data"]
    assert data == {
        "id": f"agent_availabilities|{agent_id}",
        "type": "agent_availabilities",
        "attributes": {
            "agent_id": agent_id,
            "version": 2,
            "group_ids": [cast.care.pk, cast.claims.pk],
            "skills": [],
            "agent_status": {
                "id": AWAY,
                "name": "away",
                "reason": "AGENT_STATUS_SWITCHER",
                "updated_at": data["attributes"]["agent_status"]["updated_at"],
            },
        },
        "links": {"self": f"{HERE}/{agent_id}"},
        "relationships": {
            "channels": {
                "data": [
                    {"id": f"agent_availabilities|{agent_id}|channels|{name}", "type": "channels"}
                    for name in ("support", "talk", "messaging")
                ]
            }
        },
    }
    assert data["attributes"]["agent_status"]["updated_at"].endswith("Z")


def test_channels_come_along(admin: Zendesk, cast: Cast) -> None:
    status = create_status("Calls", voice="online", chat="transfers_only", email="away", social="online")
    choose(cast.agent, status.pk)
    found = included(admin.get(f"{AGENTS}/{cast.agent.pk}"))
    attributes = [one["attributes"] for one in found.values()]
    assert [(one["name"], one["status"], one["work_item_count"], one["max_capacity"]) for one in attributes] == [
        ("support", "away", 0, 10),
        ("talk", "online", 0, 1),
        ("messaging", "transfers_only", 0, 3),
    ]
    since = AgentState.objects.get(pk=cast.agent.pk).since.isoformat().replace("+00:00", "Z")
    assert {one["updated_at"] for one in attributes} == {since}


def test_channel_status_is_the_effective_one(admin: Zendesk, cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    services.switch_channel(cast.agent.pk, "chat", enabled=False)
    cast.agent.channels = ["chat", "email"]
    save_user(cast.agent, actor=SYSTEM)
    found = included(admin.get(f"{AGENTS}/{cast.agent.pk}"))
    assert {
        one["attributes"]["name"]: (one["attributes"]["status"], one["attributes"]["max_capacity"])
        for one in found.values()
    } == {"support": ("online", 10), "talk": ("offline", 0), "messaging": ("offline", 3)}


def test_work_items_come_along(admin: Zendesk, cast: Cast) -> None:
    first, second = [item.pk for item in give(cast.agent, "chat", 2)]
    give(cast.agent, "social")  # which has no name there
    give(cast.teammate, "chat")
    response = admin.get(f"{AGENTS}/{cast.agent.pk}")
    channel_id = f"agent_availabilities|{cast.agent.pk}|channels|messaging"
    channel = included(response)[channel_id]
    names = [f"{channel_id}|work_items|{number}" for number in (first, second)]
    assert channel["attributes"]["work_item_count"] == 2
    assert channel["relationships"]["work_items"] == {
        "data": [{"id": name, "type": "work_items"} for name in names],
        "links": {"next": None},
        "meta": {"has_more": False},
    }
    items = included(response, "work_items")
    assert list(items) == names
    assert items[names[0]]["attributes"]["reason"] == "MANUAL_ASSIGNED"
    assert items[names[0]]["attributes"]["added_at"].endswith("Z")


def test_reasons_of_work_items(admin: Zendesk, cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    for transfer in (False, True):
        assert services.pick_agent("chat", transfer=transfer)
    give(cast.agent, "chat")
    items = included(admin.get(f"{AGENTS}/{cast.agent.pk}"), "work_items")
    assert [one["attributes"]["reason"] for one in items.values()] == [
        "ASSIGNED",
        "ASSIGNED_TRANSFER",
        "MANUAL_ASSIGNED",
    ]


def test_only_the_selected_channels_come_along(admin: Zendesk, cast: Cast) -> None:
    give(cast.agent, "chat")
    give(cast.agent, "voice")
    for selected in ("messaging", "talk", "messaging,talk"):
        for path in (f"{AGENTS}/{cast.agent.pk}", AGENTS):
            response = admin.get(f"{path}?select_channel={selected}")
            found = {one["attributes"]["name"] for one in included(response).values()}
            assert found == set(selected.split(","))
            data = response.json()["data"]
            one = data if isinstance(data, dict) else data[0]
            assert len(one["relationships"]["channels"]["data"]) == len(found)
            assert len(included(response, "work_items")) == len(found)


def test_skills_are_those_the_agent_has(admin: Zendesk, cast: Cast) -> None:
    kinds = SkillDefinition.Type
    values = {
        kinds.BOOLEAN: ("True", "False"),
        kinds.PROFICIENCY: ("1", "0"),
        kinds.ENUM: ("cs", "en"),
        kinds.TEXT: ("any", "other"),
    }
    profile, had = SkillProfile(name="Everything"), []
    rows = []
    for kind, given in values.items():
        for value in given:
            choices = ["cs", "en"] if kind == kinds.ENUM else []
            skill = save_object(
                SkillDefinition(
                    name=f"{kind} {value}", type=kind, service_level_threshold=10, list_values_for_enum=choices
                )
            )
            rows.append(ProfileSkill(skill=skill, skill_value=value))
            if value not in {"False", "0"}:
                had.append({"id": str(skill.pk)})
    save_object(profile, links={"skills": rows})
    cast.agent.skill_profile = profile
    save_user(cast.agent, actor=SYSTEM)
    found = {agent["attributes"]["agent_id"]: agent for agent in admin.get(AGENTS).json()["data"]}
    assert found[cast.agent.pk]["attributes"]["skills"] == had
    assert found[cast.teammate.pk]["attributes"]["skills"] == []


@pytest.mark.parametrize("cause", Cause.values)
def test_every_cause_has_a_reason_of_zendesks(admin: Zendesk, cast: Cast, cause: str) -> None:
    choose(cast.agent, AWAY, cause=Cause(cause))
    status = admin.get(f"{AGENTS}/{cast.agent.pk}").json()["data"]["attributes"]["agent_status"]
    assert status["reason"] == REASONS[Cause(cause)]


def test_custom_status_has_the_name_it_had_when_chosen(admin: Zendesk, cast: Cast) -> None:
    status = create_status("Lunch")
    choose(cast.agent, status.pk)
    services.change_status(status.pk, {"name": "Dinner"})
    attributes = admin.get(f"{AGENTS}/{cast.agent.pk}").json()["data"]["attributes"]
    assert (attributes["agent_status"]["id"], attributes["agent_status"]["name"]) == (status.pk, "Lunch")


def test_status_and_capacity_are_told_while_routing_is_on(admin: Zendesk, cast: Cast) -> None:
    switch_routing(on=False)
    response = admin.get(f"{AGENTS}/{cast.agent.pk}")
    assert "agent_status" not in response.json()["data"]["attributes"]
    assert not any("max_capacity" in one["attributes"] for one in included(response).values())
    assert "unified_states" not in admin.get(f"/account_groups/availability/{cast.care.pk}").json()
    switch_routing(on=True)
    status = admin.get(f"{AGENTS}/{cast.agent.pk}").json()["data"]["attributes"]["agent_status"]
    assert (status["name"], status["reason"]) == ("offline", "OMNICHANNEL_ROUTING_ENABLED")


def test_me(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    items = [item.pk for item in give(cast.agent, "email", 26)]
    agent = with_api_token(cast.agent)
    response = agent.get(f"{AGENTS}/me?select_channel=support")
    data = response.json()["data"]
    assert data["attributes"]["agent_id"] == cast.agent.pk
    assert agent.follow(data["links"]["self"]).json()["data"] == agent.get(f"{AGENTS}/me").json()["data"]
    [channel] = included(response).values()
    following = channel["relationships"]["work_items"]["links"]["next"]
    assert following.startswith(f"{HERE}/me/channels/support/relationships/work_items?page%5Bafter%5D=")
    [last] = agent.follow(following).json()["data"]
    assert last["id"].endswith(f"|{items[-1]}")


@pytest.mark.parametrize("agent_id", [0, 999_999, 10**18 - 1])
def test_unknown_agents(admin: Zendesk, agent_id: int) -> None:
    assert error_of(admin.get(f"{AGENTS}/{agent_id}")) == (404, "RecordNotFound", f"There is no agent {agent_id}.")


def test_who_is_no_agent_has_no_availability(admin: Zendesk, cast: Cast) -> None:
    assert error_of(admin.get(f"{AGENTS}/{cast.supervisor.pk}"))[:2] == (404, "RecordNotFound")
    assert error_of(admin.get(f"{AGENTS}/me"))[:2] == (404, "RecordNotFound")
    deactivate_user(cast.agent, actor=SYSTEM)
    assert error_of(admin.get(f"{AGENTS}/{cast.agent.pk}"))[:2] == (404, "RecordNotFound")
    assert cast.agent.pk not in ids(admin.get(AGENTS))
