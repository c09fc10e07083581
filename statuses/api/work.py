"""Endpoints of what agents can take beside their status: channels, phone lines, work, signs of activity."""

from datetime import timedelta
from typing import ClassVar

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status as http
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from contactcenter.api.permissions import Rule
from contactcenter.lib.channels import CHANNELS
from statuses import access, presence, serializers, services
from statuses.api.base import AGENT, READ, WRITE, AgentEndpoint
from statuses.models import WorkItem

CHANNEL = OpenApiParameter("channel", str, OpenApiParameter.PATH, enum=CHANNELS)


class AgentChannel(AgentEndpoint):
    access: ClassVar = {"PUT": WRITE}

    @extend_schema(
        request=serializers.ChannelSwitchSerializer,
        responses=serializers.AvailabilitySerializer,
        parameters=[AGENT, CHANNEL],
    )
    def put(self, request: Request, agent: str, channel: str) -> Response:
        """Switch one of an agent's channels on or off, beside the status."""
        agent_id = self.agent_id(agent)
        given = serializers.ChannelSwitchSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        self.require_visible(agent_id)
        access.require_may_change(self.principal, agent_id)
        services.switch_channel(
            agent_id,
            channel,
            enabled=given.validated_data["enabled"],
            always=access.may_always_switch(self.principal),
        )
        return self.answer(agent_id)


class AgentPhoneLine(AgentEndpoint):
    access: ClassVar = {"PUT": Rule("statuses:write", access.may_report_phone_lines)}

    @extend_schema(
        request=serializers.PhoneLineSerializer, responses=serializers.AvailabilitySerializer, parameters=[AGENT]
    )
    def put(self, request: Request, agent: str) -> Response:
        """Report whether an agent's phone can take a call. The report counts until its lease ends."""
        agent_id = self.agent_id(agent)
        given = serializers.PhoneLineSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        services.report_phone_line(
            agent_id,
            ready=values["ready"],
            lease=timedelta(seconds=values["lease_seconds"]),
            actor=self.actor,
        )
        return self.answer(agent_id)


class WorkItemList(AgentEndpoint, GenericAPIView[WorkItem]):
    access: ClassVar = {"GET": READ, "POST": WRITE}
    serializer_class = serializers.WorkItemSerializer
    queryset = WorkItem.objects.none()
    filter_backends = ()

    @extend_schema(
        operation_id="agents_work_items_list",
        responses=serializers.WorkItemSerializer(many=True),
        parameters=[AGENT],
    )
    def get(self, request: Request, agent: str) -> Response:
        """List the work an agent holds, the oldest first."""
        agent_id = self.agent_id(agent)
        self.require_agent(agent_id)
        page = self.paginate_queryset(WorkItem.objects.filter(agent=agent_id))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=serializers.WorkItemSerializer, responses={201: serializers.WorkItemSerializer}, parameters=[AGENT]
    )
    def post(self, request: Request, agent: str) -> Response:
        """Give an agent a piece of work by hand, over the capacity, too."""
        agent_id = self.agent_id(agent)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        self.require_visible(agent_id)
        access.require_may_change(self.principal, agent_id)
        item = services.add_work_item(agent_id, **given.validated_data)
        location = reverse("api-agent-work-item", args=[agent_id, item.pk])
        headers = {"Location": request.build_absolute_uri(location)}
        return Response(self.get_serializer(item).data, status=http.HTTP_201_CREATED, headers=headers)


class WorkItemDetail(AgentEndpoint):
    access: ClassVar = {"DELETE": WRITE}

    @extend_schema(responses={204: None}, parameters=[AGENT])
    def delete(self, request: Request, agent: str, work_item: int) -> Response:
        """End a piece of work; its unit of capacity is free again."""
        agent_id = self.agent_id(agent)
        self.require_visible(agent_id)
        access.require_may_change(self.principal, agent_id)
        services.release_work_item(agent_id, work_item)
        return Response(status=http.HTTP_204_NO_CONTENT)


class AgentActivity(AgentEndpoint):
    access: ClassVar = {"POST": WRITE}

    @extend_schema(request=None, responses={204: None}, parameters=[AGENT])
    def post(self, request: Request, agent: str) -> Response:
        """Say that an agent is at work, outside the workspace, too: the time until idle starts anew."""
        agent_id = self.agent_id(agent)
        self.require_agent(agent_id)
        access.require_may_change(self.principal, agent_id)
        presence.note_activity([agent_id])
        return Response(status=http.HTTP_204_NO_CONTENT)
