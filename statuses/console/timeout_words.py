"""What timeouts do to an agent in a status, in sentences."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contactcenter.lib.channels import CHANNEL_NAMES
from statuses.models import Status, TimeoutDefaults, TimeoutRule
from statuses.states import OFFLINE
from statuses.templatetags.status_tags import duration
from statuses.timeouts import Rules, raised

NAMES_SHOWN: Final = 5


@dataclass(frozen=True)
class Sentence:
    text: str
    is_warning: bool = False


def what_happens(status: Status, rules: Rules) -> list[Sentence]:
    """Say it for agents who have chosen the status as it is defined now, without a reason."""
    rule = rules.of(status.pk)
    found = []
    if rules.idle_enabled:
        target = None if status.pk == OFFLINE and not rule.idle_is_own else rule.idle_target
        found.append(_idle(status, target, rule.after))
    target = None if status.pk == OFFLINE and not rule.disconnect_is_own else rule.disconnect_target
    found.append(_outcome(_("Connection lost"), status, target))
    return found


def _idle(status: Status, target: Status | None, after: timedelta) -> Sentence:
    if target is None or target.pk == status.pk:
        return Sentence(_("Idle → stays “%(status)s”.") % {"status": status.name})
    return _outcome(_("Idle for %(duration)s") % {"duration": duration(after.total_seconds())}, status, target)


def _outcome(when: str, status: Status, target: Status | None) -> Sentence:
    names = {"when": when, "status": status.name}
    if target is None or target.pk == status.pk:
        return Sentence(_("%(when)s → stays “%(status)s”.") % names)
    names["target"] = target.name
    if channels := raised(status, target):
        names["channels"] = ", ".join(str(CHANNEL_NAMES[channel]) for channel in channels)
        text = _("%(when)s → stays “%(status)s”: “%(target)s” is skipped, it is more available on %(channels)s.")
        return Sentence(text % names, is_warning=True)
    if teams := _only_for(status, target):
        names["teams"] = teams
        text = _("%(when)s → “%(target)s” in its teams (%(teams)s); agents of others stay “%(status)s”.")
        return Sentence(text % names, is_warning=True)
    return Sentence(_("%(when)s → “%(target)s”.") % names)


def _only_for(status: Status, target: Status) -> str:
    """Name the teams of the target, when agents of others can be in the status."""
    allowed, here = set(target.teams.all()), set(status.teams.all())
    if not allowed or (here and here <= allowed):
        return ""
    return ", ".join(sorted({team.name for team in allowed}))


def where_it_leads(status: Status) -> list[str]:
    """Say which timeouts lead to a status, and what holds for them when it is deleted."""
    found = []
    company = TimeoutDefaults.load()
    if status in (company.idle_target, company.disconnect_target):
        found.append(_("The company's timeouts lead to it; after that they keep the status an agent is in."))
    rules = TimeoutRule.objects.filter(Q(idle_target=status) | Q(disconnect_target=status)).exclude(pk=status.pk)
    names = list(rules.order_by("status__key").values_list("status__name", flat=True))
    if names:
        text = ngettext(
            "The timeouts of %(names)s lead to it; after that the company's hold there.",
            "The timeouts of %(count)d statuses lead to it (%(names)s); after that the company's hold there.",
            len(names),
        )
        shown = ", ".join(f"“{name}”" for name in names[:NAMES_SHOWN])
        found.append(text % {"count": len(names), "names": shown + (" …" if len(names) > NAMES_SHOWN else "")})
    return found
