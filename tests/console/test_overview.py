"""The overview: how much could be routed now."""

import re

import pytest

from contactcenter.directory.models import MultimediaProfile
from contactcenter.directory.services import save_object, save_user
from contactcenter.lib.actors import SYSTEM
from statuses.services import add_work_item, switch_channel
from statuses.states import AWAY, ONLINE
from tests.cast import Cast
from tests.console.support import Console, text_of
from tests.statuses.support import choose


def spare(console: Console) -> dict[str, tuple[int, int]]:
    """How many agents have how many units to spare."""
    found = re.findall(r"(Voice|Chat|E-mail|Social) (\d+) with (\d+) agents?", text_of(console.get("")))
    return {channel: (int(agents), int(units)) for channel, units, agents in found}


@pytest.fixture(autouse=True)
def _statuses(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    choose(cast.teammate, AWAY)  # e-mail online
    choose(cast.stranger, ONLINE)


def test_only_what_could_be_routed_counts(admin: Console, cast: Cast) -> None:
    assert spare(admin) == {"Voice": (2, 2), "Chat": (2, 6), "E-mail": (3, 30), "Social": (2, 10)}
    for _number in range(4):
        add_work_item(cast.agent.pk, "chat")  # over the capacity, which takes nothing from others
    switch_channel(cast.stranger.pk, "social", enabled=False)
    assert spare(admin) == {"Voice": (2, 2), "Chat": (1, 3), "E-mail": (3, 30), "Social": (1, 5)}


def test_who_works_on_one_channel_at_a_time_has_nothing_to_spare(admin: Console, cast: Cast) -> None:
    one = MultimediaProfile(name="One at a time", type="EXCLUSIVE", voice=1, chat=1, email=1, social=1)
    cast.agent.multimedia_profile = save_object(one)
    save_user(cast.agent, teams=[cast.care], actor=SYSTEM)
    assert spare(admin)["Voice"] == (2, 2)
    add_work_item(cast.agent.pk, "email")
    assert spare(admin)["Voice"] == (1, 1)


def test_supervisor_sees_the_own_agents(supervisor: Console, cast: Cast) -> None:
    assert spare(supervisor)["Voice"] == (1, 1)


def test_where_nobody_is_free_the_tile_says_so(admin: Console, cast: Cast) -> None:
    for agent in (cast.agent, cast.stranger):
        choose(agent, AWAY)
    page = text_of(admin.get(""))
    assert "Voice warning nobody is free" in page
    assert "E-mail 30 with 3 agents" in page
