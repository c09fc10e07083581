"""Signing in and out, passwords, and one's own account."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contactcenter.directory.access import Level, Module, viewer
from contactcenter.directory.forms import (
    ChangedPasswordForm,
    ForgotPasswordForm,
    NewPasswordForm,
    PreferencesForm,
    SignInForm,
)
from contactcenter.directory.signin import can_send_mail, password_links
from contactcenter.directory.tokens import account_page


class SignIn(auth.LoginView):
    form_class = SignInForm
    template_name = "directory/sign_in.html"
    redirect_authenticated_user = True
    extra_context = {"demo": lambda: settings.DEMO}

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        """Not here again: for those who are signed in already that would go on for ever."""
        target: str = super().get_redirect_url(*args, **kwargs)
        return "" if target == self.request.path else target


class SignOut(auth.LogoutView):
    next_page = "sign-in"


class ForgotPassword(auth.PasswordResetView):
    form_class = ForgotPasswordForm
    template_name = "directory/forgot_password.html"
    success_url = reverse_lazy("forgot-password-sent")
    extra_context = {"can_send_mail": can_send_mail}

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_send_mail():
            return self.get(*args, **kwargs)
        return super().post(*args, **kwargs)


class ForgotPasswordSent(auth.PasswordResetDoneView):
    template_name = "directory/forgot_password_sent.html"


class SetPassword(auth.PasswordResetConfirmView):
    """Where the links of invitations and forgotten passwords lead."""

    template_name = "directory/set_password.html"
    form_class = NewPasswordForm
    token_generator = password_links
    success_url = reverse_lazy("sign-in")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("The password is set. Sign in with it."))
        return super().form_valid(form)


class ChangePassword(auth.PasswordChangeView):
    form_class = ChangedPasswordForm
    template_name = "directory/change_password.html"
    success_url = reverse_lazy("account")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("The password is changed. Other devices have been signed out."))
        return super().form_valid(form)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Name, language and time zone of the signed-in user, and the way to a password and to API tokens."""
    user = viewer(request)
    form = PreferencesForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your settings are saved."))
        return redirect("account")
    return account_page(request, form=form)


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead people to where they work: agents to the workspace, the others to the console."""
    user = viewer(request)
    if user.is_staff or not user.may(Module.AGENT_DESKTOP, Level.VIEW):
        return redirect("admin:index")
    return redirect("workspace")


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer too many wrong passwords."""
    minutes = settings.AXES_COOLOFF_TIME // timedelta(minutes=1)
    response = render(request, "directory/locked_out.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response
