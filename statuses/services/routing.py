"""Choosing who gets the next piece of work, and reserving a unit of that agent's capacity."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from django.db import connection, transaction

from contactcenter.lib.channels import CHANNELS
from statuses.moves import Moved
from statuses.services.telling import publish_availability
from statuses.states import WorkReason


class Picked(NamedTuple):
    agent_id: int
    work_item_id: int


# In the order of the index on free capacity: most spare units, then longest without work. Who is being given
# something at this very moment is passed over first; only when nobody else is left it is worth waiting.
_PICK = """
WITH able AS MATERIALIZED (
    SELECT array_agg(ps.profile_id) AS profiles
    FROM directory_profileskill ps JOIN directory_skilldefinition d ON d.id = ps.skill_id
    WHERE ps.skill_id = %(skill)s AND (
        CASE d.type WHEN 'BOOLEAN' THEN ps.skill_value = 'True' WHEN 'PROFICIENCY' THEN ps.skill_value <> '0'
        ELSE ps.skill_value <> '' END
    )
), picked AS (
    SELECT s.agent_id FROM statuses_agentstate s
    WHERE s.{channel} IN ({states}) AND s.{channel}_on AND s.{channel}_units > s.{channel}_items
      AND NOT (s.exclusive AND s.voice_items + s.chat_items + s.email_items + s.social_items > 0)
      AND (%(skill)s::bigint IS NULL OR s.skill_profile_id = ANY(coalesce((SELECT profiles FROM able), ARRAY[]::bigint[])))
      AND (%(agent)s::bigint IS NULL OR s.agent_id = %(agent)s)
      AND (%(team)s::bigint IS NULL OR EXISTS (
          SELECT FROM directory_membership m WHERE m.user_id = s.agent_id AND m.team_id = %(team)s))
      AND s.agent_id <> ALL(%(exclude)s)
      AND EXISTS (SELECT FROM statuses_availability a WHERE a.agent_id = s.agent_id AND a.{channel}_state IN ({states}))
    ORDER BY s.{channel}_items - s.{channel}_units, s.assigned_at NULLS FIRST, s.agent_id
    LIMIT 1 FOR UPDATE OF s {waiting}
)
INSERT INTO statuses_workitem (agent_id, channel, external_ref, reason, added_at)
SELECT agent_id, '{channel}', %(external_ref)s, %(reason)s, clock_timestamp() FROM picked
RETURNING agent_id, id, ARRAY(SELECT m.team_id FROM directory_membership m WHERE m.user_id = agent_id)
"""
_STATES: Final = {False: "'online'", True: "'online', 'transfers_only'"}


def _statement(channel: str, *, transfer: bool, patient: bool) -> str:
    return _PICK.format(channel=channel, states=_STATES[transfer], waiting="" if patient else "SKIP LOCKED")


_STATEMENTS: Final = {
    (channel, transfer): [_statement(channel, transfer=transfer, patient=patient) for patient in (False, True)]
    for channel in CHANNELS
    for transfer in (False, True)
}


@transaction.atomic
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
    work. Two callers never get the same unit: the row is locked until the caller's transaction ends.
    """
    values = {
        "skill": skill,
        "team": team,
        "agent": agent,
        "exclude": list(exclude),
        "external_ref": external_ref,
        "reason": WorkReason.TRANSFERRED if transfer else WorkReason.ASSIGNED,
    }
    for statement in _STATEMENTS[channel, transfer]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            row = cursor.fetchone()
        if row is not None:
            agent_id, item_id, team_ids = row
            publish_availability([Moved(agent_id, 0, team_ids)], "work")
            return Picked(agent_id, item_id)
    return None
