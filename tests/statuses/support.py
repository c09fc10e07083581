"""What tests of statuses do again and again."""

from collections.abc import Sequence
from typing import Any

from contactcenter.directory.models import CompanySettings, Team, User
from contactcenter.events.models import Event
from contactcenter.lib.actors import SYSTEM
from statuses import services
from statuses.models import AgentState, Availability, HistoryEntry, Status, WorkItem
from statuses.states import ONLINE, Cause

BACK_OFFICE = {"voice": "offline", "chat": "offline", "email": "online", "social": "offline"}


def create_status(name: str = "Back office", *, teams: Sequence[Team] = (), **states: str) -> Status:
    return services.save_status(Status(name=name, **{**BACK_OFFICE, **states}), teams=teams)


def choose(agent: User, status: int, **values: Any) -> None:
    """The agent sets an own status."""
    services.set_status(agent.pk, status, **{"actor": agent.actor, "cause": Cause.AGENT, **values})


def online(*agents: User) -> None:
    services.set_statuses([agent.pk for agent in agents], ONLINE, actor=SYSTEM, cause=Cause.API)


def company(**values: Any) -> None:
    CompanySettings.objects.update(**values)


def availability_of(agent: User) -> Availability:
    return Availability.objects.get(pk=agent.pk)


def give(agent: User, channel: str, count: int = 1) -> list[WorkItem]:
    """Give the agent work by hand."""
    return [services.add_work_item(agent.pk, channel) for _ in range(count)]


def state_of(agent: User) -> AgentState:
    return AgentState.objects.get(pk=agent.pk)


def history_of(agent: User) -> list[HistoryEntry]:
    """Oldest first."""
    return list(HistoryEntry.objects.filter(agent=agent.pk).order_by("version"))


def assert_chain(agent: User) -> None:
    """Versions run from 1 without gaps, each interval ends where the next begins, and only the last is open."""
    entries = history_of(agent)
    assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.ended_at for entry in entries[:-1]] == [entry.started_at for entry in entries[1:]]
    assert entries[-1].ended_at is None
    assert entries[-1].version == state_of(agent).version


def events(*kinds: str) -> list[Event]:
    return list(Event.objects.filter(kind__in=kinds).order_by("pk"))


def forget_events() -> None:
    Event.objects.all().delete()


def delete(status: Status) -> int:
    return services.delete_status(status.pk, actor=SYSTEM)
