"""Calling the drop-in endpoints, with an API token as programs written for Zendesk do."""

import base64
from typing import Any

from contactcenter.api.services import create_token
from contactcenter.directory.models import User
from statuses import services
from tests.callers import Caller

V2 = "/api/v2"
STATUSES = "/agent_availabilities/agent_statuses"


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


def give_work(agent: User, channel: str, count: int = 1) -> list[int]:
    """Give an agent pieces of work by hand, more than fit too; return their numbers."""
    return [services.add_work_item(agent.pk, channel).pk for _ in range(count)]
