"""Signing in by e-mail, and the links that let people set a password."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from contactcenter.directory.models import CompanySettings, User
from contactcenter.lib.text import name_key


class EmailBackend(ModelBackend):
    """Django's backend, reading the role along with the user. Permissions come from the role, not from tables."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("profile").filter(pk=user_id).first()
        return user if user is not None and user.is_active else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()


def lockout_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Count wrong passwords by the e-mail as sign-in compares it, so that other spellings are no way round."""
    given = (credentials or {}).get("username") or request.POST.get("username", "")
    return name_key(str(given))[:255]


class PasswordLinks(PasswordResetTokenGenerator):
    """Links die with the password they were made for, and with the account being deactivated, for good."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.session_version}{user.is_active}"


password_links = PasswordLinks()


def password_link(user: User) -> str:
    """Return an address where the user sets a password once; it expires after ``PASSWORD_RESET_TIMEOUT``."""
    path = reverse(
        "set-password",
        kwargs={
            "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
            "token": password_links.make_token(user),
        },
    )
    return f"{settings.PUBLIC_URL}{path}"


def can_send_mail() -> bool:
    return bool(settings.EMAIL_HOST)


def send_invitation(user: User) -> None:
    """E-mail the user a link to set the first password, in the user's language."""
    _send_link(user, "invitation")


def send_password_reset(user: User) -> None:
    """E-mail the user a link to set another password."""
    _send_link(user, "reset")


def _send_link(user: User, template: str) -> None:
    company = CompanySettings.load()
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 3600)
    context = {"user": user, "company": company, "link": password_link(user), "days": days}
    with translation.override(user.language or company.language):
        subject = render_to_string(f"directory/mail/{template}_subject.txt", context)
        body = render_to_string(f"directory/mail/{template}_body.txt", context)
    send_mail(" ".join(subject.split()), body, settings.DEFAULT_FROM_EMAIL, [user.email])
