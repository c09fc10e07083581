"""Channel switches and phone lines."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from contactcenter.directory.models import CompanySettings
from contactcenter.lib.actors import Actor
from contactcenter.lib.channels import CHANNEL_NAMES
from contactcenter.lib.errors import Conflict, Forbidden, NotFound
from statuses.models import AgentState, PhoneLine
from statuses.moves import LockedAgent, lock_agents
from statuses.services.telling import publish_availability

LEASE: Final = timedelta(seconds=120)
LONGEST_LEASE: Final = timedelta(hours=24)


@transaction.atomic
def switch_channel(agent_id: int, channel: str, *, enabled: bool, always: bool = False) -> None:
    """Switch one assigned channel of an agent on or off; the same again is a no-op.

    ``always``: although the company forbids it, as administrators may. Raises ``Forbidden``
    ``channel_toggle_disabled``, ``Conflict`` ``channel_not_assigned``, ``NotFound``.
    """
    if not always and not CompanySettings.load().agents_may_change_channels:
        raise Forbidden(
            _("The company settings do not let agents switch channels on and off. An administrator can."),
            code="channel_toggle_disabled",
        )
    agent = require_agent(agent_id)
    state = AgentState.objects.get(pk=agent_id)
    if not getattr(state, f"{channel}_units"):
        raise Conflict(
            _("%(channel)s is not assigned to %(agent)s: the multimedia profile or the user's channels leave it out.")
            % {"channel": capfirst(CHANNEL_NAMES[channel]), "agent": agent.name},
            code="channel_not_assigned",
        )
    if getattr(state, f"{channel}_on") == enabled:
        return
    AgentState.objects.filter(pk=agent_id).update(
        **{f"{channel}_on": enabled, f"{channel}_switched_at": timezone.now()}
    )
    publish_availability([agent], "channel")


@transaction.atomic
def report_phone_line(agent_id: int, *, ready: bool, lease: timedelta = LEASE, actor: Actor) -> None:
    """Store what the telephony side says of an agent's phone. It counts while the company has lines reported."""
    agent = require_agent(agent_id)
    now = timezone.now()
    line = PhoneLine.objects.filter(pk=agent_id).first()
    # a line whose report has run out is shown as ready until that is told of, so “unavailable” is news there, too
    is_news = ready if line is None else line.ready != ready or (ready and line.lease_until <= now)
    values = {
        "ready": ready,
        "lease_until": now + lease,
        "changed_at": now if line is None or is_news else line.changed_at,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": actor.name,
    }
    PhoneLine.objects.update_or_create(pk=agent_id, defaults=values)
    if is_news:
        publish_availability([agent], "phone")


@transaction.atomic
def expire_phone_lines() -> int:
    """Make lines unavailable whose report has run out, and tell of it; return how many."""
    stale = PhoneLine.objects.filter(ready=True, lease_until__lte=timezone.now())
    agents = lock_agents(stale.values_list("pk", flat=True), also_retired=True)
    gone = set(stale.filter(pk__in=agents).values_list("pk", flat=True))  # some may have been renewed meanwhile
    PhoneLine.objects.filter(pk__in=gone).update(ready=False, changed_at=timezone.now())
    publish_availability([agents[pk] for pk in gone], "phone")
    return len(gone)


def require_agent(agent_id: int) -> LockedAgent:
    """Lock an agent who can be given work. Raises ``NotFound``."""
    agent = lock_agents([agent_id]).get(agent_id)
    if agent is None:
        raise NotFound
    return agent
