"""What all endpoints share."""

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any, ClassVar

import pghistory
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from contactcenter.api.permissions import Rule
from contactcenter.lib.actors import Actor


class AlwaysJson(DefaultContentNegotiation):
    """There is one kind of answer, so nothing to negotiate: browsers and careless clients get it as well."""

    format_query_param = None  # or ?format= would be taken for a wish

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class Endpoint(APIView):
    """Base of all endpoints. ``access`` says who may call which method; what it leaves out is closed."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    content_negotiation_class = AlwaysJson
    access: ClassVar[dict[str, Rule]] = {}
    # Changes of audited tables carry the caller's name; it costs a little on every statement that writes.
    audited: ClassVar[bool] = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self._audit:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.audited and request.method not in {"GET", "HEAD"}:
            self._audit.enter_context(pghistory.context(**self.actor.payload()))

    @property
    def principal(self) -> Any:
        """The user or API client that calls; past ``access`` it is never anonymous."""
        return self.request.user

    @property
    def actor(self) -> Actor:
        actor: Actor = self.principal.actor
        return actor


def if_match(request: Request) -> int | None:
    """Return the version that ``If-Match`` asks for, ``None`` without one or with ``*``."""
    raw = request.headers.get("If-Match", "").strip()
    if raw in {"", "*"}:
        return None
    version = raw.removeprefix('"').removesuffix('"')
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise ValidationError({"If-Match": f'{raw} is not a version: send it in quotes, like “"42"”.'})
    return int(version)
