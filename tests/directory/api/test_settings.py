"""The company settings over the API."""

from functools import partial
from typing import Any

import pytest

from contactcenter.directory.models import CompanySettings
from contactcenter.directory.services import change_company_settings
from contactcenter.lib.actors import SYSTEM
from statuses.states import OFFLINE
from tests.callers import Caller, with_token
from tests.cast import Cast
from tests.concurrency import followed_by
from tests.statuses.support import events, forget_events, history_of, online, state_of

PATH = "/settings/"


@pytest.fixture
def caller(cast: Cast) -> Caller:
    return with_token(cast.client, "directory:read", "directory:write")


def test_answer_is_complete(caller: Caller) -> None:
    body = caller.get(PATH).json()
    assert body == {
        "company_name": "Contact Center",
        "omnichannel_routing": True,
        "language": "en",
        "time_zone": "UTC",
        "custom_status_limit": 100,
        "agents_may_change_channels": True,
        "phone_lines_reported": False,
        "work_item_hours": 12,
        "updated_at": body["updated_at"],
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("company_name", "Zákaznické centrum"),
        ("omnichannel_routing", False),
        ("language", "cs"),
        ("time_zone", "Europe/Prague"),
        ("custom_status_limit", 0),
        ("agents_may_change_channels", False),
        ("phone_lines_reported", True),
        ("work_item_hours", 168),
    ],
)
def test_one_field_changes_and_no_other(caller: Caller, name: str, value: object) -> None:
    before = caller.get(PATH).json()
    response = caller.patch(PATH, {name: value})
    assert response.status_code == 200
    after = response.json()
    assert after == {**before, name: value, "updated_at": after["updated_at"]}
    assert after["updated_at"] > before["updated_at"]
    assert caller.get(PATH).json() == after


def test_nothing_to_change(caller: Caller) -> None:
    before = caller.get(PATH).json()
    forget_events()
    for body in ({}, {"updated_at": "2001-01-01T00:00:00Z"}, None):
        assert caller.patch(PATH, body).json() == before
    assert events("settings.changed") == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"company_name": ""}, "company_name"),
        ({"company_name": "  "}, "company_name"),
        ({"company_name": "x" * 81}, "company_name"),
        ({"company_name": "two\nlines"}, "company_name"),
        ({"company_name": None}, "company_name"),
        ({"company_name": 7}, "company_name"),
        ({"omnichannel_routing": 1}, "omnichannel_routing"),
        ({"omnichannel_routing": "on"}, "omnichannel_routing"),
        ({"omnichannel_routing": None}, "omnichannel_routing"),
        ({"language": "xx"}, "language"),
        ({"language": ""}, "language"),
        ({"language": ["en"]}, "language"),
        ({"time_zone": "Prague"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"time_zone": None}, "time_zone"),
        ({"custom_status_limit": -1}, "custom_status_limit"),
        ({"custom_status_limit": 1001}, "custom_status_limit"),
        ({"custom_status_limit": 10**400}, "custom_status_limit"),
        ({"custom_status_limit": "100"}, "custom_status_limit"),
        ({"agents_may_change_channels": None}, "agents_may_change_channels"),
        ({"phone_lines_reported": 0}, "phone_lines_reported"),
        ({"work_item_hours": 0}, "work_item_hours"),
        ({"work_item_hours": 169}, "work_item_hours"),
        ({"work_item_hours": 12.0}, "work_item_hours"),
        ({"work_item_hours": True}, "work_item_hours"),
        ({"work_items": 12}, "work_items"),
        ({"id": 2}, "id"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_values_are_refused_at_their_field(caller: Caller, body: dict[str, Any], field: str) -> None:
    before = caller.get(PATH).json()
    response = caller.patch(PATH, body)
    assert (response.status_code, response.json()["code"]) == (400, "invalid"), response.content
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert caller.get(PATH).json() == before


def test_of_a_good_and_a_bad_value_neither_is_stored(caller: Caller) -> None:
    assert caller.patch(PATH, {"work_item_hours": 5, "time_zone": "Prague"}).status_code == 400
    assert CompanySettings.load().work_item_hours == 12


def test_who_may(cast: Cast) -> None:
    for user in (cast.agent, cast.supervisor):
        assert Caller(user).get(PATH).status_code == Caller(user).patch(PATH, {}).status_code == 403
    assert Caller(cast.admin).get(PATH).status_code == Caller(cast.admin).patch(PATH, {}).status_code == 200
    reader = with_token(cast.client, "directory:read")
    assert (reader.get(PATH).status_code, reader.patch(PATH, {}).status_code) == (200, 403)


def test_change_is_told_and_kept_in_the_trail(cast: Cast) -> None:
    forget_events()
    Caller(cast.admin).patch(PATH, {"agents_may_change_channels": False})
    (event,) = events("settings.changed")
    assert event.audience == ["everyone"]
    trail = CompanySettings.pgh_event_model.objects.latest("pgh_id")  # type: ignore[attr-defined]  # made at run time
    assert (trail.agents_may_change_channels, trail.pgh_context.metadata["name"]) == (False, "Alex Keller")


def test_switching_routing_on_starts_everybody_afresh(cast: Cast, caller: Caller) -> None:
    online(cast.agent)
    caller.patch(PATH, {"omnichannel_routing": False})
    assert state_of(cast.agent).must_choose is False
    caller.patch(PATH, {"omnichannel_routing": True})
    state = state_of(cast.agent)
    assert (state.status_id, state.must_choose) == (OFFLINE, True)
    assert history_of(cast.agent)[-1].actor.name == "CRM"


@pytest.mark.database
def test_of_two_at_once_neither_undoes_the_other(transactional_db: None, cast: Cast) -> None:
    change = partial(change_company_settings, actor=SYSTEM)
    with followed_by(partial(change, {"work_item_hours": 5})) as late:
        change({"company_name": "Ours"})
    assert isinstance(late.outcome, CompanySettings)
    company = CompanySettings.load()
    assert (company.company_name, company.work_item_hours) == ("Ours", 5)
