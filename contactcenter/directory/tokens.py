"""One's own API tokens, below one's account."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from contactcenter.api.models import ApiToken
from contactcenter.api.services import create_token, revoke_token
from contactcenter.directory.access import viewer
from contactcenter.directory.forms import PreferencesForm
from contactcenter.directory.models import User
from contactcenter.lib.errors import AppError


class TokenForm(forms.ModelForm[ApiToken]):
    class Meta:
        model = ApiToken
        fields = ["name"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "off"})}

    secret = ""

    def create_for(self, user: User) -> bool:
        """Make the token, whose secret is in ``secret`` then. Return whether that could be."""
        if not self.is_valid():
            return False
        try:
            self.instance, self.secret = create_token(user, self.cleaned_data["name"])
        except AppError as error:
            self.add_error(error.field or None, error.message)
        return bool(self.secret)


def account_page(request: HttpRequest, **forms_given: Any) -> HttpResponse:
    """Show the account with what was typed, and what is wrong with it."""
    user = viewer(request)
    context = {
        "form": PreferencesForm(instance=user),
        "token_form": TokenForm(prefix="token"),
        "tokens": user.api_tokens.live(),
    }
    return render(request, "directory/account.html", {**context, **forms_given})


@never_cache
@require_POST
@login_required
def create(request: HttpRequest) -> HttpResponse:
    """Make a token and show its secret, this once."""
    form = TokenForm(request.POST, prefix="token")
    if not form.create_for(viewer(request)):
        return account_page(request, token_form=form)
    return render(request, "directory/token.html", {"token": form.instance, "secret": form.secret})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    token = get_object_or_404(viewer(request).api_tokens.live(), pk=token_id)
    if request.method != "POST":
        return render(request, "directory/revoke_token.html", {"token": token})
    revoke_token(token)
    messages.success(request, _("“%(name)s” is revoked: its next call is refused.") % {"name": token})
    return redirect("account")
