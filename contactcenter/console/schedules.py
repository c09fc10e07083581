"""Scheduled tasks: what runs by itself, how often, and whether at all."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from contactcenter.console.access import CONFIGURATION
from contactcenter.console.admin import ConsoleModelAdmin
from contactcenter.console.forms import ConsoleForm

_CRONTAB_FIELDS = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")


class ScheduleForm(ConsoleForm[PeriodicTask]):
    """Asks for an interval or a crontab and looks up the schedule, rather than having pages for schedules."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Runs"),
        choices=[("interval", gettext_lazy("every so often")), ("crontab", gettext_lazy("at set times"))],
        widget=UnfoldAdminSelectWidget({"data-schedule": ""}),
    )
    every = forms.IntegerField(
        label=gettext_lazy("Every"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        widget=UnfoldAdminIntegerFieldWidget({"data-show-when": '{"kind": ["interval"]}'}),
    )
    period = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        required=False,
        choices=[choice for choice in IntervalSchedule.PERIOD_CHOICES if choice[0] != IntervalSchedule.MICROSECONDS],
        widget=UnfoldAdminSelectWidget({"data-show-when": '{"kind": ["interval"]}'}),
    )
    crontab_text = forms.CharField(
        label=gettext_lazy("Crontab"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget({"data-show-when": '{"kind": ["crontab"]}'}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "enabled" in self.fields:
            self.fields["enabled"].help_text = ""
        interval, crontab = self.instance.interval, self.instance.crontab
        self.initial["kind"] = "crontab" if crontab else "interval"
        if interval:
            self.initial.update(every=interval.every, period=interval.period)
        self.zone = crontab.timezone if crontab else ZoneInfo("UTC")
        self.fields["crontab_text"].help_text = _(
            "Minute, hour, day of month, month, day of week, in %(zone)s: “30 3 * * *” is 03:30 every day."
        ) % {"zone": self.zone}
        if crontab:
            self.initial["crontab_text"] = " ".join(getattr(crontab, name) for name in _CRONTAB_FIELDS)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("kind") == "interval" and not self.errors.keys() & {"every", "period"}:
            if not values.get("every"):
                self.add_error("every", _("Say how often."))
            elif not values.get("period"):
                self.add_error("period", _("Choose a unit."))
        elif values.get("kind") == "crontab":
            self._clean_crontab(values)
        return values

    def _clean_crontab(self, values: dict[str, Any]) -> None:
        parts = (values.get("crontab_text") or "").split()
        if len(parts) != len(_CRONTAB_FIELDS):
            self.add_error("crontab_text", _("Five parts with spaces between them, please."))
            return
        crontab = CrontabSchedule(**dict(zip(_CRONTAB_FIELDS, parts, strict=True)), timezone=self.zone)
        try:
            crontab.full_clean()
            crontab.schedule.remaining_estimate(timezone.now())
        except ValidationError as error:
            self.add_error("crontab_text", ValidationError(error.messages))
        except (ValueError, RuntimeError):
            self.add_error("crontab_text", _("There is no such time."))
        else:
            values["crontab"] = crontab


@admin.register(PeriodicTask)
class ScheduledTaskAdmin(ConsoleModelAdmin):
    access = CONFIGURATION
    description = gettext_lazy("What the system does by itself. A change is noticed within seconds.")
    form = ScheduleForm
    actions = ()
    list_display = ("name", "schedule_text", "enabled", "last_run", "runs")
    list_filter = ("enabled",)
    search_fields = ("name", "description")
    readonly_fields = ("what_it_does", "last_run", "runs")
    fieldsets = (
        (None, {"fields": ("what_it_does", "enabled")}),
        (gettext_lazy("Schedule"), {"fields": ("kind", "every", "period", "crontab_text")}),
        (gettext_lazy("So far"), {"fields": (("last_run", "runs"),)}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """What can run is code: each part of the product brings its tasks."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("interval", "crontab", "solar", "clocked").order_by("name")

    @admin.display(description=gettext_lazy("schedule"))
    def schedule_text(self, task: PeriodicTask) -> str:
        if task.crontab:
            return str(task.crontab.human_readable)
        return str(task.scheduler or "–")

    @admin.display(description=gettext_lazy("what it does"))
    def what_it_does(self, task: PeriodicTask) -> str:
        return str(task.description or task.name)

    @admin.display(description=gettext_lazy("runs"), ordering="total_run_count")
    def runs(self, task: PeriodicTask) -> int:
        return int(task.total_run_count)

    @admin.display(description=gettext_lazy("last run"), ordering="last_run_at")
    def last_run(self, task: PeriodicTask) -> str:
        return str(_("%(duration)s ago") % {"duration": timesince(task.last_run_at)}) if task.last_run_at else "–"

    def write(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:
        values = form.cleaned_data
        obj.solar = obj.clocked = obj.interval = obj.crontab = None
        if values["kind"] == "interval":
            obj.interval = _stored(IntervalSchedule(every=values["every"], period=values["period"]))
        else:
            obj.crontab = _stored(values["crontab"])
        obj.save()


def _stored(schedule: Any) -> Any:
    """Return the schedule that is there already and says the same, else store this one."""
    fields = [field.name for field in schedule._meta.fields if not field.primary_key]
    same = type(schedule).objects.filter(**{name: getattr(schedule, name) for name in fields}).first()
    if same is None:
        schedule.save()
    return same or schedule
