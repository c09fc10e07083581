"""How the OpenAPI document describes the drop-in endpoints."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from contactcenter.api.schema import ApiSchema
from statuses.zendesk import paging
from statuses.zendesk.filters import SELECT_CHANNEL
from statuses.zendesk.serializers import ERRORS
from statuses.zendesk.words import CHANNEL_NAMES


class ZendeskSchema(ApiSchema):
    """One tag for all, errors in their own shape, and API tokens beside the other ways to sign in."""

    error = ERRORS
    error_media_type = "application/json"
    further_security = ({"apiToken": []},)
    error_statuses = ("400", "401", "403", "404", "405", "413", "415", "422", "429")

    def get_tags(self) -> list[str]:
        return ["Zendesk drop-in"]

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """Their names are common words, which others use too."""
        return f"Zendesk{super().get_serializer_name(serializer, direction)}"


def _query(name: str, text: str, kind: Any = str) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=text)


def _in_path(name: str, text: str, kind: Any = OpenApiTypes.INT64, **options: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.PATH, description=text, **options)


AGENT = _in_path("agent_id", "The id of an agent.")
CHANNEL = _in_path("channel", "A channel.", str, enum=CHANNEL_NAMES)
GROUP = _in_path("group_id", "The id of a team.")
JOB = _in_path("job_id", "The id of a job.", str)
PAGES = [
    _query(paging.SIZE, f"How many on one page, at most {paging.MOST}.", int),
    _query(paging.AFTER, "The page after this cursor."),
    _query(paging.BEFORE, "The page before this cursor; never both."),
]
SELECT = _query(SELECT_CHANNEL, "Which channels come along, with commas between; without it all.")
FILTERS = [
    _query("filter[channel_status]", "A channel and a status, like `messaging:online`."),
    _query("filter[remaining_capacity]", "A channel and how many more work items fit at least, like `messaging:1`."),
    _query("filter[group_id]", "Teams, with commas between."),
    _query("filter[agent_id]", "Agents, with commas between."),
    _query("filter[agent_status_id]", "Statuses, with commas between."),
]
IDS = OpenApiParameter(
    "ids", str, OpenApiParameter.QUERY, required=True, description="Agents, with commas between, at most 500."
)
