"""Inviting users, handing out one-time links, deactivating and activating. Each is asked for, then done by POST."""

from collections.abc import Callable
from smtplib import SMTPException

import pghistory
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from contactcenter.directory.access import viewer
from contactcenter.directory.admin.base import DirectoryAdmin
from contactcenter.directory.models import User
from contactcenter.directory.models.users import INVITATION_SENT, LINK_CREATED
from contactcenter.directory.services import activate_user, deactivate_user
from contactcenter.directory.signin import can_send_mail, password_link, send_invitation
from contactcenter.lib.errors import AppError

Act = Callable[[HttpRequest, User], HttpResponse]


class LettingIn(DirectoryAdmin):
    """Pages beside a user's form."""

    def urls_of_letting_in(self) -> list[URLPattern]:
        pages: dict[str, Act] = {
            "invite": self._invite,
            "link": self._link,
            "deactivate": self._deactivate,
            "activate": self._activate,
        }
        return [
            path(
                f"<int:user_id>/{name}/",
                self.admin_site.admin_view(self._guarded(act)),
                name=f"{self.opts.app_label}_{self.opts.model_name}_{name}",
            )
            for name, act in pages.items()
        ]

    def _guarded(self, act: Act) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, user_id: int) -> HttpResponse:
            user = self.get_object(request, user_id)
            if user is None:
                raise Http404
            if not self.has_change_permission(request, user):
                raise PermissionDenied
            return act(request, user)

        return require_http_methods(["GET", "HEAD", "POST"])(view)

    def _back(self, user: User) -> HttpResponse:
        return redirect(self.url_of(user))

    # --- In ------------------------------------------------------------------------------------------------------

    def _invite(self, request: HttpRequest, user: User) -> HttpResponse:
        refusal = self._why_no_link(user)
        if not can_send_mail():
            refusal = _("No mail server is set up here (CONTACTCENTER_SMTP_HOST). Hand out a one-time link instead.")
        if request.method == "POST" and not refusal:
            try:
                send_invitation(user)
            except (SMTPException, OSError) as error:
                refusal = _("The mail server did not take the e-mail: %(reason)s") % {"reason": error}
            else:
                pghistory.create_event(user, label=INVITATION_SENT)
                messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": user.email})
                return self._back(user)
        return self.confirm(
            request,
            user,
            title=_("Invite by e-mail"),
            text=_("%(email)s gets a link to set a password. %(validity)s")
            % {"email": user.email, "validity": _validity()},
            verb=_("Send the invitation"),
            refusal=refusal,
        )

    def _link(self, request: HttpRequest, user: User) -> HttpResponse:
        refusal = self._why_no_link(user)
        if request.method == "POST" and not refusal:
            pghistory.create_event(user, label=LINK_CREATED)
            context = {"original": user, "back": self.url_of(user), "link": password_link(user)}
            title = _("One-time link")
            return self.page(request, "console/one_time_link.html", title, validity=_validity(), **context)
        return self.confirm(
            request,
            user,
            title=_("One-time link"),
            text=_(
                "Whoever opens the link can set the password of %(name)s, once. It is shown on the next page only."
                " %(validity)s"
            )
            % {"name": user.name, "validity": _validity()},
            verb=_("Create the link"),
            refusal=refusal,
        )

    def _why_no_link(self, user: User) -> str:
        return "" if user.is_active else _("%(name)s is deactivated. Activate the user first.") % {"name": user.name}

    # --- Out and in again ----------------------------------------------------------------------------------------

    def _deactivate(self, request: HttpRequest, user: User) -> HttpResponse:
        refusal = ""
        if request.method == "POST":
            try:
                deactivate_user(user, actor=viewer(request).actor)
            except AppError as error:
                refusal = error.message
            else:
                messages.success(request, _("%(name)s is deactivated and signed out everywhere.") % {"name": user.name})
                return self._back(user)
        return self.confirm(
            request,
            user,
            title=_("Deactivate"),
            text=_("%(name)s is signed out everywhere, becomes Offline and cannot sign in. The history stays.")
            % {"name": user.name},
            verb=_("Deactivate %(name)s") % {"name": user.name},
            refusal=refusal,
            is_danger=True,
        )

    def _activate(self, request: HttpRequest, user: User) -> HttpResponse:
        if request.method == "POST":
            activate_user(user, actor=viewer(request).actor)
            messages.success(request, _("%(name)s can sign in again.") % {"name": user.name})
            return self._back(user)
        return self.confirm(
            request,
            user,
            title=_("Activate"),
            text=_("%(name)s can sign in again, with the password there was.") % {"name": user.name},
            verb=_("Activate %(name)s") % {"name": user.name},
        )


def _validity() -> str:
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 3600)
    return ngettext("It is valid for %(days)d day.", "It is valid for %(days)d days.", days) % {"days": days}
