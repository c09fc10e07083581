"""The OpenAPI document, and a page to read and try it."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request


class Document(SpectacularAPIView):
    """Open to everybody: it tells how the API works, not what is in it."""

    authentication_classes: Any = []
    permission_classes: Any = []
    http_method_names = ["get", "head"]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.query_params.get("lang")
        language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
        renderer: Any = request.accepted_renderer
        kind: Any = type(renderer)
        name = f"{spectacular_settings.TITLE}.{renderer.format}"
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        return HttpResponse(_document(kind, language), content_type=renderer.media_type, headers=headers)


@cache  # it differs with the version of the product only, and takes a tenth of a second
def _document(renderer: Any, language: str) -> bytes:
    generator: Any = SchemaGenerator
    with translation.override(language):
        document: bytes = renderer().render(generator().get_schema(public=True), renderer_context={})
    return document


class Docs(SpectacularSwaggerSplitView):
    """Keeps to our content security policy: its script and style have addresses of their own."""

    authentication_classes: Any = []
    permission_classes: Any = []
    http_method_names = ["get", "head"]
    template_name = "api/docs.html"
    url_name = "schema"
