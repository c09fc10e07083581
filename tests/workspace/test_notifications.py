"""Notifications wait until they are read, and only their owner reads them."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string
from django_celery_beat.models import PeriodicTask

from contactcenter.events.models import Event
from contactcenter.workspace.models import Notification
from contactcenter.workspace.services import notify
from tests.cast import Cast, signed_in

BANNER = 'class="banner"'


@pytest.fixture
def notification(cast: Cast) -> Notification:
    return leave(cast, "status_set_by_other", status="Online", actor="Ivana Horska", note="Queue is <long>")


def leave(cast: Cast, kind: str, **data: str | int | None) -> Notification:
    with transaction.atomic():
        notify([cast.agent.pk], kind, data)
    return Notification.objects.latest("pk")


def page_of(client: Client) -> str:
    return client.get("/workspace/").content.decode()


def test_waits_until_it_is_read(cast: Cast, notification: Notification) -> None:
    client = signed_in(cast.agent)
    for _ in range(2):
        assert "<strong>Ivana Horska</strong> set your status to <strong>Online</strong>." in page_of(client)
        assert "<q>Queue is &lt;long&gt;</q>" in page_of(client)
    path = f"/workspace/notifications/{notification.pk}/read/"
    assert client.get(path).status_code == 405
    assert BANNER in page_of(client)
    assert client.post(path)["Location"] == "/workspace/"
    assert BANNER not in page_of(client)
    notification.refresh_from_db()
    assert notification.read_at


def test_only_the_owner_reads_it(cast: Cast, notification: Notification) -> None:
    client = signed_in(cast.teammate)
    assert BANNER not in page_of(client)
    client.post(f"/workspace/notifications/{notification.pk}/read/")
    client.post("/workspace/notifications/read/")
    notification.refresh_from_db()
    assert notification.read_at is None


def test_all_at_once(cast: Cast, notification: Notification) -> None:
    leave(cast, "status_deleted", status="Back office")
    client = signed_in(cast.agent)
    page = page_of(client)
    assert "The status <strong>Back office</strong> was deleted" in page
    assert "and 1 more" in page
    answer = client.post("/workspace/notifications/read/", headers={"HX-Request": "true"})
    assert BANNER not in answer.content.decode()
    assert not Notification.objects.unread().exists()


def test_reading_is_told_to_the_other_tabs_once(cast: Cast, notification: Notification) -> None:
    client = signed_in(cast.agent)
    for _ in range(2):
        client.post(f"/workspace/notifications/{notification.pk}/read/")
    told = Event.objects.filter(kind="notification.read")
    assert [event.audience for event in told] == [[f"user:{cast.agent.pk}"]]


def test_unknown_kind_is_shown_all_the_same(cast: Cast) -> None:
    leave(cast, "of_a_later_version")
    assert "Something about your work has changed." in page_of(signed_in(cast.agent))


def test_no_more_than_fifty_are_shown(cast: Cast) -> None:
    for _ in range(51):
        leave(cast, "status_deleted", status="Back office")
    page = page_of(signed_in(cast.agent))
    assert page.count('class="notification"') == 50
    assert ">50+</span>" in page


def test_what_was_read_a_month_ago_goes(cast: Cast, notification: Notification) -> None:
    unread, recent = leave(cast, "other"), leave(cast, "other")
    now = timezone.now()
    Notification.objects.filter(pk=notification.pk).update(read_at=now - timedelta(days=31))
    Notification.objects.filter(pk=unread.pk).update(created_at=now - timedelta(days=31))
    Notification.objects.filter(pk=recent.pk).update(read_at=now - timedelta(days=29))
    task = PeriodicTask.objects.get(name="Clear read notifications")
    import_string(task.task)()
    assert set(Notification.objects.all()) == {unread, recent}
