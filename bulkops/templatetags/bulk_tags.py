"""How operations are shown: their job type, status, counts and pace."""

from django import template

from bulkops.console.figures import figures_of, grouped, pace_of
from bulkops.models import Operation

register = template.Library()
register.filter(grouped)
register.filter("figures", figures_of)
register.filter("pace", pace_of)

_ICONS = {
    Operation.Status.NEW: "hourglass_empty",
    Operation.Status.IN_PROGRESS: "progress_activity",
    Operation.Status.COMPLETED: "check_circle",
    Operation.Status.COMPLETED_WITH_ERRORS: "warning",
    Operation.Status.FAILED: "cancel",
}


@register.filter
def status_icon(status: str) -> str:
    """Name the Material Symbol of a status."""
    return _ICONS[Operation.Status(status)]
