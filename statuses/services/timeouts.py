"""Timeouts: their rules, and the sweeps that apply them.

A sweep reads who is due by index, locks those agents, and decides again on what it finds then; so two sweeps at once,
or an agent who comes back at that moment, do no harm.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from contactcenter.events.audience import EVERYONE, user_token
from contactcenter.events.services import Message, publish, publish_many
from contactcenter.lib.actors import SYSTEM
from statuses.availability import iso
from statuses.models import AgentState, Presence, PresenceClock, Status, TimeoutDefaults, TimeoutRule
from statuses.moves import Choice, LockedAgent, hold_status, lock_agents
from statuses.services.setting import put
from statuses.states import OFFLINE, Cause
from statuses.timeouts import GRACE, LOST_AFTER, WARNING, Rules, raises

logger = logging.getLogger(__name__)

GAP: Final = timedelta(seconds=10)  # without a beat: no web process is up
BATCH: Final = 500  # agents in one transaction
IDLE_WARNING: Final = "idle.warning"


@transaction.atomic
def save_defaults(defaults: TimeoutDefaults) -> TimeoutDefaults:
    """Store the company's timeouts. Raises ``ValidationError`` by field."""
    defaults.pk = 1
    defaults.full_clean()
    defaults.save()
    _look_again()
    return defaults


@transaction.atomic
def save_rule(rule: TimeoutRule) -> TimeoutRule:
    """Store what a status has of its own; with nothing of its own it follows the company again."""
    rule.full_clean()
    if rule.is_empty:
        TimeoutRule.objects.filter(pk=rule.pk).delete()
    elif TimeoutRule.objects.filter(pk=rule.pk).exists():
        rule.save()
    else:
        rule.save(force_insert=True)
    _look_again()
    return rule


def _look_again() -> None:
    """Rules hold at once, for those too who are idle already."""
    Presence.objects.filter(left_at=None).update(check_at=timezone.now())
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
    due: dict[int, list[int]] = defaultdict(list)
    warned: list[Presence] = []
    for presence, state in judge.watched:
        target = judge.idle_target(state)
        if target is None or presence.input_at is None or _is_working(state):
            presence.check_at = presence.warned_at = None  # a new status, or the end of the work, looks again
            continue
        warn_at = presence.input_at + judge.rules.of(state.status_id).after - WARNING
        if now < warn_at:
            presence.check_at, presence.warned_at = warn_at, None
        elif presence.warned_at is None:
            presence.warned_at, presence.check_at = now, now + WARNING + GRACE
            warned.append(presence)
        elif now < presence.warned_at + WARNING + GRACE:
            presence.check_at = presence.warned_at + WARNING + GRACE
        else:
            due[target].append(state.pk)
    Presence.objects.bulk_update([one for one, _state in judge.watched], ["check_at", "warned_at"])
    Presence.objects.filter(pk__in=judge.gone).update(check_at=None)
    publish_many(_warning(presence) for presence in warned)
    return judge.move(due, Cause.IDLE_TIMEOUT)


@transaction.atomic
def _judge_lost(ids: list[int]) -> int:
    judge = Judge(ids)
    still = set(_lost(timezone.now()))
    due: dict[int, list[int]] = defaultdict(list)
    for presence, state in judge.watched:
        if presence.pk in still and (target := judge.disconnect_target(state)) is not None:
            due[target].append(state.pk)
    Presence.objects.filter(pk__in=still).update(watched=False)
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
        return self._checked(state, self.rules.idle_target(state))

    def disconnect_target(self, state: AgentState) -> int | None:
        return self._checked(state, self.rules.disconnect_target(state))

    def move(self, due: dict[int, list[int]], cause: Cause) -> int:
        return sum(
            len(put(ids, Choice(self._usable[target].status, cause, SYSTEM))) for target, ids in sorted(due.items())
        )

    def _checked(self, state: AgentState, target: Status | None) -> int | None:
        """Return the target if the agent may go there. Who has lost the team of the status goes Offline."""
        agent = self._agents[state.pk]
        restricted = self._restricted.get(state.status_id)
        if restricted is not None and restricted.isdisjoint(agent.team_ids):
            return OFFLINE if OFFLINE in self._usable else None
        if target is None or target.pk not in self._usable:
            return None
        if raises(state, target) or not _is_open(self._usable[target.pk].restricted_to, agent):
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


def _warning(presence: Presence) -> Message:
    payload = {
        "agent_id": presence.pk,
        "ends_at": iso(presence.check_at) if presence.check_at else None,
        "input_at": iso(presence.input_at) if presence.input_at else None,
    }
    return Message(IDLE_WARNING, [user_token(presence.pk)], payload)
