"""Endpoints of the configuration objects: a list and a detail for each kind, made from the catalog."""

from collections.abc import Sequence
from typing import Any, BinaryIO, ClassVar, cast

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status as http
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from contactcenter.api.errors import CONTENT_TYPE, problem_response
from contactcenter.api.parsers import StrictJSONParser
from contactcenter.api.permissions import Rule
from contactcenter.api.schema import PROBLEM
from contactcenter.api.views import Endpoint
from contactcenter.directory.access import may_change_directory, may_see_directory
from contactcenter.directory.api import serializers, writing
from contactcenter.directory.api.filters import filters_of
from contactcenter.directory.api.reading import represent, visible, with_links
from contactcenter.directory.catalog import ObjectType, type_of
from contactcenter.directory.models import AudioFile
from contactcenter.lib.errors import NotFound
from contactcenter.lib.ranges import ranged_response

READ = Rule("directory:read", may_see_directory)
WRITE = Rule("directory:write", may_change_directory)


class ObjectEndpoint(Endpoint, GenericAPIView[Any]):
    audited = True
    object_type: ClassVar[ObjectType]

    def get_queryset(self) -> Any:
        return visible(self.object_type, self.principal)

    def check(self, request: Request, **options: Any) -> Any:
        given = serializers.writing(self.object_type)(data=request.data, **options)
        given.is_valid(raise_exception=True)
        return given.validated_data

    def answer(self, pk: int, status: int = http.HTTP_200_OK) -> Response:
        rows = with_links(self.object_type, self.get_queryset())
        return Response(self.shown(get_object_or_404(rows, pk=pk)), status=status)

    def shown(self, instance: Any) -> dict[str, Any]:
        return represent(self.object_type, instance)


class ObjectList(ObjectEndpoint):
    access: ClassVar = {"GET": READ, "POST": WRITE}

    def get(self, request: Request) -> Response:
        rows = with_links(self.object_type, self.filter_queryset(self.get_queryset()))
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response([self.shown(instance) for instance in page])

    def post(self, request: Request) -> Response:
        pk = writing.create(self.object_type, self.check(request), actor=self.actor)
        return self.answer(pk, http.HTTP_201_CREATED)


class ObjectDetail(ObjectEndpoint):
    access: ClassVar = {"GET": READ, "PATCH": WRITE, "DELETE": WRITE}
    filter_backends = ()

    def get(self, request: Request, pk: int) -> Response:
        return self.answer(pk)

    def patch(self, request: Request, pk: int) -> Response:
        self.get_object()  # what there is not has no fields either
        given = self.check(request, partial=True)
        writing.change(self.object_type, self.get_queryset(), pk, given, actor=self.actor)
        return self.answer(pk)

    def delete(self, request: Request, pk: int) -> Response:
        writing.delete(self.get_object(), actor=self.actor)
        return Response(status=http.HTTP_204_NO_CONTENT)


# --- Audio files -------------------------------------------------------------------------------------------------


class AudioEndpoint(ObjectEndpoint):
    parser_classes: Sequence[type[BaseParser]] = (MultiPartParser,)

    def shown(self, instance: Any) -> dict[str, Any]:
        names = ("size", "encoding", "channels", "rate", "bits", "seconds")
        address = reverse("api-directory-sound", args=[instance.pk])
        further = {name: getattr(instance, name) for name in names}
        return {**super().shown(instance), **further, "url": self.request.build_absolute_uri(address)}


class AudioList(AudioEndpoint, ObjectList):
    pass


class AudioDetail(AudioEndpoint, ObjectDetail):
    parser_classes = (StrictJSONParser, MultiPartParser)


class Sound(ObjectEndpoint):
    access: ClassVar = {"GET": READ}
    object_type = type_of(AudioFile)
    queryset = AudioFile.objects.none()
    filter_backends = ()

    @extend_schema(
        operation_id="directory_audio_file_sound",
        parameters=[OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="Such as `bytes=0-1023`.")],
        responses={
            (200, "audio/wav"): OpenApiResponse(OpenApiTypes.BINARY, "The sound"),
            (206, "audio/wav"): OpenApiResponse(OpenApiTypes.BINARY, "The part of it that is asked for"),
            (416, CONTENT_TYPE): OpenApiResponse(PROBLEM, "Problem"),
        },
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """Download an audio file's sound, or a part of it."""
        audio: AudioFile = self.get_object()
        try:
            file = cast("BinaryIO", audio.file.open())
        except FileNotFoundError as error:
            raise NotFound("The sound is not in the storage any more: upload it again.") from error
        etag = f'"{audio.sha256}"'
        answer = ranged_response(request, file, size=audio.size, etag=etag, content_type="audio/wav")
        if answer.status_code == http.HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE:
            detail = f"The sound has {audio.size} bytes."
            problem = problem_response(answer.status_code, code="range_not_satisfiable", detail=detail)
            problem.headers["Content-Range"] = answer.headers["Content-Range"]
            return problem
        answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=audio.name)
        return answer


# --- One pair for each kind --------------------------------------------------------------------------------------


@translation.override("en")
def endpoints_of(object_type: ObjectType) -> tuple[type[ObjectList], type[ObjectDetail]]:
    """Make the endpoints of a kind of object, described with its own names."""
    listing, detail = (AudioList, AudioDetail) if object_type.model is AudioFile else (ObjectList, ObjectDetail)
    name = object_type.model.__name__
    shared = {
        "object_type": object_type,
        "serializer_class": serializers.writing(object_type),
        "queryset": object_type.model._default_manager.none(),
    }
    own = {**shared, "filterset_class": filters_of(object_type)}
    answer, many = serializers.reading(object_type), str(object_type.label_plural)
    one = f"{'an' if str(object_type.label)[0] in 'aeio' else 'a'} {object_type.label}"
    described = extend_schema_view(
        get=extend_schema(description=f"List the {many}, the oldest first.", responses=answer(many=True)),
        post=extend_schema(description=f"Create {one}.", responses={201: answer}),
    )(type(f"{name}List", (listing,), own))
    described_detail = extend_schema_view(
        get=extend_schema(description=f"Read {one}.", responses=answer),
        patch=extend_schema(
            description=f"Change {one}. What is left out stays; a list that is given replaces the one before.",
            responses=answer,
        ),
        delete=extend_schema(description=f"Delete {one} that nothing refers to."),
    )(type(f"{name}Detail", (detail,), shared))
    return described, described_detail
