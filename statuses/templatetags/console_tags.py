"""What the console's pages of statuses need beside ``status_tags``."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from statuses.console.live_rows import ChannelLoad
from statuses.models import HistoryEntry, Status
from statuses.states import Activity, Cause, ChannelState

register = template.Library()

_CAUSE_ICONS = {
    Cause.LOGIN: "login",
    Cause.AGENT: "person",
    Cause.SUPERVISOR: "supervisor_account",
    Cause.ADMIN: "shield_person",
    Cause.API: "api",
    Cause.SYNC: "sync",
    Cause.IDLE_TIMEOUT: "hourglass_bottom",
    Cause.DISCONNECTED: "wifi_off",
    Cause.STATUS_DELETED: "delete",
    Cause.ROUTING_ENABLED: "power_settings_new",
    Cause.LOGOUT: "logout",
    Cause.IMPORT: "upload",
}


@register.filter
def cause_icon(cause: str) -> str:
    """Name the Material Symbol of a cause."""
    return _CAUSE_ICONS[Cause(cause)]


@register.filter
def cause_word(cause: str) -> str:
    """Name a cause. Much faster than ``get_cause_display``, which translates all of them."""
    return str(Cause(cause).label)


@register.filter
def activity_word(activity: str) -> str:
    return str(Activity(activity).label)


@register.filter
def agent_day(entry: HistoryEntry, company_zone: str) -> str:
    """Return the day on which an interval began, as the agent's zone has it."""
    zone = ZoneInfo(entry.agent.time_zone or company_zone)
    return entry.started_at.astimezone(zone).date().isoformat()


@register.filter
def to_json(value: Any) -> str:
    return json.dumps(value)


@register.simple_tag
def channel_word(state: str) -> str:
    return str(ChannelState(state).label)


@register.simple_tag
def channel_load(load: ChannelLoad) -> SafeString:
    """Show how much an agent has on one channel."""
    return _channel_load(load, get_language())


@lru_cache(maxsize=4096)
def _channel_load(load: ChannelLoad, language: str) -> SafeString:
    """Kept, because a page has hundreds of them and most look alike."""
    return render_to_string("statuses/console/_channel_load.html", {"load": load})


@register.simple_tag
def target_options(targets: Mapping[str, Status], chosen: str, every: bool) -> SafeString:
    """Offer what timeouts can lead to, or the chosen one only. Not a template: a page may have thousands of them."""
    offered = targets.items() if every else [(chosen, targets[chosen])] if chosen in targets else []
    return mark_safe(  # noqa: S308 - escaped here
        "".join(
            f'<option value="{number}"{" selected" if number == chosen else ""}>{escape(target.name)}</option>'
            for number, target in offered
        )
    )
