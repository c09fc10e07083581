"""What an operation comes to, in the words of its job type, and how fast it goes."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bulkops.models import Operation


@dataclass(frozen=True)
class Figure:
    label: str
    count: int
    is_bad: bool = False


def figures_of(operation: Operation) -> list[Figure]:
    """Name the counts: of a preview what would be, of an import what is, of an undo what became of it."""
    if operation.kind == Operation.Kind.EXPORT:
        return [Figure(pgettext("bulk counts", "exported"), operation.unchanged)]
    if operation.kind == Operation.Kind.UNDO:
        return [
            Figure(pgettext("bulk counts", "taken back"), operation.updated),
            Figure(pgettext("bulk counts", "gone already"), operation.unchanged),
            Figure(pgettext("bulk counts", "left alone"), operation.failed, is_bad=True),
        ]
    if operation.dry_run:
        created, updated, failed = _("to create"), _("to update"), _("refused")
    else:
        created = pgettext("bulk counts", "created")
        updated, failed = pgettext("bulk counts", "updated"), pgettext("bulk counts", "failed")
    return [
        Figure(created, operation.created),
        Figure(updated, operation.updated),
        Figure(pgettext("bulk counts", "unchanged"), operation.unchanged),
        Figure(failed, operation.failed, is_bad=True),
    ]


@dataclass(frozen=True)
class Pace:
    """``seconds_left`` is unknown until some rows are done, and of exports, whose rows nobody counts before."""

    rows_a_second: int
    seconds_left: int | None


def pace_of(operation: Operation) -> Pace:
    if operation.started_at is None or not operation.done:
        return Pace(0, None)
    seconds = max(1.0, (timezone.now() - operation.started_at).total_seconds())
    rate = operation.done / seconds
    left = round((operation.total - operation.done) / rate) if operation.total else None
    return Pace(max(1, round(rate)), left)


def grouped(number: int) -> str:
    """Write a number as the viewer's language groups digits: 12,000."""
    return number_format(number, force_grouping=True)
