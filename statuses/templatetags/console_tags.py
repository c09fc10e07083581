"""What the console's pages of statuses need beside ``status_tags``."""

import json
from typing import Any

from django import template

from statuses.states import Cause, ChannelState

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
def to_json(value: Any) -> str:
    return json.dumps(value)


@register.simple_tag
def channel_word(state: str) -> str:
    return str(ChannelState(state).label)
