"""API tokens on the page of their user: administrators see and revoke anybody's, and make none for others."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contactcenter.api.services import revoke_token
from contactcenter.directory.admin.base import DirectoryAdmin
from contactcenter.directory.models import User


class TokensOfUser(DirectoryAdmin):
    change_form_outer_after_template = "console/_user_tokens.html"

    def urls_of_tokens(self) -> list[URLPattern]:
        view = require_http_methods(["GET", "HEAD", "POST"])(self.revoke_view)
        address = "<int:user_id>/tokens/<int:token_id>/revoke/"
        return [path(address, self.admin_site.admin_view(view), name="directory_user_revoke_token")]

    def revoke_view(self, request: HttpRequest, user_id: int, token_id: int) -> HttpResponse:
        user = get_object_or_404(User.objects.visible_to(request.user), pk=user_id)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        token = get_object_or_404(user.api_tokens.live(), pk=token_id)
        if request.method == "POST":
            revoke_token(token)
            messages.success(request, _("“%(name)s” is revoked: its next call is refused.") % {"name": token})
            return redirect(self.url_of(user))
        return self.confirm(
            request,
            user,
            title=_("Revoke an API token"),
            text=_("Programs that call the API as %(user)s with “%(name)s” are refused from now on.")
            % {"user": user, "name": token},
            verb=_("Revoke “%(name)s”") % {"name": token},
            is_danger=True,
        )
