"""Custom statuses are made, changed and deleted."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from contactcenter.directory.models import CompanySettings, Team
from contactcenter.events.audience import EVERYONE
from contactcenter.events.services import publish
from contactcenter.lib.actors import Actor
from contactcenter.lib.errors import Conflict, NotFound
from contactcenter.lib.storing import store
from contactcenter.workspace.services import notify
from statuses.models import AgentState, Status
from statuses.moves import Choice, lock_agents
from statuses.services.setting import put
from statuses.services.timeouts import forget_target, lock_defaults, look_again
from statuses.states import OFFLINE, Cause
from statuses.timeouts import Rules


@transaction.atomic
def save_status(status: Status, *, teams: Sequence[Team] | None = None) -> Status:
    """Create or change a custom status. Agents who are in it keep the definition they chose.

    Raises ``Conflict`` ``builtin_status`` or ``limit_reached``, and ``ValidationError`` by field.
    """
    if status.pk is None:
        _require_room()
    else:
        before = _lock_status(status.pk)
        refuse_builtin(before)
        if _is_same(before, status) and (teams is None or set(teams) == set(before.teams.all())):
            return before
    store(status)
    if teams is not None:
        status.teams.set(teams)
    if status.pk in Rules.load().targets:
        look_again()
    _publish_definitions(status)
    return status


@transaction.atomic
def change_status(status_id: int, values: Mapping[str, str], *, teams: Sequence[Team] | None = None) -> Status:
    """Change some fields of a custom status; the others keep what they hold by then."""
    status = _lock_status(status_id)
    for name, value in values.items():
        setattr(status, name, value)
    return save_status(status, teams=teams)


def _lock_status(status_id: int) -> Status:
    status = Status.objects.select_for_update(no_key=True).filter(pk=status_id).first()
    if status is None:
        raise NotFound
    return status


def _is_same(before: Status, after: Status) -> bool:
    return (before.name, before.description, before.channels) == (after.name.strip(), after.description, after.channels)


def _require_room() -> None:
    # two creations at once wait for each other here
    company = CompanySettings.objects.select_for_update().get(pk=1)
    if Status.objects.custom().count() >= company.custom_status_limit:
        raise Conflict(
            _("There are %(limit)d custom statuses already, which is the limit. Delete one first.")
            % {"limit": company.custom_status_limit},
            code="limit_reached",
        )


def refuse_builtin(status: Status) -> None:
    if status.builtin:
        raise Conflict(
            _("“%(status)s” is built in: it can be looked at, but not changed or deleted.") % {"status": status.name},
            code="builtin_status",
        )


@transaction.atomic
def delete_status(status_id: int, *, actor: Actor) -> int:
    """Delete a custom status; its agents become Offline, are notified and asked to choose. Returns how many."""
    lock_defaults()
    status = Status.objects.select_for_update().filter(pk=status_id).first()
    if status is None:
        raise NotFound
    refuse_builtin(status)
    was_target = forget_target(status)
    offline = Status.objects.get(pk=OFFLINE)
    here = AgentState.objects.filter(status=status)  # nobody enters any more; some may leave before they are locked
    lock_agents(here.values_list("pk", flat=True), also_retired=True)
    if was_target:
        look_again()
    leaving = list(here.values_list("pk", flat=True))
    moved = put(leaving, Choice(offline, Cause.STATUS_DELETED, actor), must_choose=True)
    notify([agent.agent_id for agent in moved], "status_deleted", {"status": status.name})
    _publish_definitions(status)
    status.delete()
    return len(moved)


def _publish_definitions(status: Status) -> None:
    publish("statuses.changed", audience=[EVERYONE], payload={"status_id": status.pk})
