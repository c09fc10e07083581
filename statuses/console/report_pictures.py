"""How a report looks: bars of one scale, and the tables beneath them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from statuses.console.charts import Segment, Shown, activity_words, shown, stacked
from statuses.console.report_filter import ReportFilter
from statuses.reports.questions import Report
from statuses.reports.rows import Group, Row


@dataclass(frozen=True)
class Column:
    """Seconds in the order of the lines. A status is drawn in its head."""

    label: str
    seconds: Sequence[int]
    status: Shown | None = None


@dataclass(frozen=True)
class Line:
    """One agent, team or day."""

    name: str
    address: str
    seconds: int
    statuses: Sequence[Segment]
    activities: Sequence[Segment]


@dataclass(frozen=True)
class Table:
    """Beneath the picture. Each line has its cells, with the columns they are in."""

    title: str
    columns: Sequence[Column]
    lines: Sequence[Line]

    @property
    def rows(self) -> list[tuple[Line, list[tuple[Column, int]]]]:
        return [
            (line, [(column, column.seconds[number]) for column in self.columns])
            for number, line in enumerate(self.lines)
        ]


def pictures(report: Report, labels: Mapping[int, str], form: ReportFilter) -> dict[str, Any]:
    rows = report.rows
    spent, busy = _statuses(report), _activities(rows)
    longest = max((row.seconds for row in rows), default=0)
    drawn = [(column, column.status.stripes) for column in spent if column.status]
    beside = [(column, (name,)) for name, column in busy.items()]
    lines = [
        Line(
            name=labels.get(row.group.id or 0) or _name(row.group),
            address=_address(row.group, form),
            seconds=row.seconds,
            statuses=stacked(((column.label, look, column.seconds[at]) for column, look in drawn), longest),
            activities=stacked(((column.label, look, column.seconds[at]) for column, look in beside), longest),
        )
        for at, row in enumerate(rows)
    ]
    tables = [Table(_("Time by status"), [*spent, *_paid(rows), *busy.values()], lines)]
    if reasons := _reasons(report):
        tables.append(Table(_("Time by reason"), reasons, lines))
    return {
        "lines": lines,
        "statuses": [(column.status, sum(column.seconds)) for column in spent],
        "activities": [(name, column.label, sum(column.seconds)) for name, column in busy.items()],
        "tables": tables,
        "total": sum(line.seconds for line in lines),
    }


def _statuses(report: Report) -> list[Column]:
    present = sorted({pk for row in report.rows for pk in row.statuses})
    statuses = shown({pk: report.names.statuses.get(pk, f"#{pk}") for pk in present})
    return [
        Column(status.name, [row.statuses.get(pk, 0) for row in report.rows], status) for pk, status in statuses.items()
    ]


def _paid(rows: Sequence[Row]) -> list[Column]:
    return [
        Column(_("Paid reasons"), [row.paid_seconds for row in rows]),
        Column(_("Unpaid reasons"), [row.unpaid_seconds for row in rows]),
    ]


def _activities(rows: Sequence[Row]) -> dict[str, Column]:
    return {name: Column(word, [row.activities[name] for row in rows]) for name, word in activity_words().items()}


def _reasons(report: Report) -> list[Column]:
    """The codes that were given, by name."""
    words = {True: _("paid"), False: _("unpaid")}
    columns = [
        Column(
            f"{report.names.reasons.get(pk, f'#{pk}')} ({words[paid]})",
            [row.reasons.get((pk, paid), 0) for row in report.rows],
        )
        for pk, paid in sorted({key for row in report.rows for key in row.reasons})
    ]
    return sorted(columns, key=lambda column: column.label)


def _name(group: Group) -> str:
    if group.day is None:
        return group.name
    return f"{date_format(group.day, 'D')} {date_format(group.day, 'SHORT_DATE_FORMAT')}"


def _address(group: Group, form: ReportFilter) -> str:
    """Where more is told of it: of teams and days their agents, of agents the last day."""
    if group.kind == "team":
        return f"?{form.address(group_by='agent', team=group.id)}"
    if group.day:
        return f"?{form.address(group_by='agent', start=group.day, end=group.day)}"
    return f"{reverse('admin:agent-day', args=[group.id])}?day={form.cleaned_data['end']:%Y-%m-%d}"
