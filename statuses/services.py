"""Every change of statuses and of who is in which."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from contactcenter.directory.access import ALL_TEAMS, EVERYONE, team_token, user_token
from contactcenter.directory.models import AuxiliaryCode, CompanySettings, Membership, Team, User, WorkType
from contactcenter.directory.services import store
from contactcenter.events.services import Message, publish, publish_many
from contactcenter.lib.actors import Actor
from contactcenter.lib.errors import AppError, Conflict, Forbidden, Invalid, NotFound, StaleVersion
from contactcenter.workspace.services import notify
from statuses.models import AgentState, Status, StatusInterval
from statuses.states import OFFLINE, Cause, ChannelState

# Set by somebody else than the agent: the agent finds a notification.
_NOTIFIED = frozenset({Cause.SUPERVISOR, Cause.ADMIN})


@dataclass(frozen=True)
class Choice:
    """What is being set: a status as defined now, perhaps with a reason and a note."""

    status: Status
    cause: Cause
    actor: Actor
    reason: AuxiliaryCode | None = None
    note: str = ""


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
    status = Status.objects.for_use(status_id)
    state = _lock_states([agent_id]).get(agent_id)
    if state is None:
        raise NotFound
    if expected_version is not None and state.version != expected_version:
        raise StaleVersion(
            _("The status has changed since version %(version)d: it is at version %(current)d now.")
            % {"version": expected_version, "current": state.version}
        )
    choice = _choice(status, status_id, reason_code_id, note, cause=cause, actor=actor)
    check_may_take(state, choice)
    _move([state], choice)


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
    status = Status.objects.for_use(status_id)
    choice = _choice(status, status_id, None, note, cause=cause, actor=actor)
    states = _lock_states(agent_ids)
    results: dict[int, AppError | None] = {}
    accepted = []
    for agent_id in dict.fromkeys(agent_ids):
        try:
            if agent_id not in states:
                raise NotFound
            check_may_take(states[agent_id], choice)
        except AppError as error:
            results[agent_id] = error
        else:
            results[agent_id] = None
            accepted.append(states[agent_id])
    _move(accepted, choice)
    return results


def _choice(
    status: Status | None,
    status_id: int,
    reason_code_id: int | None,
    note: str,
    *,
    cause: Cause,
    actor: Actor,
) -> Choice:
    require_routing()
    if status is None:
        raise Invalid(_("There is no status %(id)d.") % {"id": status_id}, field="status")
    reason = _reason(reason_code_id, status) if reason_code_id is not None else None
    return Choice(status, cause, actor, reason, note.strip())


def require_routing() -> None:
    if not CompanySettings.load().omnichannel_routing:
        raise Conflict(
            _("Omnichannel routing is switched off in the company settings: statuses cannot be set."),
            code="routing_disabled",
        )


def _reason(code_id: int, status: Status) -> AuxiliaryCode:
    code = AuxiliaryCode.objects.filter(pk=code_id, kind=WorkType.Type.IDLE_CODE).first()
    if code is None:
        raise Invalid(_("There is no idle code %(id)d.") % {"id": code_id}, field="reason_code")
    if set(status.channels.values()) == {ChannelState.ONLINE}:
        raise Invalid(
            _("“%(status)s” is online on every channel: a reason goes with other statuses.")
            % {"status": status.name},
            field="reason_code",
        )
    return code


def check_may_take(state: AgentState, choice: Choice) -> None:
    """Raise unless the agent's teams may use the status and the desktop profile allows the reason."""
    status, reason = choice.status, choice.reason
    if status.restricted_to and not set(status.restricted_to) & set(state.team_ids):
        raise Forbidden(
            _("“%(status)s” is for other teams than those of %(agent)s.")
            % {"status": status.name, "agent": state.agent.name},
            code="status_not_allowed",
        )
    desktop = state.agent.desktop_profile
    if reason is None or desktop is None or desktop.idle_options == desktop.Options.ALL:
        return
    if not desktop.idle_codes.filter(pk=reason.pk).exists():
        raise Invalid(
            _("The desktop profile “%(profile)s” does not allow the reason “%(reason)s”.")
            % {"profile": desktop, "reason": reason.name},
            field="reason_code",
        )


def _lock_states(agent_ids: Iterable[int]) -> dict[int, AgentState]:
    """Lock the agents' rows, in the order everybody locks them, and read what the rules need."""
    locked = (
        AgentState.objects.active()
        .filter(pk__in=agent_ids)
        .select_related("agent__desktop_profile", "reason_code")
        .with_team_ids()
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    return {state.pk: state for state in locked}


# --- The one move ------------------------------------------------------------------------------------------------


def _move(states: Iterable[AgentState], choice: Choice, *, must_choose: bool = False) -> list[AgentState]:
    """Put locked agents into a status: close the interval, open the next, tell whom it concerns."""
    moving = [state for state in states if _differs(state, choice, must_choose=must_choose)]
    if not moving:
        return []
    now = max(timezone.now(), *(state.since for state in moving))
    StatusInterval.objects.bulk_create(_finished(state, ended_at=now) for state in moving)
    status = choice.status
    AgentState.objects.filter(pk__in=[state.pk for state in moving]).update(
        **status.channels,
        status=status,
        status_name=status.name,
        status_revision=status.revision,
        since=now,
        cause=choice.cause,
        actor_kind=choice.actor.kind,
        actor_id=choice.actor.id,
        actor_name=choice.actor.name,
        reason_code=choice.reason,
        note=choice.note,
        must_choose=must_choose,
        version=F("version") + 1,
    )
    publish_many(
        Message(
            "status.changed",
            [user_token(state.pk), ALL_TEAMS, *map(team_token, state.team_ids)],
            {
                "agent_id": state.pk,
                "version": state.version + 1,
                "status": {"id": status.pk, "name": status.name},
                "cause": choice.cause,
                "actor": choice.actor.payload(),
            },
        )
        for state in moving
    )
    if choice.cause in _NOTIFIED:
        data = {"status": status.name, "actor": choice.actor.name, "note": choice.note}
        others = [state.pk for state in moving if choice.actor != Actor("user", state.pk, choice.actor.name)]
        notify(others, "status_set_by_other", data)
    return moving


def _differs(state: AgentState, choice: Choice, *, must_choose: bool) -> bool:
    status = choice.status
    return (
        state.must_choose
        or must_choose
        or state.status_id != status.pk
        or state.status_name != status.name
        or state.channels != status.channels
        or state.reason_code_id != (choice.reason.pk if choice.reason else None)
        or choice.note not in {"", state.note}
    )


def _finished(state: AgentState, *, ended_at: timezone.datetime) -> StatusInterval:
    reason = state.reason_code
    return StatusInterval(
        agent_id=state.pk,
        version=state.version,
        status_id=state.status_id,
        status_name=state.status_name,
        reason_code_id=reason.pk if reason else None,
        reason_code_name=reason.name if reason else "",
        reason_code_paid=reason.paid if reason else None,
        cause=state.cause,
        actor_kind=state.actor_kind,
        actor_id=state.actor_id,
        actor_name=state.actor_name,
        note=state.note,
        started_at=state.since,
        ended_at=ended_at,
    )


# --- Agents come and go ------------------------------------------------------------------------------------------


def enable_agents(user_ids: Iterable[int], *, actor: Actor) -> None:
    """Give users who became agents their state: Offline, unless they have one from before."""
    offline = Status.objects.get(pk=OFFLINE)
    now = timezone.now()
    AgentState.objects.bulk_create(
        (
            AgentState(
                agent_id=user_id,
                status=offline,
                status_name=offline.name,
                status_revision=offline.revision,
                **offline.channels,
                since=now,
                cause=Cause.IMPORT,
                actor_kind=actor.kind,
                actor_id=actor.id,
                actor_name=actor.name,
            )
            for user_id in user_ids
        ),
        ignore_conflicts=True,
    )
    publish("agents.changed", audience=[ALL_TEAMS], payload={"agent_ids": list(user_ids)})


def retire_agent(user: User, *, actor: Actor) -> None:
    """Set an agent Offline who cannot be given work any more, whatever the rules for choosing say."""
    offline = Status.objects.for_use(OFFLINE)
    state = AgentState.objects.filter(pk=user.pk).with_team_ids().select_for_update(of=("self",)).first()
    if state is not None and offline is not None and state.status_id != OFFLINE:
        _move([state], Choice(offline, Cause.ADMIN, actor))
    publish("agents.changed", audience=[ALL_TEAMS], payload={"agent_ids": [user.pk]})


def restart_all(*, actor: Actor) -> None:
    """Set every agent Offline and ask for a new choice: omnichannel routing was switched on."""
    offline = Status.objects.for_use(OFFLINE)
    assert offline is not None  # noqa: S101 - the built-in statuses always exist
    states = _lock_states(AgentState.objects.active().values_list("pk", flat=True))
    _move(states.values(), Choice(offline, Cause.ROUTING_ENABLED, actor), must_choose=True)


# --- Definitions -------------------------------------------------------------------------------------------------


@transaction.atomic
def save_status(status: Status, *, teams: Sequence[Team] | None = None) -> Status:
    """Create or change a custom status. Agents who are in it keep the definition they chose.

    Raises ``Conflict`` ``builtin_status`` or ``limit_reached``, and ``ValidationError`` by field.
    """
    if status.pk is None:
        _require_room()
    else:
        before = Status.objects.select_for_update(no_key=True).filter(pk=status.pk).first()
        if before is None:
            raise NotFound
        refuse_builtin(before)
        changed = (before.name, before.channels) != (status.name.strip(), status.channels)
        status.revision = before.revision + int(changed)
    store(status)
    if teams is not None:
        status.teams.set(teams)
    _publish_definitions(status)
    return status


def _require_room() -> None:
    company = CompanySettings.objects.select_for_update().get(
        pk=1
    )  # two creations at once wait for each other
    if Status.objects.custom().count() >= company.custom_status_limit:
        raise Conflict(
            _("There are %(limit)d custom statuses already, which is the limit. Delete one first.")
            % {"limit": company.custom_status_limit},
            code="limit_reached",
        )


def refuse_builtin(status: Status) -> None:
    if status.builtin:
        raise Conflict(
            _("“%(status)s” is built in: it can be looked at, but not changed or deleted.")
            % {"status": status.name},
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
    here = (
        AgentState.objects.filter(status=status).select_related("reason_code").with_team_ids().order_by("pk")
    )
    moved = _move(
        here.select_for_update(of=("self",)), Choice(offline, Cause.STATUS_DELETED, actor), must_choose=True
    )
    notify([state.pk for state in moved], "status_deleted", {"status": status.name})
    _publish_definitions(status)
    status.delete()
    return len(moved)


def _publish_definitions(status: Status) -> None:
    publish("statuses.changed", audience=[EVERYONE], payload={"status_id": status.pk})
