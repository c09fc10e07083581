"""Endpoints of the statuses themselves, and of their timeouts."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status as http
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from contactcenter.api.permissions import Rule
from contactcenter.api.views import Endpoint
from statuses import access, serializers, services
from statuses.models import Status, StatusQuerySet, TimeoutDefaults, TimeoutRule

MANAGE = Rule("statuses:manage", access.may_manage_statuses)
READ_RULES = Rule("statuses:read", access.may_see_statuses)


class StatusEndpoint(Endpoint, GenericAPIView[Status]):
    audited = True
    serializer_class: Any = serializers.StatusSerializer
    queryset = Status.objects.none()
    filter_backends = ()

    def get_queryset(self) -> StatusQuerySet:
        statuses = Status.objects.with_agents_count(self.principal).select_related("timeouts")
        return statuses.prefetch_related("teams").order_by("pk")


class StatusList(StatusEndpoint):
    """Statuses, built-in and custom."""

    access: ClassVar = {"GET": Rule("statuses:read", lambda user: user.is_active), "POST": MANAGE}

    @extend_schema(operation_id="statuses_list", responses=serializers.StatusSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the statuses, built-in ones first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses={201: serializers.StatusSerializer})
    def post(self, request: Request) -> Response:
        """Create a custom status."""
        given = serializers.StatusSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        saved = services.save_status(Status(**given.values()), teams=given.validated_data.get("team_ids", []))
        return Response(self.get_serializer(self.get_queryset().get(pk=saved.pk)).data, status=http.HTTP_201_CREATED)


class StatusDetail(StatusEndpoint):
    access: ClassVar = {
        "GET": Rule("statuses:read", lambda user: user.is_active),
        "PATCH": MANAGE,
        "DELETE": MANAGE,
    }

    def get(self, request: Request, pk: int) -> Response:
        """Read one status."""
        return Response(self.get_serializer(self.get_object()).data)

    def patch(self, request: Request, pk: int) -> Response:
        """Change a custom status. Agents who are in it keep what they chose until they choose again."""
        services.refuse_builtin(self.get_object())
        given = serializers.StatusSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        services.change_status(pk, given.values(), teams=given.validated_data.get("team_ids"))
        return Response(self.get_serializer(self.get_object()).data)

    def delete(self, request: Request, pk: int) -> Response:
        """Delete a custom status; its agents become Offline and are asked to choose again."""
        services.delete_status(pk, actor=self.actor)
        return Response(status=http.HTTP_204_NO_CONTENT)


class StatusTimeouts(StatusEndpoint):
    """Built-in statuses have timeouts, too: these are no part of what defines them."""

    access: ClassVar = {"GET": READ_RULES, "PUT": MANAGE}
    serializer_class = serializers.TimeoutsSerializer

    def get(self, request: Request, pk: int) -> Response:
        """Read what a status has of its own; `null` follows the company."""
        return Response(serializers.timeouts_of(self.get_object()))

    def put(self, request: Request, pk: int) -> Response:
        """Set what a status has of its own; what is left out follows the company."""
        self.get_object()  # what there is not has no timeouts either
        given = serializers.TimeoutsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        rule = TimeoutRule.objects.filter(pk=pk).first() or TimeoutRule(status_id=pk)
        rule.idle_after_minutes = values["idle_after_minutes"]
        rule.idle_keep, rule.idle_target = serializers.split_target(values["idle_target"])
        rule.disconnect_keep, rule.disconnect_target = serializers.split_target(values["disconnect_target"])
        services.save_rule(rule)
        return Response(serializers.timeouts_of(self.get_object()))


class CompanyTimeouts(Endpoint):
    audited = True
    access: ClassVar = {"GET": READ_RULES, "PUT": MANAGE}

    @extend_schema(operation_id="settings_timeouts_retrieve", responses=serializers.CompanyTimeoutsSerializer)
    def get(self, request: Request) -> Response:
        """Read the timeouts of statuses that have none of their own."""
        return Response(serializers.company_timeouts(TimeoutDefaults.load()))

    @extend_schema(
        operation_id="settings_timeouts_update",
        request=serializers.CompanyTimeoutsSerializer,
        responses=serializers.CompanyTimeoutsSerializer,
    )
    def put(self, request: Request) -> Response:
        """Set the timeouts of statuses that have none of their own."""
        given = serializers.CompanyTimeoutsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        defaults = TimeoutDefaults.load()
        defaults.idle_enabled = values["idle_enabled"]
        defaults.idle_after_minutes = values["idle_after_minutes"]
        _keep, defaults.idle_target = serializers.split_target(values["idle_target"])
        _keep, defaults.disconnect_target = serializers.split_target(values["disconnect_target"])
        return Response(serializers.company_timeouts(services.save_defaults(defaults)))
