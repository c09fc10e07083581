"""What agents are doing with contacts: begun, ended, and kept."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from contactcenter.directory.models import SkillDefinition
from contactcenter.directory.services import deactivate_user, save_object
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import NotFound
from statuses.models import ActivityInterval, AgentState
from statuses.services import set_activity
from statuses.states import AWAY, Activity
from tests.callers import Caller
from tests.cast import Cast
from tests.concurrency import together
from tests.statuses.support import choose, events, forget_events, state_of


@pytest.fixture
def czech(cast: Cast) -> SkillDefinition:
    kind = SkillDefinition.Type.PROFICIENCY
    return save_object(SkillDefinition(name="Czech", type=kind, service_level_threshold=20))


def test_activity_runs_until_it_ends(cast: Cast, czech: SkillDefinition) -> None:
    me = Caller(cast.agent)
    assert me.get("/agents/me/availability/").json()["activity"] == {"kind": "none", "skill_id": None, "since": None}
    set_activity(cast.agent.pk, Activity.OUTBOUND, skill=czech)
    activity = me.get("/agents/me/availability/").json()["activity"]
    assert (activity["kind"], activity["skill_id"]) == ("outbound", czech.pk)
    began = state_of(cast.agent).activity_since
    assert not ActivityInterval.objects.exists()  # the running one is beside the state
    set_activity(cast.agent.pk, Activity.NONE)
    assert me.get("/agents/me/availability/").json()["activity"]["kind"] == "none"
    (interval,) = ActivityInterval.objects.all()
    assert (interval.agent_id, interval.activity, interval.skill_id) == (cast.agent.pk, "outbound", czech.pk)
    assert (interval.skill_name, interval.started_at) == ("Czech", began)
    assert interval.ended_at >= interval.started_at


def test_one_follows_another_without_a_gap(cast: Cast, czech: SkillDefinition) -> None:
    set_activity(cast.agent.pk, Activity.ACD)
    set_activity(cast.agent.pk, Activity.ACD, skill=czech)
    set_activity(cast.agent.pk, Activity.OUTBOUND, skill=czech)
    set_activity(cast.agent.pk, Activity.NONE)
    intervals = list(ActivityInterval.objects.order_by("pk"))
    assert [(one.activity, one.skill_name) for one in intervals] == [
        ("acd", ""),
        ("acd", "Czech"),
        ("outbound", "Czech"),
    ]
    assert [one.ended_at for one in intervals[:-1]] == [one.started_at for one in intervals[1:]]


@pytest.mark.parametrize("kind", Activity)
def test_same_again_is_no_change(cast: Cast, kind: Activity) -> None:
    set_activity(cast.agent.pk, kind)
    before = state_of(cast.agent).activity_since
    forget_events()
    set_activity(cast.agent.pk, kind)
    assert state_of(cast.agent).activity_since == before
    assert events("availability.changed") == []
    assert not ActivityInterval.objects.exists()


def test_no_activity_has_no_skill(cast: Cast, czech: SkillDefinition) -> None:
    set_activity(cast.agent.pk, Activity.NONE, skill=czech)
    assert state_of(cast.agent).activity_skill_id is None


def test_activity_is_no_status(cast: Cast) -> None:
    before = state_of(cast.agent)
    set_activity(cast.agent.pk, Activity.ACD)
    choose(cast.agent, AWAY)
    after = state_of(cast.agent)
    assert (after.version, after.activity) == (before.version + 1, "acd")


def test_change_is_told(cast: Cast) -> None:
    forget_events()
    set_activity(cast.agent.pk, Activity.ACD)
    (event,) = events("availability.changed")
    assert set(event.audience) == {"all-teams", f"team:{cast.care.pk}", f"user:{cast.agent.pk}"}
    assert event.payload == {"agent_id": cast.agent.pk, "what": "activity"}


def test_activity_of_who_left_can_be_ended(cast: Cast) -> None:
    set_activity(cast.agent.pk, Activity.ACD)
    deactivate_user(cast.agent, actor=SYSTEM)
    set_activity(cast.agent.pk, Activity.NONE)
    assert ActivityInterval.objects.count() == 1
    with pytest.raises(NotFound):
        set_activity(cast.admin.pk, Activity.ACD)


def test_clock_that_was_set_back(cast: Cast) -> None:
    """An interval never ends before it began."""
    set_activity(cast.agent.pk, Activity.ACD)
    AgentState.objects.filter(pk=cast.agent.pk).update(activity_since=timezone.now() + timedelta(minutes=5))
    set_activity(cast.agent.pk, Activity.NONE)
    (interval,) = ActivityInterval.objects.all()
    assert interval.ended_at == interval.started_at


def test_the_past_is_not_changed(cast: Cast) -> None:
    set_activity(cast.agent.pk, Activity.ACD)
    set_activity(cast.agent.pk, Activity.NONE)
    with pytest.raises(DatabaseError), transaction.atomic():
        ActivityInterval.objects.update(skill_name="Another")
    with pytest.raises(IntegrityError), transaction.atomic():
        AgentState.objects.filter(pk=cast.agent.pk).update(activity="acd")  # without a beginning


@pytest.mark.database
def test_ended_by_several_at_once(transactional_db: None, cast: Cast) -> None:
    set_activity(cast.agent.pk, Activity.ACD)
    assert together(*[partial(set_activity, cast.agent.pk, Activity.NONE)] * 6) == [None] * 6
    assert ActivityInterval.objects.count() == 1
