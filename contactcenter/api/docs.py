"""The OpenAPI document, and a page to read and try it."""

from typing import Any

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class Document(SpectacularAPIView):
    """Open to everybody: it tells how the API works, not what is in it."""

    authentication_classes: Any = []
    permission_classes: Any = []
    http_method_names = ["get", "head"]


class Docs(SpectacularSwaggerSplitView):
    """Keeps to our content security policy: its script and style have addresses of their own."""

    authentication_classes: Any = []
    permission_classes: Any = []
    http_method_names = ["get", "head"]
    template_name = "api/docs.html"
    url_name = "schema"
