"""What an agent can take, held against a plain model: the view, the API's answer, filters, teams and routing agree."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contactcenter.directory.models import MultimediaProfile, User
from contactcenter.directory.services import save_user
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.channels import CHANNELS
from statuses.availability import availability_payload
from statuses.models import AgentState, Availability, PhoneLine, WorkItem
from statuses.services import pick_agent
from statuses.states import ChannelState
from statuses.teams import team_availability
from tests.cast import Cast
from tests.statuses.support import company

some = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@dataclass
class Agent:
    """One agent, as the model sees it."""

    pk: int
    given: dict[str, str]
    profile: dict[str, int]
    channels: list[str]
    switched_on: dict[str, bool]
    items: dict[str, int]
    exclusive: bool
    active: bool
    line: str
    last: int | None  # hours since the last work

    def units(self, channel: str) -> int:
        return self.profile[channel] if channel in self.channels else 0

    def line_ready(self, *, reported: bool) -> bool:
        return self.units("voice") > 0 and self.switched_on["voice"] and (not reported or self.line == "ready")

    def state(self, channel: str, *, reported: bool) -> str:
        if not self.units(channel) or not self.switched_on[channel]:
            return "offline"
        if channel == "voice" and not self.line_ready(reported=reported):
            return "offline"
        return self.given[channel]

    def takes(self, channel: str, *, transfer: bool, reported: bool) -> bool:
        states = {"online", "transfers_only"} if transfer else {"online"}
        busy = self.exclusive and any(self.items.values())
        return (
            self.active
            and not busy
            and self.units(channel) > self.items[channel]
            and self.state(channel, reported=reported) in states
        )

    def rank(self, channel: str) -> tuple[int, float, int]:
        """Most spare capacity, then longest without work."""
        idle_for = float("inf") if self.last is None else self.last
        return self.items[channel] - self.units(channel), -idle_for, self.pk


def each(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict.fromkeys(CHANNELS, values))


AGENT = st.fixed_dictionaries(
    {
        "given": each(st.sampled_from(["online", "online", *ChannelState.values])),
        "profile": st.fixed_dictionaries(
            {"voice": st.integers(0, 1), **dict.fromkeys(CHANNELS[1:], st.integers(0, 4))}
        ),
        "channels": st.sampled_from([list(CHANNELS), list(CHANNELS), ["chat"], ["voice", "email"], []]),
        "switched_on": each(st.sampled_from([True, True, True, False])),
        "items": each(st.sampled_from([0, 0, 0, 1, 2])),
        "exclusive": st.sampled_from([False, False, True]),
        "active": st.sampled_from([True, True, True, False]),
        "line": st.sampled_from(["silent", "ready", "ready", "unavailable", "run out"]),
        "last": st.none() | st.integers(1, 3),
    }
)


class World:
    def __init__(self, cast: Cast) -> None:
        self.users = [cast.agent, cast.teammate, cast.stranger]
        for number, user in enumerate(self.users):
            user.multimedia_profile = MultimediaProfile.objects.create(
                name=f"Of {number}", type="BLENDED", voice=1, chat=1, email=1, social=1
            )
            save_user(user, actor=SYSTEM)

    def become(self, drawn: Iterable[dict[str, Any]]) -> list[Agent]:
        return [self._become(user, Agent(pk=user.pk, **values)) for user, values in zip(self.users, drawn, strict=True)]

    def _become(self, user: User, agent: Agent) -> Agent:
        kind = "EXCLUSIVE" if agent.exclusive else "BLENDED"
        MultimediaProfile.objects.filter(users=user).update(type=kind, **agent.profile)
        User.objects.filter(pk=user.pk).update(channels=agent.channels, is_active=agent.active)
        now = timezone.now()
        WorkItem.objects.bulk_create(
            WorkItem(agent_id=user.pk, channel=channel, reason="manual", added_at=now)
            for channel, count in agent.items.items()
            for _ in range(count)
        )
        AgentState.objects.filter(pk=user.pk).update(
            **agent.given,
            **{f"{channel}_on": is_on for channel, is_on in agent.switched_on.items()},
            assigned_at=None if agent.last is None else now - timedelta(hours=agent.last),
        )
        if agent.line != "silent":
            hours = -1 if agent.line == "run out" else 1
            PhoneLine.objects.create(
                agent_id=user.pk,
                ready=agent.line != "unavailable",
                lease_until=now + timedelta(hours=hours),
                changed_at=now,
                actor_kind="system",
                actor_name="System",
            )
        return agent


def assert_seen(agents: list[Agent], *, reported: bool) -> None:
    rows = Availability.objects.in_bulk()
    assert set(rows) == {agent.pk for agent in agents if agent.active}
    for agent in agents:
        if agent.active:
            assert_row(agent, rows[agent.pk], reported=reported)


def assert_row(agent: Agent, row: Availability, *, reported: bool) -> None:
    states = {channel: agent.state(channel, reported=reported) for channel in CHANNELS}
    assert row.channels == states
    assert row.line_ready == agent.line_ready(reported=reported)
    payload = availability_payload(row)
    told = {
        name: (found["state"], found["capacity"], found["work_items"], found["assigned"], found["enabled"])
        for name, found in payload["channels"].items()
    }
    assert told == {
        name: (
            states[name],
            agent.units(name),
            agent.items[name],
            agent.units(name) > 0,
            agent.units(name) > 0 and agent.switched_on[name],
        )
        for name in CHANNELS
    }
    ready = "ready" if agent.line_ready(reported=reported) else "unavailable"
    assert payload["phone_line"] == (ready if agent.units("voice") else None)


def assert_filtered(agents: list[Agent], channel: str, *, reported: bool) -> None:
    active = [agent for agent in agents if agent.active]
    for state in ChannelState.values:
        found = set(Availability.objects.filter(**{f"{channel}_state": state}).values_list("pk", flat=True))
        assert found == {agent.pk for agent in active if agent.state(channel, reported=reported) == state}
    for units in (0, 1, 2):
        found = set(Availability.objects.with_room(channel, units).values_list("pk", flat=True))
        assert found == {agent.pk for agent in active if agent.units(channel) - agent.items[channel] >= units}


def assert_summed(cast: Cast, agents: list[Agent], *, reported: bool) -> None:
    """Care has the first two of them."""
    members = [agent for agent in agents[:2] if agent.active]
    [care] = team_availability([cast.care])
    assert care["agents"] == len(members)
    for channel, numbers in care["channels"].items():
        states = [agent.state(channel, reported=reported) for agent in members]
        assert numbers == {
            **{state: states.count(state) for state in ChannelState.values},
            "work_items": sum(agent.items[channel] for agent in members),
            "capacity": sum(agent.units(channel) for agent in members),
        }


def assert_routed(agents: list[Agent], channel: str, *, transfer: bool, reported: bool) -> None:
    """Until nobody can take more, the next one is whom the model says."""
    while True:
        free = [agent for agent in agents if agent.takes(channel, transfer=transfer, reported=reported)]
        picked = pick_agent(channel, transfer=transfer)
        if not free:
            assert picked is None
            return
        expected = min(free, key=lambda agent: agent.rank(channel))
        assert picked is not None
        assert picked.agent_id == expected.pk
        expected.items[channel] += 1
        for agent in agents:  # everybody else has waited longer now
            agent.last = agent.last if agent.last is None else agent.last + 1
        expected.last = 0


def test_everything_agrees_with_the_model(cast: Cast) -> None:
    world = World(cast)

    @some
    @given(
        drawn=st.lists(AGENT, min_size=3, max_size=3),
        reported=st.booleans(),
        channel=st.sampled_from(CHANNELS),
        transfer=st.booleans(),
    )
    def check(drawn: list[dict[str, Any]], reported: bool, channel: str, transfer: bool) -> None:
        with transaction.atomic():
            company(phone_lines_reported=reported)
            agents = world.become(drawn)
            assert_seen(agents, reported=reported)
            assert_filtered(agents, channel, reported=reported)
            assert_summed(cast, agents, reported=reported)
            assert_routed(agents, channel, transfer=transfer, reported=reported)
            assert_seen(agents, reported=reported)
            transaction.set_rollback(True)

    check()
