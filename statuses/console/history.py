"""Status history: who was in which status when, newest first."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from contactcenter.console.access import open_to
from contactcenter.console.keyset import Ordering, page_of
from contactcenter.console.registry import Area
from contactcenter.console.views import console_page
from contactcenter.directory.access import viewer
from contactcenter.directory.models import User
from contactcenter.lib.text import row_number
from statuses.console.people import HISTORY
from statuses.models import HistoryEntry, HistoryQuerySet, Status
from statuses.states import Cause

ROWS_A_PAGE: Final = 100
NEWEST_FIRST: Final = Ordering(("started_at", "id"), (datetime, str), falling=True)

# No history is older or newer, and in every time zone the day has a beginning and an end.
_DAYS: Final = (MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(9000, 12, 31)))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")  # what browsers read, whatever the language


class HistoryFilter(forms.Form):
    """Values that cannot be used count as not given."""

    agent = forms.CharField(max_length=100, required=False, label=gettext_lazy("Agent"))
    status = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label=gettext_lazy("Status"))
    cause = forms.ChoiceField(required=False, label=gettext_lazy("Cause"))
    start = forms.DateField(required=False, label=gettext_lazy("From day"), widget=DayInput, validators=[*_DAYS])
    end = forms.DateField(required=False, label=gettext_lazy("To day"), widget=DayInput, validators=[*_DAYS])

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
            rows = rows.filter(agent__in=_people(user, words))
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


def _people(user: User, words: str) -> Any:
    """Users by the words of name or e-mail, or by number, as links give it: ``#17``."""
    people = User.objects.visible_to(user).order_by()
    number = row_number(words[1:]) if words.startswith("#") else None
    if number is not None:
        return people.filter(pk=number).values("pk")
    return people.matching(words).values("pk")


def _midnight(day: date) -> datetime:
    """The beginning of a day in the viewer's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


@require_safe
@open_to(HISTORY.view)
def status_history(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    form = HistoryFilter(request.GET)
    rows = form.apply(_visible_to(user).select_related("agent"), user)
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
    }
    return console_page(request, "statuses/console/history.html", context)
