"""Pictures on the wallboard. Pages have hundreds of them, so each is one small piece of text."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from statuses.models import Status
from statuses.templatetags.status_tags import ring_arcs

register = template.Library()


@register.simple_tag
def state_bar(states: Sequence[tuple[str, int]]) -> SafeString:
    """Draw how many agents are in each state, side by side; the numbers stand beside it."""
    total = sum(number for _state, number in states)
    pieces, before = [], 0
    for state, number in states:
        if number:
            x, width = 100 * before / total, 100 * number / total
            pieces.append(f'<rect class="state-{state}" x="{x:.2f}%" width="{width:.2f}%" height="100%"/>')
            before += number
    return mark_safe(f'<svg class="state-bar" aria-hidden="true">{"".join(pieces)}</svg>')  # noqa: S308 - our own


@register.simple_tag
def ring_symbol(status: Status) -> SafeString:
    """Define the ring of a status once, for ``ring_of``."""
    return format_html('<symbol id="ring-{}" viewBox="0 0 36 36">{}</symbol>', status.pk, ring_arcs(status.channels))


@register.simple_tag
def ring_of(status_id: int) -> SafeString:
    return mark_safe(  # noqa: S308 - a number
        f'<svg class="ring" width="16" height="16" aria-hidden="true"><use href="#ring-{int(status_id)}"/></svg>'
    )
