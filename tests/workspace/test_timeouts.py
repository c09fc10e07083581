"""What agents are told before a timeout sets their status, and afterwards."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from contactcenter.directory.models import User
from contactcenter.workspace.models import Notification
from statuses import services
from statuses.models import Presence, PresenceClock, TimeoutDefaults, TimeoutRule
from statuses.states import AWAY, OFFLINE, ONLINE, TRANSFERS_ONLY
from tests.cast import Cast, signed_in
from tests.statuses.support import choose, create_status, events


@pytest.fixture(autouse=True)
def _rules(cast: Cast) -> None:
    defaults = TimeoutDefaults.load()
    defaults.idle_enabled, defaults.idle_after_minutes = True, 10
    defaults.idle_target_id, defaults.disconnect_target_id = AWAY, OFFLINE
    services.save_defaults(defaults)


def be_idle(agent: User, **ago: float) -> None:
    """Have the agent's last input be so long ago."""
    now = timezone.now()
    Presence.objects.update_or_create(pk=agent.pk, defaults={"input_at": now - timedelta(**ago), "check_at": now})
    services.sweep_idle()


def let_the_warning_pass(agent: User) -> None:
    now = timezone.now()
    Presence.objects.filter(pk=agent.pk).update(warned_at=now - timedelta(seconds=63), check_at=now)
    assert services.sweep_idle() == 1


def banner(agent: User) -> str:
    page = signed_in(agent).get("/workspace/notifications/").content.decode()
    found = re.search(r'<p data-newest="\d+">(.*?)<span class="muted', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", "", found[1]).split()) if found else ""


def test_warning_says_where_the_status_goes_and_when(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    be_idle(cast.agent, minutes=9, seconds=1)
    (event,) = events("idle.warning")
    warned_at = Presence.objects.get(pk=cast.agent.pk).warned_at
    assert warned_at
    assert event.audience == [f"user:{cast.agent.pk}"]
    assert event.payload["agent_id"] == cast.agent.pk
    assert event.payload["status"] == {"id": AWAY, "name": "Away"}
    assert datetime.fromisoformat(event.payload["ends_at"]) == warned_at + timedelta(seconds=60)
    assert timezone.now() - datetime.fromisoformat(event.payload["input_at"]) >= timedelta(minutes=9, seconds=1)


def note(agent: User) -> str:
    page = signed_in(agent).get("/workspace/status/").content.decode()
    found = re.search(r'class="menu-note[^>]*>(.*?)</p>', page)
    return found[1] if found else ""


def test_menu_says_what_the_rule_is(cast: Cast) -> None:
    assert note(cast.agent) == "", "Offline is left alone"
    choose(cast.agent, ONLINE)
    assert note(cast.agent) == "After 10 minutes without input your status becomes Away."
    choose(cast.agent, AWAY)
    assert note(cast.agent) == "", "nothing would change"
    choose(cast.agent, TRANSFERS_ONLY)
    assert note(cast.agent) == "", "Away is more available for e-mail"


def test_menu_says_nothing_of_a_status_of_other_teams(cast: Cast) -> None:
    status = create_status("Claims’ break", email="offline", teams=[cast.claims])
    services.save_rule(TimeoutRule(status_id=ONLINE, idle_target=status))
    for agent in (cast.agent, cast.teammate):
        choose(agent, ONLINE)
    assert note(cast.agent) == ""
    assert note(cast.teammate) == "After 10 minutes without input your status becomes Claims’ break."


def test_who_was_idle_finds_out(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    be_idle(cast.agent, minutes=10)
    assert banner(cast.agent) == ""
    let_the_warning_pass(cast.agent)
    assert banner(cast.agent) == "You were idle for 10 minutes: your status was set to Away."
    assert Notification.objects.get().user == cast.agent


def test_minutes_are_those_of_the_status(cast: Cast) -> None:
    status = create_status("<b>Chats</b>", chat="online")
    services.save_rule(TimeoutRule(status=status, idle_after_minutes=25, idle_target_id=OFFLINE))
    for agent, chosen in ((cast.agent, status.pk), (cast.teammate, ONLINE)):
        choose(agent, chosen)
        be_idle(agent, minutes=26)
    for agent in (cast.agent, cast.teammate):
        let_the_warning_pass(agent)
    assert banner(cast.agent) == "You were idle for 25 minutes: your status was set to Offline."
    assert banner(cast.teammate) == "You were idle for 10 minutes: your status was set to Away."


def test_who_was_disconnected_finds_out(cast: Cast) -> None:
    choose(cast.agent, ONLINE)
    now = timezone.now()
    PresenceClock.objects.update(up_since=now - timedelta(minutes=5), beat_at=now)
    Presence.objects.create(pk=cast.agent.pk, watched=True, seen_at=now - timedelta(seconds=76))
    assert services.sweep_lost() == 1
    assert banner(cast.agent) == (
        "Your workspace was disconnected for more than a minute: your status was set to Offline."
    )
