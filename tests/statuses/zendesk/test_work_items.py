"""Pieces of work, page by page."""

from typing import Any

import pytest

from tests.cast import Cast
from tests.statuses.support import give
from tests.statuses.zendesk.support import (
    AGENTS,
    V2,
    Zendesk,
    error_of,
    included,
    items_path,
    with_api_token,
)

HERE = f"http://testserver{V2}{AGENTS}"


def numbers(response: Any) -> list[int]:
    return [int(item["id"].rpartition("|")[2]) for item in response.json()["data"]]


def test_work_items_in_pages(admin: Zendesk, cast: Cast) -> None:
    mine = [item.pk for item in give(cast.agent, "chat", 7)]
    give(cast.teammate, "chat", 3)
    give(cast.agent, "email", 3)
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
    mine = [item.pk for item in give(cast.agent, "email", 30)]
    channels = included(admin.get(AGENTS))
    relationship = channels[f"agent_availabilities|{cast.agent.pk}|channels|support"]["relationships"]["work_items"]
    assert relationship["meta"] == {"has_more": True}
    assert relationship["links"]["next"].startswith(f"{HERE}/{cast.agent.pk}/channels/support/")
    assert numbers(admin.follow(relationship["links"]["next"])) == mine[25:]


def test_own_work_items(cast: Cast) -> None:
    mine = [item.pk for item in give(cast.agent, "voice")]
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
