"""Status history: who was in which status when, newest first."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from contactcenter.console.access import open_to
from contactcenter.console.keyset import Ordering, page_of
from contactcenter.console.registry import Area
from contactcenter.console.views import console_page
from contactcenter.directory.access import viewer
from contactcenter.directory.models import CompanySettings, User
from contactcenter.lib.csv_answers import Cells, csv_answer
from statuses.console.fields import DayField, people_called
from statuses.console.people import HISTORY
from statuses.models import HistoryEntry, HistoryQuerySet, Status
from statuses.states import Cause
from statuses.templatetags.status_tags import clock

ROWS_A_PAGE: Final = 100
ROWS_AT_ONCE: Final = 2000  # of the download
NEWEST_FIRST: Final = Ordering(("started_at", "id"), (datetime, str), falling=True)


class HistoryFilter(forms.Form):
    """Values that cannot be used count as not given."""

    agent = forms.CharField(max_length=100, required=False, label=gettext_lazy("Agent"))
    status = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label=gettext_lazy("Status"))
    cause = forms.ChoiceField(required=False, label=gettext_lazy("Cause"))
    start = DayField(gettext_lazy("From day"))
    end = DayField(gettext_lazy("To day"))

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        any_one = [("", _("All"))]
        names = Status.objects.order_by("pk").values_list("pk", "name")
        self.fields["status"].choices = [*any_one, *names]  # type: ignore[attr-defined]
        self.fields["cause"].choices = [*any_one, *Cause.choices]  # type: ignore[attr-defined]

    def apply(self, rows: HistoryQuerySet, user: User) -> HistoryQuerySet:
        self.is_valid()
        chosen = self.cleaned_data
        if words := chosen.get("agent"):
            people = people_called(User.objects.visible_to(user).order_by(), words)
            rows = rows.filter(agent__in=people.values("pk"))
        if chosen.get("status"):
            rows = rows.filter(status_id=chosen["status"])
        if chosen.get("cause"):
            rows = rows.filter(cause=chosen["cause"])
        if chosen.get("start"):
            rows = rows.filter(started_at__gte=_midnight(chosen["start"]))
        if chosen.get("end"):
            rows = rows.filter(started_at__lt=_midnight(chosen["end"] + timedelta(days=1)))
        return rows


def _visible_to(user: User) -> HistoryQuerySet:
    """As the queryset's own, with the people as numbers: by a subquery PostgreSQL reads and sorts the whole history."""
    if user.sees_all_teams:
        return HistoryEntry.objects.visible_to(user)
    return HistoryEntry.objects.filter(
        agent__in=list(User.objects.visible_to(user).order_by().values_list("pk", flat=True))
    )


def _midnight(day: date) -> datetime:
    """The beginning of a day in the viewer's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


@require_safe
@open_to(HISTORY.view)
def status_history(request: HttpRequest) -> HttpResponse:
    form, rows = _chosen(request)
    page = page_of(rows, NEWEST_FIRST, request.GET.get("after", ""), ROWS_A_PAGE)
    kept = QueryDict(mutable=True)
    kept.update({name: request.GET[name] for name in form.fields if request.GET.get(name)})
    context = {
        "title": _("Status history"),
        "area": Area.ROUTING.label,
        "form": form,
        "page": page,
        "address": kept.urlencode(),
        "zone": timezone.get_current_timezone_name(),
        "company_zone": CompanySettings.load().time_zone,
    }
    return console_page(request, "statuses/console/history.html", context)


@require_safe
@open_to(HISTORY.view)
def status_history_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All that the filters of the page show. Nothing is translated or read any more once the view is done but rows."""
    _form, rows = _chosen(request)
    header = [
        _("Agent ID"), _("Agent"), _("Status ID"), _("Status"), _("Reason code"), _("Paid"), _("From"), _("To"),
        _("Seconds"), _("Duration"), _("Cause"), _("By"), _("Note"),
    ]  # fmt: skip
    words = {str(cause): str(label) for cause, label in Cause.choices}
    paid = {None: "", True: _("yes"), False: _("no")}
    zone = timezone.get_current_timezone()
    cells = (_cells(entry, words, paid, zone) for entry in _all(rows))
    return csv_answer("status-history.csv", header, cells)


def _chosen(request: HttpRequest) -> tuple[HistoryFilter, HistoryQuerySet]:
    user = viewer(request)
    form = HistoryFilter(request.GET)
    return form, form.apply(_visible_to(user).select_related("agent"), user)


def _all(rows: HistoryQuerySet) -> Iterator[HistoryEntry]:
    """Read page by page: one long statement would be given up before it ends, or hold all of it in memory."""
    after, more = "", True
    while more:
        page = page_of(rows, NEWEST_FIRST, after, ROWS_AT_ONCE)
        yield from page.rows
        after, more = page.following, bool(page.following)


def _cells(entry: HistoryEntry, causes: Mapping[str, str], paid: Mapping[bool | None, str], zone: tzinfo) -> Cells:
    return [
        entry.agent_id,
        entry.agent.name,
        entry.status_id,
        entry.status_name,
        entry.reason_code_name,
        paid[entry.reason_code_paid],
        entry.started_at.astimezone(zone).isoformat(),
        entry.ended_at.astimezone(zone).isoformat() if entry.ended_at else "",
        entry.seconds,
        clock(entry.seconds),
        causes[entry.cause],
        entry.actor_name,
        entry.note,
    ]
