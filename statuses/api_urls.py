from django.urls import path, register_converter

from statuses import api


class AgentConverter:
    """An id that fits the database, or ``me``."""

    regex = r"me|[0-9]{1,18}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(AgentConverter, "agent")

urlpatterns = [
    path("statuses/", api.StatusList.as_view(), name="api-statuses"),
    path("statuses/<int:pk>/", api.StatusDetail.as_view(), name="api-status"),
    path("agents/", api.AgentList.as_view(), name="api-agents"),
    path("agents/statuses/", api.AgentStatuses.as_view(), name="api-agent-statuses"),
    path("agents/<agent:agent>/availability/", api.AgentAvailability.as_view(), name="api-agent-availability"),
    path("agents/<agent:agent>/status/", api.AgentStatus.as_view(), name="api-agent-status"),
    path("agents/<agent:agent>/status-history/", api.AgentHistory.as_view(), name="api-agent-history"),
]
