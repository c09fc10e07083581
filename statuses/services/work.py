"""Work items: pieces of work that use up capacity."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contactcenter.directory.models import CompanySettings
from contactcenter.lib.errors import NotFound
from statuses.models import WorkItem
from statuses.moves import lock_agents
from statuses.presence import note_work_ended
from statuses.services.channels import require_agent
from statuses.services.telling import publish_availability
from statuses.states import WorkReason


@transaction.atomic
def add_work_item(agent_id: int, channel: str, *, external_ref: str = "") -> WorkItem:
    """Give an agent a piece of work by hand, over the capacity too. Raises ``NotFound``."""
    agent = require_agent(agent_id)
    item = WorkItem.objects.create(
        agent_id=agent_id,
        channel=channel,
        external_ref=external_ref,
        reason=WorkReason.MANUAL,
        added_at=timezone.now(),
    )
    publish_availability([agent], "work")
    return item


@transaction.atomic
def release_work_item(agent_id: int, item_id: int) -> None:
    """End a piece of work; its unit is free again. Raises ``NotFound`` when the agent does not hold it."""
    agents = lock_agents([agent_id], also_retired=True)
    deleted, _by_model = WorkItem.objects.filter(agent=agent_id, pk=item_id).delete()
    if not deleted:
        raise NotFound(
            _("This agent holds no work item %(id)d: it was released before, or has expired.") % {"id": item_id}
        )
    note_work_ended([agent_id])
    publish_availability(agents.values(), "work")


@transaction.atomic
def expire_work_items() -> int:
    """Let go of work nobody has reported as ended for too long; return how many items."""
    oldest = timezone.now() - timedelta(hours=CompanySettings.load().work_item_hours)
    stuck = WorkItem.objects.filter(added_at__lte=oldest)
    agents = lock_agents(stuck.order_by().values_list("agent", flat=True).distinct(), also_retired=True)
    if not agents:
        return 0
    deleted, _by_model = stuck.filter(agent__in=agents).delete()
    note_work_ended(agents)
    publish_availability(agents.values(), "work")
    return deleted
