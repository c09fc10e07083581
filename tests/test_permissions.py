"""Every address × every kind of caller. A new address fails this until a row here says who may.

Each row is a pattern of addresses and what its methods answer, in this order: nobody, an agent, a supervisor of the
agent's team, an administrator, an API client with every scope, an API client without any. 401 also stands for being
sent to the sign-in page. Bodies are empty, so that 400, or a page with the form again, means: may.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from pytest_django import Settings

from contactcenter.api.scopes import SCOPES
from contactcenter.api.services import create_token
from contactcenter.directory.catalog import OBJECT_TYPES, type_of
from contactcenter.directory.models import AddressBook, AddressBookEntry, OutdialAni, OutdialAniEntry
from contactcenter.lib.actors import SYSTEM
from contactcenter.workspace.models import Notification
from statuses.services import add_work_item
from statuses.states import ONLINE, Cause
from statuses.zendesk import jobs
from tests.bulkops.support import previewed
from tests.callers import make_token
from tests.cast import Cast, signed_in
from tests.directory.api.bodies import World
from tests.directory.examples import save
from tests.statuses.support import create_status

Answers = tuple[int, int, int, int, int, int]
Row = tuple[str, dict[str, Answers]]


def everyone(status: int) -> Answers:
    return (status,) * 6


def console(supervisor: int, administrator: int) -> Answers:
    return (401, 401, supervisor, administrator, 401, 401)


def workspace(agent: int) -> Answers:
    return (401, agent, 403, 403, 401, 401)


def api(agent: int, supervisor: int, administrator: int, client: int) -> Answers:
    return (401, agent, supervisor, administrator, client, 403)


READ = api(200, 200, 200, 200)
DIRECTORY = api(403, 403, 200, 200)
KINDS = "|".join(object_type.slug for object_type in OBJECT_TYPES)
NO = everyone(405)
PAGE = {"GET": console(403, 200), "POST": console(405, 405)}  # of the console, for administrators
NO_API: Answers = (401, 405, 405, 405, 405, 405)

# In each model's pages only administrators get anywhere; a deletion that is not to be is answered before by the list.
UNUSED = r"(?:skill|audio|inbound|outdial|entry|address)\w+"  # kinds of objects that nothing refers to here
ZENDESK = "api/v2/agent_availabilities"
WORK_ITEMS = "channels/<str:channel>/relationships/work_items"
OBJECT = r"console/\w+/\w+/<path:object_id>/"
ROWS: list[Row] = [
    (r"healthz|readyz", {"GET": everyone(200), "POST": NO}),
    # --- The console ---
    (r"console/(search/)?", {"GET": console(200, 200), "POST": console(200, 200)}),
    (
        r"console/(live-agents/(rows/)?|teams-wallboard/(teams/)?|status-history/)",
        {"GET": console(200, 200), "POST": console(405, 405)},
    ),
    (
        r"console/(status-history/csv|reports(/csv|/agents/<int:agent_id>)?)/",
        {"GET": console(200, 200), "POST": console(405, 405)},
    ),
    (r"console/live-agents/set-status/", {"GET": console(405, 405), "POST": console(302, 302)}),
    (
        r"console/live-agents/<int:agent_id>/channels/<slug:channel>/",
        {"GET": console(405, 405), "POST": console(400, 400)},
    ),
    (r"console/timeouts/", {"GET": console(403, 200), "POST": console(403, 302)}),
    (r"console/timeouts/preview/", {"GET": console(405, 405), "POST": console(403, 200)}),
    (r"console/audit/", PAGE),
    (r"console/bulk-operations/(templates/<slug:object_type>/|<int:pk>/((errors|file)/)?)?", PAGE),
    (r"console/bulk-operations/new/", {"GET": console(403, 200), "POST": console(403, 200)}),
    (r"console/bulk-operations/<int:pk>/progress/", {"GET": console(403, 302), "POST": console(405, 405)}),
    (r"console/bulk-operations/<int:pk>/output/", {"GET": console(403, 404), "POST": console(405, 405)}),
    (
        r"console/bulk-operations/<int:pk>/(apply|discard|cancel)/",
        {"GET": console(405, 405), "POST": console(403, 302)},
    ),
    (r"console/bulk-operations/<int:pk>/undo/", {"GET": console(403, 200), "POST": console(403, 302)}),
    (r"console/login/", {"GET": (401, 403, 302, 302, 401, 401), "POST": (401, 403, 302, 302, 401, 401)}),
    (r"console/logout/", {"GET": (302, 302, 405, 405, 302, 302), "POST": everyone(302)}),
    (r"console/password_change/(done/)?", {"GET": console(302, 302), "POST": console(302, 302)}),
    (r"console/autocomplete/", {"GET": console(403, 403), "POST": console(405, 405)}),
    (r"console/jsi18n/", {"GET": console(200, 200), "POST": console(405, 405)}),
    (r"console/\^\(\?P<app_label>.*", {"GET": console(302, 302), "POST": console(302, 302)}),
    (r"console/\(\?P<url>\.\*\)\$", {"GET": console(404, 404), "POST": console(404, 404)}),  # whatever else
    (r"console/statuses/status/preview/", {"GET": console(403, 200), "POST": console(405, 405)}),
    (r"console/directory/companysettings/", {"GET": console(302, 302), "POST": console(302, 302)}),
    (
        r"console/directory/user/<int:user_id>/(invite|link)/|console/api/apiclient/<int:client_pk>/secret/",
        {"GET": console(403, 200), "POST": console(403, 200)},
    ),
    (
        r"console/directory/user/<int:user_id>/(activate|deactivate)/",
        {"GET": console(403, 200), "POST": console(403, 302)},
    ),
    (
        r"console/directory/user/<int:user_id>/tokens/<int:token_id>/revoke/",
        {"GET": console(403, 200), "POST": console(403, 302)},
    ),
    (r"console/directory/audiofile/<int:pk>/sound/", {"GET": console(403, 200), "POST": console(405, 405)}),
    (  # there is one row, made once
        r"console/(directory/companysettings|django_celery_beat/periodictask)/(add/|<path:object_id>/delete/)",
        {"GET": console(403, 403), "POST": console(403, 403)},
    ),
    (
        r"console/(directory/(user|\w+entry)|api/apiclient|statuses/status)/<path:object_id>/delete/",
        {"GET": console(403, 200), "POST": console(403, 302)},
    ),
    (
        rf"console/directory/{UNUSED}/<path:object_id>/delete/",
        {"GET": console(302, 200), "POST": console(302, 302)},
    ),
    (OBJECT + "delete/", {"GET": console(302, 200), "POST": console(302, 200)}),  # referenced by others
    (OBJECT + "change/", {"GET": console(403, 200), "POST": console(403, 200)}),
    (OBJECT + "history/", {"GET": console(404, 302), "POST": console(404, 302)}),  # leads to the audit trail
    (OBJECT, {"GET": console(302, 302), "POST": console(302, 302)}),  # leads to the form
    (r"console/\w+/\w+/(add/)?", {"GET": console(403, 200), "POST": console(403, 200)}),
    # --- The workspace ---
    (r"workspace/((notifications|channels|handset|day)/)?", {"GET": workspace(200), "POST": NO}),
    (r"workspace/channels/<slug:channel>/", {"GET": NO, "POST": workspace(400)}),
    (r"workspace/notifications/(<int:pk>/)?read/", {"GET": NO, "POST": workspace(302)}),
    (r"workspace/status/", {"GET": workspace(200), "POST": workspace(400)}),
    # --- Everybody's ---
    (r"", {"GET": (401, 302, 302, 302, 401, 401), "POST": NO}),
    (r"sign-in/", {"GET": (200, 302, 302, 302, 200, 200), "POST": (200, 302, 302, 302, 200, 200)}),
    (r"sign-out/", {"GET": NO, "POST": everyone(302)}),
    (r"forgot-password/|set-password/.*", {"GET": everyone(200), "POST": everyone(200)}),
    (r"forgot-password/sent/", {"GET": everyone(200), "POST": NO}),
    (r"account/(password/)?", {"GET": (401, 200, 200, 200, 401, 401), "POST": (401, 200, 200, 200, 401, 401)}),
    (r"account/tokens/", {"GET": NO, "POST": (401, 200, 200, 200, 401, 401)}),
    (  # the agent's own token
        r"account/tokens/<int:token_id>/revoke/",
        {"GET": (401, 200, 404, 404, 401, 401), "POST": (401, 302, 404, 404, 401, 401)},
    ),
    # --- The API ---
    (r"oauth/token/", {"GET": NO, "POST": everyone(400)}),
    (r"api/v1/(schema|docs)/", {"GET": everyone(200)}),
    (r"api/v1/statuses/", {"GET": READ, "POST": api(403, 403, 400, 400)}),
    (r"api/v1/statuses/<int:pk>/", {"GET": READ, "PATCH": api(403, 403, 200, 200), "DELETE": api(403, 403, 204, 204)}),
    (r"api/v1/statuses/<int:pk>/timeouts/", {"GET": DIRECTORY, "PUT": DIRECTORY}),
    (r"api/v1/settings/", {"GET": DIRECTORY, "PATCH": DIRECTORY}),
    (r"api/v1/settings/timeouts/", {"GET": DIRECTORY, "PUT": api(403, 403, 400, 400)}),
    (r"api/v1/teams/(<int:pk>/)?availability/", {"GET": api(403, 200, 200, 200)}),
    (r"api/v1/agents/(<agent:agent>/(availability|status-history)/)?", {"GET": READ}),
    (r"api/v1/agents/<agent:agent>/status/", {"PUT": api(400, 400, 400, 400)}),
    (r"api/v1/agents/<agent:agent>/channels/<channel:channel>/", {"PUT": api(400, 400, 400, 400)}),
    (r"api/v1/agents/<agent:agent>/phone-line/", {"PUT": api(403, 403, 400, 400)}),
    (r"api/v1/agents/<agent:agent>/work-items/", {"GET": READ, "POST": api(400, 400, 400, 400)}),
    (r"api/v1/agents/<agent:agent>/work-items/<int:work_item>/", {"DELETE": api(204, 204, 204, 204)}),
    (r"api/v1/agents/<agent:agent>/activity/", {"POST": api(204, 204, 204, 204)}),
    (r"api/v1/reports/time-in-status/", {"GET": READ}),
    (r"api/v1/agents/statuses/", {"POST": api(403, 400, 400, 400)}),
    (r"api/v1/bulk-operations/", {"GET": DIRECTORY, "POST": api(403, 403, 415, 415)}),
    (r"api/v1/bulk-operations/(templates/<slug:object_type>/|<int:pk>/((errors|preview)/)?)", {"GET": DIRECTORY}),
    (r"api/v1/bulk-operations/<int:pk>/output/", {"GET": api(403, 403, 404, 404)}),  # an import writes none
    (r"api/v1/bulk-operations/<int:pk>/apply/", {"POST": api(403, 403, 202, 202)}),
    (r"api/v1/bulk-operations/<int:pk>/discard/", {"POST": DIRECTORY}),
    (r"api/v1/bulk-operations/<int:pk>/(cancel|undo)/", {"POST": api(403, 403, 409, 409)}),  # it is a preview
    (r"api/v1/directory/audio-file/", {"GET": DIRECTORY, "POST": api(403, 403, 415, 415)}),
    (r"api/v1/directory/audio-file/<int:pk>/sound/", {"GET": DIRECTORY}),
    (rf"api/v1/directory/({KINDS})/", {"GET": DIRECTORY, "POST": api(403, 403, 400, 400)}),
    (
        rf"api/v1/directory/({KINDS})/<int:pk>/",
        {"GET": DIRECTORY, "PATCH": DIRECTORY, "DELETE": api(403, 403, 204, 204)},
    ),
    # --- Zendesk's ---
    (rf"{ZENDESK}(/<number:agent_id>(/{WORK_ITEMS})?)?", {"GET": DIRECTORY}),
    (rf"{ZENDESK}/me(/{WORK_ITEMS})?", {"GET": api(200, 404, 404, 404)}),  # the others are no agents
    (rf"{ZENDESK}/agent_statuses(/job_statuses/<str:job_id>)?", {"GET": DIRECTORY}),
    (rf"{ZENDESK}/agent_statuses/me", {"GET": api(200, 200, 200, 404)}),
    (rf"{ZENDESK}/agent_statuses/agents/me", {"PUT": api(422, 422, 422, 404)}),
    (rf"{ZENDESK}/agent_statuses/agents/(update_many|<number:agent_id>)", {"PUT": api(403, 403, 422, 422)}),
    (r"api/v2/account_groups/availability/<number:group_id>", {"GET": DIRECTORY}),
]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, address)
        else:
            yield address


def row_of(address: str) -> Row | None:
    """The first that fits."""
    return next((row for row in ROWS if re.fullmatch(row[0], address)), None)


class Callers:
    def __init__(self, cast: Cast) -> None:
        tokens = (make_token(cast.client, *SCOPES), make_token(cast.client))
        self._clients = [
            Client(),
            *map(signed_in, (cast.agent, cast.supervisor, cast.admin)),
            *(Client(headers={"Authorization": f"Bearer {token}"}) for token in tokens),
        ]
        self._sessions = [client.cookies.output(header="", sep=";") for client in self._clients]

    def answers(self, method: str, path: str) -> Answers:
        found = zip(self._clients, self._sessions, strict=True)
        return tuple(self._answer(method, path, *given) for given in found)  # type: ignore[return-value]  # six

    def _answer(self, method: str, path: str, client: Client, session: str) -> int:
        client.cookies = SimpleCookie(session)  # without what earlier answers left
        body = ("{}", "application/json") if path.startswith("/api/") else ()
        with transaction.atomic():
            response = client.generic(method, path, *body)
            response.getvalue()  # a file is closed once it has been read
            transaction.set_rollback(True)
        sign_in = re.match(r"/sign-in/\?|/console/login/\?", response.headers.get("Location", ""))
        return 401 if sign_in else response.status_code


class Examples:
    """An object for each address that names one."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        status = create_status()
        notification = Notification.objects.create(user=cast.agent, kind="status_deleted", data={"status": "Late"})
        preview = previewed("work-type", [{"Name": "Breaks", "Type": "wrong"}])
        token, _secret = create_token(cast.agent, "Wallboard")
        job = jobs.start([cast.agent.pk], ONLINE, actor=SYSTEM, cause=Cause.API)
        item = add_work_item(cast.agent.pk, "chat")
        self._objects = {"user": cast.agent.pk, "team": cast.sales.pk, "status": status.pk}
        self._values = {
            "bulk-operations/<int:pk>": f"bulk-operations/{preview.pk}",
            "<slug:object_type>": "team",
            "statuses/<int:pk>": f"statuses/{status.pk}",
            "teams/<int:pk>": f"teams/{cast.care.pk}",
            "<channel:channel>": "chat",
            "<int:work_item>": str(item.pk),
            "notifications/<int:pk>": f"notifications/{notification.pk}",
            "<agent:agent>": str(cast.agent.pk),
            "<slug:channel>": "voice",
            "<int:user_id>": str(cast.agent.pk),
            "<int:agent_id>": str(cast.agent.pk),
            "<int:token_id>": str(token.pk),
            "<number:agent_id>": str(cast.agent.pk),
            "<number:group_id>": str(cast.care.pk),
            "<str:channel>": "talk",
            "<str:job_id>": job.pk,
            "<int:client_pk>": str(cast.client.pk),
            "<uidb64>/<token>": "x/y",
            "^(?P<app_label>directory|api|django_celery_beat|statuses)/$": "directory/",
            "(?P<url>.*)$": "nothing/",
        }

    @cached_property
    def _world(self) -> World:
        return World(self._cast)

    def path(self, address: str) -> str:
        if named := re.match(r"console/(\w+)/(\w+)/<(path:object_id|int:pk)>", address):
            pk = self._objects.get(named[2]) or self._some(apps.get_model(named[1], named[2])).pk
            address = address.replace(f"<{named[3]}>", str(pk))
        if named := re.match(r"api/v1/directory/([a-z-]+)/<int:pk>/", address):
            address = address.replace("<int:pk>", str(self._world.spare(named[1])))
        for placeholder, value in self._values.items():
            address = address.replace(placeholder, value)
        assert not re.search(r"[<(^$]", address), f"{address}: give an example for what is variable in it."
        return f"/{address}"

    def _some(self, model: Any) -> Any:
        """Of kinds that the cast has none of, one that nothing refers to."""
        if re.fullmatch(UNUSED, model._meta.model_name):
            owners = {AddressBookEntry: AddressBook, OutdialAniEntry: OutdialAni}
            save(self._cast, type_of(owners.get(model, model)).slug, model._meta.model_name)
            return model._default_manager.latest("pk")
        return model._default_manager.all()[0]


@pytest.fixture(autouse=True)
def _storage(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_every_address_has_a_row() -> None:
    assert [f"/{address}" for address in addresses() if row_of(address) is None] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_row(cast: Cast, row: Row) -> None:
    _pattern, expected = row
    callers, examples = Callers(cast), Examples(cast)
    fitting = [address for address in addresses() if row_of(address) == row]
    assert fitting, "There are no such addresses any more."
    for address in fitting:
        is_api, path = address.startswith("api/"), examples.path(address)
        closed = NO_API if is_api and expected.get("GET") != everyone(200) else NO
        for method in METHODS if is_api else METHODS[:2]:
            assert callers.answers(method, path) == expected.get(method, closed), f"{method} {path}"


def test_pages_of_others_are_not_in_the_rows() -> None:
    """A pattern that fits anything would let new addresses in unseen."""
    for invented in ("api/v1/nothing/", "workspace/nothing/", "nothing/", "api/v2/agents/", "oauth/authorize/"):
        assert not [pattern for pattern, _answers in ROWS if re.fullmatch(pattern, invented)]


def test_all_callers_differ(cast: Cast) -> None:
    callers: Any = Callers(cast)
    assert callers.answers("GET", "/account/") == (401, 200, 200, 200, 401, 401)
    assert callers.answers("POST", "/api/v1/statuses/") == (401, 403, 403, 400, 400, 403)
