"""Endpoints of the availability of whole teams."""

from collections.abc import Sequence
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from contactcenter.api.permissions import Rule
from contactcenter.api.views import Endpoint
from contactcenter.directory.models import Team
from statuses import access, serializers
from statuses.teams import team_availability


class TeamEndpoint(Endpoint, GenericAPIView[Team]):
    access: ClassVar = {"GET": Rule("statuses:read", access.may_see_others)}
    serializer_class = serializers.TeamAvailabilitySerializer
    queryset = Team.objects.none()
    filter_backends = ()

    def get_queryset(self) -> Any:
        return Team.objects.visible_to(self.principal).filter(type=Team.Type.AGENT)


class TeamAvailabilityList(TeamEndpoint):
    @extend_schema(operation_id="teams_availability_list", responses=serializers.TeamAvailabilitySerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the teams you may see, with how many of their agents are in which state on each channel."""
        page: Sequence[Team] = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([_payload(found) for found in team_availability(page)])


class TeamAvailabilityDetail(TeamEndpoint):
    @extend_schema(operation_id="teams_availability_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """Read how many agents of a team are in which state on each channel."""
        (found,) = team_availability([self.get_object()])
        return Response(_payload(found))


def _payload(found: Any) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "version"}
