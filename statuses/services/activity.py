"""What agents are doing with contacts."""

from django.db import transaction
from django.utils import timezone

from contactcenter.directory.models import SkillDefinition
from contactcenter.lib.errors import NotFound
from statuses.models import ActivityInterval, AgentState
from statuses.moves import lock_agents
from statuses.services.telling import publish_availability
from statuses.states import Activity


@transaction.atomic
def set_activity(agent_id: int, activity: Activity, *, skill: SkillDefinition | None = None) -> None:
    """Begin or end an activity; what was going on becomes history. The same again is a no-op. Raises ``NotFound``."""
    agent = lock_agents([agent_id], also_retired=True).get(agent_id)
    if agent is None:
        raise NotFound
    state = AgentState.objects.get(pk=agent_id)
    wanted = (activity, skill.pk if skill and activity != Activity.NONE else None)
    if (state.activity, state.activity_skill_id) == wanted:
        return
    now = timezone.now()
    if state.activity_since is not None:
        ActivityInterval.objects.create(
            agent_id=agent_id,
            activity=state.activity,
            skill_id=state.activity_skill_id,
            skill_name=state.activity_skill_name,
            started_at=state.activity_since,
            ended_at=max(now, state.activity_since),
        )
    kind, skill_id = wanted
    AgentState.objects.filter(pk=agent_id).update(
        activity=kind,
        activity_skill_id=skill_id,
        activity_skill_name=skill.name if skill and skill_id else "",
        activity_since=None if kind == Activity.NONE else now,
    )
    publish_availability([agent], "activity")
