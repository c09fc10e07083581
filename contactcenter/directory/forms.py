"""Forms of signing in and of one's own account."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, PasswordResetForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from contactcenter.api.throttles import seconds_to_wait
from contactcenter.directory.models import CompanySettings, User
from contactcenter.directory.models.base import time_zone_names
from contactcenter.directory.services import set_password
from contactcenter.directory.tasks import mail_password_reset
from contactcenter.lib.text import name_key


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("No active account has this e-mail and password. Check both; capitals count in passwords."),
        "inactive": _("This account has been deactivated. Ask an administrator."),
    }

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("E-mail")
        self.fields["username"].widget = forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"})


class ForgotPasswordForm(PasswordResetForm):
    """Also for those who never used their invitation: they have no password yet."""

    def get_users(self, email: str) -> Iterable[User]:
        found: Iterable[User] = User.objects.filter(key=name_key(email), is_active=True)
        return found

    def save(self, *_arguments: Any, **_options: Any) -> None:
        """Send a link, at most three a minute to one person: nobody's mailbox is for others to fill."""
        email = self.cleaned_data["email"]
        if seconds_to_wait(f"password-reset:{name_key(email)}", 3) is not None:
            return
        for user in self.get_users(email):
            mail_password_reset.delay(user.pk)


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # at run time it takes none
    """Saves the password only: the user was read when the request began, and may have been deactivated since."""

    def save(self, commit: bool = True) -> User:
        return set_password(self.user, self.cleaned_data["new_password1"])


class ChangedPasswordForm(NewPasswordForm, PasswordChangeForm):
    pass


class PreferencesForm(forms.ModelForm[User]):
    """What people choose for themselves."""

    language = forms.ChoiceField(required=False, label=_("Language"))
    time_zone = forms.ChoiceField(required=False, label=_("Time zone"))

    class Meta:
        model = User
        fields = ["first_name", "last_name", "language", "time_zone"]
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        company = CompanySettings.load()
        zones = [(name, name.replace("_", " ")) for name in sorted(time_zone_names())]
        for name, choices, default in (
            ("language", settings.LANGUAGES, company.get_language_display()),
            ("time_zone", zones, company.time_zone.replace("_", " ")),
        ):
            as_company = _("As the company: %(default)s") % {"default": default}
            self.fields[name].choices = [("", as_company), *choices]  # type: ignore[attr-defined]

    def save(self, commit: bool = True) -> User:
        """Save what is in the form, and nothing that was changed elsewhere meanwhile."""
        self.instance.save(update_fields=[*self.Meta.fields, "updated_at"])
        return self.instance
