"""Who can take what now, in Zendesk's compound documents."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contactcenter.directory.models import CompanySettings, ProfileSkill, SkillDefinition, SkillProfile, User
from contactcenter.directory.services import deactivate_user, save_company_settings, save_object, save_user
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.channels import CHANNELS
from statuses import services
from statuses.models import AgentState
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY, Cause
from statuses.zendesk.words import OURS, REASONS
from tests.cast import Cast
from tests.statuses.support import choose, create_status
from tests.statuses.zendesk.support import V2, Zendesk, error_of, give_work, with_api_token

LIST = "/agent_availabilities"
HERE = f"http://testserver{V2}{LIST}"


@pytest.fixture
def admin(cast: Cast) -> Zendesk:
    return with_api_token(cast.admin)


def ids(response: Any) -> list[int]:
    return [agent["attributes"]["agent_id"] for agent in response.json()["data"]]


def included(response: Any, kind: str = "channels") -> dict[str, dict[str, Any]]:
    """What came along, by its id."""
    return {one["id"]: one for one in response.json()["included"] if one["type"] == kind}


def switch_routing(*, on: bool) -> None:
    company = CompanySettings.load()
    company.omnichannel_routing = on
    save_company_settings(company, actor=SYSTEM)


# --- One agent ---------------------------------------------------------------------------------------------------


def test_agent(admin: Zendesk, cast: Cast) -> None:
    choose(cast.teammate, AWAY)
    agent_id = cast.teammate.pk
    data = admin.get(f"{LIST}/{agent_id}").json()["data"]
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
    found = included(admin.get(f"{LIST}/{cast.agent.pk}"))
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
    found = included(admin.get(f"{LIST}/{cast.agent.pk}"))
    assert {
        one["attributes"]["name"]: (one["attributes"]["status"], one["attributes"]["max_capacity"])
        for one in found.values()
    } == {"support": ("online", 10), "talk": ("offline", 0), "messaging": ("offline", 3)}


def test_work_items_come_along(admin: Zendesk, cast: Cast) -> None:
    first, second = give_work(cast.agent, "chat", 2)
    give_work(cast.agent, "social")  # which has no name there
    give_work(cast.teammate, "chat")
    response = admin.get(f"{LIST}/{cast.agent.pk}")
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
    give_work(cast.agent, "chat")
    items = included(admin.get(f"{LIST}/{cast.agent.pk}"), "work_items")
    assert [one["attributes"]["reason"] for one in items.values()] == [
        "ASSIGNED",
        "ASSIGNED_TRANSFER",
        "MANUAL_ASSIGNED",
    ]


def test_only_the_selected_channels_come_along(admin: Zendesk, cast: Cast) -> None:
    give_work(cast.agent, "chat")
    give_work(cast.agent, "voice")
    for selected in ("messaging", "talk", "messaging,talk"):
        for path in (f"{LIST}/{cast.agent.pk}", LIST):
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
    found = {agent["attributes"]["agent_id"]: agent for agent in admin.get(LIST).json()["data"]}
    assert found[cast.agent.pk]["attributes"]["skills"] == had
    assert found[cast.teammate.pk]["attributes"]["skills"] == []


@pytest.mark.parametrize("cause", Cause.values)
def test_every_cause_has_a_reason_of_zendesks(admin: Zendesk, cast: Cast, cause: str) -> None:
    choose(cast.agent, AWAY, cause=Cause(cause))
    status = admin.get(f"{LIST}/{cast.agent.pk}").json()["data"]["attributes"]["agent_status"]
    assert status["reason"] == REASONS[Cause(cause)]


def test_custom_status_has_the_name_it_had_when_chosen(admin: Zendesk, cast: Cast) -> None:
    status = create_status("Lunch")
    choose(cast.agent, status.pk)
    services.change_status(status.pk, {"name": "Dinner"})
    attributes = admin.get(f"{LIST}/{cast.agent.pk}").json()["data"]["attributes"]
    assert (attributes["agent_status"]["id"], attributes["agent_status"]["name"]) == (status.pk, "Lunch")


def test_status_and_capacity_are_told_while_routing_is_on(admin: Zendesk, cast: Cast) -> None:
    switch_routing(on=False)
    response = admin.get(f"{LIST}/{cast.agent.pk}")
    assert "agent_status" not in response.json()["data"]["attributes"]
    assert not any("max_capacity" in one["attributes"] for one in included(response).values())
    assert "unified_states" not in admin.get(f"/account_groups/availability/{cast.care.pk}").json()
    switch_routing(on=True)
    status = admin.get(f"{LIST}/{cast.agent.pk}").json()["data"]["attributes"]["agent_status"]
    assert (status["name"], status["reason"]) == ("offline", "OMNICHANNEL_ROUTING_ENABLED")


def test_me(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    items = give_work(cast.agent, "email", 26)
    agent = with_api_token(cast.agent)
    response = agent.get(f"{LIST}/me?select_channel=support")
    data = response.json()["data"]
    assert data["attributes"]["agent_id"] == cast.agent.pk
    assert agent.follow(data["links"]["self"]).json()["data"] == agent.get(f"{LIST}/me").json()["data"]
    [channel] = included(response).values()
    following = channel["relationships"]["work_items"]["links"]["next"]
    assert following.startswith(f"{HERE}/me/channels/support/relationships/work_items?page%5Bafter%5D=")
    [last] = agent.follow(following).json()["data"]
    assert last["id"].endswith(f"|{items[-1]}")


@pytest.mark.parametrize("agent_id", [0, 999_999, 10**18 - 1])
def test_unknown_agents(admin: Zendesk, agent_id: int) -> None:
    assert error_of(admin.get(f"{LIST}/{agent_id}")) == (404, "RecordNotFound", f"There is no agent {agent_id}.")


def test_who_is_no_agent_has_no_availability(admin: Zendesk, cast: Cast) -> None:
    assert error_of(admin.get(f"{LIST}/{cast.supervisor.pk}"))[:2] == (404, "RecordNotFound")
    assert error_of(admin.get(f"{LIST}/me"))[:2] == (404, "RecordNotFound")
    deactivate_user(cast.agent, actor=SYSTEM)
    assert error_of(admin.get(f"{LIST}/{cast.agent.pk}"))[:2] == (404, "RecordNotFound")
    assert cast.agent.pk not in ids(admin.get(LIST))


# --- Many agents -------------------------------------------------------------------------------------------------


def hire(cast: Cast, count: int) -> list[User]:
    def user(number: int) -> User:
        new = User(email=f"agent.{number}@example.com", profile=cast.agent.profile, site=cast.praha)
        new.contact_center_enabled, new.desktop_profile = True, cast.agent.desktop_profile
        return save_user(new, teams=[cast.care], actor=SYSTEM)

    return [user(number) for number in range(count)]


def test_list(admin: Zendesk, cast: Cast) -> None:
    response = admin.get(LIST)
    body = response.json()
    assert ids(response) == [cast.agent.pk, cast.teammate.pk, cast.stranger.pk]
    assert body["data"][0] == admin.get(f"{LIST}/{cast.agent.pk}").json()["data"]
    assert len(body["included"]) == 9
    assert body["links"] == {"next": None, "prev": None}
    assert body["meta"]["has_more"] is False


def test_pages_lead_forwards_and_backwards_without_gaps(admin: Zendesk, cast: Cast) -> None:
    hire(cast, 4)
    everybody = ids(admin.get(LIST))
    assert everybody == sorted(everybody)
    response = admin.get(f"{LIST}?page[size]=3&select_channel=talk&filter[channel_status]=talk:offline")
    pages = [ids(response)]
    while link := response.json()["links"]["next"]:
        assert link.startswith(f"{HERE}?")
        assert "filter%5Bchannel_status%5D=talk%3Aoffline" in link
        response = admin.follow(link)
        assert len(included(response)) == len(ids(response))
        pages.append(ids(response))
    assert pages == [everybody[:3], everybody[3:6], everybody[6:]]
    backwards = [pages[-1]]
    while link := response.json()["links"]["prev"]:
        response = admin.follow(link)
        backwards.insert(0, ids(response))
    assert backwards == pages
    assert response.json()["links"]["next"]


def test_cursors_can_be_used_without_the_links(admin: Zendesk, cast: Cast) -> None:
    meta = admin.get(f"{LIST}?page[size]=2").json()["meta"]
    assert meta["has_more"] is True
    assert ids(admin.get(f"{LIST}?page[after]={meta['after_cursor']}")) == [cast.stranger.pk]
    assert ids(admin.get(f"{LIST}?page[before]={meta['after_cursor']}")) == [cast.agent.pk]
    empty = admin.get(f"{LIST}?page[before]={meta['before_cursor']}").json()
    assert (empty["data"], empty["links"]) == ([], {"next": None, "prev": None})


def test_pages_change_with_the_agents(admin: Zendesk, cast: Cast) -> None:
    link = admin.get(f"{LIST}?page[size]=2").json()["links"]["next"]
    deactivate_user(cast.teammate, actor=SYSTEM)
    [new] = hire(cast, 1)
    assert ids(admin.follow(link)) == [cast.stranger.pk, new.pk]


@pytest.mark.parametrize(
    "query",
    [
        "page[after]=YQ",  # no number
        "page[after]=LTE",
        "page[before]=MTIzNDU2Nzg5MDEyMzQ1Njc4OTA",  # too large
        "page[size]=1000",
    ],
)
def test_pages_that_cannot_be(admin: Zendesk, query: str) -> None:
    assert error_of(admin.get(f"{LIST}?{query}"))[:2] == (400, "InvalidPaginationParameter")


def test_hundred_agents_take_few_statements(admin: Zendesk, cast: Cast) -> None:
    hire(cast, 97)
    for agent in User.objects.agents():
        give_work(agent, "email", 2)
        give_work(agent, "chat", 2)
    with CaptureQueriesContext(connection) as captured:
        response = admin.get(LIST)
    assert len(ids(response)) == 100
    assert len(response.json()["included"]) == 700
    assert len(captured) <= 6, [query["sql"][:100] for query in captured]


def test_work_of_one_agent_hides_nobody_elses(admin: Zendesk, cast: Cast) -> None:
    give_work(cast.agent, "email", 60)
    give_work(cast.teammate, "email", 3)
    channels = included(admin.get(LIST))
    for agent, shown, more in ((cast.agent, 25, True), (cast.teammate, 3, False), (cast.stranger, 0, False)):
        relationship = channels[f"agent_availabilities|{agent.pk}|channels|support"]["relationships"]["work_items"]
        assert (len(relationship["data"]), relationship["meta"]["has_more"]) == (shown, more)


# --- Filters -----------------------------------------------------------------------------------------------------


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """The agent is online, with one more chat; the teammate only takes transfers; the stranger is away."""
    choose(cast.agent, ONLINE)
    choose(cast.teammate, TRANSFERS_ONLY)
    choose(cast.stranger, AWAY)
    give_work(cast.agent, "chat", 2)
    return cast


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("filter[channel_status]=messaging:online", "agent"),
        ("filter[channel_status]=support:online", "agent stranger"),
        ("filter[channel_status]=talk:transfers_only", "teammate"),
        ("filter[channel_status]=talk:offline", ""),
        ("filter[remaining_capacity]=messaging:1", "agent teammate stranger"),
        ("filter[remaining_capacity]=messaging:2", "teammate stranger"),
        ("filter[remaining_capacity]=talk:2", ""),
        ("filter[remaining_capacity]=messaging:0", "agent teammate stranger"),
        ("filter[group_id]={care}", "agent teammate"),
        ("filter[group_id]={care},{claims}", "agent teammate"),
        ("filter[group_id]={sales}", "stranger"),
        ("filter[group_id]=999999", ""),
        ("filter[agent_id]={agent},{stranger}", "agent stranger"),
        ("filter[agent_id]={stranger}, {agent},{agent}", "agent stranger"),
        ("filter[agent_id]=999999", ""),
        ("filter[agent_status_id]=3", "agent"),
        ("filter[agent_status_id]=3,4", "agent stranger"),
        ("filter[channel_status]=support:online&filter[group_id]={care}", "agent"),
        ("filter[channel_status]=messaging:online&filter[remaining_capacity]=messaging:2", ""),
        ("filter[group_id]={claims}&filter[agent_id]={agent}", ""),
        ("filter[group_id]={care}&filter[agent_id]={agent},{stranger}&filter[agent_status_id]=3", "agent"),
        ("include=everything&filter=x&sort=name", "agent teammate stranger"),
    ],
)
def test_filters_combine(admin: Zendesk, busy: Cast, query: str, expected: str) -> None:
    known = {name: getattr(busy, name).pk for name in ("agent", "teammate", "stranger", "care", "claims", "sales")}
    assert ids(admin.get(f"{LIST}?{query.format(**known)}")) == [known[name] for name in expected.split()]


@pytest.mark.parametrize(
    "query",
    [
        "filter[channel_status]=online",
        "filter[channel_status]=messaging",
        "filter[channel_status]=messaging:busy",
        "filter[channel_status]=social:online",
        "filter[channel_status]=voice:online",
        "filter[channel_status]=",
        "filter[remaining_capacity]=messaging",
        "filter[remaining_capacity]=messaging:-1",
        "filter[remaining_capacity]=messaging:x",
        "filter[remaining_capacity]=social:1",
        "filter[remaining_capacity]=messaging:1000001",
        "filter[group_id]=x",
        "filter[group_id]=",
        "filter[agent_id]=1,,2",
        "filter[agent_id]=1;2",
        "filter[agent_id]=9999999999999999999",
        "filter[agent_status_id]=online",
        "filter[skill_id]=1",
        "filter[]=1",
        "filter[agent_id][]=1",
        "select_channel=social",
        "select_channel=",
        "select_channel=messaging,x",
    ],
)
def test_filters_that_cannot_be(admin: Zendesk, query: str) -> None:
    status, code, detail = error_of(admin.get(f"{LIST}?{query}"))
    assert (status, code) == (422, "RecordInvalid")
    assert detail.startswith(query.partition("=")[0])


# --- Work items --------------------------------------------------------------------------------------------------


def items_path(agent: User | str, channel: str = "messaging") -> str:
    return f"{LIST}/{agent.pk if isinstance(agent, User) else agent}/channels/{channel}/relationships/work_items"


def numbers(response: Any) -> list[int]:
    return [int(item["id"].rpartition("|")[2]) for item in response.json()["data"]]


def test_work_items_in_pages(admin: Zendesk, cast: Cast) -> None:
    mine = give_work(cast.agent, "chat", 7)
    give_work(cast.teammate, "chat", 3)
    give_work(cast.agent, "email", 3)
    response = admin.get(items_path(cast.agent))
    assert numbers(response) == mine
    [first, *_others] = response.json()["data"]
    assert first["id"] == f"agent_availabilities|{cast.agent.pk}|channels|messaging|work_items|{mine[0]}"
    assert (first["type"], first["attributes"]["reason"]) == ("work_items", "MANUAL_ASSIGNED")
    response = admin.get(f"{items_path(cast.agent)}?page[size]=3")
    found = numbers(response)
    while link := response.json()["links"]["next"]:
        response = admin.follow(link)
        found += numbers(response)
    assert found == mine
    back = numbers(response)
    while link := response.json()["links"]["prev"]:
        response = admin.follow(link)
        back = numbers(response) + back
    assert back == mine


def test_rest_of_the_work_items_is_where_the_link_leads(admin: Zendesk, cast: Cast) -> None:
    mine = give_work(cast.agent, "email", 30)
    channels = included(admin.get(LIST))
    relationship = channels[f"agent_availabilities|{cast.agent.pk}|channels|support"]["relationships"]["work_items"]
    assert relationship["meta"] == {"has_more": True}
    assert relationship["links"]["next"].startswith(f"{HERE}/{cast.agent.pk}/channels/support/")
    assert numbers(admin.follow(relationship["links"]["next"])) == mine[25:]


def test_own_work_items(cast: Cast) -> None:
    mine = give_work(cast.agent, "voice")
    assert numbers(with_api_token(cast.agent).get(items_path("me", "talk"))) == mine
    assert numbers(with_api_token(cast.teammate).get(items_path("me", "talk"))) == []
    assert error_of(with_api_token(cast.admin).get(items_path("me", "talk")))[:2] == (404, "RecordNotFound")


@pytest.mark.parametrize("channel", ["social", "chat", "voice", "email", "x", "é"])
def test_unknown_channels(admin: Zendesk, cast: Cast, channel: str) -> None:
    assert error_of(admin.get(items_path(cast.agent, channel))) == (
        404,
        "RecordNotFound",
        f"There is no channel “{channel}”.",
    )


def test_work_items_of_unknown_agents(admin: Zendesk, cast: Cast) -> None:
    for agent in ("999999", str(cast.supervisor.pk)):
        assert error_of(admin.get(items_path(agent)))[:2] == (404, "RecordNotFound")


# --- Groups ------------------------------------------------------------------------------------------------------


def group(caller: Zendesk, team_id: int) -> Any:
    return caller.get(f"/account_groups/availability/{team_id}")


def test_group(admin: Zendesk, busy: Cast) -> None:
    status = create_status("Lunch")
    choose(busy.teammate, status.pk)
    body = group(admin, busy.care.pk).json()
    assert body == {
        "account_id": 1,
        "group_id": busy.care.pk,
        "version": 5,
        "channel_group_statuses": {
            "support": {
                "state_counts": {"online": 2, "away": 0, "transfers_only": 0, "offline": 0},
                "total_consumed_capacity": 0,
                "total_max_capacity": 20,
            },
            "talk": {
                "state_counts": {"online": 1, "away": 0, "transfers_only": 0, "offline": 1},
                "total_consumed_capacity": 0,
                "total_max_capacity": 2,
            },
            "messaging": {
                "state_counts": {"online": 1, "away": 0, "transfers_only": 0, "offline": 1},
                "total_consumed_capacity": 2,
                "total_max_capacity": 6,
            },
        },
        "unified_states": {"online": 1, "Lunch": 1},
    }
    choose(busy.agent, OFFLINE)
    assert group(admin, busy.care.pk).json()["version"] == 6


def test_group_without_agents(admin: Zendesk, cast: Cast) -> None:
    deactivate_user(cast.stranger, actor=SYSTEM)
    body = group(admin, cast.sales.pk).json()
    assert (body["version"], body["unified_states"]) == (0, {})
    counts = body["channel_group_statuses"]["talk"]["state_counts"]
    assert counts == {"online": 0, "away": 0, "transfers_only": 0, "offline": 0}


@pytest.mark.parametrize("team_id", [0, 999_999, 10**18 - 1])
def test_unknown_groups(admin: Zendesk, team_id: int) -> None:
    assert error_of(group(admin, team_id)) == (404, "RecordNotFound", f"There is no group {team_id}.")


# --- Who may -----------------------------------------------------------------------------------------------------


def test_what_is_zendesks_administrators_is_ours(cast: Cast) -> None:
    paths = (
        LIST,
        f"{LIST}/{cast.agent.pk}",
        items_path(cast.agent),
        f"{LIST}/agent_statuses",
        f"{LIST}/agent_statuses/job_statuses/x",
        f"/account_groups/availability/{cast.care.pk}",
    )
    for user in (cast.agent, cast.supervisor):
        caller = with_api_token(user)
        for path in paths:
            assert error_of(caller.get(path))[:2] == (403, "Forbidden")
        for path in (f"agents/{cast.agent.pk}", f"agents/update_many?ids={cast.agent.pk}"):
            response = caller.put(f"{LIST}/agent_statuses/{path}", {"id": ONLINE})
            assert error_of(response)[:2] == (403, "Forbidden")


def test_profile_narrows_what_an_administrator_may(cast: Cast) -> None:
    profile = cast.admin.profile
    profile.module_access = "SPECIFIC"
    for module in profile.MODULES:
        setattr(profile, module, "EDIT")
    profile.manage_agent_states, profile.real_time_reports = "NONE", "VIEW"
    save_object(profile)
    admin = with_api_token(cast.admin)
    assert admin.get(LIST).status_code == 200
    assert error_of(admin.put(f"{LIST}/agent_statuses/agents/{cast.agent.pk}", {"id": ONLINE}))[0] == 403
    profile.real_time_reports = "NONE"
    save_object(profile)
    assert error_of(admin.get(LIST))[0] == 403


# --- Other addresses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/tickets.json",
        f"{LIST}/",
        f"{LIST}/x",
        f"{LIST}/-1",
        f"{LIST}/1234567890123456789",
        f"{LIST}/1/",
        f"{LIST}.json",
        f"{LIST}/agent_statuses/",
        f"{LIST}/agent_statuses/agents",
        f"{LIST}/1/channels",
        "/account_groups/availability",
        "/account_groups/availability/x",
    ],
)
def test_unknown_addresses(admin: Zendesk, path: str) -> None:
    for method in ("GET", "PUT", "POST"):
        assert error_of(admin.send(method, path, {}))[:2] == (404, "RecordNotFound")
    assert error_of(Zendesk().get(path))[:2] == (404, "RecordNotFound")


def test_wrong_methods(admin: Zendesk) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        response = admin.send(method, LIST)
        assert error_of(response)[:2] == (405, "MethodNotAllowed")
        assert response["Allow"] == "GET, HEAD"
    assert error_of(admin.get(f"{LIST}/agent_statuses/agents/me"))[:2] == (405, "MethodNotAllowed")


def test_nul_in_an_address(admin: Zendesk) -> None:
    for path in (f"{LIST}?filter[agent_id]=%00", "/%00"):
        assert error_of(admin.client.get(V2 + path))[:2] == (400, "BadRequest")


def test_crash_is_told_in_the_same_shape(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = with_api_token(cast.admin)
    admin.client.raise_request_exception = False
    monkeypatch.setattr("statuses.zendesk.shapes.ACCOUNT_ID", object())  # which is no JSON
    response = admin.client.get(f"{V2}/account_groups/availability/{cast.care.pk}")
    status, code, detail = error_of(response)
    assert (status, code) == (500, "InternalServerError")
    assert "Reference: " in detail


def test_names_of_channels_cover_all_but_social() -> None:
    assert set(OURS.values()) == set(CHANNELS) - {"social"}
