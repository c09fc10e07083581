"""Users: who they are, what they may do, where they belong; and letting them in and out."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contactcenter.console.admin import RowAction
from contactcenter.console.forms import Checklist, OrderedChoice, OrderedChoiceField
from contactcenter.directory.access import viewer
from contactcenter.directory.admin.fields import time_zone_choice
from contactcenter.directory.admin.forms import DirectoryForm
from contactcenter.directory.admin.letting_in import LettingIn
from contactcenter.directory.admin.tokens import TokensOfUser
from contactcenter.directory.columns import UserColumn, user_columns
from contactcenter.directory.models import Membership, Team, User
from contactcenter.directory.notes import show_notes
from contactcenter.directory.services import delete_user, save_user
from contactcenter.lib.channels import CHANNEL_CHOICES, CHANNELS


class UserForm(DirectoryForm[User]):
    aliases = {"teams": "ordered_teams"}

    ordered_teams = OrderedChoiceField(
        queryset=Team.objects.filter(type=Team.Type.AGENT).select_related("site"),
        required=False,
        label=gettext_lazy("Teams"),
        help_text=gettext_lazy("Of the user's site. The first team's profiles count first."),
        widget=OrderedChoice(grouped_by="site", group_of=lambda team: team.site_id),
    )
    channels = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("Channels"),
        choices=CHANNEL_CHOICES,
        initial=CHANNELS,
        widget=Checklist,
        help_text=User._meta.get_field("channels").help_text,
    )
    time_zone = time_zone_choice(gettext_lazy("The company's"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "ordered_teams" in self.fields:
            self.fields["ordered_teams"].label_from_instance = Team.label  # type: ignore[attr-defined]
            if self.instance.pk:
                self.initial["ordered_teams"] = [
                    membership.team_id for membership in self.instance.memberships.order_by("position")
                ]
        show_notes(self)


def _column(column: UserColumn) -> Callable[[Any], str]:
    def show(user: User) -> str:
        return column.render(user)

    show.__name__ = column.name
    show.short_description = column.title  # type: ignore[attr-defined]  # read by the list
    return show


@admin.register(User)
class UserAdmin(LettingIn, TokensOfUser):
    description = gettext_lazy("People who sign in. With contact center enabled a user is an agent.")
    form = UserForm
    list_display = ("person", "role_name", "site", "team_names")
    list_display_links = ("person",)
    list_select_related = ("profile", "site")
    list_filter = ("is_active", "contact_center_enabled", "site", "profile")
    search_fields = ("first_name", "last_name", "email", "external_id")
    ordering = ("last_name", "first_name", "key")
    fieldsets = (
        (None, {"fields": ("email", ("first_name", "last_name"), "profile")}),
        (
            gettext_lazy("Contact center"),
            {
                "fields": (
                    "contact_center_enabled",
                    "site",
                    "ordered_teams",
                    "desktop_profile",
                    "skill_profile",
                    "multimedia_profile",
                    "default_dn",
                    "channels",
                )
            },
        ),
        (gettext_lazy("Language and time"), {"fields": (("language", "time_zone"),)}),
        (gettext_lazy("Other systems"), {"fields": ("external_id",)}),
    )

    def write(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:
        teams = form.cleaned_data["ordered_teams"]
        save_user(obj, teams=teams, actor=viewer(request).actor)

    def erase(self, request: HttpRequest, obj: Any) -> None:
        delete_user(obj, actor=viewer(request).actor)

    def consequence_of_deleting(self, obj: Any) -> str:
        text = _(
            "%(name)s is signed out and deleted, together with the status history. To keep it, deactivate instead."
        )
        return text % {"name": obj}

    # --- The list ------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        memberships = Membership.objects.select_related("team").order_by("position")
        read_along = [name for column in user_columns() for name in column.read_along]
        rows = super().get_queryset(request).select_related("profile", "site", *read_along)
        return rows.prefetch_related(Prefetch("memberships", memberships))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        *own, row_menu = super().get_list_display(request)
        return [*own, *map(_column, user_columns()), self.standing, row_menu]

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def person(self, user: User) -> str:
        return format_html('{}<small class="list-second">{}</small>', user.name, user.email)

    @admin.display(description=gettext_lazy("role"), ordering="profile__profile_type")
    def role_name(self, user: User) -> str:
        return str(user.profile.name)

    @admin.display(description=gettext_lazy("teams"))
    def team_names(self, user: User) -> str:
        return ", ".join(membership.team.name for membership in user.memberships.all()) or "–"

    @admin.display(description=gettext_lazy("active"), boolean=True, ordering="is_active")
    def standing(self, user: User) -> bool:
        return user.is_active

    def row_actions(self, request: HttpRequest, obj: Any) -> list[RowAction]:
        found = super().row_actions(request, obj)
        if not self.has_change_permission(request, obj):
            return found
        if not obj.is_active:
            found.insert(1, RowAction(_("Activate"), self.url_of(obj, "activate")))
            return found
        let_in = [
            RowAction(_("Invite by e-mail"), self.url_of(obj, "invite")),
            RowAction(_("One-time link"), self.url_of(obj, "link")),
            RowAction(_("Deactivate"), self.url_of(obj, "deactivate")),
        ]
        return [found[0], *let_in, *found[1:]]

    def hint(self, obj: Any) -> str:
        return str(obj.email)

    # --- The form ------------------------------------------------------------------------------------------------

    change_form_outer_before_template = "console/_user_standing.html"

    def get_urls(self) -> list[URLPattern]:
        return [*self.urls_of_letting_in(), *self.urls_of_tokens(), *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {"show_save_and_add_another": object_id is None, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        text = _("%(name)s has no password yet: invite them, or hand out a one-time link.")
        messages.info(request, text % {"name": obj})
        return redirect(self.url_of(obj))
