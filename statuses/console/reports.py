"""Reports: how much time was spent in which status, by team, agent or day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contactcenter.console.access import open_to
from contactcenter.console.keyset import Ordering, page_of
from contactcenter.console.registry import Area
from contactcenter.console.views import console_page
from contactcenter.directory.access import viewer
from contactcenter.lib.csv_answers import Cells, csv_answer
from statuses.console.charts import activity_words
from statuses.console.people import HISTORY
from statuses.console.report_filter import ReportFilter
from statuses.console.report_pictures import pictures
from statuses.reports.questions import Question, Report
from statuses.reports.spans import DAY, Days
from statuses.templatetags.status_tags import clock

GROUPS_A_PAGE: Final = 50
GROUPS_AT_ONCE: Final = 50  # of the download; each part is one statement, which may not take long
AGENTS_BY_NAME: Final = Ordering(("last_name", "first_name", "pk"), (str, str, int))
TEAMS_BY_NAME: Final = Ordering(("key", "pk"), (str, int))


@dataclass(frozen=True)
class Page:
    report: Report
    following: str  # the cursor of the next page; empty on the last one
    is_first: bool
    labels: Mapping[int, str] = field(default_factory=dict)  # that tell equal names apart


@require_safe
@open_to(HISTORY.view)
def reports(request: HttpRequest) -> HttpResponse:
    form = ReportFilter(request.GET, viewer(request))
    context: dict[str, Any] = {
        "title": _("Reports"),
        "area": Area.ROUTING.label,
        "form": form,
        "address": form.address(),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    if form.is_valid():
        page = _page(form, request.GET.get("after", ""), GROUPS_A_PAGE)
        context |= {"page": page, **pictures(page.report, page.labels, form)}
    return console_page(request, "statuses/console/reports.html", context)


@require_safe
@open_to(HISTORY.view)
def reports_csv(request: HttpRequest) -> HttpResponseBase:
    """Everything, not only a page of it."""
    form = ReportFilter(request.GET, viewer(request))
    if not form.is_valid():
        return redirect(f"{reverse('admin:reports')}?{form.address()}")
    header = [
        _("ID"), form.title, _("Status ID"), _("Status"), _("Reason code ID"), _("Reason code"), _("Paid"),
        _("Activity"), _("Seconds"), _("Duration"),
    ]  # fmt: skip
    cells = _all_cells(form, {True: _("yes"), False: _("no")}, activity_words())
    return csv_answer("time-in-status.csv", header, cells)


def _all_cells(form: ReportFilter, paid: Mapping[bool, str], activities: Mapping[str, str]) -> Iterator[Cells]:
    """Ask part by part. Words are given, because by then nobody knows the viewer's language any more."""
    question, after, more = form.question(), "", True
    while more:
        page = _page(form, after, GROUPS_AT_ONCE, question)
        yield from _cells(page, paid, activities)
        after, more = page.following, bool(page.following)


def _cells(page: Page, paid: Mapping[bool, str], activities: Mapping[str, str]) -> Iterator[Cells]:
    """One line for each status and reason, and one for each activity beside them."""
    names = page.report.names
    for row in page.report.rows:
        group: list[str | int] = [row.group.id or "", page.labels.get(row.group.id or 0, row.group.name)]
        for kind, seconds in row.spent.items():
            status: Cells = [kind.status_id, names.statuses.get(kind.status_id, "")]
            reason: Cells = ["", "", ""]
            if kind.reason_id:
                reason = [kind.reason_id, names.reasons.get(kind.reason_id, ""), paid[kind.paid]]
            yield [*group, *status, *reason, "", seconds, clock(seconds)]
        for activity, word in activities.items():
            if seconds := row.activities[activity]:
                yield [*group, "", "", "", "", "", word, seconds, clock(seconds)]


# --- One page after the other -------------------------------------------------------------------------------------


def _page(form: ReportFilter, after: str, size: int, question: Question | None = None) -> Page:
    question = question or form.question()
    if form.kind == "day":
        return _page_of_days(question, after, size)
    if form.kind == "team":
        teams = page_of(question.teams.select_related("site"), TEAMS_BY_NAME, after, size)
        labels = {team.pk: team.label() for team in teams.rows}
        return Page(question.of_teams(teams.rows), teams.following, teams.is_first, labels)
    agents = page_of(question.agents, AGENTS_BY_NAME, after, size)
    return Page(question.of_agents(agents.rows), agents.following, agents.is_first)


def _page_of_days(question: Question, after: str, size: int) -> Page:
    """The cursor is the last day of the page before."""
    days = question.days()
    try:
        first = date.fromisoformat(after) + DAY
    except (ValueError, OverflowError):
        first = days.first
    first = first if days.first <= first <= days.last else days.first
    last = min(days.last, first + (size - 1) * DAY)
    following = last.isoformat() if last < days.last else ""
    return Page(question.of_days(Days(first, last)), following, first == days.first)
