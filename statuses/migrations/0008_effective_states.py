from django.db import migrations
from django.utils import timezone

from contactcenter.lib.schedules import scheduled

CHANNELS = ("voice", "chat", "email", "social")

# What an agent can hold and do, by the directory: the capacity rule is the agent's own multimedia profile, else the
# first team's that has one, else the site's; the skills are those of the agent's own profile, else of the first team's.
# Migrations that change columns read here drop the view first and create it again.
CAPACITY = f"""
CREATE VIEW statuses_capacity AS
SELECT u.id AS user_id,
       {", ".join(f"CASE WHEN '{c}' = ANY(u.channels) THEN coalesce(p.{c}, 0) ELSE 0 END::integer AS {c}" for c in CHANNELS)},
       coalesce(p.type = 'EXCLUSIVE', false) AS exclusive,
       coalesce(
           u.skill_profile_id,
           (SELECT t.skill_profile_id FROM directory_membership m JOIN directory_team t ON t.id = m.team_id
            WHERE m.user_id = u.id AND t.skill_profile_id IS NOT NULL ORDER BY m.position, m.id LIMIT 1)
       ) AS skill_profile_id
FROM directory_user u
LEFT JOIN directory_site i ON i.id = u.site_id
LEFT JOIN directory_multimediaprofile p ON p.id = coalesce(
    u.multimedia_profile_id,
    (SELECT t.multimedia_profile_id FROM directory_membership m JOIN directory_team t ON t.id = m.team_id
     WHERE m.user_id = u.id AND t.multimedia_profile_id IS NOT NULL ORDER BY m.position, m.id LIMIT 1),
    i.multimedia_profile_id
)
"""

# The agents' rows are locked in the order in which everything locks them. Told to those concerned; where that is
# many, everybody looks anew.
_HELD = ", ".join(f"s.{c}_units" for c in CHANNELS) + ", s.exclusive, s.skill_profile_id"
_DUE = ", ".join(f"c.{c}" for c in CHANNELS) + ", c.exclusive, c.skill_profile_id"
APPLY = f"""
CREATE FUNCTION statuses_apply_capacity(users bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    changed bigint[];
BEGIN
    PERFORM 1 FROM statuses_agentstate s JOIN statuses_capacity c ON c.user_id = s.agent_id
    WHERE s.agent_id = ANY(users) AND ({_HELD}) IS DISTINCT FROM ({_DUE})
    ORDER BY s.agent_id FOR UPDATE OF s;
    WITH written AS (
        UPDATE statuses_agentstate s SET
            {", ".join(f"{c}_units = c.{c}" for c in CHANNELS)},
            exclusive = c.exclusive, skill_profile_id = c.skill_profile_id
        FROM statuses_capacity c
        WHERE c.user_id = s.agent_id AND s.agent_id = ANY(users) AND ({_HELD}) IS DISTINCT FROM ({_DUE})
        RETURNING s.agent_id
    )
    SELECT array_agg(agent_id) INTO changed FROM written;
    IF cardinality(changed) <= 100 THEN
        INSERT INTO events_event (kind, audience, payload) SELECT
            'capacity.changed',
            array['all-teams'] || array(SELECT 'user:' || agent FROM unnest(changed) AS agent)
                || array(SELECT DISTINCT 'team:' || team_id FROM directory_membership WHERE user_id = ANY(changed)),
            jsonb_build_object('agent_ids', to_jsonb(changed));
        PERFORM pg_notify('contactcenter_events', '');
    ELSIF changed IS NOT NULL THEN
        INSERT INTO events_event (kind, audience, payload)
        VALUES ('capacity.changed', array['everyone'], jsonb_build_object('agent_ids', '[]'::jsonb));
        PERFORM pg_notify('contactcenter_events', '');
    END IF;
END $$
"""

# What is changed in the directory → whose capacity that concerns. Bulk statements count once. ``changed`` are the ids of
# what is different now.
_OWN = "SELECT unnest(changed)"
_CHANGED = "SELECT n.id FROM new_rows n JOIN old_rows o USING (id) WHERE ({new}) IS DISTINCT FROM ({old})"


def _differing(*columns):
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in "no")
    return _CHANGED.format(new=new, old=old)


FOLLOWERS = {
    "directory_user": {
        "UPDATE": (_differing("multimedia_profile_id", "skill_profile_id", "site_id", "channels"), _OWN),
    },
    "directory_membership": {
        "INSERT": ("SELECT user_id FROM new_rows", _OWN),
        "DELETE": ("SELECT user_id FROM old_rows", _OWN),
        "UPDATE": ("SELECT user_id FROM new_rows UNION SELECT user_id FROM old_rows", _OWN),
    },
    "directory_team": {
        "UPDATE": (
            _differing("multimedia_profile_id", "skill_profile_id"),
            "SELECT user_id FROM directory_membership WHERE team_id = ANY(changed)",
        ),
    },
    "directory_site": {
        "UPDATE": (
            _differing("multimedia_profile_id"),
            "SELECT id FROM directory_user WHERE site_id = ANY(changed)",
        ),
    },
    "directory_multimediaprofile": {
        "UPDATE": (
            _differing("voice", "chat", "email", "social", "type"),
            """
            SELECT id FROM directory_user WHERE multimedia_profile_id = ANY(changed)
            UNION SELECT m.user_id FROM directory_team t JOIN directory_membership m ON m.team_id = t.id
                WHERE t.multimedia_profile_id = ANY(changed)
            UNION SELECT u.id FROM directory_site i JOIN directory_user u ON u.site_id = i.id
                WHERE i.multimedia_profile_id = ANY(changed)
            """,
        ),
    },
    "statuses_agentstate": {"INSERT": ("SELECT agent_id FROM new_rows", _OWN)},
}
_TABLES = {
    "INSERT": "REFERENCING NEW TABLE AS new_rows",
    "DELETE": "REFERENCING OLD TABLE AS old_rows",
    "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
}

# Who changes what many have it from waits for those who change where single ones have it from, and the other way
# round: neither sees what the other has not committed, and what is computed would hold for good.
# ``statuses.moves.lock_capacity`` takes the same lock.
_LOCK = "pg_advisory_xact_lock{}(hashtextextended('capacity of agents', 0))"


def _followers():
    for table, events in FOLLOWERS.items():
        for event, (changed, concerned) in events.items():
            name = f"statuses_capacity_{table.partition('_')[2]}_{event.lower()}"
            lock = _LOCK.format("_shared" if concerned is _OWN else "")
            yield migrations.RunSQL(
                f"""
                CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
                DECLARE
                    changed bigint[] := ARRAY({changed});
                BEGIN
                    IF cardinality(changed) > 0 THEN
                        PERFORM {lock};
                        PERFORM statuses_apply_capacity(ARRAY({concerned}));
                    END IF;
                    RETURN NULL;
                END $$;
                CREATE TRIGGER {name} AFTER {event} ON {table} {_TABLES[event]}
                    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
                """,
                f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();",
            )


def _counter(event, rows, sign):
    counts = ", ".join(f"count(*) FILTER (WHERE channel = '{c}') AS {c}" for c in CHANNELS)
    items = ", ".join(f"{c}_items = {c}_items {sign} d.{c}" for c in CHANNELS)
    latest = ", assigned_at = greatest(assigned_at, d.latest)" if event == "INSERT" else ""
    name = f"statuses_count_{event.lower()}"
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE statuses_agentstate s SET {items}{latest}
            FROM (SELECT agent_id, max(added_at) AS latest, {counts} FROM {rows} GROUP BY agent_id) d
            WHERE s.agent_id = d.agent_id;
            RETURN NULL;
        END $$;
        CREATE TRIGGER {name} AFTER {event} ON statuses_workitem {_TABLES[event]}
            FOR EACH STATEMENT EXECUTE FUNCTION {name}();
        """,
        f"DROP TRIGGER {name} ON statuses_workitem; DROP FUNCTION {name}();",
    )


# The one place where effective states are computed.
EFFECTIVE = """
CREATE FUNCTION statuses_effective_state(units integer, is_on boolean, given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE WHEN units > 0 AND is_on THEN given ELSE 'offline' END
"""


def _channel(channel):
    line = " AND (NOT company.phone_lines_reported OR coalesce(l.ready AND l.lease_until > now(), false))"
    also = line if channel == "voice" else ""
    reported = ", CASE WHEN company.phone_lines_reported THEN l.changed_at END" if channel == "voice" else ""
    return f"""
        s.{channel}_units, s.{channel}_items, s.{channel}_on,
        statuses_effective_state(s.{channel}_units, s.{channel}_on{also}, s.{channel}) AS {channel}_state,
        greatest(s.since, s.{channel}_switched_at{reported}) AS {channel}_updated_at
    """


# Who can take what now. Migrations that change columns read here drop the view first and create it again.
AVAILABILITY = f"""
DROP VIEW statuses_availability;
CREATE VIEW statuses_availability AS
SELECT s.agent_id, u.first_name, u.last_name, u.email AS address, s.version, s.status_id, s.status_name,
       s.since, s.cause, s.actor_kind, s.actor_id, s.actor_name, s.note, s.must_choose,
       s.reason_code_id, coalesce(r.name, '') AS reason_code_name, r.paid AS reason_code_paid,
       ARRAY(SELECT m.team_id FROM directory_membership m WHERE m.user_id = u.id ORDER BY m.position, m.id) AS team_ids,
       {", ".join(map(_channel, CHANNELS))},
       s.voice_units > 0 AND s.voice_on
           AND (NOT company.phone_lines_reported OR coalesce(l.ready AND l.lease_until > now(), false)) AS line_ready,
       s.skill_profile_id, s.activity, s.activity_skill_id, s.activity_since
FROM statuses_agentstate s
JOIN directory_user u ON u.id = s.agent_id
CROSS JOIN directory_companysettings company
LEFT JOIN directory_auxiliarycode r ON r.id = s.reason_code_id
LEFT JOIN statuses_phoneline l ON l.agent_id = s.agent_id
WHERE u.is_active AND u.contact_center_enabled
"""


def create_defaults(apps, schema_editor):
    apps.get_model("statuses", "TimeoutDefaults").objects.create(pk=1, idle_target_id=4)
    now = timezone.now()
    apps.get_model("statuses", "PresenceClock").objects.create(up_since=now, beat_at=now)


class Migration(migrations.Migration):
    dependencies = [
        ("statuses", "0007_capacity_presence_timeouts"),
        ("directory", "0008_channels_and_lines"),
        ("events", "0001_initial"),
        ("django_celery_beat", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(CAPACITY, "DROP VIEW statuses_capacity"),
        migrations.RunSQL(APPLY, "DROP FUNCTION statuses_apply_capacity(bigint[])"),
        *_followers(),
        _counter("INSERT", "new_rows", "+"),
        _counter("DELETE", "old_rows", "-"),
        migrations.RunSQL(EFFECTIVE, migrations.RunSQL.noop),
        migrations.RunSQL(AVAILABILITY, migrations.RunSQL.noop),
        migrations.RunSQL(
            "SELECT statuses_apply_capacity(ARRAY(SELECT agent_id FROM statuses_agentstate))", migrations.RunSQL.noop
        ),
        migrations.RunPython(create_defaults, migrations.RunPython.noop),
        scheduled(
            "Apply status timeouts",
            task="statuses.tasks.apply_timeouts",
            every=1,
            period="seconds",
            queue="tick",
            description="Warns agents who become idle, and sets the statuses of those who are, or who are disconnected.",
        ),
        scheduled(
            "Expire phone lines and work items",
            task="statuses.tasks.expire",
            every=5,
            period="seconds",
            queue="tick",
            description="Phone lines whose report has run out become unavailable; work items nobody ended are let go.",
        ),
    ]
