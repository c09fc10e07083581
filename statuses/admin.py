"""Agent statuses: the list, the form with its grid of channels and states, and deleting."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from contactcenter.console.access import Access
from contactcenter.console.admin import ConsoleModelAdmin
from contactcenter.console.forms import Checklist, ConsoleForm
from contactcenter.directory.access import viewer
from contactcenter.directory.models import Team
from contactcenter.lib.channels import CHANNEL_NAMES, CHANNELS
from statuses import access
from statuses.console.timeout_words import where_it_leads
from statuses.models import Availability, Status
from statuses.services import delete_status, save_status
from statuses.states import ChannelState, describe
from statuses.templatetags.status_tags import channel_state, ring

AGENTS_SHOWN = 24


class StatusForm(ConsoleForm[Status]):
    """The four channels as rows of radio buttons; all Offline until chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "teams" in self.fields:
            self.fields["teams"].label_from_instance = Team.label  # type: ignore[attr-defined]
        for channel in set(CHANNELS) & set(self.fields):
            self.fields[channel] = forms.ChoiceField(
                label=CHANNEL_NAMES[channel],
                choices=ChannelState.choices,
                initial=ChannelState.OFFLINE,
                widget=forms.RadioSelect,
            )

    def grid(self) -> list[forms.BoundField]:
        return [self[channel] for channel in CHANNELS]

    def states(self) -> dict[str, str]:
        """What the grid shows; values that are not states count as offline."""
        values = {channel: str(self[channel].value()) for channel in CHANNELS}
        known = set(ChannelState.values)
        return {channel: state if state in known else ChannelState.OFFLINE for channel, state in values.items()}


def _channel_column(channel: str) -> Any:
    @admin.display(description=CHANNEL_NAMES[channel])
    def column(status: Status) -> str:
        return channel_state(getattr(status, channel))

    column.__name__ = channel
    return column


@admin.register(Status)
class StatusAdmin(ConsoleModelAdmin):
    access = Access(view=access.may_see_statuses, edit=access.may_manage_statuses)
    description = gettext_lazy(
        "One choice for all channels. Agents keep the definition they chose until they choose again."
    )
    form = StatusForm
    list_display = ("picture", "titled", *map(_channel_column, CHANNELS), "team_names", "agents_now")
    list_display_links = ("titled",)
    list_before_template = "statuses/console/_before_list.html"
    search_fields = ("name", "description")
    fields = ("name", "description", *CHANNELS, "teams")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        teams = Prefetch("teams", Team.objects.select_related("site"))
        rows: Any = super().get_queryset(request)
        counted: QuerySet[Any] = rows.with_agents_count(viewer(request)).prefetch_related(teams)
        return counted

    def write(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:
        save_status(obj, teams=list(form.cleaned_data["teams"]))

    def erase(self, request: HttpRequest, obj: Any) -> None:
        moved = delete_status(obj.pk, actor=viewer(request).actor)
        if moved:
            text = ngettext(
                "%(count)d agent was in “%(name)s” and is Offline now.",
                "%(count)d agents were in “%(name)s” and are Offline now.",
                moved,
            )
            messages.info(request, text % {"count": moved, "name": obj.name})

    def consequence_of_deleting(self, obj: Any) -> str:
        return " ".join([self._what_becomes_of_agents(obj), *where_it_leads(obj)])

    def _what_becomes_of_agents(self, obj: Any) -> str:
        if not obj.agents_count:
            return _("Nobody is in “%(name)s” now. The history keeps its name.") % {"name": obj.name}
        text = ngettext(
            "%(count)d agent is in “%(name)s” now, becomes Offline and is asked to choose again.",
            "%(count)d agents are in “%(name)s” now. They become Offline and are asked to choose again.",
            obj.agents_count,
        )
        return text % {"count": obj.agents_count, "name": obj.name}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj is not None and obj.builtin)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj is not None and obj.builtin)

    # --- The list ------------------------------------------------------------------------------------------------

    @admin.display(description="")
    def picture(self, status: Status) -> str:
        return ring(status, 28, status.name)

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def titled(self, status: Status) -> str:
        return render_to_string("statuses/console/_titled.html", {"status": status})

    @admin.display(description=gettext_lazy("teams"))
    def team_names(self, status: Status) -> str:
        return ", ".join(sorted({team.name for team in status.teams.all()})) or _("all")

    @admin.display(description=gettext_lazy("agents now"), ordering="agents_count")
    def agents_now(self, status: Status) -> int:
        return status.agents_count

    # --- The form ------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.preview))
        return [path("preview/", view, name="statuses_status_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """The ring and the sentence for states that are not stored yet."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        known = set(ChannelState.values)
        given = {channel: request.GET.get(channel, "") for channel in CHANNELS}
        states = {channel: state if state in known else ChannelState.OFFLINE for channel, state in given.items()}
        return render(request, "statuses/console/_preview.html", {"states": states, "sentence": describe(states)})

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = Team.objects.filter(type=Team.Type.AGENT).select_related("site")
        return super().formfield_for_manytomany(db_field, request, **{**kwargs, "widget": Checklist()})

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        status = context.get("original")
        form = context["adminform"].form
        states = form.states() if "voice" in form.fields else status.channels
        context |= {"states": states, "sentence": describe(states)}
        if status is not None:
            agents = Availability.objects.filter(status=status).order_by("last_name", "first_name", "pk")
            context["agents"] = agents[:AGENTS_SHOWN]
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response
