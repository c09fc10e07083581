"""Whoever calls the API in a test. Every answer is held against the OpenAPI document."""

import json
import secrets
from datetime import timedelta
from functools import cache
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests
import schemathesis
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from oauth2_provider.models import get_access_token_model
from rest_framework.test import APIClient
from schemathesis.core.transport import Response as Answer

from contactcenter.api.models import ApiClient
from contactcenter.directory.models import User

V1 = "/api/v1"

_one_at_a_time = Lock()
_handlers: dict[bool, Any] = {}  # to set the middleware up takes longer than most requests


@cache
def api_document() -> Any:
    """The OpenAPI document as schemathesis reads it."""
    generator: Any = SchemaGenerator  # it has no type hints
    return schemathesis.openapi.from_dict(generator().get_schema(request=None, public=True))


class Caller:
    """Calls as a signed-in user, with a token, or as nobody. Paths are those under ``base``.

    Answers are typed as ``Any`` for what the test client adds to them.
    """

    base = V1

    def __init__(self, user: User | None = None, *, token: str = "", check_csrf: bool = False) -> None:
        self.client: Any = APIClient(enforce_csrf_checks=check_csrf)
        self.client.handler = _handlers.setdefault(check_csrf, self.client.handler)
        if user is not None:
            self.client.force_login(user)
        if token:
            self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: object = None, **headers: str) -> Any:
        return self.send("PUT", path, body, **headers)

    def patch(self, path: str, body: object = None, **headers: str) -> Any:
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.send("DELETE", path, **headers)

    def upload(self, path: str, **fields: object) -> Any:
        """Post a form with files."""
        response = self.client.post(self.base + path, fields, format="multipart")
        assert_documented("POST", path, response, base=self.base)
        return response

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Send JSON, or bytes as they are; ``If_Match`` and the like are headers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        response = self.client.generic(method, self.base + path, data, "application/json", headers=named)
        assert_documented(method, path, response, base=self.base)
        return response


def with_token(client: ApiClient, *scopes: str) -> Caller:
    """Return who calls with a new token of the client."""
    return Caller(token=make_token(client, *scopes))


def make_token(client: ApiClient, *scopes: str, seconds: int = 60) -> str:
    token = get_access_token_model().objects.create(
        application=client,
        token=secrets.token_urlsafe(),
        expires=timezone.now() + timedelta(seconds=seconds),
        scope=" ".join(scopes),
    )
    return str(token.token)


def assert_documented(method: str, path: str, response: HttpResponse, *, base: str = V1) -> None:
    """The document knows this answer: its status, media type and shape."""
    with _one_at_a_time:
        _assert_documented(method, base + path, response)


def content_of(response: Any) -> bytes:
    """Return what was answered, also of what comes in a stream, which can be read once only."""
    if not response.streaming:
        return bytes(response.content)
    content: bytes = response.getvalue()
    response.streaming_content = [content]
    return content


def _assert_documented(method: str, path: str, response: HttpResponse) -> None:
    operation = api_document().find_operation_by_path(method, urlsplit(path).path)
    if operation is None:
        assert response.status_code in {401, 404, 405}, content_of(response)
        return
    answer = Answer(
        response.status_code,
        {name.lower(): [value] for name, value in response.items()},
        content_of(response),
        requests.Request(method, "http://testserver" + path).prepare(),
        elapsed=0.0,
        verify=False,
    )
    operation.validate_response(answer)
