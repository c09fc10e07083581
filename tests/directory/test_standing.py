"""What a user's rights and account become, and what old copies of them must not undo."""

from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contactcenter.directory.api import writing
from contactcenter.directory.catalog import type_of
from contactcenter.directory.forms import ChangedPasswordForm, PreferencesForm
from contactcenter.directory.models import Membership, User, UserProfile
from contactcenter.directory.services import (
    activate_user,
    deactivate_user,
    delete_user,
    save_object,
    save_user,
    set_password,
)
from contactcenter.directory.signin import password_link
from contactcenter.events.models import Event
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import Conflict, NotFound
from statuses.models import AgentState
from statuses.services import set_status
from statuses.states import ONLINE, Cause
from tests.cast import Cast
from tests.concurrency import followed_by


def copy_of(user: User) -> User:
    found: User = User.objects.select_related("profile").get(pk=user.pk)
    return found


@pytest.mark.parametrize("how", ["preferences", "console", "password"])
def test_old_copy_does_not_undo_a_deactivation(cast: Cast, how: str) -> None:
    old = copy_of(cast.agent)
    deactivate_user(cast.agent, actor=SYSTEM)
    if how == "preferences":
        data = {"first_name": "Jana", "last_name": "Nová", "language": "", "time_zone": ""}
        form = PreferencesForm(data, instance=old)
        assert form.is_valid()
        form.save()
    elif how == "console":
        old.last_name = "Nová"
        save_user(old, actor=SYSTEM)
    else:
        set_password(old, "long-enough-1234")
    now = copy_of(cast.agent)
    assert not now.is_active
    assert now.session_version == 2
    assert how == "password" or now.last_name == "Nová"


def test_old_copy_does_not_bring_a_profile_back(cast: Cast) -> None:
    old = copy_of(cast.supervisor)
    User.objects.filter(pk=cast.supervisor.pk).update(profile=cast.agent.profile)
    form = PreferencesForm({"first_name": "I", "last_name": "H", "language": "", "time_zone": ""}, instance=old)
    assert form.is_valid()
    form.save()
    assert copy_of(cast.supervisor).profile_id == cast.agent.profile_id


def test_changed_password_makes_streams_ask_again(cast: Cast) -> None:
    cast.agent.set_password("old-password-1")
    cast.agent.save()
    data = {"old_password": "old-password-1", "new_password1": "new-password-2", "new_password2": "new-password-2"}
    form = ChangedPasswordForm(cast.agent, data)
    assert form.is_valid(), form.errors
    form.save()
    assert copy_of(cast.agent).check_password("new-password-2")
    assert Event.objects.get(kind="access.changed").audience == [f"user:{cast.agent.pk}"]


def test_link_dies_with_the_account_for_good(client: Client, cast: Cast) -> None:
    path = password_link(cast.agent).partition("localhost")[2].partition("/")[2]
    assert client.get(f"/{path}").status_code == 302
    deactivate_user(cast.agent, actor=SYSTEM)
    assert client.get(f"/{path}").status_code == 200  # the page that says the link is no longer valid
    activate_user(cast.agent, actor=SYSTEM)
    assert client.get(f"/{path}").status_code == 200


def test_links_are_not_those_of_the_framework(client: Client, cast: Cast) -> None:
    token = default_token_generator.make_token(cast.agent)
    link = password_link(cast.agent)
    path = "/" + link.partition("localhost")[2].partition("/")[2].replace(link.rsplit("/", 2)[1], token)
    assert client.get(path).status_code == 200


# --- Profiles ------------------------------------------------------------------------------------------------------


def test_narrowed_profile_ends_streams_of_its_users(cast: Cast) -> None:
    save_object(cast.supervisor.profile, links={"teams": [cast.claims]})
    assert Event.objects.get(kind="access.changed").audience == [f"user:{cast.supervisor.pk}"]


def test_new_description_of_a_profile_ends_nothing(cast: Cast) -> None:
    profile = UserProfile.objects.get(pk=cast.supervisor.profile_id)
    profile.description = "Praha"
    save_object(profile)
    assert not Event.objects.filter(kind="access.changed").exists()


@pytest.mark.parametrize("level", ["NONE", "VIEW"])
def test_last_administrator_profile_stays_able(cast: Cast, level: str) -> None:
    profile = UserProfile.objects.get(pk=cast.admin.profile_id)
    profile.module_access = "SPECIFIC"
    for module in UserProfile.MODULES:
        setattr(profile, module, "EDIT")
    profile.provisioning = level
    with pytest.raises(Conflict) as refused:
        save_object(profile)
    assert refused.value.code == "last_administrator"
    assert UserProfile.objects.get(pk=profile.pk).module_access == "ALL"


def test_administrators_are_locked_before_profiles(cast: Cast) -> None:
    """As by imports, or two who change profiles at once would wait for one another."""
    changes: list[Callable[[], object]] = [
        partial(save_object, cast.agent.profile),
        partial(
            writing.change,
            type_of(UserProfile),
            UserProfile.objects.all(),
            cast.agent.profile_id,
            {"description": "New"},
            actor=SYSTEM,
        ),
    ]
    for change in changes:
        with CaptureQueriesContext(connection) as captured:
            change()
        locking = [query["sql"] for query in captured if "FOR NO KEY UPDATE" in query["sql"]]
        assert 'FROM "directory_user" ' in locking[0]
        assert any('FROM "directory_userprofile" ' in sql for sql in locking)


def test_created_superuser_may_everything_whatever_profiles_there_are(cast: Cast) -> None:
    UserProfile.objects.filter(pk=cast.admin.profile_id).update(profile_type="STANDARD_AGENT")
    made = User.objects.create_superuser("root@example.com", "long-enough-1234")
    assert made.profile.name == "Administrator 2"
    assert User.objects.administrators().get() == made


# --- Who watches ---------------------------------------------------------------------------------------------------


def test_watchers_of_both_teams_learn_of_a_move(cast: Cast) -> None:
    save_user(cast.agent, teams=[cast.claims], actor=SYSTEM)
    told = Event.objects.get(kind="agents.changed")
    assert told.audience == sorted(["all-teams", f"team:{cast.care.pk}", f"team:{cast.claims.pk}"])
    assert told.payload == {"agent_ids": [cast.agent.pk]}


def test_watchers_learn_of_a_deletion(cast: Cast) -> None:
    deleted = cast.agent.pk
    delete_user(cast.agent, actor=SYSTEM)
    told = Event.objects.get(kind="agents.changed")
    assert told.audience == sorted(["all-teams", f"team:{cast.care.pk}"])
    assert told.payload == {"agent_ids": [deleted]}
    assert not Membership.objects.filter(user=deleted).exists()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_deletion_waits_for_a_choice(transactional_db: None, cast: Cast) -> None:
    with followed_by(lambda: delete_user(cast.agent, actor=SYSTEM)) as deletion:
        set_status(cast.agent.pk, ONLINE, actor=SYSTEM, cause=Cause.API)
    assert deletion.outcome is None
    assert not AgentState.objects.filter(pk=cast.agent.pk).exists()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_choice_after_a_deletion_finds_nobody(transactional_db: None, cast: Cast) -> None:
    agent_id = cast.agent.pk
    with followed_by(lambda: set_status(agent_id, ONLINE, actor=SYSTEM, cause=Cause.API)) as choice:
        delete_user(cast.agent, actor=SYSTEM)
    assert isinstance(choice.outcome, NotFound)
