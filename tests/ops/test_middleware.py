"""What every request passes first."""

import json
import logging
import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import ResolverMatch
from django.utils.functional import SimpleLazyObject
from pythonjsonlogger.json import JsonFormatter

from contactcenter.directory.models import User
from contactcenter.logs import RequestId, request_id
from contactcenter.middleware import refuse_nul, request_log


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="contactcenter.middleware")
    return caplog


def only_line(log: pytest.LogCaptureFixture) -> dict[str, Any]:
    (record,) = log.records
    return vars(record)


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request_id.get())


def test_every_response_carries_its_number(rf: RequestFactory) -> None:
    response = request_log(answer)(rf.get("/workspace/"))
    assert re.fullmatch(r"[0-9a-f]{32}", response["X-Request-Id"])
    assert response.content.decode() == response["X-Request-Id"], "views can show it"
    assert request_id.get() == ""


def test_number_of_a_proxy_is_kept(rf: RequestFactory) -> None:
    response = request_log(answer)(rf.get("/", headers={"X-Request-Id": "abc-123_DEF.456"}))
    assert response["X-Request-Id"] == "abc-123_DEF.456"


@pytest.mark.parametrize("offered", ["short", "x" * 65, "with space", "line\nbreak-in-it"])
def test_unfit_number_is_replaced(rf: RequestFactory, offered: str) -> None:
    response = request_log(answer)(rf.get("/", headers={"X-Request-Id": offered}))
    assert re.fullmatch(r"[0-9a-f]{32}", response["X-Request-Id"])


def test_one_line_tells_what_happened(rf: RequestFactory, log: pytest.LogCaptureFixture) -> None:
    request = rf.post("/api/v1/agents/?name=secret")
    request.user = User(pk=7)
    request_log(answer)(request)
    line = only_line(log)
    assert (line["method"], line["path"], line["status"], line["user"]) == ("POST", "/api/v1/agents/", 200, 7)
    assert isinstance(line["ms"], int)
    assert "secret" not in log.text


def test_line_is_structured(rf: RequestFactory, log: pytest.LogCaptureFixture) -> None:
    log.handler.addFilter(RequestId())
    response = request_log(answer)(rf.get("/console/"))
    line = json.loads(JsonFormatter("%(message)s").format(log.records[0]))
    assert line["request_id"] == response["X-Request-Id"]
    assert (line["path"], line["status"], line["user"]) == ("/console/", 200, None)


def test_unread_session_is_not_read_for_the_log(rf: RequestFactory, log: pytest.LogCaptureFixture) -> None:
    def read_session() -> AnonymousUser:
        raise AssertionError("asked the database for the user")

    request = rf.get("/")
    vars(request)["user"] = SimpleLazyObject(read_session)
    request_log(answer)(request)
    assert only_line(log)["user"] is None


def test_one_time_secrets_in_the_path_are_hidden(rf: RequestFactory, log: pytest.LogCaptureFixture) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        request.resolver_match = ResolverMatch(answer, (), {"token": "abc123", "pk": 5}, route="")
        return answer(request)

    request_log(view)(rf.get("/join/5/abc123/"))
    assert only_line(log)["path"] == "/join/5/hidden/"


def test_path_cannot_forge_a_line(rf: RequestFactory, log: pytest.LogCaptureFixture) -> None:
    request_log(answer)(rf.get("/a%0AINFO all is well"))
    assert "\n" not in log.records[0].getMessage()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_do_not_fill_the_log(rf: RequestFactory, log: pytest.LogCaptureFixture, path: str) -> None:
    request_log(answer)(rf.get(path))
    assert not log.records


@pytest.mark.parametrize("address", ["/workspace/%00", "/workspace/?team=%00", "/workspace/?team=a%00b"])
def test_nul_is_refused(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("address", ["/api/v1/agents/%00/", "/api/v1/agents/?name=%00"])
def test_nul_is_refused_in_the_shape_of_the_api(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "The address contains a NUL character.",
        "code": "invalid",
        "errors": [],
    }


def test_percent_sign_before_zeros_is_no_nul(rf: RequestFactory) -> None:
    assert refuse_nul(answer)(rf.get("/?share=%2500")).status_code == 200
