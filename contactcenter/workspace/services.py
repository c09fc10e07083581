"""Notifying people, and their reading of it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from contactcenter.events.audience import user_token
from contactcenter.events.services import publish
from contactcenter.workspace.models import Notification

KEPT_AFTER_READING: Final = timedelta(days=30)


def notify(user_ids: Iterable[int], kind: str, data: Mapping[str, str | int | None]) -> None:
    """Leave a notification for each user; it waits until read. Runs in the caller's transaction."""
    created = Notification.objects.bulk_create(
        Notification(user_id=user_id, kind=kind, data=data) for user_id in user_ids
    )
    if created:
        audience = [user_token(notification.user_id) for notification in created]
        publish("notification.created", audience=audience, payload={"kind": kind})


@transaction.atomic
def mark_read(user_id: int, notification_id: int | None = None) -> int:
    """Mark one of the user's notifications as read, or all of them; returns how many were unread."""
    unread = Notification.objects.unread().filter(user_id=user_id)
    if notification_id is not None:
        unread = unread.filter(pk=notification_id)
    count = unread.update(read_at=timezone.now())
    if count:
        publish("notification.read", audience=[user_token(user_id)], payload={})
    return count


def clear_read() -> None:
    """Delete what was read long ago; unread notifications wait for ever."""
    Notification.objects.filter(read_at__lt=timezone.now() - KEPT_AFTER_READING).delete()
