"""Requests that cannot be understood: each has its own clear error, and nothing is changed."""

import json
from typing import Any

import pytest

from statuses.models import AgentState, Status
from tests.callers import Caller, with_token
from tests.cast import Cast

MIB = 1024 * 1024
CHANNELS = {"voice": "offline", "chat": "offline", "email": "online", "social": "offline"}
SCOPES = ("statuses:read", "statuses:write", "statuses:manage")


@pytest.fixture
def caller(cast: Cast) -> Caller:
    return with_token(cast.client, *SCOPES)


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) >= {"type", "title", "status", "detail", "code", "errors"}
    assert (body["status"], body["code"]) == (status, code)
    assert body["detail"]
    return body


def nested(depth: int) -> bytes:
    return b'{"name": ' + b"[" * depth + b"]" * depth + b"}"


# --- Bodies ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'name': 'x'}",
        b'{"name": "x",}',
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": "\xff"}',  # not UTF-8
        '{"name": "x"}'.encode("utf-16"),
        b'\xef\xbb\xbf{"name": "x"}',  # a byte order mark
        b'{"name": ' + b"9" * 5000 + b"}",  # more digits than Python reads
        b"[]",
        b"null",
        b"3",
        b'"name"',
        b'{"name": "a\\u0000b"}',
        b'{"na\\u0000me": "x"}',
        b'{"channels": {"voice": ["a\\u0000"]}}',
        b'{"name": "\\ud800"}',  # half of a surrogate pair
        *(nested(depth) for depth in (200, 330, 480, 700, 980, 5_000, 100_000)),
        *(b'{"a":' * depth + b"1" + b"}" * depth for depth in (330, 480, 980, 100_000)),
    ],
    ids=lambda body: f"{body[:20]!r} {len(body)}",
)
def test_what_is_no_usable_json(caller: Caller, body: bytes) -> None:
    assert_problem(caller.post("/statuses/", body), 400, "invalid")
    assert Status.objects.custom().count() == 0


def test_escaped_surrogate_pair_is_a_character(caller: Caller) -> None:
    body = json.dumps({"name": "Break 🍰", "channels": CHANNELS}).encode()
    assert b"\\ud83c" in body
    assert caller.post("/statuses/", body).json()["name"] == "Break 🍰"


@pytest.mark.parametrize("charset", ["hex", "zlib", "rot13"])
def test_codecs_that_are_no_charset(caller: Caller, charset: str) -> None:
    response = caller.client.generic("POST", "/api/v1/statuses/", b"{}", f"application/json; charset={charset}")
    assert_problem(response, 400, "invalid")


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "unknown", "\N{SNOWMAN}"])
def test_json_is_utf8_whatever_the_header_says(cast: Cast, charset: str) -> None:
    body = json.dumps({"name": "Č", "channels": CHANNELS}, ensure_ascii=False).encode()
    caller = with_token(cast.client, *SCOPES)
    content_type = f"application/json; charset={charset}"
    response = caller.client.generic("POST", "/api/v1/statuses/", body, content_type)
    assert response.status_code == 201, response.content
    assert response.json()["name"] == "Č"


def test_largest_body(caller: Caller) -> None:
    start = b'{"name": "'
    fitting = start + b"x" * (MIB - len(start) - 2) + b'"}'
    assert len(fitting) == MIB
    assert_problem(caller.post("/statuses/", fitting), 400, "invalid")  # the name is too long
    assert_problem(caller.post("/statuses/", b" " + fitting), 413, "too_large")


def test_huge_bodies_are_refused_at_every_door(cast: Cast) -> None:
    huge = b'{"note": "' + b"x" * 3 * MIB + b'"}'
    path = f"/agents/{cast.agent.pk}/status/"
    for caller in (with_token(cast.client, *SCOPES), Caller(cast.admin)):
        assert_problem(caller.put(path, huge), 413, "too_large")
        assert_problem(caller.post("/agents/statuses/", huge), 413, "too_large")
    form = b"note=" + b"x" * 3 * MIB
    client = Caller(cast.admin, check_csrf=True).client  # the check reads forms
    for content_type in ("application/x-www-form-urlencoded", "text/plain"):
        response = client.generic("POST", "/api/v1/agents/statuses/", form, content_type)
        assert response.status_code in {403, 413, 415}, response.content
        assert response["Content-Type"] == "application/problem+json"
    assert not AgentState.objects.exclude(version=1).exists()


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application",
        "application/json/x",
        "*/*x",
        ";",
    ],
)
def test_other_media_types(caller: Caller, content_type: str) -> None:
    body = json.dumps({"name": "Back office", "channels": CHANNELS})
    response = caller.client.generic("POST", "/api/v1/statuses/", body, content_type)
    assert_problem(response, 415, "unsupported_media_type")
    assert Status.objects.custom().count() == 0


def test_nothing_at_all(caller: Caller, cast: Cast) -> None:
    body = assert_problem(caller.post("/statuses/"), 400, "invalid")
    assert {error["code"] for error in body["errors"]} == {"required"}
    body = assert_problem(caller.put(f"/agents/{cast.agent.pk}/status/"), 400, "invalid")
    assert body["errors"] == [{"field": "status", "code": "required", "detail": "This field is required."}]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "3"}, "status"),
        ({"status": 3.0}, "status"),
        ({"status": True}, "status"),
        ({"status": None}, "status"),
        ({"status": [3]}, "status"),
        ({"status": {"id": 3}}, "status"),
        ({"status": 0}, "status"),
        ({"status": -3}, "status"),
        ({"status": 2**63}, "status"),
        ({"status": 10**4000}, "status"),
        ({"status": 4, "reason_code": "1"}, "reason_code"),
        ({"status": 4, "reason_code": False}, "reason_code"),
        ({"status": 4, "note": "n" * 501}, "note"),
        ({"status": 4, "note": 7}, "note"),
        ({"status": 4, "note": None}, "note"),
        ({"status": 4, "note": ["x"]}, "note"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_wrong_types(caller: Caller, cast: Cast, body: dict[str, Any], field: str) -> None:
    problem = assert_problem(caller.put(f"/agents/{cast.agent.pk}/status/", body), 400, "invalid")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert problem["detail"].startswith(f"{field}: ")
    assert AgentState.objects.get(pk=cast.agent.pk).version == 1


# --- Methods -----------------------------------------------------------------------------------------------------

METHODS = {
    "/statuses/": {"GET", "HEAD", "POST"},
    "/statuses/3/": {"GET", "HEAD", "PATCH", "DELETE"},
    "/agents/": {"GET", "HEAD"},
    "/agents/1/availability/": {"GET", "HEAD"},
    "/agents/1/status/": {"PUT"},
    "/agents/statuses/": {"POST"},
    "/agents/1/status-history/": {"GET", "HEAD"},
    "/agents/1/channels/chat/": {"PUT"},
    "/agents/1/phone-line/": {"PUT"},
    "/agents/1/work-items/": {"GET", "HEAD", "POST"},
    "/agents/1/work-items/1/": {"DELETE"},
    "/agents/1/activity/": {"POST"},
    "/teams/availability/": {"GET", "HEAD"},
    "/teams/1/availability/": {"GET", "HEAD"},
    "/statuses/3/timeouts/": {"GET", "HEAD", "PUT"},
    "/settings/timeouts/": {"GET", "HEAD", "PUT"},
    "/settings/": {"GET", "HEAD", "PATCH"},
}


@pytest.mark.parametrize("path", METHODS)
def test_wrong_methods(cast: Cast, path: str) -> None:
    everything = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"}
    for caller in (with_token(cast.client, *SCOPES), Caller(cast.agent), Caller(cast.admin)):
        for method in everything - METHODS[path]:
            response = caller.client.generic(method, "/api/v1" + path, b"{}", "application/json")
            assert response.status_code == 405
            if method != "HEAD":
                assert_problem(response, 405, "method_not_allowed")
            assert {name.strip() for name in response["Allow"].split(",")} == METHODS[path]


def test_head_is_get_without_a_body(caller: Caller) -> None:
    response = caller.client.head("/api/v1/statuses/")
    assert (response.status_code, response.content) == (200, b"")


# --- Addresses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/nothing/", "/statuses/x/", "/agents/1/", "/agents/x/status/"])
def test_unknown_addresses(caller: Caller, path: str) -> None:
    response = caller.client.put("/api/v1" + path)
    assert_problem(response, 404, "not_found")


@pytest.mark.parametrize(
    "address", ["/api/v1/agents/?search=%00", "/api/v1/%00/", "/api/v1/agents/?cursor=%00&page_size=%00"]
)
def test_nul_in_an_address(caller: Caller, address: str) -> None:
    assert_problem(caller.client.get(address), 400, "invalid")


@pytest.mark.parametrize(
    "query", ["search=%ff%fe", "search=%ED%A0%80", "search=%C3%28", "%ff=%ff", "=", "&&&", "search"]
)
def test_odd_query_strings(caller: Caller, query: str) -> None:
    assert caller.get(f"/agents/?{query}").status_code == 200


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "application/problem+json", "text/html", "image/png", "x"]
)
def test_answers_are_json_whatever_is_accepted(caller: Caller, accept: str) -> None:
    """There is nothing to negotiate about."""
    response = caller.get("/statuses/3/", Accept=accept)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert_problem(caller.get("/statuses/1/", Accept=accept), 404, "not_found")


@pytest.mark.parametrize("format_", ["xml", "html", "json", "api"])
def test_format_is_no_parameter(caller: Caller, format_: str) -> None:
    assert caller.get(f"/statuses/3/?format={format_}").status_code == 200


def test_cookie_with_a_nul(cast: Cast) -> None:
    client = Caller().client
    cookie = 'contactcenter_session="abcdefgh\\000ijklmnop"'
    response = client.get("/api/v1/statuses/", headers={"Cookie": cookie})
    assert_problem(response, 400, "invalid")


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer ", "Bearer  x", "Bearer a\0b", "Bearer é", "bearer x y", "BEARER " + "x" * 9000]
)
def test_odd_tokens(db: None, value: str) -> None:
    response = Caller().get("/statuses/", Authorization=value)
    body = assert_problem(response, 401, "not_authenticated")
    assert "token" in body["detail"]
    assert response["WWW-Authenticate"].startswith("Bearer")
