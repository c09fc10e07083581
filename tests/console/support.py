"""Looking at the console as a signed-in user."""

import re
from html import unescape
from html.parser import HTMLParser
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


class _Form(HTMLParser):
    """What a browser without scripts would send with the largest form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._templates = 0
        self._select: tuple[str, bool] | None = None
        self._textarea = ""

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = dict(given)
        name, value = attributes.get("name") or "", attributes.get("value") or ""
        if tag == "template":
            self._templates += 1
        elif self._templates or "disabled" in attributes:
            return
        elif tag == "input" and attributes.get("type") not in {"submit", "file", "button"} and name:
            self._handle_input(name, attributes)
        elif tag == "select":
            self._select = (name, "multiple" in attributes)
        elif tag == "option" and self._select is not None:
            if "selected" in attributes:
                self._add(self._select[0], value)
        elif tag == "textarea":
            self._textarea = name
            self.values[name] = [""]

    def _handle_input(self, name: str, attributes: dict[str, str | None]) -> None:
        if attributes.get("type") not in {"checkbox", "radio"}:
            self._add(name, attributes.get("value") or "")
        elif "checked" in attributes:
            self._add(name, attributes.get("value") or "on")

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._templates -= 1
        elif tag == "textarea":
            if self._textarea:
                self.values[self._textarea][0] = self.values[self._textarea][0].removeprefix("\n")
            self._textarea = ""
        elif tag == "select" and self._select is not None:
            name, several = self._select
            if not several and name:
                self.values.setdefault(name, [""])
            self._select = None

    def _add(self, name: str, value: str) -> None:
        if name:
            self.values.setdefault(name, []).append(value)


def sent_by(response: Any, *, after: str = 'id="content-main"') -> dict[str, list[str]]:
    """What the form of an object's page, or the first after some text, sends when nothing is touched."""
    assert response.status_code == 200
    body = response.content.decode()
    form = body[body.index("<form ", body.index(after)) :]
    parser = _Form()
    parser.feed(form[: form.index("</form>")])
    return parser.values


def row_errors_of(response: Any) -> dict[str, list[str]]:
    """Errors of the rows below the form, by row and field."""
    assert response.status_code == 200, "The form was accepted."
    [rows] = response.context["inline_admin_formsets"]
    found = {
        f"{number}.{name}": [str(error) for error in errors]
        for number, form in enumerate(rows.formset.forms)
        for name, errors in form.errors.items()
    }
    together = [str(error) for error in rows.formset.non_form_errors()]
    return {**found, "": together} if together else found


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
