"""Calling the drop-in endpoints, with an API token as programs written for Zendesk do."""

import base64
from typing import Any

from contactcenter.api.services import create_token
from contactcenter.directory.models import User
from tests.callers import Caller

V2 = "/api/v2"
AGENTS = "/agent_availabilities"
STATUSES = f"{AGENTS}/agent_statuses"


class Zendesk(Caller):
    """Every answer is held against the OpenAPI document, every error against Zendesk's shape."""

    base = V2

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        response = super().send(method, path, body, **headers)
        if response.status_code >= 400 and method != "HEAD":
            [error] = response.json()["errors"]
            assert set(error) == {"status", "code", "title", "detail"}
            assert error["status"] == str(response.status_code)
            assert error["detail"]
        return response

    def follow(self, link: str) -> Any:
        """Follow an absolute link."""
        return self.get(link.removeprefix(f"http://testserver{V2}"))


def basic(email: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{email}/token:{secret}".encode()).decode()


def with_api_token(user: User) -> Zendesk:
    """Return who calls with a new API token of the user."""
    _token, secret = create_token(user, "Wallboard")
    caller = Zendesk()
    caller.client.credentials(HTTP_AUTHORIZATION=basic(user.email, secret))
    return caller


def error_of(response: Any) -> tuple[int, str, str]:
    """Status, code and detail of a refusal."""
    [error] = response.json()["errors"]
    return response.status_code, error["code"], error["detail"]


def ids(response: Any) -> list[int]:
    """The agents of a list."""
    return [agent["attributes"]["agent_id"] for agent in response.json()["data"]]


def included(response: Any, kind: str = "channels") -> dict[str, dict[str, Any]]:
    """What came along, by its id."""
    return {one["id"]: one for one in response.json()["included"] if one["type"] == kind}


def items_path(agent: User | str, channel: str = "messaging") -> str:
    return f"{AGENTS}/{agent.pk if isinstance(agent, User) else agent}/channels/{channel}/relationships/work_items"
