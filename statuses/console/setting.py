"""What supervisors do from the list of live agents: set the status of many at once, switch a channel of one."""

from collections import Counter
from collections.abc import Iterable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from contactcenter.api.handlers import error_answer
from contactcenter.console.access import open_to
from contactcenter.directory.access import viewer
from contactcenter.directory.models import User
from contactcenter.lib.channels import CHANNELS
from contactcenter.lib.errors import AppError, Invalid, NotFound
from contactcenter.lib.text import row_number
from statuses.access import cause_of_others, may_always_switch
from statuses.console.live_filters import address_of
from statuses.console.people import LIVE
from statuses.models import Availability, Status
from statuses.services import set_statuses, switch_channel
from statuses.states import AGENTS_AT_ONCE, NOTE_LENGTH

NAMES_SHOWN = 5


class SetStatusForm(forms.Form):
    agent = forms.TypedMultipleChoiceField(
        coerce=int, error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Select agents first."))
    )
    status = forms.ModelChoiceField(
        queryset=Status.objects.all(), error_messages={"invalid_choice": gettext_lazy("This status is gone.")}
    )
    note = forms.CharField(max_length=NOTE_LENGTH, required=False)

    def __init__(self, data: object, selected: list[str]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict
        numbers = [text for text in selected if row_number(text) is not None]
        self.fields["agent"].choices = [(text, text) for text in numbers]  # type: ignore[attr-defined]

    def clean_agent(self) -> list[int]:
        chosen = list(dict.fromkeys(self.cleaned_data["agent"]))
        if len(chosen) > AGENTS_AT_ONCE:
            raise forms.ValidationError(_("Select at most %(most)d agents.") % {"most": AGENTS_AT_ONCE})
        return chosen


@require_POST
@open_to(LIVE.edit)
def set_status_of_selected(request: HttpRequest) -> HttpResponse:
    """Set it for those the user sees; say how many changed, and who was refused and why."""
    form = SetStatusForm(request.POST, request.POST.getlist("agent"))
    back = redirect(f"{reverse('admin:live-agents')}?{address_of(request.GET)}")
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return back
    try:
        results = _set(
            viewer(request), form.cleaned_data["agent"], form.cleaned_data["status"], form.cleaned_data["note"]
        )
    except AppError as error:
        messages.error(request, error.message)
        return back
    _tell(request, form.cleaned_data["status"], results)
    return back


def _set(user: User, agent: list[int], status: Status, note: str) -> dict[int, AppError | None]:
    visible = set(Availability.objects.visible_to(user).filter(pk__in=agent).values_list("pk", flat=True))
    allowed = [agent_id for agent_id in agent if agent_id in visible]
    results = set_statuses(allowed, status.pk, actor=user.actor, cause=cause_of_others(user), note=note)
    return {agent_id: results[agent_id] if agent_id in visible else NotFound() for agent_id in agent}


def _tell(request: HttpRequest, status: Status, results: dict[int, AppError | None]) -> None:
    done = sum(error is None for error in results.values())
    if done:
        text = ngettext("%(count)d agent is in “%(status)s” now.", "%(count)d agents are in “%(status)s” now.", done)
        messages.success(request, text % {"count": done, "status": status.name})
    refused = {agent_id: error for agent_id, error in results.items() if error is not None}
    reasons = Counter(error.message for error in refused.values())
    for reason, count in reasons.most_common():
        people = [agent_id for agent_id, error in refused.items() if error.message == reason]
        text = ngettext("%(count)d refused (%(names)s): %(reason)s", "%(count)d refused (%(names)s): %(reason)s", count)
        messages.warning(request, text % {"count": count, "names": _names(viewer(request), people), "reason": reason})


@require_POST
@open_to(LIVE.edit)
def switch_channel_of_agent(request: HttpRequest, agent_id: int, channel: str) -> HttpResponse:
    """Asked for by the page's script, which shows the switch as it is once the change is told."""
    try:
        _switch(viewer(request), agent_id, channel, request.POST.get("enabled", ""))
    except AppError as error:
        return error_answer(request, error.status, error.code, error.message)
    return HttpResponse(status=204)


def _switch(user: User, agent_id: int, channel: str, enabled: str) -> None:
    if channel not in CHANNELS or not Availability.objects.visible_to(user).filter(pk=agent_id).exists():
        raise NotFound
    if enabled not in {"true", "false"}:
        raise Invalid(_("Switch the channel on or off."), field="enabled")
    switch_channel(agent_id, channel, enabled=enabled == "true", always=may_always_switch(user))


def _names(user: User, agent_ids: Iterable[int]) -> str:
    """Name some of them; those the user does not see stay numbers."""
    ids = list(agent_ids)
    known = {row.pk: row.name for row in Availability.objects.visible_to(user).filter(pk__in=ids[:NAMES_SHOWN])}
    shown = [known.get(pk, f"#{pk}") for pk in ids[:NAMES_SHOWN]]
    return ", ".join(shown) + (" …" if len(ids) > NAMES_SHOWN else "")
