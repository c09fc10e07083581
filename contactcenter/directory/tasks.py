from smtplib import SMTPException

from celery import shared_task

from contactcenter.directory.models import User
from contactcenter.directory.signin import send_password_reset


@shared_task(autoretry_for=(OSError, SMTPException), retry_backoff=5, max_retries=6)
def mail_password_reset(user_id: int) -> None:
    """Outside the request, whose answer must not tell by its time whether there is such an account."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        send_password_reset(user)
