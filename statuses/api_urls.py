from django.urls import path, register_converter

from contactcenter.lib.channels import CHANNELS
from statuses.api import agents, reports, statuses, teams, work


class AgentConverter:
    """An id that fits the database, or ``me``."""

    regex = r"me|[0-9]{1,18}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


class ChannelConverter(AgentConverter):
    regex = "|".join(CHANNELS)


register_converter(AgentConverter, "agent")
register_converter(ChannelConverter, "channel")

urlpatterns = [
    path("statuses/", statuses.StatusList.as_view(), name="api-statuses"),
    path("statuses/<int:pk>/", statuses.StatusDetail.as_view(), name="api-status"),
    path("statuses/<int:pk>/timeouts/", statuses.StatusTimeouts.as_view(), name="api-status-timeouts"),
    path("settings/timeouts/", statuses.CompanyTimeouts.as_view(), name="api-company-timeouts"),
    path("agents/", agents.AgentList.as_view(), name="api-agents"),
    path("agents/statuses/", agents.AgentStatuses.as_view(), name="api-agent-statuses"),
    path("agents/<agent:agent>/availability/", agents.AgentAvailability.as_view(), name="api-agent-availability"),
    path("agents/<agent:agent>/status/", agents.AgentStatus.as_view(), name="api-agent-status"),
    path("agents/<agent:agent>/status-history/", agents.AgentHistory.as_view(), name="api-agent-history"),
    path("agents/<agent:agent>/channels/<channel:channel>/", work.AgentChannel.as_view(), name="api-agent-channel"),
    path("agents/<agent:agent>/phone-line/", work.AgentPhoneLine.as_view(), name="api-agent-phone-line"),
    path("agents/<agent:agent>/work-items/", work.WorkItemList.as_view(), name="api-agent-work-items"),
    path("agents/<agent:agent>/work-items/<int:work_item>/", work.WorkItemDetail.as_view(), name="api-agent-work-item"),
    path("agents/<agent:agent>/activity/", work.AgentActivity.as_view(), name="api-agent-activity"),
    path("teams/availability/", teams.TeamAvailabilityList.as_view(), name="api-teams-availability"),
    path("teams/<int:pk>/availability/", teams.TeamAvailabilityDetail.as_view(), name="api-team-availability"),
    path("reports/time-in-status/", reports.TimeInStatus.as_view(), name="api-time-in-status"),
]
