"""What the timeout rules say about a status: pure decisions, for the sweeps and for the pages that explain them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self

from contactcenter.lib.channels import CHANNELS
from statuses.models import AgentState, ChannelStates, Status, TimeoutDefaults, TimeoutRule
from statuses.states import OFFLINE, READINESS

LOST_AFTER: Final = timedelta(seconds=75)  # three pings
WARNING: Final = timedelta(seconds=60)
# An answer to the warning may be on its way: it is stored within a second.
GRACE: Final = timedelta(seconds=2)


@dataclass(frozen=True)
class Rule:
    """What holds for one status, defaults filled in. ``target`` ``None``: the status is kept."""

    after: timedelta
    idle_target: Status | None
    disconnect_target: Status | None
    idle_is_own: bool  # set at the status itself, and so for Offline and for reasons too
    disconnect_is_own: bool


@dataclass(frozen=True)
class Rules:
    """All of them, read at once."""

    idle_enabled: bool
    default: Rule
    own: Mapping[int, Rule]

    @classmethod
    def load(cls) -> Self:
        rows = TimeoutRule.objects.select_related("idle_target", "disconnect_target")
        return cls.made_of(TimeoutDefaults.load(), rows)

    @classmethod
    def made_of(cls, defaults: TimeoutDefaults, rows: Iterable[TimeoutRule]) -> Self:
        """Make them of rows that need not be stored."""
        default = Rule(
            timedelta(minutes=defaults.idle_after_minutes),
            defaults.idle_target,
            defaults.disconnect_target,
            idle_is_own=False,
            disconnect_is_own=False,
        )
        return cls(defaults.idle_enabled, default, {row.pk: _filled(row, default) for row in rows})

    @property
    def targets(self) -> set[int]:
        """The statuses that timeouts lead to."""
        rules = (self.default, *self.own.values())
        found = {target for rule in rules for target in (rule.idle_target, rule.disconnect_target)}
        return {target.pk for target in found if target is not None}

    def of(self, status_id: int) -> Rule:
        return self.own.get(status_id, self.default)

    def idle_target(self, state: AgentState) -> Status | None:
        """Return where the agent goes when idle; ``None`` when nothing would change."""
        rule = self.of(state.status_id)
        if not self.idle_enabled or (_is_left_alone(state) and not rule.idle_is_own):
            return None
        return _other(rule.idle_target, state)

    def disconnect_target(self, state: AgentState) -> Status | None:
        """As ``idle_target``, for an agent whose workspace is lost."""
        rule = self.of(state.status_id)
        if _is_left_alone(state) and not rule.disconnect_is_own:
            return None
        return _other(rule.disconnect_target, state)


def raised(states: ChannelStates, target: ChannelStates) -> list[str]:
    """Return the channels on which the target is more available: with any, a timeout does not lead there."""
    return [name for name in CHANNELS if READINESS[getattr(target, name)] > READINESS[getattr(states, name)]]


def _filled(row: TimeoutRule, default: Rule) -> Rule:
    minutes = row.idle_after_minutes
    idle_is_own = row.idle_keep or row.idle_target is not None
    disconnect_is_own = row.disconnect_keep or row.disconnect_target is not None
    return Rule(
        default.after if minutes is None else timedelta(minutes=minutes),
        row.idle_target if idle_is_own else default.idle_target,
        row.disconnect_target if disconnect_is_own else default.disconnect_target,
        idle_is_own=idle_is_own,
        disconnect_is_own=disconnect_is_own,
    )


def _is_left_alone(state: AgentState) -> bool:
    return state.status_id == OFFLINE or state.reason_code_id is not None


def _other(target: Status | None, state: AgentState) -> Status | None:
    return None if target is None or target.pk == state.status_id else target
