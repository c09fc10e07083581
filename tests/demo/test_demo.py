"""The demo company: what visitors are promised, within the rules of the product."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count

from contactcenter.api.scopes import SCOPES
from contactcenter.directory.models import (
    AuxiliaryCode,
    DesktopProfile,
    Membership,
    MultimediaProfile,
    Site,
    Team,
    User,
    UserProfile,
    WorkType,
)
from contactcenter.directory.rules import validate
from statuses.models import AgentState, Availability, HistoryEntry, Status
from tests.callers import Caller
from tests.statuses.support import assert_chain

AGENTS = 40
OBJECTS = (AuxiliaryCode, DesktopProfile, MultimediaProfile, Site, Team, User, UserProfile, WorkType)


def load(**options: Any) -> str:
    out = io.StringIO()
    call_command("demo", agents=AGENTS, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def _demo(db: None) -> None:
    assert load().startswith(f"Demo company loaded: {AGENTS} agents")


@pytest.mark.usefixtures("_demo")
def test_everybody_can_sign_in(client: Any) -> None:
    for name, path in (("admin", "/console/"), ("supervisor", "/console/"), ("agent", "/workspace/")):
        answer = client.post("/sign-in/", {"username": f"{name}@demo.test", "password": "demo"}, follow=True)
        assert answer.redirect_chain[-1][0] == path
        client.post("/sign-out/")


@pytest.mark.usefixtures("_demo")
def test_client_holds_every_scope(client: Any) -> None:
    form = {"grant_type": "client_credentials", "client_id": "demo-client", "client_secret": "demo-secret"}
    body = client.post("/oauth/token/", form).json()
    assert set(body["scope"].split()) == set(SCOPES)
    caller = Caller(token=body["access_token"])
    assert len(caller.get("/agents/?page_size=200").json()["results"]) == AGENTS
    assert caller.get("/statuses/").status_code == 200


@pytest.mark.usefixtures("_demo")
def test_every_agent_can_work() -> None:
    agents = User.objects.agents().annotate(teams_count=Count("teams"))
    assert agents.count() == AGENTS
    for agent in agents:
        assert agent.site_id
        assert agent.teams_count in {1, 2}
    for row in Availability.objects.all():
        assert min(row.voice_units, row.chat_units, row.email_units, row.social_units) > 0, row


@pytest.mark.usefixtures("_demo")
def test_objects_keep_the_rules() -> None:
    for model in OBJECTS:
        rows = model._default_manager.all()
        assert rows.count() >= 3
        for row in rows:
            row.full_clean()
    for user in User.objects.prefetch_related("teams"):
        validate(user, {"teams": list(user.teams.all())})
    assert Status.objects.custom().count() >= 3
    assert Status.objects.filter(teams__isnull=False).exists()
    assert Membership.objects.filter(position=1).exists()


@pytest.mark.usefixtures("_demo")
def test_history_is_a_chain() -> None:
    for agent in User.objects.agents():
        assert_chain(agent)
    assert HistoryEntry.objects.count() > AGENTS * 50
    assert {status.pk for status in Status.objects.all()} >= set(
        AgentState.objects.values_list("status", flat=True)
    )  # and not all of them Offline
    assert AgentState.objects.values("status").distinct().count() >= 3


@pytest.mark.usefixtures("_demo")
def test_loaded_once() -> None:
    before = User.objects.count()
    assert load(if_empty=True) == ""
    with pytest.raises(CommandError, match="only for an empty installation"):
        load()
    assert User.objects.count() == before


def test_two_runs_make_the_same_company(db: None) -> None:
    def company() -> list[Any]:
        load()
        people = User.objects.order_by("email").values_list("email", "first_name", "last_name", "teams__name")
        history = HistoryEntry.objects.order_by("agent__email", "version")
        found = [*people, *history.values_list("agent__email", "status_name", "reason_code_name")]
        transaction.set_rollback(True)
        return found

    with transaction.atomic():
        first = company()
    with transaction.atomic():
        assert company() == first


@pytest.mark.parametrize("agents", [0, -1, 100_001])
def test_number_of_agents(db: None, agents: int) -> None:
    with pytest.raises(CommandError):
        call_command("demo", agents=agents)
