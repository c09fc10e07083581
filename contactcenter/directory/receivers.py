"""Django tells when somebody signs out; the event stream of that session ends with it."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from contactcenter.events.audience import session_token
from contactcenter.events.services import SESSION_ENDED, publish


@receiver(user_logged_out)
def end_streams(request: HttpRequest, **_: Any) -> None:
    if request.session.session_key:
        with transaction.atomic():
            publish(SESSION_ENDED, audience=[session_token(request.session.session_key)], payload={})
