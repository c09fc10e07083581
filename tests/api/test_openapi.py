"""The OpenAPI document, and that the API keeps to it whatever it is asked."""

import io
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from typing import Any

import pytest
import schemathesis
import yaml
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bulkops.models import Operation
from contactcenter.api.scopes import SCOPES
from contactcenter.lib.actors import SYSTEM
from contactcenter.wsgi import application
from statuses.models import Status
from statuses.states import ONLINE, Cause
from statuses.zendesk import jobs
from tests.bulkops.support import previewed
from tests.callers import api_document, make_token
from tests.cast import Cast
from tests.directory.api.bodies import World
from tests.statuses.support import create_status, give

METHODS = {"get", "put", "post", "delete", "patch"}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def read_and_closed(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Read an answer to its end and close it, as servers do and the client of these tests does not."""
    with closing(application(environ, start_response)) as answer:
        return list(answer)


asked = schemathesis.openapi.from_dict(api_document().raw_schema)
asked.app = read_and_closed


# --- The document ------------------------------------------------------------------------------------------------


def test_document_is_valid_and_complete() -> None:
    """No endpoint is described by guessing: that would be a warning."""
    call_command("spectacular", validate=True, fail_on_warn=True, file="/dev/null", stdout=io.StringIO())


def test_document_is_open_to_everybody(db: None) -> None:
    response = Client().get("/api/v1/schema/")
    assert response.status_code == 200
    paths = yaml.safe_load(response.content)["paths"]
    assert set(paths) == set(api_document().raw_schema["paths"])
    assert "/api/v1/agents/{agent}/status/" in paths


def test_document_is_made_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Client().get("/api/v1/schema/")
    monkeypatch.setattr(SchemaGenerator, "get_schema", None)
    again = Client().get("/api/v1/schema/?version=9&lang=xx")
    assert again.content == first.content
    assert again.headers["Content-Type"] == first.headers["Content-Type"]


def test_document_comes_as_json_too(db: None) -> None:
    for response in (
        Client().get("/api/v1/schema/?format=json"),
        Client().get("/api/v1/schema/", headers={"Accept": "application/json"}),
    ):
        assert response.json()["openapi"].startswith("3.")


def operations() -> list[tuple[str, dict[str, Any]]]:
    """Return every operation with its path."""
    paths = api_document().raw_schema["paths"].items()
    found = [(path, operations[method]) for path, operations in paths for method in METHODS & set(operations)]
    assert len(found) >= len(paths) > 5
    return found


def test_every_operation_names_its_scope_and_its_errors() -> None:
    for path, operation in operations():
        oauth2, session, *tokens = operation["security"]
        assert len(oauth2["oauth2"]) == 1, path
        assert session == {"cookieAuth": []}
        assert tokens == ([{"apiToken": []}] if path.startswith("/api/v2/") else []), path
        assert {"400", "401", "403", "404", "405", "429"} <= set(operation["responses"]), path
        assert operation["description"].endswith("."), path


def test_every_parameter_has_a_type() -> None:
    parameters = [
        (path, parameter) for path, operation in operations() for parameter in operation.get("parameters", ())
    ]
    assert parameters
    for path, parameter in parameters:
        assert parameter["schema"].get("type"), (path, parameter["name"])


# --- The page ----------------------------------------------------------------------------------------------------


class Assets(HTMLParser):
    """Collects what a page loads and what it holds inline."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [str(given[name]) for name in ("src", "href") if name in given]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


def test_page_loads_nothing_from_elsewhere(db: None) -> None:
    response = Client().get("/api/v1/docs/")
    assert response.status_code == 200
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assets = Assets(response.content.decode())
    assert assets.inline == []
    assert len(assets.addresses) == 5
    for address in assets.addresses:
        assert address.startswith("/"), address
        assert not address.startswith("//"), address
        if address.startswith("/static/"):
            assert finders.find(address.removeprefix("/static/")), address
    script = next(address for address in assets.addresses if address.startswith("/api/"))
    response = Client().get(script)
    assert response["Content-Type"].startswith("application/javascript")
    assert b'url: "/api/v1/schema/"' in response.content
    assert b"http" not in response.content.replace(b'type === "http"', b"")


@pytest.mark.parametrize("path", ["/api/v1/schema/", "/api/v1/docs/"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_reading_is_all_one_can_do(db: None, path: str, method: str) -> None:
    response = Client().generic(method, path)
    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize("query", ["format=x", "lang=x&version=%3Cscript%3E", "script=%22&lang=%22%3E%3Cscript%3E"])
@pytest.mark.parametrize("path", ["/api/v1/schema/", "/api/v1/docs/"])
def test_odd_parameters(db: None, path: str, query: str) -> None:
    response = Client().get(f"{path}?{query}")
    assert response.status_code in {200, 404}
    if path == "/api/v1/docs/":
        assert b"<script>" not in response.content


# --- Conformance -------------------------------------------------------------------------------------------------


@pytest.fixture
def _one_connection(db: None) -> Iterator[None]:
    """Requests stay in the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


some = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def headers(cast: Cast) -> dict[str, str]:
    return {"Authorization": f"Bearer {make_token(cast.client, *SCOPES)}"}


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@asked.exclude(path_regex=r"/directory/.+\{").parametrize()  # the next test asks for objects that there are
@some
@pytest.mark.usefixtures("_one_connection")
def test_generated_requests_meet_no_surprise(case: Any, headers: dict[str, str]) -> None:
    case.call_and_validate(headers=headers, checks=CHECKS)


@asked.include(path_regex=r"\{").parametrize()
@some
@pytest.mark.usefixtures("_one_connection")
def test_generated_requests_for_what_exists_meet_no_surprise(
    case: Any, cast: Cast, world: World, headers: dict[str, str]
) -> None:
    """The path names what there is, so that the rest of the request matters."""
    if "/api/v2/" in case.path:
        job = jobs.start([cast.agent.pk], ONLINE, actor=SYSTEM, cause=Cause.API)
        known = {"agent_id": cast.agent.pk, "channel": "talk", "group_id": cast.care.pk, "job_id": job.pk}
        case.path_parameters.update({name: known[name] for name in case.path_parameters})
    elif "agent" in case.path_parameters:
        case.path_parameters["agent"] = cast.agent.pk
        if "work_item" in case.path_parameters:
            case.path_parameters["work_item"] = give(cast.agent, "chat")[0].pk
    elif "/teams/" in case.path:
        case.path_parameters["id"] = cast.care.pk
    elif "/bulk-operations/" in case.path:
        preview = Operation.objects.first() or previewed("work-type", [{"Name": "x", "Type": "x"}])
        case.path_parameters.update({"id": preview.pk} if "id" in case.path_parameters else {"object_type": "team"})
    elif "/directory/" in case.path:
        case.path_parameters["id"] = world.example(case.path.split("/")[4])
    else:
        case.path_parameters["id"] = (Status.objects.custom().first() or create_status()).pk
    with transaction.atomic():  # what is deleted is there again for the next request
        case.call_and_validate(headers=headers, checks=CHECKS)
        transaction.set_rollback(True)
