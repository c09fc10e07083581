"""Signs of life: what workspaces and other systems report, written in batches. What follows from it, sweeps decide."""

from collections.abc import Collection, Iterable, Sequence

from django.db import connection, transaction

from contactcenter.events.audience import user_token
from contactcenter.events.services import Message, publish_many
from contactcenter.events.signs import Sign

IDLE_OVER = "idle.over"

# Input less than two seconds after the last known is the same: how long a message takes is not always the same.
# Who left and is not back since does not come back by a sign that was on its way.
_RECORD = """
WITH given AS (
    SELECT agent_id, now() - make_interval(secs => seen_ago) AS seen_at,
           now() - make_interval(secs => input_ago) AS input_at
    FROM unnest(%(agents)s::bigint[], %(seen)s::float8[], %(input)s::float8[]) AS g (agent_id, seen_ago, input_ago)
), known AS (
    SELECT p.* FROM statuses_presence p JOIN given USING (agent_id) ORDER BY p.agent_id FOR UPDATE OF p
), written AS (
    INSERT INTO statuses_presence AS p (agent_id, seen_at, watched, input_at, check_at)
    SELECT g.agent_id, g.seen_at, true, g.input_at, now()
    FROM given g JOIN statuses_agentstate s ON s.agent_id = g.agent_id
    WHERE (SELECT count(*) FROM known) >= 0
    ORDER BY g.agent_id
    ON CONFLICT (agent_id) DO UPDATE SET
        seen_at = greatest(p.seen_at, excluded.seen_at), watched = true, left_at = NULL,
        check_at = CASE WHEN p.watched THEN p.check_at ELSE now() END,
        input_at = CASE WHEN excluded.input_at > coalesce(p.input_at, '-infinity') + interval '2 seconds'
            THEN excluded.input_at ELSE p.input_at END,
        warned_at = CASE WHEN excluded.input_at > coalesce(p.input_at, '-infinity') + interval '2 seconds'
            THEN NULL ELSE p.warned_at END
    WHERE p.left_at IS NULL OR excluded.seen_at > p.left_at
    RETURNING p.agent_id, p.warned_at
)
SELECT w.agent_id FROM written w JOIN known k ON k.agent_id = w.agent_id
WHERE k.warned_at IS NOT NULL AND w.warned_at IS NULL
"""

# A connection that closed was there until then.
_CLOSED = """
WITH given AS (
    SELECT agent_id, now() - make_interval(secs => seen_ago) AS seen_at
    FROM unnest(%(agents)s::bigint[], %(seen)s::float8[]) AS g (agent_id, seen_ago)
), known AS (
    SELECT p.agent_id FROM statuses_presence p JOIN given USING (agent_id)
    WHERE p.watched ORDER BY p.agent_id FOR UPDATE OF p
)
UPDATE statuses_presence p SET seen_at = greatest(p.seen_at, given.seen_at)
FROM known JOIN given USING (agent_id) WHERE p.agent_id = known.agent_id
"""

# Web processes beat every two seconds. After a gap the clock by which connections are lost starts anew.
_BEAT = """
UPDATE statuses_presenceclock SET
    up_since = CASE WHEN beat_at < now() - interval '10 seconds' THEN now() ELSE up_since END, beat_at = now()
"""

_ACTIVE = """
WITH known AS (
    SELECT p.* FROM statuses_presence p WHERE p.agent_id = ANY(%(agents)s) ORDER BY p.agent_id FOR UPDATE
), written AS (
    INSERT INTO statuses_presence AS p (agent_id, watched, input_at, check_at)
    SELECT s.agent_id, false, now(), now() FROM statuses_agentstate s
    WHERE s.agent_id = ANY(%(agents)s) AND (SELECT count(*) FROM known) >= 0 ORDER BY s.agent_id
    ON CONFLICT (agent_id) DO UPDATE SET
        input_at = now(), warned_at = NULL, left_at = NULL,
        check_at = CASE WHEN p.left_at IS NULL THEN p.check_at ELSE now() END
    RETURNING p.agent_id
)
SELECT agent_id FROM known WHERE warned_at IS NOT NULL AND (SELECT count(*) FROM written) >= 0
"""


def record(signs: Sequence[Sign], closed: Sequence[Sign]) -> None:
    """Store one batch of what web processes have heard, and that they are up. Only agents count."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BEAT)
        if closed:
            cursor.execute(_CLOSED, _columns(closed))
        if signs:
            cursor.execute(_RECORD, _columns(signs))
            publish_idle_over(agent_id for (agent_id,) in cursor.fetchall())


def _columns(signs: Sequence[Sign]) -> dict[str, list[float]]:
    return {
        "agents": [sign.user_id for sign in signs],
        "seen": [sign.seen_ago for sign in signs],
        "input": [sign.input_ago for sign in signs],
    }


@transaction.atomic
def note_activity(agent_ids: Collection[int]) -> None:
    """Restart the idle timer: somebody worked, also where no workspace is open."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTIVE, {"agents": list(agent_ids)})
        publish_idle_over(agent_id for (agent_id,) in cursor.fetchall())


def note_work_ended(agent_ids: Collection[int]) -> None:
    """Restart the idle timer of locked agents whose work, which kept them from becoming idle, has ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH known AS (
                SELECT agent_id, warned_at FROM statuses_presence WHERE agent_id = ANY(%s) AND left_at IS NULL
                ORDER BY agent_id FOR UPDATE
            )
            UPDATE statuses_presence p SET input_at = now(), warned_at = NULL, check_at = now()
            FROM known WHERE p.agent_id = known.agent_id
            RETURNING p.agent_id, known.warned_at
            """,
            [list(agent_ids)],
        )
        publish_idle_over(agent_id for agent_id, warned_at in cursor.fetchall() if warned_at is not None)


def note_sign_out(agent_id: int) -> None:
    """Who signs out is neither lost nor idle. Another browser's next sign of life brings the agent back."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE statuses_presence SET left_at = now(), watched = false, check_at = NULL, warned_at = NULL
            WHERE agent_id = %s
            """,
            [agent_id],
        )


def look_at_everybody() -> None:
    """Have the next sweep look at all who have not signed out."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH known AS (
                SELECT agent_id FROM statuses_presence WHERE left_at IS NULL ORDER BY agent_id FOR UPDATE
            )
            UPDATE statuses_presence p SET check_at = now() FROM known WHERE p.agent_id = known.agent_id
            """
        )


def publish_idle_over(agent_ids: Iterable[int]) -> None:
    """Take the warnings back that stand in the agents' pages."""
    publish_many(Message(IDLE_OVER, [user_token(agent_id)], {"agent_id": agent_id}) for agent_id in agent_ids)
