"""Two weeks of shifts: what agents chose, when and why, and when they were with contacts."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from contactcenter.demo.company import Company
from contactcenter.demo.skills import CALLBACKS, LANGUAGES
from contactcenter.directory.models import AuxiliaryCode, Site, SkillDefinition, User
from statuses.models import ActivityInterval, AgentState, Status, StatusInterval, WorkItem
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY, Activity, Cause, WorkReason

DAYS = 14
SHIFT = timedelta(hours=8)
ACTIVITY_COLUMNS = ("agent_id", "activity", "skill_id", "skill_name", "started_at", "ended_at")
STATUS_COLUMNS = (
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


class Contacts:
    """Makes up with whom agents spoke while they were online. The same agent always speaks as long."""

    def __init__(self) -> None:
        self.skills = {skill.name: skill for skill in SkillDefinition.objects.all()}
        self.languages = {pk: LANGUAGES[name] for pk, name in Site.objects.values_list("pk", "name")}

    def of(self, agent: User, number: int, changes: Sequence[Change], now: datetime) -> Iterator[Sequence[object]]:
        random = Random(5000 + number)  # noqa: S311 - believable, not secret
        ends = [change.at for change in changes[1:]]
        for change, end in zip(changes, [*ends, now], strict=True):
            at = change.at
            while change.status.pk == ONLINE:
                at += timedelta(seconds=random.randrange(60, 1500))
                length = timedelta(seconds=random.randrange(150, 1100))
                if at + length >= end:
                    break
                yield self._row(agent, random.random(), at, at + length)
                at += length

    def _row(self, agent: User, draw: float, start: datetime, end: datetime) -> Sequence[object]:
        if draw < 0.2:
            activity, name = Activity.OUTBOUND, CALLBACKS
        else:
            activity, name = Activity.ACD, self.languages[agent.site_id or 0] if draw < 0.8 else "English"
        return agent.pk, activity.value, self.skills[name].pk, name, start, end


def create_history(company: Company) -> int:
    """Write finished intervals and present states; return how many intervals."""
    now = timezone.now()
    builtin = Status.objects.in_bulk([OFFLINE, ONLINE, AWAY, TRANSFERS_ONLY])
    states, rows = [], 0

    def lives() -> Iterator[tuple[int, User, list[Change]]]:
        """Made up twice, because nobody wants to hold those of 10,000 agents."""
        for number, agent in enumerate(company.agents):
            yield number, agent, list(Calendar(company, builtin, number, now).changes())

    with connection.cursor() as cursor, cursor.copy(_copy_to(StatusInterval, STATUS_COLUMNS)) as copy:
        for _number, agent, changes in lives():
            for version, (change, following) in enumerate(itertools.pairwise(changes), start=1):
                copy.write_row(_row(agent, version, change, following.at))
                rows += 1
            states.append(_state(agent, len(changes), changes[-1]))
    contacts = Contacts()
    with connection.cursor() as cursor, cursor.copy(_copy_to(ActivityInterval, ACTIVITY_COLUMNS)) as copy:
        for number, agent, changes in lives():
            for row in contacts.of(agent, number, changes, now):
                copy.write_row(row)
    AgentState.objects.bulk_create(states, batch_size=1000)
    WorkItem.objects.bulk_create(_work(states, now), batch_size=1000)
    return rows


def _work(states: Sequence[AgentState], now: datetime) -> Iterator[WorkItem]:
    """Give every fifth agent who is online a chat and two e-mails."""
    for number, state in enumerate(states):
        if state.status_id == ONLINE and number % 5 == 1:
            for minutes, channel in enumerate(("email", "email", "chat"), start=number % 20):
                yield WorkItem(
                    agent=state,
                    channel=channel,
                    external_ref=f"{channel}-{number}-{minutes}",
                    reason=WorkReason.ASSIGNED,
                    added_at=now - timedelta(minutes=minutes),
                )


def _copy_to(model: type[Model], columns: Sequence[str]) -> str:
    return f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"


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
