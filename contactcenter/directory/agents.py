"""Agents, of whom the apps above keep something, too."""

from collections.abc import Collection

from contactcenter.directory import signals
from contactcenter.directory.models import User


def hold_agents(user_ids: Collection[int], *, to_delete: bool = False) -> None:
    """Lock all that is kept of users who are about to be changed in several statements, or deleted."""
    if to_delete:  # whoever is about to refer to them waits
        list(User.objects.filter(pk__in=user_ids).order_by("pk").select_for_update().values_list("pk"))
    signals.agents_held.send(User, user_ids=list(user_ids))
