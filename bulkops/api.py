"""Endpoints of bulk operations. They parse, authorize, call a service and render."""

from functools import partial
from typing import Any, ClassVar

import django_filters
from django.http import FileResponse
from django.urls import reverse
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status as http
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bulkops import reports, serializers, services
from bulkops.attachments import stored, written
from bulkops.models import Operation, OperationQuerySet, may_run, may_see
from contactcenter.api.pagination import CursorPages
from contactcenter.api.permissions import Rule
from contactcenter.api.views import Endpoint

READ = Rule("bulk:read", may_see)
RUN = Rule("bulk:write", may_run)

_CSV = {(200, "text/csv"): OpenApiResponse(OpenApiTypes.BINARY, "One file")}
_CSV_OR_ZIP = {**_CSV, (200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY, "Several files")}
_ACCEPTED = {202: serializers.BulkOperationSerializer}


class OperationEndpoint(Endpoint, GenericAPIView[Operation]):
    serializer_class = serializers.BulkOperationSerializer
    queryset = Operation.objects.none()
    filter_backends: Any = ()

    def get_queryset(self) -> OperationQuerySet:
        return Operation.objects.visible_to(self.principal).prefetch_related("followers")

    def shown(self, operation: Operation, status: int = http.HTTP_200_OK) -> Response:
        """Answer with an operation as it is now: work on it may have begun."""
        answer = Response(self.get_serializer(self.get_queryset().get(pk=operation.pk)).data, status=status)
        if status == http.HTTP_202_ACCEPTED:
            answer["Location"] = self.request.build_absolute_uri(reverse("api-bulk-operation", args=[operation.pk]))
        return answer

    def accepted(self, operation: Operation) -> Response:
        return self.shown(operation, http.HTTP_202_ACCEPTED)


class NewestFirst(CursorPages):
    ordering = "-pk"


class OperationFilter(django_filters.FilterSet):
    object_type = django_filters.ChoiceFilter(choices=[(slug, slug) for slug in serializers.OBJECT_CHOICES])
    operation = django_filters.ChoiceFilter(field_name="kind", choices=Operation.Kind.choices)
    status = django_filters.ChoiceFilter(choices=Operation.Status.choices)

    class Meta:
        model = Operation
        fields: list[str] = []


class OperationList(OperationEndpoint):
    """Bulk operations."""

    access: ClassVar = {"GET": READ, "POST": RUN}
    parser_classes = (MultiPartParser,)
    pagination_class = NewestFirst
    filter_backends = (DjangoFilterBackend,)
    filterset_class = OperationFilter

    @extend_schema(operation_id="bulk_operations_list", responses=serializers.BulkOperationSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List bulk operations, the newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request={"multipart/form-data": serializers.NewBulkOperationSerializer},
        responses=_ACCEPTED,
    )
    def post(self, request: Request) -> Response:
        """Start an import or an export. One operation runs at a time."""
        given = serializers.NewBulkOperationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        if values["operation"] == serializers.EXPORT:
            return self.accepted(services.start_export(values["object_type"], values["file_name"], actor=self.actor))
        file = values["file"]
        operation = services.start_import(
            values["object_type"],
            file,
            values.get("file_name") or file.name,
            dry_run=values["dry_run"],
            actor=self.actor,
        )
        return self.accepted(operation)


class OperationDetail(OperationEndpoint):
    access: ClassVar = {"GET": READ}

    def get(self, request: Request, pk: int) -> Response:
        """Read one bulk operation: how far it is, and what became of it."""
        return Response(self.get_serializer(self.get_object()).data)


# --- What can be done with one ----------------------------------------------------------------------------------


class OperationApply(OperationEndpoint):
    access: ClassVar = {"POST": RUN}

    @extend_schema(operation_id="bulk_operations_apply", request=None, responses=_ACCEPTED)
    def post(self, request: Request, pk: int) -> Response:
        """Import the file of a preview, which is checked afresh. The answer is the new operation."""
        return self.accepted(services.apply_preview(self.get_object().pk, actor=self.actor))


class OperationDiscard(OperationEndpoint):
    access: ClassVar = {"POST": RUN}

    @extend_schema(operation_id="bulk_operations_discard", request=None)
    def post(self, request: Request, pk: int) -> Response:
        """Put a preview away that is not going to be applied."""
        return self.shown(services.discard_preview(self.get_object().pk))


class OperationCancel(OperationEndpoint):
    access: ClassVar = {"POST": RUN}

    @extend_schema(operation_id="bulk_operations_cancel", request=None, responses=_ACCEPTED)
    def post(self, request: Request, pk: int) -> Response:
        """Have an operation stop after the rows it is working on."""
        return self.accepted(services.cancel(self.get_object().pk))


class OperationUndo(OperationEndpoint):
    access: ClassVar = {"POST": RUN}

    @extend_schema(operation_id="bulk_operations_undo", request=None, responses=_ACCEPTED)
    def post(self, request: Request, pk: int) -> Response:
        """Take an import back, as far as nobody has built on it since. The answer is the new operation."""
        return self.accepted(services.undo(self.get_object().pk, actor=self.actor))


# --- What it came to --------------------------------------------------------------------------------------------


class InTheFilesOrder(CursorPages):
    ordering = "position"


class OperationPreview(OperationEndpoint):
    access: ClassVar = {"GET": READ}
    pagination_class = InTheFilesOrder

    @extend_schema(
        operation_id="bulk_operations_preview_list",
        responses=serializers.BulkPreviewRowSerializer(many=True),
        parameters=[OpenApiParameter("outcome", str, enum=serializers.ROW_OUTCOMES, description="Only these rows.")],
    )
    def get(self, request: Request, pk: int) -> Response:
        """List what would become of each row; of an operation that is no preview, what became of it."""
        outcome = request.query_params.get("outcome", "")
        if outcome and outcome not in reports.OUTCOMES:
            raise ValidationError({"outcome": f"One of {', '.join(reports.OUTCOMES)}."})
        rows: Any = reports.processed_rows(self.get_object(), outcome)
        return self.get_paginated_response(reports.preview_rows(self.paginate_queryset(rows) or []))


class OperationErrors(OperationEndpoint):
    access: ClassVar = {"GET": READ}

    @extend_schema(operation_id="bulk_operations_errors", responses=_CSV_OR_ZIP)
    def get(self, request: Request, pk: int) -> FileResponse:
        """Download the refused rows, with their errors, as a file that can be corrected and imported again."""
        return written(partial(reports.write_errors, self.get_object()))


class OperationOutput(OperationEndpoint):
    access: ClassVar = {"GET": READ}

    @extend_schema(operation_id="bulk_operations_output", responses=_CSV_OR_ZIP)
    def get(self, request: Request, pk: int) -> FileResponse:
        """Download the file that an export has written."""
        operation: Operation = self.get_object()
        return stored(operation.output, operation.output_name)


class Template(Endpoint):
    access: ClassVar = {"GET": READ}

    @extend_schema(operation_id="bulk_operations_template", responses=_CSV)
    def get(self, request: Request, object_type: str) -> FileResponse:
        """Download an empty CSV with the columns of an object. Audio files have none."""
        return written(partial(reports.write_template, object_type))
