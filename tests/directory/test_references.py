"""What something refers to cannot be deleted; who refers to it is named."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError
from pytest_django import Settings

from contactcenter.directory.catalog import OBJECT_TYPES
from contactcenter.directory.models import AuxiliaryCode, DesktopProfile, Membership, Site, Team, User, UserProfile
from contactcenter.directory.services import delete_object, save_object, save_user
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import Conflict, NotFound
from statuses.models import Status
from statuses.services import save_status
from tests.cast import Cast
from tests.concurrency import together
from tests.directory.examples import SLUGS, described, kind, save
from tests.statuses.support import BACK_OFFICE, choose

Find = Callable[[Cast], Any]


@pytest.fixture(autouse=True)
def _storage(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def refusal(instance: Any) -> Conflict:
    with pytest.raises(Conflict) as refused:
        delete_object(instance)
    assert type(instance).objects.filter(pk=instance.pk).exists()
    assert refused.value.code == "referenced"
    return refused.value


def referrers(instance: Any) -> set[tuple[str, str]]:
    rows: Any = refusal(instance).data["referrers"]
    return {(row["object_type"], row["name"]) for row in rows}


@pytest.mark.parametrize(
    ("find", "expected"),
    [
        (
            lambda cast: cast.praha.multimedia_profile,
            {("site", "Praha"), ("site", "Lyon")},
        ),
        (
            lambda cast: cast.praha,
            {
                ("team", "Care"),
                ("team", "Claims"),
                ("user", "Jana Mala"),
                ("user", "Petr Novak"),
            },
        ),
        (lambda cast: cast.lunch.work_type, {("auxiliary code", "Lunch"), ("auxiliary code", "Training")}),
        (lambda cast: cast.lunch, {("desktop profile", "Plain")}),
        (lambda cast: cast.sales, {("user", "Hugo Moreau")}),
        (lambda cast: DesktopProfile.objects.get(name="Plain"), {("user", "Hugo Moreau")}),
        (lambda cast: cast.supervisor.profile, {("user", "Ivana Horska")}),
    ],
    ids=["multimedia profile", "site", "work type", "auxiliary code", "team", "desktop profile", "user profile"],
)
def test_referrers_are_named(cast: Cast, find: Find, expected: set[tuple[str, str]]) -> None:
    assert referrers(find(cast)) == expected


REFERENCES = [(object_type.slug, column.field) for object_type in OBJECT_TYPES for column in object_type.references()]


@pytest.mark.parametrize(("slug", "field"), REFERENCES)
def test_whatever_an_object_refers_to_is_kept(cast: Cast, slug: str, field: str) -> None:
    """Also what its children refer to, and what it lists among others."""
    owner = save(cast, slug)
    column = next(column for column in kind(slug).references() if column.field == field)
    children = kind(slug).children
    holder = getattr(owner, children.name).last() if children and column in children.columns else owner
    found = getattr(holder, field)
    target = found.last() if hasattr(found, "all") else found
    assert (str(kind(slug).label), str(owner)) in referrers(target)
    assert refusal(type(target).objects.get(pk=target.pk)).message.startswith(f"“{target}” is still used by ")


@pytest.mark.parametrize("slug", SLUGS)
def test_what_nobody_refers_to_is_deleted_with_its_children(cast: Cast, slug: str) -> None:
    made = save(cast, slug)
    children = kind(slug).children
    before = children.model._base_manager.count() if children else 0
    rows = len(described(made)[children.name]) if children else 0
    delete_object(made)
    assert not type(made).objects.filter(pk=made.pk).exists()
    assert (children.model._base_manager.count() if children else 0) == before - rows


def test_message_says_who(cast: Cast) -> None:
    assert refusal(cast.sales).message == "“Sales” is still used by user “Hugo Moreau”. Change those first."
    assert refusal(cast.lyon).message == (
        "“Lyon” is still used by team “Sales”, user “Hugo Moreau”. Change those first."
    )


def test_many_referrers_are_counted(cast: Cast) -> None:
    for number in range(25):
        save_object(Team(name=f"Team {number:02}", site=cast.lyon))
    refused = refusal(cast.lyon)
    assert refused.message.endswith("team “Team 03” and 22 more. Change those first.")
    assert len(refused.data["referrers"]) == 20  # type: ignore[arg-type]  # errors carry any object


def test_thousands_of_referrers_take_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    everybody = User.objects.bulk_create(
        User(email=f"{number}@example.com", last_name=f"N{number}", profile=cast.agent.profile) for number in range(100)
    )
    Membership.objects.bulk_create(Membership(user=user, team=cast.sales) for user in everybody)
    with django_assert_max_num_queries(30):
        refused = refusal(cast.sales)
    assert refused.message.endswith(" and 96 more. Change those first.")
    assert len(refused.data["referrers"]) == 20  # type: ignore[arg-type]  # errors carry any object


def test_team_that_a_status_is_restricted_to(cast: Cast) -> None:
    """Without it the status would be open to everyone."""
    team = save_object(Team(name="Escalations", site=cast.praha))
    save_status(Status(name="Back office", **BACK_OFFICE), teams=[team])
    assert referrers(team) == {("agent status", "Back office")}


def test_team_that_a_supervisor_steers(cast: Cast) -> None:
    save_user(cast.agent, teams=[cast.claims], actor=SYSTEM)
    save_user(cast.teammate, teams=[cast.claims], actor=SYSTEM)
    assert referrers(cast.care) == {("user profile", "Supervisor")}


def test_site_that_a_profile_names(cast: Cast) -> None:
    site = save_object(Site(name="Brno", multimedia_profile=cast.praha.multimedia_profile))
    save_object(
        UserProfile(name="Brno only", profile_type="SUPERVISOR", site_access="SPECIFIC"), links={"sites": [site]}
    )
    assert referrers(site) == {("user profile", "Brno only")}


def test_reason_that_an_agent_gives(cast: Cast) -> None:
    choose(cast.agent, 4, reason_code_id=cast.training.pk)
    assert referrers(cast.training) == {("user", "Jana Mala")}
    choose(cast.agent, 3)
    delete_object(cast.training)


def test_what_nobody_refers_to_is_deleted(cast: Cast) -> None:
    team = save_object(Team(name="Night", site=cast.praha))
    delete_object(team)
    assert not Team.objects.filter(name="Night").exists()
    with pytest.raises(NotFound):
        delete_object(Team(pk=10**9))


def test_deleting_leaves_the_audit_trail(cast: Cast) -> None:
    pk = cast.training.pk
    delete_object(cast.training)
    events: Any = AuxiliaryCode._meta.get_field("events").related_model
    assert list(events.objects.filter(id=pk).values_list("pgh_label", flat=True))[-1:] == ["delete"]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_reference_made_during_a_deletion(cast: Cast) -> None:
    """One of the two comes first; the other fails, and nothing points to nowhere."""
    team = save_object(Team(name="Night", site=cast.praha))
    outcomes = together(
        partial(delete_object, team), partial(save_user, cast.agent, teams=[cast.care, team], actor=SYSTEM)
    )
    failures = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(failures) == 1
    assert isinstance(failures[0], Conflict | IntegrityError)
    assert Membership.objects.filter(team=team.pk).exists() == Team.objects.filter(pk=team.pk).exists()
