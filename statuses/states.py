"""Channel states, built-in statuses and causes: the words everything else uses."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from contactcenter.lib.channels import CHANNELS


class ChannelState(models.TextChoices):
    """How ready an agent is on one channel, from most to least."""

    ONLINE = "online", _("Online")
    TRANSFERS_ONLY = "transfers_only", _("Transfers only")
    AWAY = "away", _("Away")
    OFFLINE = "offline", _("Offline")


# Fixed ids of the built-in statuses; custom ones start at FIRST_CUSTOM_ID.
OFFLINE: Final = 2
ONLINE: Final = 3
AWAY: Final = 4
TRANSFERS_ONLY: Final = 5
FIRST_CUSTOM_ID: Final = 100

NOTE_LENGTH: Final = 500
AGENTS_AT_ONCE: Final = 500  # whose status one request sets


# From least to most: a timeout never raises a channel.
READINESS: Final = {state: rank for rank, state in enumerate(reversed(ChannelState.values))}


class Cause(models.TextChoices):
    """Why a status changed."""

    LOGIN = "login", _("Signed in")
    AGENT = "agent", _("Chosen by the agent")
    SUPERVISOR = "supervisor", _("Set by a supervisor")
    ADMIN = "admin", _("Set by an administrator")
    API = "api", _("Set over the API")
    SYNC = "sync", _("Synchronized")
    IDLE_TIMEOUT = "idle_timeout", _("Idle too long")
    DISCONNECTED = "disconnected", _("Connection lost")
    STATUS_DELETED = "status_deleted", _("Status deleted")
    ROUTING_ENABLED = "routing_enabled", _("Omnichannel routing switched on")
    LOGOUT = "logout", _("Signed out")
    IMPORT = "import", _("Imported")


TIMEOUTS: Final = frozenset({Cause.IDLE_TIMEOUT, Cause.DISCONNECTED})


class Activity(models.TextChoices):
    """What an agent is doing with a contact."""

    NONE = "none", _("None")
    OUTBOUND = "outbound", _("Outbound")  # a scheduled callback
    ACD = "acd", _("ACD")  # a callback queued at once, or a conversation


class WorkReason(models.TextChoices):
    """How a work item came to its agent."""

    ASSIGNED = "assigned", _("Routed")
    TRANSFERRED = "transferred", _("Transferred")
    MANUAL = "manual", _("Assigned by hand")


def status_label(status: str, reason: str) -> str:
    return f"{status} · {reason}" if reason else status


def describe(states: dict[str, str]) -> str:
    """Say in a sentence what an agent receives whose channels have these states."""
    names = {"voice": _("calls"), "chat": _("chats"), "email": _("e-mail"), "social": _("social messages")}
    by_state: dict[str, list[str]] = {}
    for channel in CHANNELS:
        by_state.setdefault(states[channel], []).append(str(names[channel]))
    sentences = {
        "online": _("Receives %(what)s."),
        "transfers_only": _("Only transferred %(what)s."),
        "away": _("Away for %(what)s."),
        "offline": _("No %(what)s."),
    }
    return " ".join(
        str(sentence) % {"what": _join(by_state[state], negated=state == ChannelState.OFFLINE)}
        for state, sentence in sentences.items()
        if state in by_state
    )


def _join(words: list[str], *, negated: bool) -> str:
    if len(words) == 1:
        return words[0]
    pattern = _("%(first)s or %(last)s") if negated else _("%(first)s and %(last)s")
    return str(pattern) % {"first": ", ".join(words[:-1]), "last": words[-1]}
