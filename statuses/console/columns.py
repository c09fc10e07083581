"""What other lists of the console show of statuses."""

from django.core.exceptions import ObjectDoesNotExist
from django.template.loader import render_to_string

from contactcenter.directory.models import User


def status_of(user: User) -> str:
    """The status in the list of users; nothing for those who are not agents."""
    try:
        state = user.state
    except ObjectDoesNotExist:
        return "–"
    if not (user.is_active and user.contact_center_enabled):
        return "–"
    return render_to_string("statuses/console/_status_name.html", {"state": state})
