"""Many callers who want work done at the same moment, on real connections: no unit is given twice, none is lost."""

import itertools
import threading
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from bulkops.models import Operation
from contactcenter.directory.models import Membership, MultimediaProfile, Team, User
from contactcenter.directory.services import deactivate_user, delete_user, save_object, save_user
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.channels import CHANNELS
from statuses.models import AgentState, WorkItem
from statuses.services import (
    Picked,
    enable_agents,
    pick_agent,
    release_work_item,
    set_statuses,
    switch_channel,
)
from statuses.states import AWAY, ONLINE, Cause
from tests.bulkops.support import assert_good, imported
from tests.cast import Cast
from tests.concurrency import followed_by, together
from tests.statuses.support import assert_chain, availability_of, choose, give, online, state_of

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crowd(cast: Cast) -> list[User]:
    """Ten agents of Care with a hundred chats each, all online."""
    return people(cast, 10, chat=100)


def people(cast: Cast, count: int, **units: int) -> list[User]:
    blank = {**dict.fromkeys(CHANNELS, 0), **units}
    rule = save_object(MultimediaProfile(name="Crowd", type="BLENDED", **blank))
    users: list[User] = User.objects.bulk_create(
        User(
            email=f"crowd{number}@example.com",
            first_name=f"Agent {number}",
            password="!",
            profile=cast.agent.profile,
            site=cast.praha,
            desktop_profile=cast.agent.desktop_profile,
            multimedia_profile=rule,
            contact_center_enabled=True,
        )
        for number in range(count)
    )
    Membership.objects.bulk_create(Membership(user=user, team=cast.care) for user in users)
    with transaction.atomic():
        enable_agents([user.pk for user in users], actor=SYSTEM)
    online(*users)
    return users


def drain(channel: str = "chat", **wishes: Any) -> list[Picked]:
    """Take units until there is none left."""
    taken = []
    while (found := pick_agent(channel, **wishes)) is not None:
        taken.append(found)
    return taken


def granted(outcomes: Sequence[Any]) -> list[Picked]:
    failures = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert failures == []
    return [found for outcome in outcomes for found in (outcome if isinstance(outcome, list) else [outcome]) if found]


def assert_counted() -> None:
    """What stands beside the states is what there is, and within the capacity."""
    items = Counter(WorkItem.objects.values_list("agent", "channel"))
    for state in AgentState.objects.all():
        for channel in CHANNELS:
            held = getattr(state, f"{channel}_items")
            assert held == items[state.pk, channel], (state.pk, channel)
            assert held <= getattr(state, f"{channel}_units"), (state.pk, channel)


# --- Units -------------------------------------------------------------------------------------------------------


def test_sixteen_contenders_for_a_thousand_units(crowd: list[User]) -> None:
    found = granted(together(*[drain] * 16))
    assert len(found) == len({one.work_item_id for one in found}) == 1000
    assert Counter(one.agent_id for one in found) == {user.pk: 100 for user in crowd}
    assert_counted()


def test_work_is_spread_while_many_ask(crowd: list[User]) -> None:
    """Most spare capacity goes first: nobody is far ahead of the others."""
    jobs = [partial(lambda: [pick_agent("chat") for _ in range(10)])] * 10
    found = granted(together(*jobs))
    assert len(found) == 100
    shares = Counter(one.agent_id for one in found)
    assert len(shares) == 10
    # a contender may pass over who is being given something at that moment
    assert max(shares.values()) - min(shares.values()) <= 5, shares
    assert_counted()


@pytest.mark.parametrize("units", [1, 3])
def test_fewer_units_than_contenders(cast: Cast, units: int) -> None:
    [agent] = people(cast, 1, chat=units)
    found = granted(together(*[partial(pick_agent, "chat")] * 12))
    assert [one.agent_id for one in found] == [agent.pk] * units
    assert_counted()


def test_last_unit_waits_for_whoever_holds_it(cast: Cast) -> None:
    """Who is being given something is worth waiting for when nobody else is left."""
    [agent] = people(cast, 1, chat=2)
    with followed_by(partial(pick_agent, "chat")) as late:
        assert pick_agent("chat") is not None
    assert late.outcome.agent_id == agent.pk
    assert state_of(agent).chat_items == 2


def test_who_waited_for_the_last_unit_finds_it_gone(cast: Cast) -> None:
    people(cast, 1, chat=1)
    with followed_by(partial(pick_agent, "chat")) as late:
        assert pick_agent("chat") is not None
    assert late.outcome is None
    assert_counted()


def test_who_waited_finds_what_was_given_back(cast: Cast) -> None:
    [agent] = people(cast, 1, chat=1)
    with followed_by(partial(pick_agent, "chat")) as late:
        taken = pick_agent("chat")
        assert taken is not None
        release_work_item(agent.pk, taken.work_item_id)
    assert late.outcome.agent_id == agent.pk
    assert state_of(agent).chat_items == 1


def test_busy_agent_is_passed_over_where_another_is_free(cast: Cast) -> None:
    first, second = people(cast, 2, chat=2)
    with transaction.atomic():
        taken = pick_agent("chat")
        assert taken is not None
        assert taken.agent_id == first.pk
        [found] = together(partial(pick_agent, "chat"))
        assert found.agent_id == second.pk


def test_releases_amid_picks(crowd: list[User]) -> None:
    held = granted([drain()])

    def give_back(part: list[Picked]) -> None:
        for one in part:
            release_work_item(one.agent_id, one.work_item_id)

    backs = [partial(give_back, held[number::50]) for number in range(5)]
    takes = [partial(lambda: [pick_agent("chat") for _ in range(25)])] * 5
    found = granted(together(*backs, *takes))
    assert_counted()
    assert WorkItem.objects.count() == 1000 - 100 + len(found)
    assert WorkItem.objects.count() + len(granted([drain()])) == 1000


@pytest.mark.parametrize("kind", ["BLENDED", "EXCLUSIVE"])
def test_one_agent_from_two_channels(cast: Cast, kind: str) -> None:
    [agent] = people(cast, 1, voice=1, chat=1, email=1)
    MultimediaProfile.objects.filter(users=agent).update(type=kind)
    jobs = [partial(pick_agent, channel) for channel in ("voice", "chat", "email", "chat", "voice", "email")]
    found = granted(together(*jobs))
    assert len(found) == (1 if kind == "EXCLUSIVE" else 3)
    assert_counted()


# --- What changes meanwhile --------------------------------------------------------------------------------------


def test_status_is_set_before_the_pick_has_the_lock(cast: Cast) -> None:
    [agent] = people(cast, 1, chat=2)
    with followed_by(partial(pick_agent, "chat")) as late:
        choose(agent, AWAY)
    assert late.outcome is None
    assert state_of(agent).chat_items == 0


def test_status_is_set_after_the_pick_has_the_lock(cast: Cast) -> None:
    [agent] = people(cast, 1, chat=2)
    with followed_by(partial(choose, agent, AWAY)) as late:
        assert pick_agent("chat") is not None
    assert late.outcome is None
    assert (state_of(agent).status_id, state_of(agent).chat_items) == (AWAY, 1)


def test_channel_is_switched_off_before_the_pick_has_the_lock(cast: Cast) -> None:
    [agent] = people(cast, 1, chat=2)
    with followed_by(partial(pick_agent, "chat")) as late:
        switch_channel(agent.pk, "chat", enabled=False)
    assert late.outcome is None
    assert availability_of(agent).chat_items == 0


def test_capacity_is_taken_before_the_pick_has_the_lock(cast: Cast) -> None:
    [agent] = people(cast, 1, chat=2)
    with followed_by(partial(pick_agent, "chat")) as late:
        User.objects.filter(pk=agent.pk).update(channels=["voice"])
    assert late.outcome is None
    assert_counted()


def test_agent_leaves_before_the_pick_has_the_lock(cast: Cast) -> None:
    [agent] = people(cast, 1, chat=2)
    with followed_by(partial(pick_agent, "chat")) as late:
        deactivate_user(agent, actor=SYSTEM)
    assert late.outcome is None
    assert state_of(agent).chat_items == 0


def test_statuses_amid_picks(crowd: list[User]) -> None:
    ids = [user.pk for user in crowd]
    back_and_forth = [
        partial(set_statuses, ids[number % 2 :], status, actor=SYSTEM, cause=Cause.API)
        for number in range(4)
        for status in (AWAY, ONLINE)
    ]
    takes = [partial(lambda: [pick_agent("chat") for _ in range(20)])] * 8
    outcomes = together(*back_and_forth, *takes)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert_counted()
    for user in crowd:
        assert_chain(user)


def test_changes_of_capacity_amid_picks(crowd: list[User]) -> None:
    """Less than is held is possible; nobody is given more."""
    rule = MultimediaProfile.objects.filter(name="Crowd")
    changes = [partial(rule.update, chat=chat) for chat in (50, 20, 120)]
    together(*[drain] * 6, *changes)
    rule.update(chat=200)
    assert not [one for one in together(drain, drain) if isinstance(one, Exception)]
    assert WorkItem.objects.count() == 2000
    assert_counted()


def test_deletions_amid_picks(crowd: list[User]) -> None:
    going = crowd[:4]
    AgentState.objects.filter(pk__in=[user.pk for user in going]).update(version=1)
    jobs: list[Any] = [partial(lambda: [pick_agent("chat") for _ in range(20)])] * 6
    jobs += [partial(delete_user, user, actor=SYSTEM) for user in going]
    jobs += [partial(deactivate_user, user, actor=SYSTEM) for user in crowd[4:6]]
    outcomes = together(*jobs)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert not AgentState.objects.filter(pk__in=[user.pk for user in going]).exists()
    assert_counted()


def test_moves_between_teams_amid_picks_for_one(cast: Cast, crowd: list[User]) -> None:
    def move(user: User, number: int) -> None:
        save_user(user, teams=[cast.claims] if number % 2 else [cast.claims, cast.care], actor=SYSTEM)

    jobs: list[Any] = [partial(lambda: [pick_agent("chat", team=cast.care.pk) for _ in range(20)])] * 4
    jobs += [partial(move, user, number) for number, user in enumerate(crowd)]
    outcomes = together(*jobs)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert_counted()


# --- Directory and statuses at once ------------------------------------------------------------------------------


def test_import_of_users_amid_statuses(cast: Cast) -> None:
    """The rows of agents are locked in one order, also where an import changes some now and others a moment later."""
    users = people(cast, 200, chat=3)
    by_team, by_profile = users[:100], users[100:]
    User.objects.filter(pk__in=[user.pk for user in by_team]).update(multimedia_profile=None)
    Team.objects.filter(pk=cast.claims.pk).update(multimedia_profile=MultimediaProfile.objects.get(name="Crowd"))
    row = {"User Profile": "Agent", "Contact Center Enabled": "ON", "Site": "Praha", "Desktop Profile": "Standard"}
    rows = [
        *({**row, "Email": user.email, "Teams": "Claims: Praha"} for user in by_team),
        *({**row, "Email": user.email, "Teams": "Care: Praha", "Multimedia Profile": "Blended"} for user in by_profile),
    ]
    done = threading.Event()

    def run_import() -> Operation:
        try:
            return imported("user", rows)
        finally:
            done.set()

    def set_all() -> None:
        for status in itertools.cycle([AWAY, ONLINE]):
            if done.is_set():
                return
            set_statuses([user.pk for user in users], status, actor=SYSTEM, cause=Cause.API)

    operation, *others = together(run_import, set_all, set_all)
    assert others == [None, None]
    assert_good(operation)
    assert {state_of(user).chat_units for user in by_team} == {3}
    assert_counted()


def test_work_given_by_hand_amid_picks(cast: Cast) -> None:
    [agent] = people(cast, 1, chat=20)
    outcomes = together(*[partial(pick_agent, "chat")] * 6, *[partial(give, agent, "chat")] * 4)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert state_of(agent).chat_items == WorkItem.objects.count() == 10
