"""What comes in is checked here; what goes out is made in ``shapes.py`` and described here for the OpenAPI document."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from contactcenter.api.fields import StrictInteger
from statuses.models import StatusJob
from statuses.states import ChannelState
from statuses.zendesk.words import CHANNEL_NAMES, INCLUDED, REASON_NAMES, RESULTS, WORK_REASON_NAMES

ERRORS = inline_serializer(
    "Errors",
    {
        "errors": inline_serializer(
            "Error",
            {
                "status": serializers.CharField(),
                "code": serializers.CharField(),
                "title": serializers.CharField(),
                "detail": serializers.CharField(),
            },
            many=True,
        )
    },
)


class ChosenStatus(serializers.Serializer[Any]):
    """The body of every change."""

    id = StrictInteger(help_text="The id of a status.")


class Links(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    prev = serializers.URLField(allow_null=True)


class PageMeta(serializers.Serializer[Any]):
    has_more = serializers.BooleanField()
    after_cursor = serializers.CharField(allow_null=True)
    before_cursor = serializers.CharField(allow_null=True)


# --- Statuses ----------------------------------------------------------------------------------------------------


class ChannelStates(serializers.Serializer[Any]):
    support = serializers.ChoiceField(ChannelState.choices)
    talk = serializers.ChoiceField(ChannelState.choices)
    messaging = serializers.ChoiceField(ChannelState.choices)


class DefaultStatusAttributes(serializers.Serializer[Any]):
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)


class CustomStatusAttributes(DefaultStatusAttributes):
    group_ids = serializers.ListField(child=serializers.IntegerField())
    channels = ChannelStates()


class DefaultStatus(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    type = serializers.CharField()
    attributes = DefaultStatusAttributes()


class CustomStatus(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    type = serializers.CharField()
    updated_at = serializers.DateTimeField()
    attributes = CustomStatusAttributes()


class Statuses(serializers.Serializer[Any]):
    default = DefaultStatus(many=True)
    custom = CustomStatus(many=True)
    links = Links()
    meta = PageMeta()


class StatusName(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class StatusOfAgentAttributes(serializers.Serializer[Any]):
    agent_id = serializers.IntegerField()
    agent_status = StatusName()


class StatusOfAgent(serializers.Serializer[Any]):
    id = serializers.CharField()
    type = serializers.CharField()
    attributes = StatusOfAgentAttributes()


# A serializer has attributes of its own that are called as these fields are, hence not as classes.
STATUS_SET = inline_serializer("StatusSet", {"data": StatusOfAgent()})


# --- Jobs --------------------------------------------------------------------------------------------------------


class JobResult(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    agent_id = serializers.IntegerField()
    action = serializers.CharField()
    success = serializers.BooleanField()
    status = serializers.ChoiceField(RESULTS)
    completed_at = serializers.DateTimeField()
    error = serializers.CharField(required=False)


class Job(serializers.Serializer[Any]):
    id = serializers.CharField()
    url = serializers.URLField()
    status = serializers.ChoiceField(StatusJob.State.choices)
    total = serializers.IntegerField()
    progress = serializers.IntegerField()
    message = serializers.CharField()
    results = JobResult(many=True)


# --- Availability ------------------------------------------------------------------------------------------------


class Reference(serializers.Serializer[Any]):
    id = serializers.CharField()
    type = serializers.CharField()


class Skill(serializers.Serializer[Any]):
    id = serializers.CharField()


class StatusWithReason(StatusName):
    reason = serializers.ChoiceField(REASON_NAMES)
    updated_at = serializers.DateTimeField()


class AgentAttributes(serializers.Serializer[Any]):
    agent_id = serializers.IntegerField()
    version = serializers.IntegerField()
    group_ids = serializers.ListField(child=serializers.IntegerField())
    skills = Skill(many=True)
    agent_status = StatusWithReason(required=False, help_text="Only while omnichannel routing is on.")


class AgentRelationships(serializers.Serializer[Any]):
    channels = inline_serializer("References", {"data": Reference(many=True)})


class Agent(serializers.Serializer[Any]):
    id = serializers.CharField()
    type = serializers.CharField()
    attributes = AgentAttributes()
    links = inline_serializer("SelfLink", {"self": serializers.URLField()})
    relationships = AgentRelationships()


class WorkItemAttributes(serializers.Serializer[Any]):
    added_at = serializers.DateTimeField()
    reason = serializers.ChoiceField(WORK_REASON_NAMES)


class WorkItem(serializers.Serializer[Any]):
    id = serializers.CharField()
    type = serializers.CharField()
    attributes = WorkItemAttributes()


class IncludedAttributes(serializers.Serializer[Any]):
    """Of a channel, or of a work item."""

    name = serializers.ChoiceField(CHANNEL_NAMES, required=False)
    status = serializers.ChoiceField(ChannelState.choices, required=False)
    updated_at = serializers.DateTimeField(required=False)
    work_item_count = serializers.IntegerField(required=False)
    max_capacity = serializers.IntegerField(required=False, help_text="Only while omnichannel routing is on.")
    added_at = serializers.DateTimeField(required=False)
    reason = serializers.ChoiceField(WORK_REASON_NAMES, required=False)


class NextLink(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)


class HasMore(serializers.Serializer[Any]):
    has_more = serializers.BooleanField()


class ChannelRelationships(serializers.Serializer[Any]):
    work_items = inline_serializer(
        "WorkItemReferences", {"data": Reference(many=True), "links": NextLink(), "meta": HasMore()}
    )


class Included(serializers.Serializer[Any]):
    """A channel, followed by its work items."""

    id = serializers.CharField()
    type = serializers.ChoiceField(INCLUDED)
    attributes = IncludedAttributes()
    relationships = ChannelRelationships(required=False)


_PAGE = {"links": Links(), "meta": PageMeta()}

AVAILABILITY = inline_serializer("OneAvailability", {"data": Agent(), "included": Included(many=True)})
AVAILABILITIES = inline_serializer(
    "Availabilities", {"data": Agent(many=True), "included": Included(many=True), **_PAGE}
)
WORK_ITEMS = inline_serializer("WorkItems", {"data": WorkItem(many=True), **_PAGE})


# --- Groups ------------------------------------------------------------------------------------------------------


class StateCounts(serializers.Serializer[Any]):
    online = serializers.IntegerField()
    away = serializers.IntegerField()
    transfers_only = serializers.IntegerField()
    offline = serializers.IntegerField()


class GroupChannel(serializers.Serializer[Any]):
    state_counts = StateCounts()
    total_consumed_capacity = serializers.IntegerField()
    total_max_capacity = serializers.IntegerField()


class GroupChannels(serializers.Serializer[Any]):
    support = GroupChannel()
    talk = GroupChannel()
    messaging = GroupChannel()


class Group(serializers.Serializer[Any]):
    account_id = serializers.IntegerField()
    group_id = serializers.IntegerField()
    version = serializers.IntegerField()
    channel_group_statuses = GroupChannels()
    unified_states = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text="Agents by status, while omnichannel routing is on."
    )
