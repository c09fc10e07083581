"""What tests of statuses do again and again."""

from collections.abc import Sequence
from typing import Any

from contactcenter.directory.models import Team, User
from contactcenter.events.models import Event
from contactcenter.lib.actors import SYSTEM
from statuses import services
from statuses.models import AgentState, HistoryEntry, Status
from statuses.states import Cause

BACK_OFFICE = {"voice": "offline", "chat": "offline", "email": "online", "social": "offline"}


def create_status(name: str = "Back office", *, teams: Sequence[Team] = (), **states: str) -> Status:
    return services.save_status(Status(name=name, **{**BACK_OFFICE, **states}), teams=teams)


def choose(agent: User, status: int, **values: Any) -> None:
    """The agent sets an own status."""
    services.set_status(agent.pk, status, **{"actor": agent.actor, "cause": Cause.AGENT, **values})


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
