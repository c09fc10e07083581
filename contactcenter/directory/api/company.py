"""The endpoint of the company settings: one object, made with the product."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from contactcenter.api.views import Endpoint
from contactcenter.directory import services
from contactcenter.directory.api import serializers
from contactcenter.directory.api.views import READ, WRITE
from contactcenter.directory.models import CompanySettings

_SHAPE: Any = serializers.company()


class Company(Endpoint):
    audited = True
    access: ClassVar = {"GET": READ, "PATCH": WRITE}

    @extend_schema(operation_id="settings_retrieve", responses=_SHAPE)
    def get(self, request: Request) -> Response:
        """Read the company settings."""
        return Response(_SHAPE(CompanySettings.load()).data)

    @extend_schema(
        operation_id="settings_partial_update",
        request=_SHAPE(partial=True),
        responses=_SHAPE,
    )
    def patch(self, request: Request) -> Response:
        """Change some of the company settings. Switching omnichannel routing on sets every agent Offline."""
        given = _SHAPE(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        company = services.change_company_settings(given.validated_data, actor=self.actor)
        return Response(_SHAPE(company).data)
