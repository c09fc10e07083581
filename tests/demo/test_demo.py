"""The demo company: what visitors are promised, within the rules of the product."""

import io
import itertools
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from contactcenter.api.scopes import SCOPES
from contactcenter.directory.catalog import OBJECT_TYPES, ObjectType
from contactcenter.directory.models import (
    AudioFile,
    DesktopProfile,
    InboundEntryPoint,
    InboundQueue,
    Membership,
    OutdialEntryPoint,
    OutdialQueue,
    SkillDefinition,
    User,
    UserProfile,
)
from contactcenter.directory.rules import validate
from contactcenter.directory.services import stored_links
from statuses.models import ActivityInterval, AgentState, Availability, HistoryEntry, Status
from statuses.states import ONLINE, Activity
from tests.callers import Caller
from tests.statuses.support import assert_chain

AGENTS = 40
TIMES = {"created_at", "updated_at", "date_joined", "last_login", "password"}


def contents(object_type: ObjectType) -> list[Any]:
    """Everything but numbers and times."""
    found = []
    for row in object_type.model.objects.order_by("key"):
        values = {field.name: str(getattr(row, field.name)) for field in row._meta.concrete_fields[1:]}
        links = {name: list(map(str, linked)) for name, linked in stored_links(row).items()}
        found.append([{name: value for name, value in values.items() if name not in TIMES}, links])
    return found


def load(**options: Any) -> str:
    out = io.StringIO()
    call_command("demo", agents=AGENTS, stdout=out, **options)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


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
        assert agent.desktop_profile_id
        assert agent.teams_count in {1, 2}
        own = agent.skill_profile or agent.teams.order_by("memberships__position")[0].skill_profile
        assert own is not None
        assert own.skills.filter(skill__outbound=True).exists()
    for row in Availability.objects.all():
        assert min(row.voice_units, row.chat_units, row.email_units, row.social_units) > 0, row


@pytest.mark.usefixtures("_demo")
def test_every_kind_of_object_has_examples_that_keep_the_rules() -> None:
    for object_type in OBJECT_TYPES:
        rows = list(object_type.model.objects.all())
        assert len(rows) >= 3, object_type.slug
        for row in rows:
            row.full_clean()
            validate(row, stored_links(row))
    assert Status.objects.custom().count() >= 3
    assert Status.objects.filter(teams__isnull=False).exists()
    assert Membership.objects.filter(position=1).exists()


@pytest.mark.usefixtures("_demo")
def test_examples_show_what_is_possible() -> None:
    def shown(model: Any, name: str) -> set[Any]:
        return set(model.objects.values_list(name, flat=True))

    for model, name in (
        (InboundQueue, "channel_type"),
        (InboundQueue, "routing_type"),
        (InboundQueue, "skill_based_agent_selection"),
        (InboundEntryPoint, "channel_type"),
        (SkillDefinition, "type"),
        (AudioFile, "encoding"),
        (DesktopProfile, "wrap_up_type"),
        (UserProfile, "module_access"),
    ):
        field: Any = model._meta.get_field(name)
        assert shown(model, name) - {""} == set(dict(field.choices)), name
    assert shown(InboundQueue, "groups__group_teams__type") == {"AGENT", "CAPACITY"}
    assert shown(OutdialQueue, "outbound_campaign") == {True, False}
    assert None not in shown(OutdialEntryPoint, "outdial_queue")
    assert all(audio.size < 100_000 for audio in AudioFile.objects.all())
    assert SkillDefinition.objects.filter(outbound=True).exclude(outbound_script="").exists()


@pytest.mark.usefixtures("_demo")
def test_links_are_of_use() -> None:
    """No list of links, no reference and no list of children that no example fills."""
    for object_type in OBJECT_TYPES:
        names = {column.field for column in object_type.columns if column.refers_to}
        names |= {object_type.children.name} if object_type.children else set()
        for name in names:
            assert object_type.model.objects.filter(**{f"{name}__isnull": False}).exists(), (object_type.slug, name)


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
def test_contacts_are_spoken_with_one_after_the_other_while_online() -> None:
    talks = list(ActivityInterval.objects.order_by("agent", "started_at"))
    assert len(talks) > AGENTS * 50
    assert {talk.activity for talk in talks} == {Activity.OUTBOUND, Activity.ACD}
    assert {(talk.skill_id, talk.skill_name) for talk in talks} <= set(
        SkillDefinition.objects.values_list("pk", "name")
    )
    for before, after in itertools.pairwise(talks):
        assert before.agent_id != after.agent_id or before.ended_at < after.started_at
    online = HistoryEntry.objects.filter(
        agent=OuterRef("agent"), status_id=ONLINE, started_at__lt=OuterRef("started_at")
    )
    during = online.filter(Q(ended_at=None) | Q(ended_at__gt=OuterRef("ended_at")))
    assert not ActivityInterval.objects.exclude(Exists(during)).exists()


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
        found: list[Any] = [contents(object_type) for object_type in OBJECT_TYPES]
        history = HistoryEntry.objects.order_by("agent__email", "version")
        found += history.values_list("agent__email", "status_name", "reason_code_name")
        talks = ActivityInterval.objects.order_by("agent__email", "started_at")
        found += talks.values_list("agent__email", "activity", "skill_name")
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
