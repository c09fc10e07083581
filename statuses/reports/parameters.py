"""What is asked of a report in an address."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework import serializers

from statuses.reports.questions import Question, agents_of, teams_of, today_of
from statuses.reports.spans import DAY, Days, Moments, Span

GROUPS: Final = ("agent", "team", "day")
MOST_DAYS: Final = 400
FIRST_YEAR, LAST_YEAR = 1970, 9000  # no history is older or newer, and every day has a beginning in every zone

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?P<time>T.*)?")


class DateOrMoment(serializers.Field[Any, Any, Any, Any]):
    """``2026-11-20``, or ``2026-11-20T08:00:00Z``."""

    default_error_messages = {
        "invalid": "“{value}” is neither a date, like 2026-11-20, nor a moment, like 2026-11-20T08:00:00Z.",
        "no_such": "There is no {value}.",
        "no_zone": "“{value}” has no zone: end it with Z, or with an offset, in which + is written %2B.",
        "far": f"“{{value}}” is too far away: years run from {FIRST_YEAR} to {LAST_YEAR}.",
    }

    def to_internal_value(self, data: str) -> date | datetime:
        shown = data[:40]
        match = _DATE.fullmatch(data)
        if match is None:
            self.fail("invalid", value=shown)
        value: date | datetime | None
        try:
            value = parse_datetime(data) if match["time"] else date.fromisoformat(data)
        except ValueError:
            self.fail("no_such", value=shown)
        if value is None:
            self.fail("invalid", value=shown)
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            self.fail("far", value=shown)
        if isinstance(value, datetime) and value.tzinfo is None:
            self.fail("no_zone", value=shown)
        return value


class ReportParameters(serializers.Serializer[Any]):
    group_by = serializers.ChoiceField(GROUPS, default=GROUPS[0])
    team = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    agent = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def get_fields(self) -> dict[str, Any]:
        """A word of the language cannot be the name of an attribute."""
        times = {name: DateOrMoment(required=False) for name in ("from", "to")}
        return {**super().get_fields(), **times}

    def validate(self, attrs: Mapping[str, Any]) -> dict[str, Any]:
        span = _span(attrs.get("from"), attrs.get("to"), today_of(self.context["principal"]))
        return {**attrs, "span": span}

    def question(self) -> Question:
        """Return what is asked, of those whom the principal may read."""
        principal, given = self.context["principal"], self.validated_data
        agents = agents_of(principal)
        if "agent" in given:
            agents = agents.filter(pk=given["agent"])
            _require("agent", given["agent"], agents)
        teams = teams_of(principal)
        if "team" in given:
            teams = teams.filter(pk=given["team"])
            _require("team", given["team"], teams)
            agents = agents.filter(memberships__team=given["team"])
        return Question(given["span"], agents, teams)


def _require(name: str, pk: int, found: Any) -> None:
    if not found.exists():
        raise serializers.ValidationError({name: f"There is no {name} {pk}, or you may not see it."})


def _span(start: date | datetime | None, end: date | datetime | None, today: date) -> Span:
    """Both are dates, or both are moments; what is left out is today, or now."""
    if isinstance(start, datetime) or isinstance(end, datetime):
        if start is None:
            raise serializers.ValidationError({"from": "Give a moment, as “to” is one."})
        end = end or timezone.now()
        if not (isinstance(start, datetime) and isinstance(end, datetime)):
            raise serializers.ValidationError({"to": "Give two dates, or two moments."})
        return _checked(Moments(start, end), ends=end > start, days=(end - start) / DAY)
    first, last = start or today, end or today
    return _checked(Days(first, last), ends=last >= first, days=(last - first).days + 1)


def _checked(span: Span, *, ends: bool, days: float) -> Span:
    if not ends:
        raise serializers.ValidationError({"to": "It ends before it begins. Left out, it is today, or now."})
    if days > MOST_DAYS:
        raise serializers.ValidationError({"to": f"A report is about {MOST_DAYS} days at most."})
    return span
