"""How states and durations are shown."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone

from statuses.models import Status
from statuses.states import ChannelState
from statuses.templatetags.status_tags import clock, duration

MIXED = {"voice": "online", "chat": "away", "email": "transfers_only", "social": "offline"}


def rendered(template: str, **context: object) -> str:
    return Template("{% load status_tags %}" + template).render(Context(context))


def test_ring_has_one_arc_a_channel_and_spells_them_out() -> None:
    ring = rendered('{% ring states 40 "Back office" "JM" %}', states=MIXED)
    classes = [part.split('"')[0] for part in ring.split('class="ring-arc ')[1:]]
    assert classes == ["state-online", "state-away", "state-transfers_only", "state-offline"]
    words = "Back office: Voice online, chat away, e-mail transfers only, social offline"
    assert f"<title>{words}</title>" in ring
    assert ">JM</text>" in ring
    assert 'width="40"' in ring


def test_ring_draws_a_status_and_escapes_its_name() -> None:
    ring = rendered("{% ring status 20 status.name %}", status=Status(name="<i>", **MIXED))
    assert "&lt;i&gt;: Voice online" in ring
    assert "style=" not in ring


@pytest.mark.parametrize("state", ChannelState)
def test_channel_state_has_colour_shape_and_word(state: ChannelState) -> None:
    shown = rendered("{% channel_state state %}", state=state.value)
    assert f"state-{state.value}" in shown
    assert "<svg" in shown
    assert f"<span>{state.label}</span>" in shown


@pytest.mark.parametrize(
    ("seconds", "words", "digits"),
    [
        (-5, "0 s", "00:00:00"),
        (0.9, "0 s", "00:00:00"),
        (59.9, "59 s", "00:00:59"),
        (60, "1 min", "00:01:00"),
        (3599, "59 min", "00:59:59"),
        (3660, "1 h 01 min", "01:01:00"),
        (86399, "23 h 59 min", "23:59:59"),
        (86400, "1 d 0 h", "24:00:00"),
        (400 * 3600, "16 d 16 h", "400:00:00"),
    ],
)
def test_durations(seconds: float, words: str, digits: str) -> None:
    assert duration(seconds) == words
    assert clock(seconds) == digits


def test_ticking_names_the_moment_in_the_viewers_zone() -> None:
    since = datetime(2026, 7, 1, 10, 30, tzinfo=UTC)
    now = datetime(2026, 7, 1, 10, 42, 31, tzinfo=UTC)
    with time_machine.travel(now, tick=False), timezone.override(ZoneInfo("Europe/Prague")):
        shown = rendered('{% ticking since %} {% ticking since "clock" %}', since=since)
    assert shown == (
        '<time datetime="2026-07-01T10:30:00Z" data-ticking="duration"'
        ' title="July 1, 2026 12:30:00 (Europe/Prague)">12 min</time>'
        ' <time datetime="2026-07-01T10:30:00Z" data-ticking="clock"'
        ' title="July 1, 2026 12:30:00 (Europe/Prague)">00:12:31</time>'
    )
