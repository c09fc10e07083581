"""Teams, which Zendesk calls groups."""

from typing import Any

import pytest

from contactcenter.directory.services import deactivate_user
from contactcenter.lib.actors import SYSTEM
from statuses.states import OFFLINE
from tests.cast import Cast
from tests.statuses.support import choose, create_status
from tests.statuses.zendesk.support import (
    Zendesk,
    error_of,
)


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
