"""Who may watch, steer and look back, and whom."""

from contactcenter.console.access import Access
from contactcenter.directory.models import Team, User
from statuses import access

LIVE = Access(view=access.may_watch, edit=lambda user: access.may_watch(user) and access.may_set_others(user))
HISTORY = Access(view=access.may_read_history, edit=lambda _user: False)


def teams_of(user: User) -> list[Team]:
    """The teams whose agents the user sees, for a filter."""
    return list(
        Team.objects.visible_to(user).filter(type=Team.Type.AGENT).select_related("site").order_by("key", "site")
    )
