"""What an import leaves behind beside its objects: the audit trail, agents' statuses, events for whoever watches."""

from typing import Any

import pghistory.models
import pytest
from django.apps import apps
from django.utils import translation

from bulkops.models import Operation
from contactcenter.directory.models import Team, User, UserProfile
from contactcenter.events.audience import user_token
from contactcenter.events.models import Event
from contactcenter.lib.actors import Actor
from statuses.models import AgentState, StatusInterval
from statuses.states import OFFLINE, ONLINE
from tests.bulkops.columns import COLUMNS
from tests.bulkops.company import ROWS
from tests.bulkops.second import CHANGED_ROWS, SECOND_ROWS, SOUNDS
from tests.bulkops.specimens import FULL, MINIMAL
from tests.bulkops.support import (
    assert_good,
    bundle,
    counts,
    exported,
    imported,
    previewed,
    refusals,
    undone,
)
from tests.statuses.support import choose, events, forget_events, history_of, state_of

pytestmark = pytest.mark.usefixtures("company")

ADA = Actor("user", 7, "Ada Nováková")
AGENT = FULL["user"]
JANA = next(row for row in ROWS["user"] if row["Email"] == "jana.mala@example.com")


# --- The audit trail ---------------------------------------------------------------------------------------------


def _tables() -> list[Any]:
    return [model for model in apps.get_models() if issubclass(model, pghistory.models.Event) and not model._meta.proxy]


def trail() -> list[tuple[str, Any]]:
    """Return what changed of all directory objects: the model's name and the context of the change."""
    return [
        (model.__name__, context)
        for model in _tables()
        if model._meta.app_label == "directory"
        for context in model.objects.values_list("pgh_context__metadata", flat=True)
    ]


def forget_trail() -> None:
    for model in _tables():
        model.objects.all().delete()


def test_every_change_carries_the_operation() -> None:
    forget_trail()
    everything = {slug: [*CHANGED_ROWS.get(slug, ()), *SECOND_ROWS.get(slug, ())] for slug in COLUMNS}
    operation = imported("bundle", bundle(everything, SOUNDS), actor=ADA)
    expected = {"kind": "user", "id": 7, "name": "Ada Nováková", "operation": operation.pk}
    found = trail()
    assert {name for name, _context in found} >= {
        "AudioFileEvent",
        "AddressBookEntryEvent",
        "DistributionGroupEvent",
        "GroupTeamEvent",
        "MembershipEvent",
        "ProfileTeamEvent",
        "DesktopProfileIdleCodeEvent",
        "UserEvent",
    }
    assert all(context == expected for _name, context in found)
    forget_trail()
    taken_back = undone(operation)
    assert {context["operation"] for _name, context in trail()} == {taken_back.pk}


def test_what_is_unchanged_leaves_no_trace() -> None:
    forget_trail()
    operation = imported("bundle", bundle(ROWS))
    assert operation.unchanged == operation.total
    previewed("bundle", bundle(SECOND_ROWS))
    exported("user")
    assert trail() == []


# --- Agents ------------------------------------------------------------------------------------------------------


def user(email: str) -> User:
    found: User = User.objects.get(key=email)
    return found


def test_new_agents_begin_offline() -> None:
    rows = [AGENT, AGENT | {"Email": "second@example.com"}, MINIMAL["user"] | {"Email": "third@example.com"}]
    assert_good(imported("user", rows, actor=ADA))
    for email in (AGENT["Email"], "second@example.com"):
        state = state_of(user(email))
        assert (state.status_id, state.version, state.actor_name) == (OFFLINE, 1, "Ada Nováková")
    assert not AgentState.objects.filter(agent__email="third@example.com").exists()
    [event] = events("agents.changed")
    assert set(event.payload["agent_ids"]) == {user(AGENT["Email"]).pk, user("second@example.com").pk}
    assert f"team:{Team.objects.get(key='care', site__key='brno').pk}" in event.audience


def test_whoever_is_no_agent_any_more_goes_offline() -> None:
    jana = user(JANA["Email"])
    choose(jana, ONLINE)
    forget_events()
    off = {"Email": jana.email, "User Profile": "Agent", "Contact Center Enabled": "OFF"}
    operation = imported("user", [off], actor=ADA)
    assert_good(operation)
    assert [entry.status_name for entry in history_of(jana)] == ["Offline", "Online", "Offline"]
    assert state_of(jana).actor_name == "Ada Nováková"
    assert {event.kind for event in events("agents.changed", "status.changed", "access.changed")} == {
        "agents.changed",
        "status.changed",
        "access.changed",
    }
    teams = Team.objects.filter(name__in=["Care", "Claims & +1"], site__key="brno")
    audiences = {token for event in events("agents.changed") for token in event.audience}
    assert {f"team:{team.pk}" for team in teams} <= audiences


def test_whoever_becomes_an_agent_again_keeps_the_history() -> None:
    jana = user(JANA["Email"])
    choose(jana, ONLINE)
    off = {"Email": jana.email, "User Profile": "Agent", "Contact Center Enabled": "OFF"}
    assert_good(imported("user", [off]))
    assert_good(imported("user", [JANA]))
    assert StatusInterval.objects.filter(agent=jana).count() == 2
    assert state_of(jana).status_id == OFFLINE


def test_whoever_watches_old_and_new_teams_is_told() -> None:
    jana = user(JANA["Email"])
    forget_events()
    assert_good(imported("user", [JANA | {"Teams": "Care: Brno"}]))
    [event] = events("agents.changed")
    assert event.payload == {"agent_ids": [jana.pk]}
    teams = Team.objects.filter(name__in=["Care", "Claims & +1"], site__key="brno")
    assert set(event.audience) == {"all-teams", *(f"team:{team.pk}" for team in teams)}
    [access] = events("access.changed")
    assert access.audience == [user_token(jana.pk)]


def test_users_of_a_changed_profile_are_told() -> None:
    forget_events()
    profile = UserProfile.objects.get(name="Agent")
    row = next(one for one in ROWS["user-profile"] if one["Name"] == "Agent")
    assert_good(imported("user-profile", [row | {"Team Access": "SPECIFIC", "Teams": "Équipe"}]))
    [event] = events("access.changed")
    assert set(event.audience) == {user_token(one.pk) for one in profile.users.all()}


def test_nobody_is_told_of_what_stays() -> None:
    forget_events()
    imported("bundle", bundle(ROWS))
    previewed("user", [AGENT, JANA | {"Teams": "Care: Brno"}])
    assert {event.kind for event in Event.objects.all()} == {"bulk.progress"}


def test_an_undo_tells_too() -> None:
    operation = imported("user", [AGENT, JANA | {"Teams": "Care: Brno"}])
    new, jana = user(AGENT["Email"]).pk, user(JANA["Email"]).pk
    forget_events()
    assert_good(undone(operation))
    told = {pk for event in events("agents.changed") for pk in event.payload["agent_ids"]}
    assert told == {new, jana}
    assert [event.audience for event in events("access.changed")] == [[user_token(jana)]]


# --- Progress ----------------------------------------------------------------------------------------------------


def test_progress_is_told_to_administrators() -> None:
    operation = imported("site", [MINIMAL["site"]])
    found = events("bulk.progress")
    assert {tuple(event.audience) for event in found} == {("administrators",)}
    told = [(event.payload["status"], event.payload["progress"]) for event in found]
    assert {event.payload["id"] for event in found} == {operation.pk}
    assert told == [("new", 0.0), ("in_progress", 0.0), ("in_progress", 0.0), ("in_progress", 1.0), ("completed", 1.0)]


def test_times_and_submitter() -> None:
    operation = imported("site", [MINIMAL["site"]], actor=ADA)
    assert (operation.actor_name, operation.actor) == ("Ada Nováková", ADA)
    assert operation.started_at is not None
    assert operation.finished_at is not None
    assert operation.submitted_at <= operation.started_at <= operation.finished_at
    assert (operation.progress, counts(operation)) == (1.0, (1, 0, 0, 0))
    assert str(operation.label) == "site"


def test_messages_are_in_the_language_of_whoever_started_it() -> None:
    rows = [{"Name": "Nice", "Multimedia Profile": "?"}, {"Name": "", "Multimedia Profile": "Blended"}]
    with translation.override("fr"):
        operation = imported("site", rows)
    assert operation.language == "fr"
    assert Operation.objects.get().language == "fr"
    assert set(refusals(operation)) == {2, 3}
