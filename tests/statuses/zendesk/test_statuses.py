"""Which statuses there are, and setting them."""

import json
from typing import Any

import pytest

from contactcenter.directory.models import CompanySettings, Team
from contactcenter.directory.services import save_company_settings
from contactcenter.lib.actors import SYSTEM
from statuses import services
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY
from tests.cast import Cast
from tests.statuses.support import create_status, state_of
from tests.statuses.zendesk.support import STATUSES, Zendesk, error_of, with_api_token


@pytest.fixture
def agent(cast: Cast) -> Zendesk:
    return with_api_token(cast.agent)


def names(response: Any, kind: str = "custom") -> list[str]:
    return [status["attributes"]["name"] for status in response.json()[kind]]


# --- The list ----------------------------------------------------------------------------------------------------


def test_built_in_statuses_have_zendesks_ids_and_names(admin: Zendesk) -> None:
    body = admin.get(STATUSES).json()
    assert [(status["id"], status["attributes"]["name"]) for status in body["default"]] == [
        (AWAY, "away"),
        (OFFLINE, "offline"),
        (ONLINE, "online"),
        (TRANSFERS_ONLY, "transfers_only"),
    ]
    assert {status["type"] for status in body["default"]} == {"agent_status"}
    assert body["custom"] == []
    assert body["links"] == {"next": None, "prev": None}
    assert body["meta"] == {"has_more": False, "after_cursor": None, "before_cursor": None}


def test_custom_status(admin: Zendesk, cast: Cast) -> None:
    status = create_status("Lunch", teams=[cast.claims, cast.care], voice="away", chat="transfers_only")
    [found] = admin.get(STATUSES).json()["custom"]
    assert found == {
        "id": status.pk,
        "type": "agent_status",
        "updated_at": found["updated_at"],
        "attributes": {
            "name": "Lunch",
            "description": "",
            "group_ids": sorted([cast.care.pk, cast.claims.pk]),
            "channels": {"support": "online", "talk": "away", "messaging": "transfers_only"},
        },
    }


def test_pages_lead_forwards_and_backwards_without_gaps(admin: Zendesk) -> None:
    for name in ("čaj", "Break", "lunch", "Über", "admin", "Zoom", "Éclair"):
        create_status(name)
    everything = names(admin.get(STATUSES))
    assert len(everything) == 7
    assert everything[:2] == ["admin", "Break"]
    response = admin.get(f"{STATUSES}?page[size]=3")
    assert len(response.json()["default"]) == 4  # they do not count
    pages = [names(response)]
    while link := response.json()["links"]["next"]:
        assert response.json()["meta"]["has_more"]
        assert "page%5Bsize%5D=3&page%5Bafter%5D=" in link
        response = admin.follow(link)
        assert response.json()["default"] == []
        pages.append(names(response))
    assert pages == [everything[:3], everything[3:6], everything[6:]]
    while link := response.json()["links"]["prev"]:
        response = admin.follow(link)
        pages.append(names(response))
    assert pages[3:] == [everything[3:6], everything[:3]]
    assert len(response.json()["default"]) == 4
    assert not response.json()["meta"]["has_more"]


def test_page_after_a_deleted_status_goes_on_where_it_was(admin: Zendesk) -> None:
    statuses = [create_status(name) for name in ("a", "b", "c", "d")]
    link = admin.get(f"{STATUSES}?page[size]=2").json()["links"]["next"]
    services.delete_status(statuses[1].pk, actor=SYSTEM)
    assert names(admin.follow(link)) == ["c", "d"]


def test_me_lists_what_one_may_choose(admin: Zendesk, agent: Zendesk, cast: Cast) -> None:
    for name, teams in (("Everybody", []), ("Care", [cast.care]), ("Sales", [cast.sales])):
        create_status(name, teams=teams)
    assert names(agent.get(f"{STATUSES}/me")) == ["Care", "Everybody"]
    assert len(agent.get(f"{STATUSES}/me").json()["default"]) == 4
    assert names(with_api_token(cast.stranger).get(f"{STATUSES}/me")) == ["Everybody", "Sales"]
    assert names(with_api_token(cast.supervisor).get(f"{STATUSES}/me")) == ["Everybody"]
    assert names(admin.get(f"{STATUSES}/me?page[size]=1")) == ["Everybody"]
    assert names(admin.get(STATUSES)) == ["Care", "Everybody", "Sales"]


@pytest.mark.parametrize(
    "query",
    [
        "page[size]=0",
        "page[size]=101",
        "page[size]=-1",
        "page[size]=x",
        "page[size]=",
        "page[size]=٣",
        "page[after]=!",
        "page[after]=AAA",  # two NUL characters
        "page[after]=%ff",
        "page[before]=_____w",  # not UTF-8
    ],
)
def test_pages_that_cannot_be(admin: Zendesk, query: str) -> None:
    assert error_of(admin.get(f"{STATUSES}?{query}"))[:2] == (400, "InvalidPaginationParameter")


def test_before_and_after_exclude_each_other(admin: Zendesk) -> None:
    assert error_of(admin.get(f"{STATUSES}?page[after]=YQ&page[before]=Yg")) == (
        400,
        "InvalidPaginationParameter",
        "Use page[after] or page[before], never both.",
    )


# --- Setting one -------------------------------------------------------------------------------------------------


def test_setting_an_agents_status(admin: Zendesk, cast: Cast) -> None:
    status = create_status("Lunch")
    for chosen, name in ((status.pk, "Lunch"), (TRANSFERS_ONLY, "transfers_only")):
        response = admin.put(f"{STATUSES}/agents/{cast.agent.pk}", {"id": chosen})
        assert response.status_code == 200
        assert response.json() == {
            "data": {
                "id": f"agent_availabilities|{cast.agent.pk}",
                "type": "agent_availabilities",
                "attributes": {"agent_id": cast.agent.pk, "agent_status": {"id": chosen, "name": name}},
            }
        }
        assert state_of(cast.agent).status_id == chosen


def test_agent_sets_the_own(agent: Zendesk, cast: Cast) -> None:
    response = agent.put(f"{STATUSES}/agents/me", {"id": AWAY})
    assert response.json()["data"]["attributes"] == {
        "agent_id": cast.agent.pk,
        "agent_status": {"id": AWAY, "name": "away"},
    }
    assert state_of(cast.agent).status_id == AWAY


def test_who_is_no_agent_has_no_status_to_set(cast: Cast) -> None:
    for user in (cast.admin, cast.supervisor):
        assert error_of(with_api_token(user).put(f"{STATUSES}/agents/me", {"id": ONLINE}))[:2] == (
            404,
            "RecordNotFound",
        )


@pytest.mark.parametrize("agent_id", [0, 999_999, 10**18 - 1])
def test_unknown_agents(admin: Zendesk, agent_id: int) -> None:
    assert error_of(admin.put(f"{STATUSES}/agents/{agent_id}", {"id": ONLINE}))[:2] == (404, "RecordNotFound")


def test_users_who_are_no_agents(admin: Zendesk, cast: Cast) -> None:
    response = admin.put(f"{STATUSES}/agents/{cast.supervisor.pk}", {"id": ONLINE})
    assert error_of(response)[:2] == (404, "RecordNotFound")


def test_unknown_status(admin: Zendesk, cast: Cast) -> None:
    response = admin.put(f"{STATUSES}/agents/{cast.agent.pk}", {"id": 99})
    assert error_of(response) == (422, "RecordInvalid", "There is no status 99.")


def test_status_of_other_teams(admin: Zendesk, agent: Zendesk, cast: Cast) -> None:
    status = create_status("Selling", teams=[Team.objects.get(pk=cast.sales.pk)])
    for response in (
        admin.put(f"{STATUSES}/agents/{cast.agent.pk}", {"id": status.pk}),
        agent.put(f"{STATUSES}/agents/me", {"id": status.pk}),
    ):
        assert error_of(response) == (
            422,
            "RecordInvalid",
            "“Selling” is for other teams than those of Jana Mala.",
        )
    assert state_of(cast.agent).version == 1


def test_nothing_is_set_while_routing_is_off(admin: Zendesk, agent: Zendesk, cast: Cast) -> None:
    company = CompanySettings.load()
    company.omnichannel_routing = False
    save_company_settings(company, actor=SYSTEM)
    for response in (
        admin.put(f"{STATUSES}/agents/{cast.agent.pk}", {"id": ONLINE}),
        agent.put(f"{STATUSES}/agents/me", {"id": ONLINE}),
        admin.put(f"{STATUSES}/agents/update_many?ids={cast.agent.pk}", {"id": ONLINE}),
    ):
        status, code, detail = error_of(response)
        assert (status, code) == (422, "RecordInvalid")
        assert "Omnichannel routing is switched off" in detail
    assert state_of(cast.agent).version == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": None},
        {"id": "3"},
        {"id": 3.0},
        {"id": True},
        {"id": [3]},
        {"id": 0},
        {"id": -3},
        {"id": 2**63},
        {"status": 3},
        {"agent_status": {"id": 3}},
    ],
    ids=str,
)
def test_bodies_that_name_no_status(admin: Zendesk, agent: Zendesk, cast: Cast, body: dict[str, object]) -> None:
    for caller, path in (
        (admin, f"{STATUSES}/agents/{cast.agent.pk}"),
        (agent, f"{STATUSES}/agents/me"),
        (admin, f"{STATUSES}/agents/update_many?ids={cast.agent.pk}"),
    ):
        status, code, detail = error_of(caller.put(path, body))
        assert (status, code) == (422, "RecordInvalid")
        assert detail.startswith("id: ")
    assert state_of(cast.agent).version == 1


@pytest.mark.parametrize("body", [b"{", b"[]", b"3", b'{"id": NaN}', b"\xff", b'{"id": "a\\u0000"}'], ids=repr)
def test_what_is_no_usable_json(admin: Zendesk, cast: Cast, body: bytes) -> None:
    response = admin.put(f"{STATUSES}/agents/{cast.agent.pk}", body)
    assert error_of(response)[:2] == (400, "BadRequest")


def test_further_fields_do_no_harm(admin: Zendesk, cast: Cast) -> None:
    body = {"id": ONLINE, "account_id": 7}
    assert admin.put(f"{STATUSES}/agents/{cast.agent.pk}", body, Zendesk_Api_Version="2023-02-01").status_code == 200


def test_other_media_types(admin: Zendesk, cast: Cast) -> None:
    response = admin.client.generic("PUT", f"/api/v2{STATUSES}/agents/{cast.agent.pk}", "id=3", "text/plain")
    assert error_of(response)[:2] == (415, "UnsupportedMediaType")
    huge = json.dumps({"id": 3, "note": "x" * 2**20}).encode()
    response = admin.put(f"{STATUSES}/agents/{cast.agent.pk}", huge)
    assert error_of(response)[:2] == (413, "RequestEntityTooLarge")
