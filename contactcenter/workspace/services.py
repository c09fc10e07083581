"""Notifying people, and their reading of it."""

from collections.abc import Iterable

from django.utils import timezone

from contactcenter.events.services import publish
from contactcenter.workspace.models import Notification


def notify(user_ids: Iterable[int], kind: str, data: dict[str, str | int | None]) -> None:
    """Leave a notification for each user; it waits until read. Runs in the caller's transaction."""
    created = Notification.objects.bulk_create(
        Notification(user_id=user_id, kind=kind, data=data) for user_id in user_ids
    )
    if created:
        audience = [f"user:{notification.user_id}" for notification in created]
        publish("notification.created", audience=audience, payload={"kind": kind})


def mark_read(user_id: int, notification_id: int) -> bool:
    """Mark one of the user's notifications as read; whether there was an unread one."""
    unread = Notification.objects.unread().filter(pk=notification_id, user_id=user_id)
    return bool(unread.update(read_at=timezone.now()))
