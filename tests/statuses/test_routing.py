"""Who gets the next piece of work."""

from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contactcenter.directory.models import MultimediaProfile, ProfileSkill, User
from contactcenter.directory.services import deactivate_user, save_object, save_user
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.channels import CHANNELS
from statuses.models import Availability, WorkItem
from statuses.services import (
    pick_agent,
    release_work_item,
    report_phone_line,
    switch_channel,
)
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY
from tests.cast import Cast
from tests.statuses.support import (
    availability_of,
    choose,
    company,
    create_status,
    events,
    forget_events,
    give,
    online,
    state_of,
)
from tests.statuses.test_availability import capacity, profile, skills


def picked(channel: str = "chat", times: int = 1, **wishes: Any) -> list[int | None]:
    found = [pick_agent(channel, **wishes) for _ in range(times)]
    return [one.agent_id if one else None for one in found]


@pytest.fixture
def everybody(cast: Cast) -> tuple[int, int, int]:
    """All online; ids grow in this order."""
    online(cast.agent, cast.teammate, cast.stranger)
    return cast.agent.pk, cast.teammate.pk, cast.stranger.pk


# --- In which order ----------------------------------------------------------------------------------------------


def test_work_is_spread_until_nobody_can_take_more(everybody: tuple[int, int, int]) -> None:
    """All have three units: everybody's first, then everybody's second, and so on."""
    assert picked(times=10) == [*everybody * 3, None]
    assert WorkItem.objects.count() == 9


def test_most_spare_capacity_goes_first(cast: Cast, everybody: tuple[int, int, int]) -> None:
    cast.teammate.multimedia_profile = capacity(chat=5)
    save_user(cast.teammate, actor=SYSTEM)
    give(cast.agent, "chat")  # two left
    jana, petr, hugo = everybody
    assert picked(times=6) == [petr, petr, hugo, petr, jana, hugo]


def test_spare_units_count_and_not_their_share(cast: Cast, everybody: tuple[int, int, int]) -> None:
    cast.teammate.multimedia_profile = capacity(chat=100)
    save_user(cast.teammate, actor=SYSTEM)
    give(cast.teammate, "chat", 96)  # four left of a hundred, before three of three
    assert picked() == [cast.teammate.pk]


def test_longest_without_work_goes_first_among_equals(cast: Cast, everybody: tuple[int, int, int]) -> None:
    jana, petr, hugo = everybody
    items = [give(agent, "chat")[0] for agent in (cast.stranger, cast.agent, cast.teammate)]
    for item in items:
        release_work_item(item.agent_id, item.pk)
    assert picked(times=3) == [hugo, jana, petr]


def test_who_never_had_work_goes_before_who_had(cast: Cast, everybody: tuple[int, int, int]) -> None:
    jana, petr, hugo = everybody
    item = give(cast.agent, "email")[0]  # work on any channel counts
    release_work_item(jana, item.pk)
    assert picked(times=3) == [petr, hugo, jana]


def test_released_unit_is_given_again(cast: Cast, everybody: tuple[int, int, int]) -> None:
    taken = [pick_agent("voice") for _ in range(3)]
    assert pick_agent("voice") is None
    assert taken[1] is not None
    release_work_item(taken[1].agent_id, taken[1].work_item_id)
    assert picked("voice", 2) == [everybody[1], None]


# --- Who can take it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "plain", "transfer"),
    [(ONLINE, True, True), (TRANSFERS_ONLY, False, True), (AWAY, False, False), (OFFLINE, False, False)],
)
def test_status_decides(cast: Cast, status: int, plain: bool, transfer: bool) -> None:
    choose(cast.agent, status)
    assert picked() == [cast.agent.pk if plain else None]
    assert picked(transfer=True) == [cast.agent.pk if transfer else None]


def test_each_channel_has_a_state_of_its_own(cast: Cast) -> None:
    choose(cast.agent, AWAY)  # still receives e-mail
    assert [picked(channel) for channel in CHANNELS] == [[None], [None], [cast.agent.pk], [None]]
    choose(cast.agent, create_status("Escalations", voice="transfers_only", chat="online").pk)
    assert [picked(channel, transfer=True)[0] is not None for channel in CHANNELS] == [True, True, True, False]


def test_status_counts_as_it_was_chosen(cast: Cast) -> None:
    status = create_status("Chats", chat="online")
    choose(cast.agent, status.pk)
    status.chat = "away"
    status.save()
    assert picked() == [cast.agent.pk]


def test_transfers_go_to_whoever_has_most_room(cast: Cast) -> None:
    choose(cast.agent, TRANSFERS_ONLY)
    online(cast.teammate)
    give(cast.teammate, "chat")
    assert picked(transfer=True) == [cast.agent.pk]


def test_switched_off(cast: Cast, everybody: tuple[int, int, int]) -> None:
    switch_channel(cast.agent.pk, "chat", enabled=False)
    assert cast.agent.pk not in picked(times=6)
    assert picked("email") == [cast.agent.pk]
    switch_channel(cast.agent.pk, "chat", enabled=True)
    assert picked() == [cast.agent.pk]


def test_without_capacity(cast: Cast, everybody: tuple[int, int, int]) -> None:
    cast.agent.channels = ["voice"]
    save_user(cast.agent, actor=SYSTEM)
    assert cast.agent.pk not in picked(times=6)


def test_more_work_than_capacity(cast: Cast) -> None:
    online(cast.agent)
    give(cast.agent, "chat", 4)
    assert picked() == [None]


def test_phone_lines(cast: Cast, everybody: tuple[int, int, int]) -> None:
    company(phone_lines_reported=True)
    assert picked("voice") == [None]
    assert picked("chat") == [everybody[0]]
    report_phone_line(cast.stranger.pk, ready=True, actor=SYSTEM)
    report_phone_line(cast.agent.pk, ready=False, actor=SYSTEM)
    assert picked("voice", 2) == [cast.stranger.pk, None]


def test_who_left(cast: Cast, everybody: tuple[int, int, int]) -> None:
    User.objects.filter(pk=cast.agent.pk).update(is_active=False)  # whatever the status still says
    User.objects.filter(pk=cast.teammate.pk).update(contact_center_enabled=False)
    assert picked(times=2) == [cast.stranger.pk] * 2
    deactivate_user(cast.stranger, actor=SYSTEM)
    assert picked() == [None]


def test_nobody_at_all(db: None) -> None:
    assert picked() == [None]


# --- Who is asked for --------------------------------------------------------------------------------------------


def test_team(cast: Cast, everybody: tuple[int, int, int]) -> None:
    jana, petr, hugo = everybody
    assert picked(times=3, team=cast.care.pk) == [jana, petr, jana]
    assert picked(team=cast.claims.pk) == [petr]
    assert picked(team=cast.sales.pk) == [hugo]
    assert picked(team=999_999) == [None]


def test_exclude(cast: Cast, everybody: tuple[int, int, int]) -> None:
    jana, petr, hugo = everybody
    assert picked(exclude=[jana]) == [petr]
    assert picked(exclude={jana, petr}) == [hugo]
    assert picked(exclude=iter([jana, petr, hugo])) == [None]
    assert picked(exclude=[999_999]) == [jana]


def test_agent(cast: Cast, everybody: tuple[int, int, int]) -> None:
    hugo = everybody[2]
    assert picked(times=4, agent=hugo) == [hugo, hugo, hugo, None]
    assert picked(agent=hugo, exclude=[hugo]) == [None]
    assert picked("email", agent=hugo, team=cast.care.pk) == [None]
    assert picked(agent=999_999) == [None]


# --- Skills ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "value", "has"),
    [
        (0, "True", True),
        (0, "False", False),
        (1, "0", False),
        (1, "1", True),
        (1, "10", True),
        (2, "cs", True),
        (2, "cs|en", True),
        (3, "anything", True),
    ],
)
def test_skill_kinds(cast: Cast, everybody: tuple[int, int, int], number: int, value: str, has: bool) -> None:
    skill = skills(cast)[number]
    profile(cast.stranger, {skill: value})
    assert picked(skill=skill.pk) == [cast.stranger.pk if has else None]
    assert Availability.objects.with_skill(skill.pk).exists() is has  # the API's filter says the same


def test_skills_are_those_of_the_profile_that_counts(cast: Cast, everybody: tuple[int, int, int]) -> None:
    skill, *_others = skills(cast)
    profile(cast.stranger, {skill: "True"})
    cast.care.skill_profile = cast.stranger.skill_profile
    save_object(cast.care)
    assert picked(times=4, skill=skill.pk) == [*everybody, everybody[0]]
    profile(cast.agent, {})  # its own has none
    assert cast.agent.pk not in picked(times=4, skill=skill.pk)


def test_skill_that_is_changed(cast: Cast, everybody: tuple[int, int, int]) -> None:
    _yes, level, *_others = skills(cast)
    profile(cast.agent, {level: "3"})
    assert picked(skill=level.pk) == [cast.agent.pk]
    ProfileSkill.objects.filter(skill=level).update(skill_value="0")
    assert picked(skill=level.pk) == [None]
    assert picked(skill=999_999) == [None]


def test_skill_and_everything_else(cast: Cast, everybody: tuple[int, int, int]) -> None:
    skill, *_others = skills(cast)
    for agent in (cast.agent, cast.stranger):
        profile(agent, {skill: "True"})
    wishes: dict[str, Any] = {"skill": skill.pk, "team": cast.care.pk}
    assert picked(**wishes) == [cast.agent.pk]
    assert picked(**wishes, exclude=[cast.agent.pk]) == [None]
    assert picked(**wishes, agent=cast.stranger.pk) == [None]


# --- One channel at a time ---------------------------------------------------------------------------------------


@pytest.fixture
def one_at_a_time(cast: Cast) -> User:
    cast.agent.multimedia_profile = save_object(
        MultimediaProfile(name="One", type="EXCLUSIVE", voice=1, chat=1, email=1, social=1)
    )
    save_user(cast.agent, actor=SYSTEM)
    online(cast.agent)
    return cast.agent


@pytest.mark.parametrize("busy", CHANNELS)
def test_exclusive_agents_work_on_one_channel(one_at_a_time: User, busy: str) -> None:
    taken = pick_agent(busy)
    assert taken is not None
    assert [picked(channel) for channel in CHANNELS] == [[None]] * 4
    release_work_item(one_at_a_time.pk, taken.work_item_id)
    assert picked(next(channel for channel in CHANNELS if channel != busy)) == [one_at_a_time.pk]


def test_exclusive_agents_can_be_given_more_by_hand(one_at_a_time: User) -> None:
    give(one_at_a_time, "chat")
    give(one_at_a_time, "email")
    assert picked("voice") == [None]
    assert set(availability_of(one_at_a_time).channels.values()) == {"online"}  # ready, and busy


# --- What it leaves behind ---------------------------------------------------------------------------------------


def test_work_item_tells_how_it_came(cast: Cast) -> None:
    online(cast.agent)
    for transfer, reason in ((False, "assigned"), (True, "transferred")):
        found = pick_agent("email", transfer=transfer, external_ref="call-7")
        assert found is not None
        item = WorkItem.objects.get(pk=found.work_item_id)
        assert (item.agent_id, item.channel, item.reason, item.external_ref) == (
            cast.agent.pk,
            "email",
            reason,
            "call-7",
        )
        assert state_of(cast.agent).assigned_at == item.added_at


def test_reservation_is_told(cast: Cast) -> None:
    online(cast.teammate)
    forget_events()
    pick_agent("chat")
    (event,) = events("availability.changed")
    teams = {f"team:{cast.care.pk}", f"team:{cast.claims.pk}"}
    assert set(event.audience) == {"all-teams", *teams, f"user:{cast.teammate.pk}"}
    assert event.payload == {"agent_id": cast.teammate.pk, "what": "work"}


def test_nothing_is_left_where_nobody_was_found(cast: Cast) -> None:
    forget_events()
    assert pick_agent("chat") is None
    assert not WorkItem.objects.exists()
    assert events("availability.changed") == []


def test_version_and_history_stay(cast: Cast) -> None:
    online(cast.agent)
    before = state_of(cast.agent)
    pick_agent("chat")
    after = state_of(cast.agent)
    assert (after.version, after.since, after.status_id) == (before.version, before.since, ONLINE)


def test_cost_does_not_grow_with_what_is_asked(cast: Cast, everybody: tuple[int, int, int]) -> None:
    counts = []
    ask = partial(pick_agent, "email")
    for job in (ask, partial(ask, team=cast.care.pk, exclude=[cast.agent.pk], transfer=True)):
        with CaptureQueriesContext(connection) as captured:
            assert job() is not None
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 4  # with the event, around a savepoint
