"""What agents find in their workspace: the status menu, their day so far; their channels are in ``own_channels``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from contactcenter.directory.access import Level, Module, viewer
from contactcenter.directory.models import AuxiliaryCode, CompanySettings, User, WorkType
from contactcenter.lib.actors import Actor
from contactcenter.workspace.registry import Panel, add_panel
from statuses.models import AgentState, HistoryEntry, Status
from statuses.own_channels import own_channels, own_handset
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY, Cause, status_label
from statuses.timeouts import Rules, raised
from statuses.today import Key, Stretch, day_of, key_of

SHOWN: Final = 50  # changes of the day


@dataclass(frozen=True)
class Total:
    """Time spent today, which still grows for the status the agent is in."""

    label: str
    seconds: float
    running: bool

    @property
    def running_since(self) -> datetime:
        """When it would have begun, had it lasted without a break."""
        return timezone.now() - timedelta(seconds=self.seconds)


@dataclass(frozen=True)
class Option:
    """One line of the menu."""

    status: Status
    reason: AuxiliaryCode | None
    current: bool
    today: Total

    @property
    def value(self) -> str:
        return f"{self.status.pk}-{self.reason.pk}" if self.reason else str(self.status.pk)

    @property
    def label(self) -> str:
        return self.today.label


@dataclass(frozen=True)
class Event:
    """One line of the day."""

    stretch: Stretch
    cause: str

    @property
    def label(self) -> str:
        return self.stretch.entry.label


def status_menu(request: HttpRequest) -> dict[str, object]:
    agent, state = _own(request)
    day = day_of(state)
    return {
        "agent": agent,
        "state": state,
        "label": status_label(state.status_name, state.reason_code.name if state.reason_code else ""),
        "groups": _groups(agent, state, day.totals),
        "routing": CompanySettings.load().omnichannel_routing,
        "may_choose": agent.may(Module.AGENT_DESKTOP, Level.EDIT),
        "why_choose": _why_choose(state),
        "idle": _idle_rule(agent, state),
        "day_ends": day.end,
    }


def own_day(request: HttpRequest) -> dict[str, object]:
    agent, state = _own(request)
    day = day_of(state)
    events = [Event(stretch, cause_in_words(stretch.entry, agent)) for stretch in day.stretches]
    return {
        "events": events[:SHOWN],
        "earlier": max(0, len(events) - SHOWN),
        "totals": _totals(events),
        "day_ends": day.end,
    }


def register() -> None:
    add_panel(
        Panel("profile", "statuses/workspace/status_menu.html", status_menu, order=100, script="js/status_menu.js")
    )
    add_panel(Panel("top", "statuses/workspace/handset.html", own_handset, order=10))
    add_panel(Panel("top", "statuses/workspace/idle_warning.html", lambda _: {}, script="js/idle_warning.js"))
    add_panel(Panel("left", "statuses/workspace/channels.html", own_channels, order=10, script="js/channels.js"))
    add_panel(Panel("main", "statuses/workspace/day.html", own_day, order=900))


def cause_in_words(entry: HistoryEntry, agent: User) -> str:
    actor = entry.actor
    if _is_same(actor, agent):
        return _("Chosen by you") if entry.cause == Cause.AGENT else entry.get_cause_display()
    if actor.kind == "system":
        return entry.get_cause_display()
    return f"{entry.get_cause_display()}: {actor.name}"


def _is_same(actor: Actor, agent: User) -> bool:
    return (actor.kind, actor.id) == ("user", agent.pk)


def _own(request: HttpRequest) -> tuple[User, AgentState]:
    agent = viewer(request)
    state = AgentState.objects.select_related("reason_code").filter(pk=agent.pk).first()
    if state is None:
        raise Http404
    return agent, state


def _groups(agent: User, state: AgentState, totals: Mapping[Key, float]) -> list[list[Option]]:
    """Return what the agent may choose, in the order of the menu."""
    statuses = {status.pk: status for status in Status.objects.open_to(_team_ids(agent)).order_by("key")}
    online, away, transfers, offline = (statuses.pop(pk) for pk in (ONLINE, AWAY, TRANSFERS_ONLY, OFFLINE))

    def option(status: Status, reason: AuxiliaryCode | None = None) -> Option:
        reason_id = reason.pk if reason else None
        current = (state.status_id, state.reason_code_id) == (status.pk, reason_id)
        name = status_label(status.name, reason.name if reason else "")
        seconds = totals.get(key_of(status.pk, reason_id), 0)
        return Option(status, reason, current, Total(name, seconds, running=current))

    return [
        [option(online)],
        [option(away), *(option(away, reason) for reason in _reasons(agent))],
        [option(transfers), *map(option, statuses.values())],
        [option(offline)],
    ]


def _team_ids(agent: User) -> list[int]:
    return list(agent.memberships.values_list("team_id", flat=True))


def _reasons(agent: User) -> Iterable[AuxiliaryCode]:
    desktop = agent.desktop_profile
    if desktop is None:
        return AuxiliaryCode.objects.filter(kind=WorkType.Type.IDLE_CODE)
    return desktop.allowed_idle_codes()


def _why_choose(state: AgentState) -> str:
    if state.cause == Cause.STATUS_DELETED:
        return _("The status you were in was deleted, so you are Offline and receive nothing.")
    if state.cause == Cause.ROUTING_ENABLED:
        return _("Omnichannel routing was switched on, so everybody starts Offline.")
    return _("You are Offline and receive nothing.")


def _idle_rule(agent: User, state: AgentState) -> tuple[int, Status] | None:
    """Return after how many minutes without input the agent's status becomes which, if any."""
    rules = Rules.load()
    target = rules.idle_target(state)
    if target is None or raised(state, target):
        return None
    if not Status.objects.open_to(_team_ids(agent)).filter(pk=target.pk).exists():
        return None
    return rules.of(state.status_id).after // timedelta(minutes=1), target


def _totals(events: list[Event]) -> list[Total]:
    """Return time by status and reason, the longest first."""
    seconds: dict[str, float] = {}
    for event in events:
        seconds[event.label] = seconds.get(event.label, 0) + event.stretch.seconds
    totals = [Total(name, spent, running=name == events[0].label) for name, spent in seconds.items()]
    return sorted(totals, key=lambda total: -total.seconds)
