from django.urls import path, register_converter

from statuses.zendesk import api


class NumberConverter:
    """An id that fits the database."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(NumberConverter, "number")

_AGENTS = "agent_availabilities"
_STATUSES = f"{_AGENTS}/agent_statuses"
_ITEMS = "channels/<str:channel>/relationships/work_items"

urlpatterns = [
    path(_AGENTS, api.Availabilities.as_view()),
    path(f"{_AGENTS}/me", api.OwnAvailability.as_view()),
    path(f"{_AGENTS}/me/{_ITEMS}", api.OwnWorkItems.as_view()),
    path(f"{_AGENTS}/<number:agent_id>", api.OneAvailability.as_view()),
    path(f"{_AGENTS}/<number:agent_id>/{_ITEMS}", api.WorkItems.as_view()),
    path(_STATUSES, api.Statuses.as_view()),
    path(f"{_STATUSES}/me", api.OwnStatuses.as_view()),
    path(f"{_STATUSES}/agents/me", api.SetOwnStatus.as_view()),
    path(f"{_STATUSES}/agents/update_many", api.SetManyStatuses.as_view()),
    path(f"{_STATUSES}/agents/<number:agent_id>", api.SetStatus.as_view()),
    path(f"{_STATUSES}/job_statuses/<str:job_id>", api.Job.as_view(), name="zendesk-job"),
    path("account_groups/availability/<number:group_id>", api.GroupAvailability.as_view()),
]
