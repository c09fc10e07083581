from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone
from oauth2_provider.models import clear_expired


@shared_task(soft_time_limit=240, time_limit=300)
def clear_expired_sign_ins() -> None:
    """Delete tokens and browser sessions that are over."""
    clear_expired()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
