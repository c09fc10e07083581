"""Pictures of time. Pages have thousands of pieces, so each is put together here."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from statuses.console.charts import Segment, hours

register = template.Library()
register.filter("hours", hours)

NARROWEST: Final = 0.05  # percent; what is there can be seen


@register.simple_tag
def lane(segments: Iterable[Segment], height: int) -> SafeString:
    """Draw pieces side by side. The form of a stripe tells its state, so that no colour has to be told apart."""
    return format_html(
        '<svg class="lane" width="100%" height="{}" aria-hidden="true">{}</svg>',
        height,
        format_html_join("", "{}", ((_piece(segment, height),) for segment in segments)),
    )


def _piece(segment: Segment, height: int) -> SafeString:
    each = height / len(segment.stripes)
    start, end = segment.start, segment.start + max(segment.width, NARROWEST)
    stripes = format_html_join(
        "",
        '<line class="stripe state-{}" x1="{}%" x2="{}%" y1="{}" y2="{}"/>',
        (
            (state, f"{start:.3f}", f"{end:.3f}", f"{each * (number + 0.5):g}", f"{each * (number + 0.5):g}")
            for number, state in enumerate(segment.stripes)
        ),
    )
    return format_html("<g><title>{}</title>{}</g>", segment.title, stripes)


@register.filter
def clock_time(moment: datetime, form: str) -> str:
    """Write a time of the zone that is active. Django's own filter names no zone where the clock is put back."""
    return timezone.localtime(moment).strftime(form)


@register.filter
def percent(value: float) -> str:
    """Write it as pictures need it, whatever the language."""
    return f"{value:.3f}%"
