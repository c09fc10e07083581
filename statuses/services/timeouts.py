"""Timeouts: their rules, and the sweeps that apply them.

A sweep reads who is due by index, locks those agents, and decides again on what it finds then; so two sweeps at once,
or an agent who comes back at that moment, do no harm.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from django.db import transaction
from django.utils import timezone

from contactcenter.events.audience import EVERYONE, user_token
from contactcenter.events.services import Message, publish, publish_many
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import NotFound
from statuses.availability import iso
from statuses.models import AgentState, Presence, PresenceClock, Status, StatusInterval, TimeoutDefaults, TimeoutRule
from statuses.moves import Choice, LockedAgent, hold_status, lock_agents
from statuses.presence import look_at_everybody, publish_idle_over
from statuses.services.setting import put
from statuses.states import OFFLINE, Cause
from statuses.timeouts import GRACE, LOST_AFTER, WARNING, Rule, Rules, raised

logger = logging.getLogger(__name__)

GAP: Final = timedelta(seconds=10)  # without a beat: no web process is up
BATCH: Final = 500  # agents in one transaction
IDLE_WARNING: Final = "idle.warning"

Due = dict[tuple[int, int], list[int]]  # where agents go, and after how many idle minutes → who


def save_defaults(defaults: TimeoutDefaults) -> TimeoutDefaults:
    """Store the company's timeouts. Raises ``ValidationError`` by field."""
    save_timeouts(defaults)
    return defaults


def save_rule(rule: TimeoutRule) -> TimeoutRule:
    """Store what a status has of its own; with nothing of its own it follows the company again.

    Raises ``NotFound`` when the status is gone, and ``ValidationError`` by field.
    """
    save_timeouts(None, [rule])
    return rule


@transaction.atomic
def save_timeouts(defaults: TimeoutDefaults | None, rules: Collection[TimeoutRule] = ()) -> None:
    """Store the company's timeouts and those of statuses together; they hold at once."""
    lock_defaults()
    _hold_statuses(defaults, rules)
    if defaults is not None:
        defaults.pk = 1
        defaults.full_clean()
        defaults.save()
    for rule in rules:
        _store_rule(rule)
    look_again()


def lock_defaults() -> None:
    """Have two who change timeouts, or delete what these lead to, follow one another."""
    TimeoutDefaults.objects.select_for_update().get(pk=1)


def _hold_statuses(defaults: TimeoutDefaults | None, rules: Collection[TimeoutRule]) -> None:
    """Have no status deleted before the timeouts are stored. Whether a target is one is found out by validation."""
    owners = {rule.pk for rule in rules}
    # two who give a status its first rule wait for one another here
    if len(Status.objects.select_for_update(no_key=True).filter(pk__in=owners).order_by("pk")) < len(owners):
        raise NotFound
    rows: list[TimeoutRule | TimeoutDefaults] = [*rules, *filter(None, [defaults])]
    for status_id in sorted({pk for row in rows for pk in (row.idle_target_id, row.disconnect_target_id) if pk}):
        hold_status(status_id)


def _store_rule(rule: TimeoutRule) -> None:
    rule._state.adding = not TimeoutRule.objects.filter(pk=rule.pk).exists()
    rule.full_clean()
    if rule.is_empty:
        TimeoutRule.objects.filter(pk=rule.pk).delete()
    else:
        rule.save(force_insert=rule._state.adding)


def forget_target(status: Status) -> bool:
    """Let go of a status that is being deleted: its rules follow the company again, the company keeps statuses.

    Return whether any rule led there. To be called before agents are locked, as whoever stores rules does.
    """
    changed = 0
    for model in (TimeoutDefaults, TimeoutRule):
        for name in ("idle_target", "disconnect_target"):
            changed += model._default_manager.filter(**{name: status}).update(**{name: None})
    return changed > 0


def look_again() -> None:
    """Rules hold at once, for those too who are idle already. To be called after agents are locked, not moved yet."""
    look_at_everybody()
    publish("timeouts.changed", audience=[EVERYONE], payload={})


# --- Sweeps ------------------------------------------------------------------------------------------------------


def sweep_idle() -> int:
    """Warn agents who are about to be idle, and move those who are; return how many were moved."""
    moved = 0
    while ids := _due_for_a_look():
        moved += _judge_idle(ids)
        if len(ids) < BATCH:
            break
    return moved


def sweep_lost() -> int:
    """Apply the rule for disconnection to agents whose workspace is gone; return how many were moved."""
    moved = 0
    while ids := _lost(timezone.now()):
        moved += _judge_lost(ids)
        if len(ids) < BATCH:
            break
    return moved


def _due_for_a_look() -> list[int]:
    due = Presence.objects.filter(check_at__lte=timezone.now()).order_by("check_at")
    return list(due.values_list("pk", flat=True)[:BATCH])


def _lost(now: datetime) -> list[int]:
    """Return whose last sign of life is too old, as long as there are web processes to hear one."""
    clock = PresenceClock.objects.get(pk=1)
    if clock.up_since > now - LOST_AFTER or clock.beat_at < now - GAP:
        return []
    lost = Presence.objects.filter(watched=True, seen_at__lt=now - LOST_AFTER).order_by("seen_at")
    return list(lost.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _judge_idle(ids: list[int]) -> int:
    judge = Judge(ids)
    now = timezone.now()
    due: Due = defaultdict(list)
    warned: list[Message] = []
    still_due = [(one, state) for one, state in judge.watched if one.check_at is not None and one.check_at <= now]
    warned_before = {one.pk for one, _state in still_due if one.warned_at is not None}
    for presence, state in still_due:
        target, rule = judge.idle_target(state), judge.rules.of(state.status_id)
        if target is None:
            presence.check_at, presence.warned_at = judge.next_look(state, now), None
        elif _has_waited(presence, state, rule, now):
            due[target, rule.after // timedelta(minutes=1)].append(state.pk)
        elif presence.warned_at is not None and presence.pk not in warned_before:
            warned.append(_warning(presence, presence.warned_at, judge.status(target)))
    presences = [one for one, _state in still_due]
    Presence.objects.bulk_update(presences, ["check_at", "warned_at"])
    Presence.objects.filter(pk__in=judge.gone).update(check_at=None)
    publish_many(warned)
    publish_idle_over(one.pk for one in presences if one.warned_at is None and one.pk in warned_before)
    return judge.move(due, Cause.IDLE_TIMEOUT)


def _has_waited(presence: Presence, state: AgentState, rule: Rule, now: datetime) -> bool:
    """Whether the agent is idle, has been warned, and has let the warning pass; if not, say when to look again."""
    if presence.input_at is None or _is_working(state):
        presence.check_at = presence.warned_at = None  # the first input, or the end of the work, looks again
        return False
    warn_at = presence.input_at + rule.after - WARNING
    if now < warn_at:
        presence.check_at, presence.warned_at = warn_at, None
        return False
    if presence.warned_at is None:
        presence.warned_at = now
    presence.check_at = presence.warned_at + WARNING + GRACE
    return presence.check_at <= now


@transaction.atomic
def _judge_lost(ids: list[int]) -> int:
    judge = Judge(ids)
    seen_before = timezone.now() - LOST_AFTER
    lost = [(one, state) for one, state in judge.watched if one.watched and one.seen_at and one.seen_at < seen_before]
    due: Due = defaultdict(list)
    for _presence, state in lost:
        if (target := judge.disconnect_target(state)) is not None:
            due[target, 0].append(state.pk)
    Presence.objects.filter(pk__in=[*judge.gone, *(one.pk for one, _state in lost)]).update(watched=False)
    return judge.move(due, Cause.DISCONNECTED)


class Judge:
    """The agents of one batch, locked, with all that decides about them."""

    def __init__(self, ids: Iterable[int]) -> None:
        self.rules = Rules.load()
        held = {pk: hold_status(pk) for pk in sorted(self.rules.targets | {OFFLINE})}
        self._usable = {pk: one for pk, one in held.items() if one is not None and one.routing}
        self._agents = lock_agents(ids)
        states = AgentState.objects.in_bulk(self._agents)
        presences = Presence.objects.filter(pk__in=ids).order_by("pk").select_for_update()
        rows = [(one, states.get(one.pk)) for one in presences]
        self.watched = [(one, state) for one, state in rows if state is not None]
        self.gone = [one.pk for one, state in rows if state is None]  # no agents any more
        self._restricted = _restricted({state.status_id for state in states.values()})

    def idle_target(self, state: AgentState) -> int | None:
        if not self.rules.idle_enabled:
            return None
        target = self._checked(state, self.rules.idle_target(state))
        return None if (state.pk, target) in self._left_idle else target

    @cached_property
    def _left_idle(self) -> set[tuple[int, int]]:
        """What the idleness that lasts made agents leave: rules may lead in a circle, but not for ever."""
        idle = [(one.input_at, state) for one, state in self.watched if one.input_at is not None]
        since = {state.pk: input_at for input_at, state in idle if state.cause == Cause.IDLE_TIMEOUT}
        if not since:
            return set()
        left = StatusInterval.objects.filter(agent__in=since, ended_at__gt=min(since.values()))
        rows = list(left.values_list("agent", "version", "status_id", "cause", "ended_at"))
        causes = {(agent, version): cause for agent, version, _status, cause, _ended_at in rows}
        causes |= {(state.pk, state.version): state.cause for _input_at, state in idle}
        return {
            (agent, status)
            for agent, version, status, _cause, ended_at in rows
            if ended_at > since[agent] and causes.get((agent, version + 1)) == Cause.IDLE_TIMEOUT
        }

    def disconnect_target(self, state: AgentState) -> int | None:
        return self._checked(state, self.rules.disconnect_target(state))

    def next_look(self, state: AgentState, now: datetime) -> datetime | None:
        """Nothing would come of it now; what stands in the way (teams, another status's states) may go unheard."""
        if not self.rules.idle_enabled or state.status_id == OFFLINE:
            return None
        return now + self.rules.of(state.status_id).after

    def status(self, target: int) -> Status:
        return self._usable[target].status

    def move(self, due: Due, cause: Cause) -> int:
        return sum(
            len(put(ids, Choice(self.status(target), cause, SYSTEM, idle_minutes=minutes)))
            for (target, minutes), ids in sorted(due.items())
        )

    def _checked(self, state: AgentState, target: Status | None) -> int | None:
        """Return the target if the agent may go there. Who has lost the team of the status goes Offline."""
        agent = self._agents[state.pk]
        restricted = self._restricted.get(state.status_id)
        if restricted is not None and restricted.isdisjoint(agent.team_ids):
            return OFFLINE if OFFLINE in self._usable else None
        if target is None or target.pk not in self._usable:
            return None
        if raised(state, target) or not _is_open(self._usable[target.pk].restricted_to, agent):
            logger.info(
                "The timeout of “%s” does not set agent %d to “%s”: it is more available, or for other teams.",
                state.status_name,
                state.pk,
                target.name,
            )
            return None
        return target.pk


def _is_open(restricted_to: frozenset[int], agent: LockedAgent) -> bool:
    return not restricted_to or not restricted_to.isdisjoint(agent.team_ids)


def _restricted(status_ids: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    through = Status.teams.through.objects.filter(status__in=status_ids)
    for status_id, team_id in through.values_list("status", "team"):
        found[status_id].add(team_id)
    return found


def _is_working(state: AgentState) -> bool:
    return bool(state.voice_items or state.chat_items or state.email_items or state.social_items)


def _warning(presence: Presence, warned_at: datetime, target: Status) -> Message:
    payload = {
        "agent_id": presence.pk,
        "ends_at": iso(warned_at + WARNING),
        "input_at": iso(presence.input_at) if presence.input_at else None,
        "status": {"id": target.pk, "name": target.name},
    }
    return Message(IDLE_WARNING, [user_token(presence.pk)], payload)
