"""Two weeks of shifts: what agents chose, when, and why."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import connection
from django.utils import timezone

from contactcenter.demo.company import Company
from contactcenter.directory.models import AuxiliaryCode, User
from statuses.models import AgentState, Status, StatusInterval
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY, Cause

DAYS = 14
SHIFT = timedelta(hours=8)
COLUMNS = (
    "agent_id", "version", "status_id", "status_name", "reason_code_id", "reason_code_name", "reason_code_paid",
    "cause", "actor_kind", "actor_id", "actor_name", "note", "started_at", "ended_at",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    at: datetime
    status: Status
    reason: AuxiliaryCode | None = None
    cause: Cause = Cause.AGENT


class Calendar:
    """Makes up the working days of one agent. The same agent always lives the same days."""

    def __init__(self, company: Company, builtin: dict[int, Status], number: int, now: datetime) -> None:
        self.random = Random(1000 + number)  # noqa: S311 - believable, not secret
        self.now = now
        self.codes = company.idle_codes
        self.custom = company.statuses[:-1]  # the last is for some teams only
        # two thirds are in the middle of a shift at the moment the demo is loaded
        start = -self.random.randrange(20, 460) if number // 3 % 3 != 1 else self.random.randrange(60, 600)
        self.first_shift = now - timedelta(days=DAYS) + timedelta(minutes=start)
        self.builtin = builtin

    def changes(self) -> Iterator[Change]:
        for day in range(DAYS + 1):
            start = self.first_shift + timedelta(days=day, minutes=self.random.randrange(-6, 7))
            for change in self._shift(start):
                if change.at < self.now:
                    yield change

    def _shift(self, start: datetime) -> Iterator[Change]:
        end = start + SHIFT + timedelta(minutes=self.random.randrange(-10, 25))
        lunch = start + timedelta(minutes=self.random.randrange(200, 270))
        yield Change(start, self.builtin[ONLINE], cause=Cause.LOGIN)
        at, eaten = start, False
        while True:
            at += timedelta(minutes=self.random.randrange(35, 110))
            if at >= end:
                break
            if at > lunch and not eaten:
                eaten = True
                yield Change(at, self.builtin[AWAY], self.codes[0])
                at += timedelta(minutes=self.random.randrange(28, 42))
            else:
                yield self._something_else(at)
                at += timedelta(minutes=self.random.randrange(5, 45))
            yield Change(at, self.builtin[ONLINE])
        yield Change(max(end, at), self.builtin[OFFLINE], cause=Cause.LOGOUT)

    def _something_else(self, at: datetime) -> Change:
        draw = self.random.random()
        if draw < 0.45:
            return Change(at, self.builtin[AWAY], self.random.choice(self.codes[1:]))
        if draw < 0.55:
            return Change(at, self.builtin[TRANSFERS_ONLY])
        if draw < 0.65:
            return Change(at, self.builtin[AWAY])
        return Change(at, self.random.choice(self.custom))


def create_history(company: Company) -> int:
    """Write finished intervals and present states; return how many intervals."""
    now = timezone.now()
    states: list[AgentState] = []
    builtin = Status.objects.in_bulk([OFFLINE, ONLINE, AWAY, TRANSFERS_ONLY])
    rows = 0
    with connection.cursor() as cursor, cursor.copy(_copy_statement()) as copy:
        for number, agent in enumerate(company.agents):
            changes = list(Calendar(company, builtin, number, now).changes())
            for version, (change, following) in enumerate(itertools.pairwise(changes), start=1):
                copy.write_row(_row(agent, version, change, following.at))
                rows += 1
            states.append(_state(agent, len(changes), changes[-1]))
    AgentState.objects.bulk_create(states, batch_size=1000)
    return rows


def _copy_statement() -> str:
    return f"COPY {StatusInterval._meta.db_table} ({', '.join(COLUMNS)}) FROM STDIN"


def _row(agent: User, version: int, change: Change, end: datetime) -> Sequence[object]:
    reason, status = change.reason, change.status
    named = (reason.pk, reason.name, reason.paid) if reason else (None, "", None)
    who = ("user", agent.pk, agent.name, "")
    return (agent.pk, version, status.pk, status.name, *named, change.cause.value, *who, change.at, end)


def _state(agent: User, version: int, change: Change) -> AgentState:
    status = change.status
    return AgentState(
        agent=agent,
        status=status,
        status_name=status.name,
        **status.channels,
        since=change.at,
        cause=change.cause,
        actor_kind="user",
        actor_id=agent.pk,
        actor_name=agent.name,
        reason_code=change.reason,
        version=version,
    )
