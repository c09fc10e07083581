"""Every change of statuses and of who is in which."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contactcenter.directory.models import (
    AuxiliaryCode,
    CompanySettings,
    DesktopProfile,
    Membership,
    Team,
    WorkType,
)
from contactcenter.events.audience import ALL_TEAMS, EVERYONE, team_token, user_token
from contactcenter.events.services import Message, publish, publish_many
from contactcenter.lib.actors import Actor
from contactcenter.lib.errors import AppError, Conflict, Forbidden, Invalid, NotFound, StaleVersion
from contactcenter.lib.rows import insert_values, values_of
from contactcenter.lib.storing import store
from contactcenter.workspace.services import notify
from statuses.models import AgentState, Status, StatusInterval
from statuses.moves import Choice, LockedAgent, Moved, UsableStatus, hold_status, lock_agents, move
from statuses.states import OFFLINE, Cause, ChannelState

# Set by somebody else than the agent: the agent finds a notification.
_NOTIFIED = frozenset({Cause.SUPERVISOR, Cause.ADMIN})


# --- Setting a status --------------------------------------------------------------------------------------------


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
    usable = _require_usable(held, status_id)
    reason = _reason(reason_code_id, usable.status) if reason_code_id is not None else None
    _check_may_take(agent, usable, reason)
    _move([agent_id], Choice(usable.status, cause, actor, reason, note.strip()))


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
    usable = _require_usable(hold_status(status_id), status_id)
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
    _move(accepted, Choice(usable.status, cause, actor, None, note.strip()))
    return results


def _require_usable(held: UsableStatus | None, status_id: int) -> UsableStatus:
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


def _move(agent_ids: Iterable[int], choice: Choice, *, always: bool = False, must_choose: bool = False) -> list[Moved]:
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
    if choice.cause in _NOTIFIED:
        others = [agent.agent_id for agent in moved if (actor.kind, actor.id) != ("user", agent.agent_id)]
        data = {"status": status.name, "actor": actor.name, "note": choice.note}
        notify(others, "status_set_by_other", data)
    return moved


# --- Agents come and go ------------------------------------------------------------------------------------------


def enable_agents(user_ids: Sequence[int], *, actor: Actor) -> None:
    """Give users who became agents their state: Offline, unless they have one from before."""
    offline = Status.objects.get(pk=OFFLINE)
    now = timezone.now()
    state = AgentState(
        status=offline,
        status_name=offline.name,
        **offline.channels,
        since=now,
        cause=_cause_of_coming(actor),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    common = {column: value for column, value in values_of(state).items() if column != "agent_id"}
    agents = [{"agent_id": user_id} for user_id in user_ids]
    insert_values(AgentState, agents, common=common, unless_present=True)
    publish_agents(user_ids, _teams_of(user_ids))


def _cause_of_coming(actor: Actor) -> Cause:
    """Agents come and go by an administrator, an API client, or a file."""
    return {"user": Cause.ADMIN, "client": Cause.API}.get(actor.kind, Cause.IMPORT)


def retire_agents(user_ids: Sequence[int], *, actor: Actor) -> None:
    """Set agents Offline who cannot be given work any more, whatever the rules for choosing say."""
    offline = Status.objects.get(pk=OFFLINE)
    # also where it is Offline: a choice that is just being made has to come first, or find the agent gone
    states = AgentState.objects.filter(pk__in=user_ids).order_by("pk").select_for_update()
    leaving = [state.pk for state in states if state.status_id != OFFLINE]
    _move(leaving, Choice(offline, _cause_of_coming(actor), actor), always=True)
    publish_agents(user_ids, _teams_of(user_ids))


def agents_with_history(user_ids: Sequence[int]) -> set[int]:
    """Return those of the agents whose status was ever chosen or changed."""
    return set(StatusInterval.objects.filter(agent__in=user_ids).values_list("agent", flat=True).distinct())


def publish_agents(user_ids: Sequence[int], team_ids: Iterable[int]) -> None:
    """Tell who watches these teams that agents came, went, or are shown differently."""
    publish("agents.changed", audience=[ALL_TEAMS, *map(team_token, team_ids)], payload={"agent_ids": list(user_ids)})


def _teams_of(user_ids: Sequence[int]) -> Iterable[int]:
    return Membership.objects.filter(user__in=user_ids).values_list("team", flat=True).distinct()


def restart_all(*, actor: Actor) -> None:
    """Set every agent Offline and ask for a new choice: omnichannel routing was switched on."""
    offline = Status.objects.get(pk=OFFLINE)
    agents = lock_agents(AgentState.objects.active().values_list("pk", flat=True))
    _move(agents, Choice(offline, Cause.ROUTING_ENABLED, actor), must_choose=True)


# --- Definitions -------------------------------------------------------------------------------------------------


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
    status = Status.objects.select_for_update().filter(pk=status_id).first()
    if status is None:
        raise NotFound
    refuse_builtin(status)
    offline = Status.objects.get(pk=OFFLINE)
    here = AgentState.objects.filter(status=status)  # nobody enters any more; some may leave before they are locked
    lock_agents(here.values_list("pk", flat=True), also_retired=True)
    leaving = list(here.values_list("pk", flat=True))
    moved = _move(leaving, Choice(offline, Cause.STATUS_DELETED, actor), must_choose=True)
    notify([agent.agent_id for agent in moved], "status_deleted", {"status": status.name})
    _publish_definitions(status)
    status.delete()
    return len(moved)


def _publish_definitions(status: Status) -> None:
    publish("statuses.changed", audience=[EVERYONE], payload={"status_id": status.pk})
