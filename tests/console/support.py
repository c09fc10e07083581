"""Looking at the console as a signed-in user."""

import re
from html import unescape
from typing import Any

from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contactcenter.directory.models import User, UserProfile
from contactcenter.directory.services import save_object, save_user
from contactcenter.lib.actors import SYSTEM


class Console:
    """A browser without scripts. Answers are typed as ``Any`` for what the test client adds to them."""

    def __init__(self, user: User | None, *, check_csrf: bool = False) -> None:
        self.client: Any = Client(enforce_csrf_checks=check_csrf)
        if user is not None:
            self.client.force_login(user)

    def get(self, path: str, **query: object) -> Any:
        return self.client.get(f"/console/{path}", query)

    def post(self, path: str, **values: object) -> Any:
        return self.client.post(f"/console/{path}", values)

    def queries(self, path: str, **query: object) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert self.get(path, **query).status_code == 200
        return len(captured)


def text_of(response: Any) -> str:
    """The words of a page, without its tags."""
    body = re.sub(r"<(script|style|template)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def told(response: Any) -> list[str]:
    """What the user is told on the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def errors_of(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200, "The form was accepted."
    form = response.context["adminform"].form
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def agents_of(response: Any) -> list[int]:
    """The agents in the rows of the list of live agents."""
    return [int(number) for number in re.findall(r'data-agent="(\d+)"', response.content.decode())]


def administrator_with(level: str) -> User:
    """An administrator whose profile narrows provisioning."""
    profile = UserProfile(name=f"Provisioning {level}", profile_type="ADMINISTRATOR", module_access="SPECIFIC")
    for module in UserProfile.MODULES:
        setattr(profile, module, "EDIT")
    profile.provisioning = level
    save_object(profile)
    return save_user(User(email=f"{level}@example.com".lower(), profile=profile), teams=[], actor=SYSTEM)
