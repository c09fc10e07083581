"""Agents come and go."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from contactcenter.directory.models import Membership
from contactcenter.events.audience import ALL_TEAMS, team_token
from contactcenter.events.services import publish
from contactcenter.lib.actors import Actor
from contactcenter.lib.rows import insert_values, values_of
from statuses.models import AgentState, Status, StatusInterval
from statuses.moves import Choice, lock_agents
from statuses.services.setting import put
from statuses.states import OFFLINE, Cause


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
    put(leaving, Choice(offline, _cause_of_coming(actor), actor), always=True)
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
    put(agents, Choice(offline, Cause.ROUTING_ENABLED, actor), must_choose=True)
