"""What a report says of one agent, team or day: whole seconds that add up, and names."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, TypeVar

from contactcenter.directory.models import AuxiliaryCode
from statuses.models import Status, StatusInterval
from statuses.reports.sums import Kind, Micros, Plan
from statuses.states import Activity

K = TypeVar("K")
SECOND: Final = 1_000_000


@dataclass(frozen=True)
class Group:
    """Whose time, or that of which day."""

    kind: str
    name: str
    id: int | None = None
    day: date | None = None


@dataclass(frozen=True)
class Row:
    """Whole seconds. Those of statuses and reasons add up to the total, and so do those of activities."""

    group: Group
    spent: Mapping[Kind, int]
    activities: Mapping[str, int]

    @cached_property
    def seconds(self) -> int:
        return sum(self.spent.values())

    @cached_property
    def statuses(self) -> dict[int, int]:
        found: dict[int, int] = defaultdict(int)
        for kind, seconds in self.spent.items():
            found[kind.status_id] += seconds
        return dict(sorted(found.items()))

    @cached_property
    def reasons(self) -> dict[tuple[int, bool], int]:
        """By code, and whether it was paid; a code that became the other stands here twice."""
        found: dict[tuple[int, bool], int] = defaultdict(int)
        for kind, seconds in self.spent.items():
            if kind.reason_id:
                found[kind.reason_id, kind.paid] += seconds
        return dict(sorted(found.items()))

    @property
    def paid_seconds(self) -> int:
        return sum(seconds for (_code, paid), seconds in self.reasons.items() if paid)

    @property
    def unpaid_seconds(self) -> int:
        return sum(seconds for (_code, paid), seconds in self.reasons.items() if not paid)


@dataclass(frozen=True)
class Names:
    """What statuses and codes are called: now, where they still exist, else as the history has it."""

    statuses: Mapping[int, str]
    reasons: Mapping[int, str]


def row_of(group: Group, micros: Micros) -> Row:
    spent = {kind: part for kind, part in sorted(micros.items()) if part and not kind.activity}
    busy = {kind.activity: part for kind, part in micros.items() if kind.activity}
    rest = max(0, sum(spent.values()) - sum(busy.values()))
    return Row(group, rounded(spent), rounded({**dict.fromkeys(Activity.values, 0), **busy, Activity.NONE.value: rest}))


def rounded(parts: Mapping[K, int]) -> dict[K, int]:
    """Return whole seconds that add up to the rounded whole: what is missing goes to those that lost most."""
    missing = (sum(parts.values()) + SECOND // 2) // SECOND - sum(part // SECOND for part in parts.values())
    lost_most = sorted(parts, key=lambda key: -(parts[key] % SECOND))[:missing]
    return {key: part // SECOND + (key in lost_most) for key, part in parts.items()}


def names_of(rows: Iterable[Row], plans: Sequence[Plan]) -> Names:
    """Name all that the rows tell of. ``plans`` say what they were made from."""
    kinds = {kind for row in rows for kind in row.spent}
    statuses = dict(Status.objects.values_list("pk", "name"))
    reason_ids = {kind.reason_id for kind in kinds} - {0}
    reasons = dict(AuxiliaryCode.objects.filter(pk__in=reason_ids).values_list("pk", "name"))
    return Names(
        statuses | _copies("status", {kind.status_id for kind in kinds} - set(statuses), plans),
        reasons | _copies("reason_code", reason_ids - set(reasons), plans),
    )


def _copies(field: str, missing: Collection[int], plans: Sequence[Plan]) -> dict[int, str]:
    """Read the newest names that the intervals have of what is deleted."""
    if not missing:
        return {}
    stretches = [stretch for plan in plans for stretch in plan.stretches]
    found = StatusInterval.objects.filter(
        agent__in=[agent for plan in plans for agent in plan.agents],
        started_at__lt=max(stretch.ends for stretch in stretches),
        ended_at__gt=min(stretch.starts for stretch in stretches),
        **{f"{field}_id__in": missing},
    )
    newest = found.order_by(f"{field}_id", "-started_at").distinct(f"{field}_id")
    return dict(newest.values_list(f"{field}_id", f"{field}_name"))
