"""An agent's own channels and phone, with the reasons why nothing comes."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from contactcenter.directory.access import Level, Module, viewer
from contactcenter.directory.models import CompanySettings
from contactcenter.lib.channels import CHANNELS
from statuses import access
from statuses.availability import ChannelPayload, availability_payload
from statuses.models import Availability, PhoneLine
from statuses.states import ChannelState


@dataclass(frozen=True)
class OwnChannel:
    name: str
    payload: ChannelPayload
    why: str  # nothing new comes

    @property
    def load(self) -> int:
        """In percent; work assigned by hand may exceed the capacity."""
        return min(100, 100 * self.payload["work_items"] // self.payload["capacity"])

    @property
    def is_full(self) -> bool:
        return self.payload["work_items"] >= self.payload["capacity"]


@dataclass(frozen=True)
class Handset:
    """Whether calls can reach the agent's phone. ``line`` is what was reported of it, if that counts."""

    ready: bool
    label: str
    why: str
    line: PhoneLine | None = None


def own_channels(request: HttpRequest) -> dict[str, object]:
    row = _own(request)
    payload = availability_payload(row)["channels"]
    agent = viewer(request)
    allowed = CompanySettings.load().agents_may_change_channels
    return {
        "channels": [
            OwnChannel(name, payload[name], _why(row, name, payload[name]))
            for name in CHANNELS
            if payload[name]["assigned"]
        ],
        "may_switch": (allowed or access.may_always_switch(agent)) and agent.may(Module.AGENT_DESKTOP, Level.EDIT),
        "allowed": allowed,
    }


def own_handset(request: HttpRequest) -> dict[str, object]:
    row = _own(request)
    return {"handset": _handset(row) if row.voice_units else None}


def _own(request: HttpRequest) -> Availability:
    row = Availability.objects.filter(pk=viewer(request).pk).first()
    if row is None:
        raise Http404
    return row


def _why(row: Availability, name: str, channel: ChannelPayload) -> str:
    """Say the first thing that would have to change before something comes."""
    if not channel["enabled"]:
        return _("Switched off")
    if name == "voice" and not row.line_ready:
        return _("Phone line unavailable")
    if channel["state"] != ChannelState.ONLINE:
        return _("Set by your status")
    return _("At capacity") if channel["work_items"] >= channel["capacity"] else ""


def _handset(row: Availability) -> Handset:
    ready = row.line_ready
    label = _("Phone ready") if ready else _("Phone unavailable")
    if not row.voice_on:
        return Handset(ready, _("Phone off"), _("Your voice channel is switched off."))
    if not CompanySettings.load().phone_lines_reported:
        return Handset(ready, label, _("Your line is ready whenever your voice channel is on."))
    line = PhoneLine.objects.filter(pk=row.pk).first()
    if line is None:
        return Handset(ready, label, _("The telephony system has not reported your line yet."))
    if ready:
        why = _("%(who)s has reported your line as ready.")
    elif line.has_run_out:
        why = _("The last report about your line, by %(who)s, has run out.")
    else:
        why = _("%(who)s has reported your line as unavailable.")
    return Handset(ready, label, why % {"who": line.actor_name}, line)
