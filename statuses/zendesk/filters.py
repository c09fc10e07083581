"""Filters of the list of availabilities, as Zendesk names them. A filter that there is not is refused, not ignored."""

from collections.abc import Callable
from typing import Final

from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from contactcenter.directory.models import Membership
from contactcenter.lib.text import row_number
from statuses.filters import MOST_UNITS
from statuses.models import AvailabilityQuerySet
from statuses.states import ChannelState
from statuses.zendesk.words import CHANNEL_NAMES, OURS

SELECT_CHANNEL: Final = "select_channel"
_CHANNELS: Final = f"one of {', '.join(CHANNEL_NAMES)}"
_NUMBERS: Final = "whole numbers with commas between, like 1,2"


def filtered(params: QueryDict, rows: AvailabilityQuerySet) -> AvailabilityQuerySet:
    """Apply all filters that the address names, one after the other."""
    for name, text in params.items():
        if name.startswith("filter["):
            apply = _FILTERS.get(name)
            if apply is None:
                raise ValidationError({name: f"There is no such filter: use {', '.join(_FILTERS)}."})
            try:
                rows = apply(rows, str(text))
            except ValueError as error:
                raise ValidationError({name: f"“{text}” is not {error}."}) from error
    return rows


def selected_channels(params: QueryDict) -> tuple[str, ...]:
    """Return which channels are wanted along with the agents: without a wish all."""
    text = params.get(SELECT_CHANNEL)
    if text is None:
        return CHANNEL_NAMES
    wanted = text.split(",")
    if set(wanted) - set(CHANNEL_NAMES):
        raise ValidationError({SELECT_CHANNEL: f"“{text}” is not {_CHANNELS}."})
    return tuple(name for name in CHANNEL_NAMES if name in wanted)


def numbers(text: str) -> list[int]:
    """Read ids with commas between. Raises ``ValueError`` that says what they should be."""
    found = [row_number(part.strip()) for part in text.split(",")]
    usable = [number for number in found if number is not None]
    if len(usable) < len(found):
        raise ValueError(_NUMBERS)
    return list(dict.fromkeys(usable))


def _by_channel_status(rows: AvailabilityQuerySet, text: str) -> AvailabilityQuerySet:
    channel, _, state = text.partition(":")
    if channel not in OURS or state not in ChannelState.values:
        raise ValueError("a channel and a status, like messaging:online")
    return rows.filter(**{f"{OURS[channel]}_state": state})


def _by_remaining_capacity(rows: AvailabilityQuerySet, text: str) -> AvailabilityQuerySet:
    channel, _, least = text.partition(":")
    number = row_number(least)
    if channel not in OURS or number is None or number > MOST_UNITS:
        raise ValueError(f"a channel and a number up to {MOST_UNITS}, like messaging:1")
    return rows.with_room(OURS[channel], number)


def _by_group(rows: AvailabilityQuerySet, text: str) -> AvailabilityQuerySet:
    return rows.filter(agent__in=Membership.objects.filter(team__in=numbers(text)).values("user"))


def _by_agent(rows: AvailabilityQuerySet, text: str) -> AvailabilityQuerySet:
    return rows.filter(agent__in=numbers(text))


def _by_status(rows: AvailabilityQuerySet, text: str) -> AvailabilityQuerySet:
    return rows.filter(status__in=numbers(text))


_FILTERS: Final[dict[str, Callable[[AvailabilityQuerySet, str], AvailabilityQuerySet]]] = {
    "filter[channel_status]": _by_channel_status,
    "filter[remaining_capacity]": _by_remaining_capacity,
    "filter[group_id]": _by_group,
    "filter[agent_id]": _by_agent,
    "filter[agent_status_id]": _by_status,
}
