"""The statements that set statuses, written by hand: this is what the system does most.

Why not through the ORM, says docs/decisions/availability-view.md. Everything here runs inside the caller's
transaction, and locks in one order: first the status, then agents by id, then their presences.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from contactcenter.directory.models import AuxiliaryCode
from contactcenter.lib.actors import Actor
from contactcenter.lib.channels import CHANNELS
from statuses.models import Status
from statuses.states import TIMEOUTS, Cause


@dataclass(frozen=True)
class Choice:
    """What is being set: a status as defined now, perhaps with a reason and a note."""

    status: Status
    cause: Cause
    actor: Actor
    reason: AuxiliaryCode | None = None
    note: str = ""
    idle_minutes: int = 0  # without input, where that is the cause


class UsableStatus(NamedTuple):
    status: Status
    restricted_to: frozenset[int]
    routing: bool  # whether omnichannel routing is on


class LockedAgent(NamedTuple):
    agent_id: int
    version: int
    name: str
    team_ids: list[int]
    desktop_profile_id: int | None


class Moved(NamedTuple):
    agent_id: int
    version: int
    team_ids: list[int]


_STATUS_FIELDS = ("id", "name", *CHANNELS)

HOLD_STATUS = f"""
SELECT {", ".join(_STATUS_FIELDS)},
       ARRAY(SELECT t.team_id FROM statuses_status_teams t WHERE t.status_id = s.id),
       (SELECT omnichannel_routing FROM directory_companysettings)
FROM statuses_status s WHERE s.id = %s FOR KEY SHARE OF s
"""  # noqa: S608 - names of columns

# The user's row first: who deletes or renames a user holds it while waiting for the state, and the state's foreign key
# asks for it at commit.
LOCK_AGENTS = """
WITH people AS MATERIALIZED (
    SELECT id, coalesce(nullif(trim(concat(first_name, ' ', last_name)), ''), email) AS name, desktop_profile_id
    FROM directory_user
    WHERE id = ANY(%(agents)s) AND (%(all)s OR (is_active AND contact_center_enabled))
    ORDER BY id FOR KEY SHARE
)
SELECT s.agent_id, s.version, people.name,
       ARRAY(SELECT m.team_id FROM directory_membership m WHERE m.user_id = s.agent_id), people.desktop_profile_id
FROM people JOIN statuses_agentstate s ON s.agent_id = people.id
ORDER BY s.agent_id FOR UPDATE OF s
"""

# Whether a choice differs from what is there, and whether the agent still is one, is decided here, on the locked row.
MOVE = """
WITH leaving AS (
    SELECT s.*, coalesce(r.name, '') AS reason_name, r.paid AS reason_paid, greatest(%(now)s, s.since) AS moved_at
    FROM statuses_agentstate s JOIN directory_user u ON u.id = s.agent_id
    LEFT JOIN directory_auxiliarycode r ON r.id = s.reason_code_id
    WHERE s.agent_id = ANY(%(agents)s) AND (%(always)s OR (u.is_active AND u.contact_center_enabled AND (
        s.must_choose OR s.status_id <> %(status)s OR s.status_name <> %(status_name)s
        OR (s.voice, s.chat, s.email, s.social) <> (%(voice)s, %(chat)s, %(email)s, %(social)s)
        OR s.reason_code_id IS DISTINCT FROM %(reason)s
        OR (%(note)s <> '' AND s.note <> %(note)s)
    )))
), finished AS (
    INSERT INTO statuses_statusinterval (
        agent_id, version, status_id, status_name, reason_code_id, reason_code_name, reason_code_paid,
        cause, actor_kind, actor_id, actor_name, note, started_at, ended_at
    )
    SELECT agent_id, version, status_id, status_name, reason_code_id, reason_name, reason_paid,
           cause, actor_kind, actor_id, actor_name, note, since, moved_at
    FROM leaving
), watched AS (
    SELECT p.agent_id FROM statuses_presence p WHERE p.agent_id IN (SELECT agent_id FROM leaving)
    ORDER BY p.agent_id FOR UPDATE
), timers AS (
    UPDATE statuses_presence p SET
        check_at = CASE WHEN p.left_at IS NULL OR %(restarts)s THEN now() END, warned_at = NULL,
        input_at = CASE WHEN %(restarts)s THEN greatest(p.input_at, now()) ELSE p.input_at END
    FROM watched WHERE p.agent_id = watched.agent_id
)
UPDATE statuses_agentstate s SET
    status_id = %(status)s, status_name = %(status_name)s,
    voice = %(voice)s, chat = %(chat)s, email = %(email)s, social = %(social)s,
    since = leaving.moved_at, cause = %(cause)s,
    actor_kind = %(actor_kind)s, actor_id = %(actor_id)s, actor_name = %(actor_name)s,
    reason_code_id = %(reason)s, note = %(note)s, must_choose = %(must_choose)s, version = s.version + 1
FROM leaving WHERE s.agent_id = leaving.agent_id
RETURNING s.agent_id, s.version, ARRAY(SELECT m.team_id FROM directory_membership m WHERE m.user_id = s.agent_id)
"""


def hold_status(status_id: int) -> UsableStatus | None:
    """Read a status so that it cannot be deleted before the transaction ends.

    The lock is the one its foreign key takes anyway. Taking it before the agents' keeps the order that deletion
    uses, so the two cannot deadlock.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD_STATUS, [status_id])
        row = cursor.fetchone()
    if row is None:
        return None
    *fields, restricted_to, routing = row
    status = Status(**dict(zip(_STATUS_FIELDS, fields, strict=True)))
    return UsableStatus(status, frozenset(restricted_to), routing)


def lock_agents(agent_ids: Iterable[int], *, also_retired: bool = False) -> dict[int, LockedAgent]:
    """Lock the states of those who can be given work, and read what the rules need."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_AGENTS, {"agents": list(agent_ids), "all": also_retired})
        return {row[0]: LockedAgent(*row) for row in cursor.fetchall()}


def lock_capacity() -> None:
    """Keep the profiles of teams and sites, and what they give, as they are until the transaction ends.

    The triggers that write capacity take this lock, and then agents. Who locks agents first and changes what their
    capacity follows from later takes it before, too.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended('capacity of agents', 0))")


def move(
    agent_ids: Iterable[int], choice: Choice, *, now: datetime, always: bool = False, must_choose: bool = False
) -> list[Moved]:
    """Close the running interval of locked agents and open the next.

    Those whom it would not change stay, and those who are no agents any more, unless ``always``.
    ``must_choose`` asks them to choose again. The idle timer starts anew, unless it is what moves them; the rule of
    the new status is looked at by the next sweep.
    """
    status, actor, reason = choice.status, choice.actor, choice.reason
    values = {
        "agents": list(agent_ids),
        "now": now,
        "always": always,
        "must_choose": must_choose,
        "status": status.pk,
        "status_name": status.name,
        **status.channels,
        "cause": choice.cause.value,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "reason": reason.pk if reason else None,
        "note": choice.note,
        "restarts": choice.cause not in TIMEOUTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(MOVE, values)
        return [Moved(*row) for row in cursor.fetchall()]
