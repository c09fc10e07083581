"""What is asked: whose time, when, and added up by what."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from contactcenter.api.principals import ClientPrincipal
from contactcenter.directory.models import CompanySettings, Principal, Team, User
from contactcenter.directory.models.querysets import TeamQuerySet, UserQuerySet
from statuses import access
from statuses.reports import sums
from statuses.reports.rows import Group, Names, Row, names_of, row_of
from statuses.reports.spans import Days, Span, Stretch, by_days, whole
from statuses.reports.sums import Micros, Plan


@dataclass(frozen=True)
class Report:
    rows: list[Row]
    names: Names


def agents_of(principal: Principal) -> UserQuerySet:
    """Whose time the principal may read: all whom it sees, with historical reports; else its own."""
    visible: UserQuerySet = User.objects.visible_to(principal).filter(state__isnull=False)
    if isinstance(principal, ClientPrincipal) or access.may_read_history(principal):
        return visible
    return visible.filter(pk=principal.pk)


def teams_of(principal: Principal) -> TeamQuerySet[Team]:
    return Team.objects.visible_to(principal).filter(type=Team.Type.AGENT)


def today_of(principal: Principal) -> date:
    """The day it is for who asks, or for the company."""
    zone = "" if isinstance(principal, ClientPrincipal) else principal.time_zone
    return timezone.now().astimezone(ZoneInfo(zone or CompanySettings.load().time_zone)).date()


@dataclass(frozen=True)
class Question:
    """The time of some agents, who may be in some teams. One moment is now for all of it."""

    span: Span
    agents: UserQuerySet
    teams: TeamQuerySet[Team]
    company_zone: str = field(default_factory=lambda: CompanySettings.load().time_zone)
    now: datetime = field(default_factory=timezone.now)

    def of_agents(self, agents: Sequence[User]) -> Report:
        """Answer for these, who are among those asked about."""
        plans = self._plans(((agent.pk, agent.time_zone) for agent in agents), self._whole)
        groups = {agent.pk: Group("agent", agent.name, id=agent.pk) for agent in agents}
        return _report(groups, sums.by_agent(plans), plans)

    def of_teams(self, teams: Sequence[Team]) -> Report:
        """Answer for the teams as they are now. Who is in several counts in each."""
        people = self.agents.filter(memberships__team__in=teams).distinct().values_list("pk", "time_zone")
        plans = self._plans(people, self._whole)
        groups = {team.pk: Group("team", team.name, id=team.pk) for team in teams}
        return _report(groups, sums.by_team(plans, groups), plans)

    def of_days(self, days: Days) -> Report:
        """Answer for each of these days."""
        people = self.agents.values_list("pk", "time_zone")
        plans = self._plans(people, lambda zone: by_days(self.span, zone, self.now, days))
        groups = {day: Group("day", day.isoformat(), day=day) for day in days}
        return _report(groups, sums.by_day(plans), plans)

    def days(self) -> Days:
        """The days asked about; between two moments those of every zone that agents are in."""
        if isinstance(self.span, Days):
            return self.span
        zones = self.agents.order_by().values_list("time_zone", flat=True).distinct()
        dates = [self.span.dates(ZoneInfo(zone or self.company_zone)) for zone in zones]
        dates = dates or [self.span.dates(ZoneInfo(self.company_zone))]
        return Days(min(first for first, _last in dates), max(last for _first, last in dates))

    def _whole(self, zone: ZoneInfo) -> list[Stretch]:
        return whole(self.span, zone, self.now)

    def _plans(self, people: Iterable[tuple[int, str]], cut: Callable[[ZoneInfo], list[Stretch]]) -> list[Plan]:
        """Put agents together whose days begin at the same moments, whatever their zones are called."""
        by_zone: dict[str, list[int]] = defaultdict(list)
        for agent_id, zone in people:
            by_zone[zone or self.company_zone].append(agent_id)
        agents: dict[tuple[Stretch, ...], list[int]] = defaultdict(list)
        for zone, ids in by_zone.items():
            agents[tuple(cut(ZoneInfo(zone)))] += ids
        return [Plan(sorted(ids), stretches) for stretches, ids in agents.items() if stretches]


def _report(groups: dict[Any, Group], found: dict[Any, Micros], plans: Sequence[Plan]) -> Report:
    rows = [row_of(group, found.get(key, {})) for key, group in groups.items()]
    return Report(rows, names_of(rows, plans))
