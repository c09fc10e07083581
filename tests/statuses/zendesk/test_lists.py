"""Many agents: pages and filters."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contactcenter.directory.models import User
from contactcenter.directory.services import deactivate_user, save_user
from contactcenter.lib.actors import SYSTEM
from tests.cast import Cast
from tests.statuses.support import give
from tests.statuses.zendesk.support import (
    AGENTS,
    V2,
    Zendesk,
    error_of,
    ids,
    included,
)

HERE = f"http://testserver{V2}{AGENTS}"


def hire(cast: Cast, count: int) -> list[User]:
    def user(number: int) -> User:
        new = User(email=f"agent.{number}@example.com", profile=cast.agent.profile, site=cast.praha)
        new.contact_center_enabled, new.desktop_profile = True, cast.agent.desktop_profile
        return save_user(new, teams=[cast.care], actor=SYSTEM)

    return [user(number) for number in range(count)]


def test_list(admin: Zendesk, cast: Cast) -> None:
    response = admin.get(AGENTS)
    body = response.json()
    assert ids(response) == [cast.agent.pk, cast.teammate.pk, cast.stranger.pk]
    assert body["data"][0] == admin.get(f"{AGENTS}/{cast.agent.pk}").json()["data"]
    assert len(body["included"]) == 9
    assert body["links"] == {"next": None, "prev": None}
    assert body["meta"]["has_more"] is False


def test_pages_lead_forwards_and_backwards_without_gaps(admin: Zendesk, cast: Cast) -> None:
    hire(cast, 4)
    everybody = ids(admin.get(AGENTS))
    assert everybody == sorted(everybody)
    response = admin.get(f"{AGENTS}?page[size]=3&select_channel=talk&filter[channel_status]=talk:offline")
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
    meta = admin.get(f"{AGENTS}?page[size]=2").json()["meta"]
    assert meta["has_more"] is True
    assert ids(admin.get(f"{AGENTS}?page[after]={meta['after_cursor']}")) == [cast.stranger.pk]
    assert ids(admin.get(f"{AGENTS}?page[before]={meta['after_cursor']}")) == [cast.agent.pk]
    empty = admin.get(f"{AGENTS}?page[before]={meta['before_cursor']}").json()
    assert (empty["data"], empty["links"]) == ([], {"next": None, "prev": None})


def test_pages_change_with_the_agents(admin: Zendesk, cast: Cast) -> None:
    link = admin.get(f"{AGENTS}?page[size]=2").json()["links"]["next"]
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
    assert error_of(admin.get(f"{AGENTS}?{query}"))[:2] == (400, "InvalidPaginationParameter")


def test_hundred_agents_take_few_statements(admin: Zendesk, cast: Cast) -> None:
    hire(cast, 97)
    for agent in User.objects.agents():
        give(agent, "email", 2)
        give(agent, "chat", 2)
    with CaptureQueriesContext(connection) as captured:
        response = admin.get(AGENTS)
    assert len(ids(response)) == 100
    assert len(response.json()["included"]) == 700
    assert len(captured) <= 6, [query["sql"][:100] for query in captured]


def test_work_of_one_agent_hides_nobody_elses(admin: Zendesk, cast: Cast) -> None:
    give(cast.agent, "email", 60)
    give(cast.teammate, "email", 3)
    channels = included(admin.get(AGENTS))
    for agent, shown, more in ((cast.agent, 25, True), (cast.teammate, 3, False), (cast.stranger, 0, False)):
        relationship = channels[f"agent_availabilities|{agent.pk}|channels|support"]["relationships"]["work_items"]
        assert (len(relationship["data"]), relationship["meta"]["has_more"]) == (shown, more)


# --- Filters -----------------------------------------------------------------------------------------------------


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
    assert ids(admin.get(f"{AGENTS}?{query.format(**known)}")) == [known[name] for name in expected.split()]


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
        "filter[remaining_capacity]=messaging:10001",
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
    status, code, detail = error_of(admin.get(f"{AGENTS}?{query}"))
    assert (status, code) == (422, "RecordInvalid")
    assert detail.startswith(query.partition("=")[0])
