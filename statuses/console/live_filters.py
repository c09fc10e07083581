"""Filters of live agents: what they offer, what is chosen, and the addresses that take it along."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from contactcenter.directory.models import SkillDefinition, User
from contactcenter.lib.channels import CHANNEL_NAMES, CHANNELS
from contactcenter.lib.text import row_number
from statuses.console.people import teams_of
from statuses.models import Status
from statuses.states import ChannelState

FILTERS: Final = ("team", "skill", "status", "channel_state", "remaining_capacity", "search")
_UNITS: Final = {"voice": (1,), "chat": (1, 2, 3, 5), "email": (1, 5, 10, 20), "social": (1, 2, 5, 10)}

Choice = tuple[str, str]  # what is sent, and the words for it


def address_of(params: QueryDict, *, leave_out: str = "") -> str:
    """Return the query of the page with its filters and order, for links and for the script."""
    kept = QueryDict(mutable=True)
    for name in (*FILTERS, "order"):
        if name != leave_out and (value := params.get(name)):
            kept[name] = value
    return kept.urlencode()


def numbers_in(text: str, most: int) -> list[int] | None:
    """Read the rows asked for; ``None`` when it is the whole list that is asked for."""
    if not text:
        return None
    numbers = map(row_number, text.split(",")[:most])
    return [number for number in numbers if number is not None]


def filters(params: QueryDict, user: User) -> dict[str, Any]:
    """What each filter offers and holds, and the chips that take each of them away."""
    offered = _offered(params, user)
    labels = {name: dict(choices).get(params.get(name, ""), "") for name, choices in offered.items()}
    labels["search"] = params.get("search", "")
    return {
        "offered": {
            name: [(value, label, value == params.get(name)) for value, label in choices]
            for name, choices in offered.items()
        },
        "search": labels["search"],
        "chips": [(labels[name], address_of(params, leave_out=name)) for name in FILTERS if labels[name]],
    }


def _offered(params: QueryDict, user: User) -> dict[str, Sequence[Choice]]:
    return {
        "team": [(str(team.pk), team.label()) for team in teams_of(user)],
        "skill": _numbered(SkillDefinition.objects.order_by("key").values_list("pk", "name")),
        "status": _numbered(Status.objects.order_by("pk").values_list("pk", "name")),
        "channel_state": _channel_states(),
        "remaining_capacity": _capacities(params.get("remaining_capacity", "")),
    }


def _numbered(rows: Iterable[tuple[int, str]]) -> list[Choice]:
    return [(str(pk), name) for pk, name in rows]


def _channel_states() -> list[Choice]:
    return [
        (f"{channel}:{state}", f"{capfirst(CHANNEL_NAMES[channel])}: {state.label}")
        for channel in CHANNELS
        for state in ChannelState
    ]


def _capacities(chosen: str) -> list[Choice]:
    """Some numbers of units, and the one that an address names beside them."""
    offered = {channel: set(units) for channel, units in _UNITS.items()}
    channel, _separator, text = chosen.partition(":")
    units = row_number(text)
    if channel in offered and units is not None:
        offered[channel].add(units)
    return [(f"{channel}:{units}", _free(channel, units)) for channel in CHANNELS for units in sorted(offered[channel])]


def _free(channel: str, units: int) -> str:
    return _("%(channel)s: %(units)d free") % {"channel": capfirst(CHANNEL_NAMES[channel]), "units": units}
