"""Choosing who gets the next piece of work, and reserving a unit of that agent's capacity."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from django.db import connection

from contactcenter.events.services import wake_listeners_on_commit
from contactcenter.lib.channels import CHANNELS


class Picked(NamedTuple):
    agent_id: int
    work_item_id: int


_STATEMENTS: Final = {
    channel: f"SELECT picked_id, item_id FROM statuses_pick_{channel}(%s, %s, %s, %s::bigint[], %s, %s)"  # noqa: S608
    for channel in CHANNELS
}


def pick_agent(
    channel: str,
    *,
    skill: int | None = None,
    team: int | None = None,
    agent: int | None = None,
    exclude: Iterable[int] = (),
    transfer: bool = False,
    external_ref: str = "",
) -> Picked | None:
    """Reserve a unit of the best agent's capacity, as a work item; ``None`` when nobody is free.

    Candidates are online on the channel (for a ``transfer`` transfers-only ones, too), have spare capacity, the
    ``skill`` and the ``team``; they are not in ``exclude``. Most spare capacity goes first, then longest without
    work. Two callers never get the same unit: the row is locked until the caller's transaction ends. One statement,
    a function of the database: see docs/decisions/routing.md.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS[channel], [skill, team, agent, list(exclude), transfer, external_ref])
        row = cursor.fetchone()
    if row is None:
        return None
    wake_listeners_on_commit()
    return Picked(*row)
