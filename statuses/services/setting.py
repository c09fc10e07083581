"""Setting statuses, of one agent or of many."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contactcenter.directory.models import (
    AuxiliaryCode,
    CompanySettings,
    DesktopProfile,
    WorkType,
)
from contactcenter.events.audience import ALL_TEAMS, team_token, user_token
from contactcenter.events.services import Message, publish_many
from contactcenter.lib.actors import Actor
from contactcenter.lib.errors import AppError, Conflict, Forbidden, Invalid, NotFound, StaleVersion
from contactcenter.workspace.services import notify
from statuses.models import Status
from statuses.moves import Choice, LockedAgent, Moved, UsableStatus, hold_status, lock_agents, move
from statuses.states import TIMEOUTS, Cause, ChannelState

# Set by somebody else than the agent: the agent finds a notification.
_NOTIFIED = frozenset({Cause.SUPERVISOR, Cause.ADMIN})


@transaction.atomic
def set_status(
    agent_id: int,
    status_id: int,
    *,
    actor: Actor,
    cause: Cause,
    reason_code_id: int | None = None,
    note: str = "",
    expected_version: int | None = None,
) -> None:
    """Set one agent's status; the same again is a no-op. The caller has checked that the actor may.

    Raises ``StaleVersion`` when the agent's version is not ``expected_version``, ``Conflict`` while omnichannel
    routing is off, ``Invalid`` for an unknown status or a reason that does not fit, ``Forbidden`` for a status
    of other teams.
    """
    held = hold_status(status_id)
    agent = lock_agents([agent_id]).get(agent_id)
    if agent is None:
        raise NotFound
    if expected_version is not None:
        require_version(agent.version, expected_version)
    usable = require_usable(held, status_id)
    reason = _reason(reason_code_id, usable.status) if reason_code_id is not None else None
    _check_may_take(agent, usable, reason)
    put([agent_id], Choice(usable.status, cause, actor, reason, note.strip()))


def require_version(current: int, expected: int) -> None:
    if current != expected:
        raise StaleVersion(
            _("The status has changed since version %(version)d: it is at version %(current)d now.")
            % {"version": expected, "current": current}
        )


@transaction.atomic
def set_statuses(
    agent_ids: Sequence[int],
    status_id: int,
    *,
    actor: Actor,
    cause: Cause,
    note: str = "",
) -> dict[int, AppError | None]:
    """Set the status of many agents at once; return for each agent why not, or ``None`` where it is set."""
    usable = require_usable(hold_status(status_id), status_id)
    agents = lock_agents(agent_ids)
    results: dict[int, AppError | None] = {}
    for agent_id in agent_ids:
        try:
            if agent_id not in agents:
                raise NotFound
            _check_may_take(agents[agent_id], usable, None)
        except AppError as error:
            results[agent_id] = error
        else:
            results[agent_id] = None
    accepted = [agent_id for agent_id, error in results.items() if error is None]
    put(accepted, Choice(usable.status, cause, actor, None, note.strip()))
    return results


def require_usable(held: UsableStatus | None, status_id: int) -> UsableStatus:
    routing = CompanySettings.load().omnichannel_routing if held is None else held.routing
    if not routing:
        raise Conflict(
            _("Omnichannel routing is switched off in the company settings: statuses cannot be set."),
            code="routing_disabled",
        )
    if held is None:
        raise Invalid(_("There is no status %(id)d.") % {"id": status_id}, field="status")
    return held


def _reason(code_id: int, status: Status) -> AuxiliaryCode:
    code = AuxiliaryCode.objects.filter(pk=code_id, kind=WorkType.Type.IDLE_CODE).first()
    if code is None:
        raise Invalid(_("There is no idle code %(id)d.") % {"id": code_id}, field="reason_code")
    if set(status.channels.values()) == {ChannelState.ONLINE}:
        raise Invalid(
            _("“%(status)s” is online on every channel: a reason goes with other statuses.") % {"status": status.name},
            field="reason_code",
        )
    return code


def _check_may_take(agent: LockedAgent, usable: UsableStatus, reason: AuxiliaryCode | None) -> None:
    """Raise unless the agent's teams may use the status and the desktop profile allows the reason."""
    if usable.restricted_to and usable.restricted_to.isdisjoint(agent.team_ids):
        raise Forbidden(
            _("“%(status)s” is for other teams than those of %(agent)s.")
            % {"status": usable.status.name, "agent": agent.name},
            code="status_not_allowed",
        )
    if reason is None or agent.desktop_profile_id is None:
        return
    desktop = DesktopProfile.objects.get(pk=agent.desktop_profile_id)
    if not desktop.allowed_idle_codes().filter(pk=reason.pk).exists():
        raise Invalid(
            _("The desktop profile “%(profile)s” does not allow the reason “%(reason)s”.")
            % {"profile": desktop, "reason": reason.name},
            field="reason_code",
        )


def put(agent_ids: Iterable[int], choice: Choice, *, always: bool = False, must_choose: bool = False) -> list[Moved]:
    """Put locked agents into a status and tell whom it concerns."""
    moved = move(agent_ids, choice, now=timezone.now(), always=always or must_choose, must_choose=must_choose)
    status, actor = choice.status, choice.actor
    publish_many(
        Message(
            "status.changed",
            [user_token(agent.agent_id), ALL_TEAMS, *map(team_token, agent.team_ids)],
            {
                "agent_id": agent.agent_id,
                "version": agent.version,
                "status": {"id": status.pk, "name": status.name},
                "cause": choice.cause.value,
                "actor": actor.payload(),
            },
        )
        for agent in moved
    )
    _notify(moved, choice)
    return moved


def _notify(moved: list[Moved], choice: Choice) -> None:
    """Leave word with agents who did not do it themselves."""
    status, actor = choice.status.name, choice.actor
    if choice.cause in TIMEOUTS:
        told: dict[str, str | int | None] = {"status": status, "minutes": choice.idle_minutes}
        notify((agent.agent_id for agent in moved), choice.cause.value, told)
    elif choice.cause in _NOTIFIED:
        others = [agent.agent_id for agent in moved if (actor.kind, actor.id) != ("user", agent.agent_id)]
        notify(others, "status_set_by_other", {"status": status, "actor": actor.name, "note": choice.note})
