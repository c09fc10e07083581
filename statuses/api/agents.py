"""Endpoints of agents: who can take what, setting statuses, and what was."""

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.fields import DateTimeField
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from contactcenter.api.pagination import CursorPages
from contactcenter.api.permissions import Rule
from contactcenter.api.principals import ClientPrincipal
from contactcenter.api.views import if_match
from contactcenter.directory.models import User
from contactcenter.lib.errors import AppError, NotFound
from statuses import access, serializers, services
from statuses.api.base import AGENT, READ, WRITE, AgentEndpoint
from statuses.availability import availability_payload, iso
from statuses.filters import AgentFilter
from statuses.models import Availability, HistoryEntry

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description='The version the change is meant for, like "42".'
)


class AgentList(AgentEndpoint, GenericAPIView[Availability]):
    """Agents with their availability."""

    access: ClassVar = {"GET": READ}
    serializer_class = serializers.AvailabilitySerializer
    queryset = Availability.objects.none()
    filterset_class = AgentFilter

    @extend_schema(operation_id="agents_list", responses=serializers.AvailabilitySerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the agents you may see, with their availability."""
        page = self.paginate_queryset(self.filter_queryset(self.agents()))
        return self.get_paginated_response([availability_payload(row) for row in page or []])


class AgentAvailability(AgentEndpoint):
    access: ClassVar = {"GET": READ}

    @extend_schema(responses=serializers.AvailabilitySerializer, parameters=[AGENT])
    def get(self, request: Request, agent: str) -> Response:
        """Read one agent's availability."""
        return self.answer(self.agent_id(agent))


class AgentStatus(AgentEndpoint):
    access: ClassVar = {"PUT": WRITE}

    @extend_schema(
        request=serializers.SetStatusSerializer,
        responses=serializers.AvailabilitySerializer,
        parameters=[AGENT, IF_MATCH],
    )
    def put(self, request: Request, agent: str) -> Response:
        """Set one agent's status."""
        agent_id = self.agent_id(agent)
        expected_version = if_match(request)
        self._require_version(agent_id, expected_version)
        given = serializers.SetStatusSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        self.require_visible(agent_id)
        services.set_status(
            agent_id,
            values["status"],
            actor=self.actor,
            cause=access.cause_of(self.principal, agent_id),
            reason_code_id=values["reason_code"],
            note=values["note"],
            expected_version=expected_version,
        )
        return self.answer(agent_id)

    def _require_version(self, agent_id: int, expected: int | None) -> None:
        """``If-Match`` comes before anything else; the service looks again once it has the lock."""
        if expected is not None:
            services.require_version(self.availability(agent_id)["version"], expected)


class AgentStatuses(AgentEndpoint):
    access: ClassVar = {"POST": Rule("statuses:write", access.may_set_others)}

    @extend_schema(request=serializers.SetStatusesSerializer, responses=serializers.SetStatusesResultSerializer)
    def post(self, request: Request) -> Response:
        """Set the status of up to 500 agents at once; each answers for itself."""
        given = serializers.SetStatusesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        ids = list(dict.fromkeys(values["agent_ids"]))
        visible = set(self.agents().filter(pk__in=ids).values_list("pk", flat=True))
        results = services.set_statuses(
            [agent_id for agent_id in ids if agent_id in visible],
            values["status"],
            actor=self.actor,
            cause=access.cause_of_others(self.principal),
            note=values["note"],
        )
        return Response({"results": [_result(agent_id, results.get(agent_id, NotFound())) for agent_id in ids]})


def _result(agent_id: int, error: AppError | None) -> dict[str, Any]:
    if error is None:
        return {"agent_id": agent_id, "ok": True}
    return {"agent_id": agent_id, "ok": False, "error": {"code": error.code, "detail": error.message}}


class NewestFirst(CursorPages):
    ordering = "-version"


class AgentHistory(AgentEndpoint, GenericAPIView[HistoryEntry]):
    access: ClassVar = {"GET": READ}
    serializer_class = serializers.IntervalSerializer
    queryset = HistoryEntry.objects.none()
    pagination_class = NewestFirst
    filter_backends = ()

    @extend_schema(
        operation_id="agents_status_history_list",
        responses=serializers.IntervalSerializer(many=True),
        parameters=[
            AGENT,
            OpenApiParameter("from", OpenApiTypes.DATETIME, description="Intervals that end after this."),
            OpenApiParameter("to", OpenApiTypes.DATETIME, description="Intervals that start before this."),
        ],
    )
    def get(self, request: Request, agent: str) -> Response:
        """List an agent's status intervals, newest first; the running one has no end."""
        agent_id = self.agent_id(agent)
        principal = self.principal
        own = principal.pk == agent_id or isinstance(principal, ClientPrincipal)
        visible = User.objects.visible_to(principal).filter(pk=agent_id, state__isnull=False).exists()
        if not visible or not (own or access.may_read_history(principal)):
            raise NotFound("There is no such agent, or you may not see its history.")
        entries = HistoryEntry.objects.filter(agent=agent_id)
        page = self.paginate_queryset(entries.overlapping(_moment(request, "from"), _moment(request, "to")))
        return self.get_paginated_response([interval_payload(entry) for entry in page or []])


def _moment(request: Request, name: str) -> Any:
    raw = request.query_params.get(name)
    if raw is None:
        return None
    try:
        return DateTimeField().to_internal_value(raw)
    except ValidationError as error:
        raise ValidationError({name: error.detail}) from error


def interval_payload(entry: HistoryEntry) -> dict[str, Any]:
    reason = None
    if entry.reason_code_id is not None:
        reason = {
            "id": entry.reason_code_id,
            "name": entry.reason_code_name,
            "paid": entry.reason_code_paid,
        }
    return {
        "status": {"id": entry.status_id, "name": entry.status_name},
        "reason_code": reason,
        "started_at": iso(entry.started_at),
        "ended_at": iso(entry.ended_at) if entry.ended_at else None,
        "seconds": entry.seconds,
        "cause": entry.cause,
        "actor": entry.actor.payload(),
        "note": entry.note,
    }
