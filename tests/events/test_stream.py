"""The event stream, from a real server over real sockets."""

import time
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.utils import timezone

from contactcenter.directory.models import User
from contactcenter.events import services
from contactcenter.events.audience import session_token
from contactcenter.events.cursor import current_cursor
from contactcenter.events.models import Event
from contactcenter.events.services import Message, publish_many
from contactcenter.events.stream import MAX_REPLAY
from tests.events.support import COOKIE, Web, sign_in, tell


def test_stream_is_not_stored_and_not_buffered(web: Web, cookie: str) -> None:
    headers = web.open(cookie).response.headers
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert headers["cache-control"] == "no-store, no-transform"
    assert headers["x-accel-buffering"] == "no"
    assert "content-encoding" not in headers
    assert "access-control-allow-origin" not in headers


def test_event_comes_with_its_kind_time_and_payload(web: Web, cookie: str) -> None:
    page = web.open(cookie)
    before = timezone.now()
    tell(1)
    frame = page.next("message")
    event = Event.objects.get()
    assert frame.data["id"] == event.pk
    assert frame.data["kind"] == "test.happened"
    assert frame.data["payload"] == {"n": 1}
    assert frame.data["at"].endswith("Z")
    assert before <= datetime.fromisoformat(frame.data["at"]) <= timezone.now()


def test_only_the_audience_is_told(web: Web, jana: User, cookie: str) -> None:
    petr = User.objects.create_superuser("petr@example.com", None)
    janas, petrs = web.open(cookie), web.open(sign_in(petr))
    tell(1, f"user:{petr.pk}")
    tell(2, f"user:{jana.pk}")
    tell(3, f"user:{jana.pk}", f"user:{petr.pk}", "everyone")
    tell(4)
    assert janas.numbers(until=4) == [2, 3, 4]
    assert petrs.numbers(until=4) == [1, 3, 4]


def test_text_keeps_its_line_ends_and_letters(web: Web, cookie: str) -> None:
    page = web.open(cookie)
    said = "one\ntwo\r\nthree\u2028four žluťoučký 🦊"
    with transaction.atomic():
        services.publish("message", audience=["everyone"], payload={"text": said})
    assert page.next("message").data["payload"]["text"] == said


# --- Who gets a stream ---


@pytest.mark.parametrize("cookie", ["", "unknown", "tampered\"';", '"with\\000nul"'])
def test_anonymous_is_refused(web: Web, cookie: str) -> None:
    answer = web.get(cookie=cookie)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_authenticated"


def test_deactivated_user_is_refused(web: Web, jana: User, cookie: str) -> None:
    User.objects.filter(pk=jana.pk).update(is_active=False)
    assert web.get(cookie=cookie).status_code == 401


def test_session_from_before_a_change_of_password_is_refused(web: Web, jana: User, cookie: str) -> None:
    jana.set_password("another long password")
    jana.save()
    assert web.get(cookie=cookie).status_code == 401


def test_expired_session_is_refused(web: Web, cookie: str) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert web.get(cookie=cookie).status_code == 401


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS", "DELETE"])
def test_other_methods_are_refused(web: Web, cookie: str, method: str) -> None:
    answer = web.request(method, "/events/", cookie)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_are_refused(web: Web, cookie: str, site: str) -> None:
    assert web.get(cookie=cookie, Sec_Fetch_Site=site).status_code == 403


def test_unknown_host_is_refused(web: Web, cookie: str) -> None:
    assert web.get(cookie=cookie, Host="evil.example").status_code == 400


@pytest.mark.parametrize("after", ["abc", "-1", "1.5", "٣", "9" * 30, str(2**63), "%FF"])
def test_impossible_cursor_is_refused(web: Web, cookie: str, after: str) -> None:
    answer = web.get(f"/events/?after={after}", cookie=cookie)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_impossible_last_event_id_is_refused(web: Web, cookie: str) -> None:
    assert web.get(cookie=cookie, Last_Event_ID="abc").status_code == 400


# --- Catching up ---


def test_missed_events_come_first_and_in_order(web: Web, cookie: str) -> None:
    cursor = current_cursor()
    for number in range(1, 4):
        tell(number)
    page = web.open(cookie, after=cursor)
    tell(4)
    assert page.numbers(until=4) == [1, 2, 3, 4]


def test_last_event_id_wins_over_the_address(web: Web, cookie: str) -> None:
    old = current_cursor()
    tell(1)
    new = current_cursor()
    tell(2)
    page = web.open(cookie, after=old, **{"Last-Event-ID": str(new)})
    assert page.numbers(until=2) == [2]


def test_client_that_was_cut_off_continues_where_it_was(web: Web, cookie: str) -> None:
    page = web.open(cookie)
    tell(1)
    tell(2)
    page.numbers(until=2)
    tell(3)
    seen = set(web.open(cookie, after=page.cursor).numbers(until=3))
    assert 3 in seen


def test_replay_ends_with_a_ping_that_carries_the_new_cursor(web: Web, cookie: str) -> None:
    cursor = current_cursor()
    tell(1)
    page = web.open(cookie, after=cursor)
    assert page.next("message", "ping").cursor == cursor
    page.next("ping")
    assert page.cursor is not None
    assert page.cursor > cursor


def test_replay_is_for_the_audience_too(web: Web, jana: User, cookie: str) -> None:
    cursor = current_cursor()
    tell(1, "user:999999")
    tell(2, f"user:{jana.pk}")
    assert web.open(cookie, after=cursor).numbers(until=2) == [2]


@pytest.mark.parametrize(("missed", "answer"), [(MAX_REPLAY, "message"), (MAX_REPLAY + 1, "reset")])
def test_who_missed_too_much_reloads(web: Web, cookie: str, missed: int, answer: str) -> None:
    Event.objects.all().delete()  # while others are still at work, the cursor stands before what was told last
    cursor = current_cursor()
    with transaction.atomic():
        publish_many(Message("test.happened", ["everyone"], {"n": n}) for n in range(missed))
    page = web.open(cookie, after=cursor)
    assert page.next("message", "reset").event == answer
    tell(missed)
    assert page.numbers(until=missed)[-1] == missed


def test_who_comes_from_before_the_horizon_reloads(web: Web, cookie: str) -> None:
    cursor = current_cursor()
    tell(1)
    services.prune(timedelta(0))
    page = web.open(cookie, after=cursor)
    assert page.next("message", "reset").event == "reset"
    tell(2)
    assert page.numbers(until=2) == [2]
    assert web.open(cookie, after=page.cursor).numbers(until=2) == [2]


@pytest.mark.database
def test_cursor_of_another_database_means_reload(web: Web, cookie: str) -> None:
    page = web.open(cookie, after=current_cursor() + 1_000_000)
    assert page.next("ping", "reset").event == "reset"
    tell(1)
    assert page.numbers(until=1) == [1]


# --- The end of a stream ---


def test_signing_out_ends_the_streams_of_that_session(web: Web, jana: User) -> None:
    browser = Client()
    browser.force_login(jana)
    here, there = web.open(browser.cookies[COOKIE].value), web.open(sign_in(jana))
    browser.logout()
    assert here.next("end").data == {"reason": "signed_out"}
    assert here.has_ended
    tell(1)
    assert there.numbers(until=1) == [1]


def test_change_of_access_ends_the_stream_and_the_next_one_goes_on(web: Web, jana: User, cookie: str) -> None:
    page = web.open(cookie)
    with transaction.atomic():
        services.publish(services.ACCESS_CHANGED, audience=[f"user:{jana.pk}"], payload={})
    assert page.next("end", "message").data == {"reason": "access_changed"}
    assert page.has_ended
    tell(1)
    again = web.open(cookie, after=page.cursor)
    assert again.numbers(until=1) == [1]  # control events are not replayed


def test_control_event_that_sign_in_already_knew_does_not_end_the_stream(web: Web, jana: User, cookie: str) -> None:
    with transaction.atomic():
        services.publish(services.SESSION_ENDED, audience=[f"user:{jana.pk}"], payload={})
    page = web.open(cookie)
    tell(1)
    assert page.next("message", "end").data["payload"] == {"n": 1}


def test_shutdown_tells_clients_and_is_quick(own_web: Web, cookie: str) -> None:
    pages = [own_web.open(cookie) for _ in range(3)]
    started = time.monotonic()
    own_web.stop_soon()
    for page in pages:
        assert page.next("end").data == {"reason": "shutdown"}
    own_web.stop()
    assert time.monotonic() - started < 2


def test_session_token_does_not_show_the_key(cookie: str) -> None:
    token = session_token(cookie)
    assert token.startswith("session:")
    assert cookie not in token
