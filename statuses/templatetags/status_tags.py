"""How statuses, channel states and durations look, on every surface."""

from collections.abc import Mapping
from datetime import datetime
from math import cos, radians, sin
from typing import Final

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from contactcenter.lib.channels import CHANNEL_NAMES, CHANNELS
from statuses.availability import iso
from statuses.models import ChannelStates
from statuses.states import ChannelState

register = template.Library()

# --- The ring -----------------------------------------------------------------------------------------------

_MIDDLE, _RADIUS, _GAP = 18, 15, 5  # of a 36 × 36 picture; the gap between arcs in degrees


def _arc(quarter: int) -> str:
    """Return the path of one quarter, clockwise from the top."""
    start, end = (radians(90 * quarter - 90 + turn) for turn in (_GAP, 90 - _GAP))
    x1, y1, x2, y2 = (round(_MIDDLE + _RADIUS * turn, 2) for turn in (cos(start), sin(start), cos(end), sin(end)))
    return f"M{x1} {y1}A{_RADIUS} {_RADIUS} 0 0 1 {x2} {y2}"


_ARCS: Final = {channel: _arc(quarter) for quarter, channel in enumerate(CHANNELS)}


@register.simple_tag
def ring(states: ChannelStates | Mapping[str, str], size: int = 24, label: str = "", initials: str = "") -> SafeString:
    """Draw the four channels as quarter arcs: voice, chat, e-mail, social, clockwise from the top.

    ``label`` stands before the spelt-out states in the tooltip, ``initials`` in the middle.
    """
    channels = states.channels if isinstance(states, ChannelStates) else states
    words = spell_out(channels)
    return format_html(
        '<svg class="ring" width="{0}" height="{0}" viewBox="0 0 36 36" role="img"><title>{1}</title>{2}{3}</svg>',
        size,
        f"{label}: {words}" if label else words,
        ring_arcs(channels),
        format_html('<text class="ring-initials" x="18" y="18">{}</text>', initials) if initials else "",
    )


def ring_arcs(channels: Mapping[str, str]) -> SafeString:
    return format_html_join(
        "",
        '<path class="ring-arc state-{}" d="{}" pathLength="4"/>',
        ((channels[channel], _ARCS[channel]) for channel in CHANNELS),
    )


@register.filter
def spell_out(channels: Mapping[str, str]) -> str:
    """Say each channel's state: “Voice online, chat away, …”."""
    words = ", ".join(
        f"{CHANNEL_NAMES[channel]} {ChannelState(channels[channel]).label.lower()}" for channel in CHANNELS
    )
    return words[:1].upper() + words[1:]


# --- One channel --------------------------------------------------------------------------------------------

_OUTLINE: Final = '<circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" stroke-width="1.5"/>'
_SHAPES: Final = {
    ChannelState.ONLINE: '<circle cx="6" cy="6" r="5" fill="currentColor"/>',
    ChannelState.AWAY: _OUTLINE + '<path d="M6 1a5 5 0 0 0 0 10z" fill="currentColor"/>',
    ChannelState.TRANSFERS_ONLY: '<path d="M1 4h9M7.5 1.5 10 4M11 8H2M4.5 10.5 2 8" fill="none"'
    ' stroke="currentColor" stroke-width="1.5" stroke-linecap="round"/>',
    ChannelState.OFFLINE: _OUTLINE,
}


@register.simple_tag
def channel_shape(state: str) -> SafeString:
    """Draw the shape alone, for where the word stands nearby."""
    picture = mark_safe(_SHAPES[ChannelState(state)])  # noqa: S308 - our own drawings
    return format_html(
        '<svg class="channel-state-shape state-{}" width="12" height="12" viewBox="0 0 12 12"'
        ' aria-hidden="true">{}</svg>',
        state,
        picture,
    )


@register.simple_tag
def channel_state(state: str) -> SafeString:
    """Name a channel's state: shape, word and colour."""
    return format_html(
        '<span class="channel-state state-{}">{}<span>{}</span></span>',
        state,
        channel_shape(state),
        ChannelState(state).label,
    )


@register.filter
def channel_name(channel: str) -> str:
    return str(CHANNEL_NAMES[channel])


# --- Durations ----------------------------------------------------------------------------------------------


@register.filter
def duration(seconds: float) -> str:
    """Say how long: ``45 s``, ``12 min``, ``2 h 05 min``, ``3 d 4 h``; so does ``static/js/ticking.js``."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    if minutes == 0:
        return f"{rest} s"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes:02} min"
    return f"{hours // 24} d {hours % 24} h"


@register.filter
def clock(seconds: float) -> str:
    """Say how long, to the second: ``00:12:31``."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"


@register.simple_tag
def ticking(since: datetime, style: str = "duration") -> SafeString:
    """Say how long ago that was, and keep it true in an open page. ``style`` is ``duration`` or ``clock``."""
    seconds = (timezone.now() - since).total_seconds()
    return format_html(
        '<time datetime="{}" data-ticking="{}" title="{}">{}</time>',
        iso(since),
        style,
        moment(since),
        clock(seconds) if style == "clock" else duration(seconds),
    )


@register.filter
def moment(when: datetime) -> str:
    """Name a moment to the second in the viewer's zone, and the zone."""
    local = timezone.localtime(when)
    day = date_format(local, "DATE_FORMAT")
    return f"{day} {local:%H:%M:%S} ({timezone.get_current_timezone_name()})"
