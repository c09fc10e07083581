"""Forms of signing in and of one's own account."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from contactcenter.directory.models import User
from contactcenter.directory.models.company import time_zone_names


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("No active account has this e-mail and password. Check both; capitals count in passwords."),
        "inactive": _("This account has been deactivated. Ask an administrator."),
    }

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("E-mail")
        self.fields["username"].widget = forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"})


class PreferencesForm(forms.ModelForm[User]):
    """What people choose for themselves."""

    time_zone = forms.ChoiceField(required=False, label=_("Time zone"))

    class Meta:
        model = User
        fields = ["first_name", "last_name", "language", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [(name, name.replace("_", " ")) for name in sorted(time_zone_names())]
        self.fields["time_zone"].choices = [("", _("The company's")), *zones]  # type: ignore[attr-defined]
