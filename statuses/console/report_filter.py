"""What a report of the console is about."""

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contactcenter.directory.models import User
from statuses.console.fields import DayField, people_called
from statuses.console.people import teams_of
from statuses.reports import questions
from statuses.reports.parameters import MOST_DAYS
from statuses.reports.questions import Question
from statuses.reports.spans import DAY, Days

USUAL_DAYS: Final = timedelta(days=6)  # before today

_GROUPS: Final = [("team", gettext_lazy("Team")), ("agent", gettext_lazy("Agent")), ("day", gettext_lazy("Day"))]


class ReportFilter(forms.Form):
    """Days that are not given are the last seven."""

    group_by = forms.ChoiceField(label=gettext_lazy("By"), choices=_GROUPS)
    team = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label=gettext_lazy("Team"))
    agent = forms.CharField(max_length=100, required=False, label=gettext_lazy("Agent"))
    start = DayField(gettext_lazy("From day"))
    end = DayField(gettext_lazy("To day"))

    def __init__(self, params: QueryDict, user: User) -> None:
        given = {name: value for name, value in params.items() if value}
        today = timezone.localdate()
        usual = {"group_by": "team", "start": (today - USUAL_DAYS).isoformat(), "end": today.isoformat()}
        super().__init__({**usual, **given})
        self.user = user
        teams = [(team.pk, team.label()) for team in teams_of(user)]
        self.fields["team"].choices = [("", _("All")), *teams]  # type: ignore[attr-defined]
        self.fields["agent"].widget.attrs["placeholder"] = _("Name or e-mail")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start and end and end < start:
            self.add_error("end", _("The last day is before the first."))
        if start and end and end - start >= MOST_DAYS * DAY:
            self.add_error("end", _("A report is about %(most)d days at most.") % {"most": MOST_DAYS})
        return values

    @property
    def kind(self) -> str:
        return str(self.cleaned_data["group_by"])

    @property
    def title(self) -> str:
        """What a group is called."""
        return str(dict(_GROUPS)[self.kind])

    def question(self) -> Question:
        chosen = self.cleaned_data
        agents, teams = questions.agents_of(self.user), questions.teams_of(self.user)
        if chosen["team"]:
            teams = teams.filter(pk=chosen["team"])
            agents = agents.filter(memberships__team=chosen["team"])
        if chosen["agent"]:
            agents = people_called(agents, chosen["agent"])
        return Question(Days(chosen["start"], chosen["end"]), agents, teams)

    def address(self, **changed: object) -> str:
        """Return the query of the page, with other choices where some are given."""
        chosen = {**self.data, **changed}
        return urlencode({name: chosen[name] for name in self.fields if chosen.get(name)})
