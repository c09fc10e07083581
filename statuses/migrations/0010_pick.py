from django.db import migrations

CHANNELS = ("voice", "chat", "email", "social")

# Why a function: its plan is kept, while planning the statement each time takes longer than running it.
# In the order of the index on free capacity: most spare units, then longest without work. Who is being given
# something at this very moment is passed over first; only when nobody else is left it is worth waiting. A lock is
# kept also on a row that has turned out not to fit; whoever waited with it could wait for ever. So each attempt that
# comes to nothing is taken back, with its locks, before the next.
PICK = """
CREATE FUNCTION statuses_pick_{channel}(
    wanted_skill bigint, wanted_team bigint, wanted_agent bigint, excluded bigint[], is_transfer boolean, ref text
) RETURNS TABLE (picked_id bigint, item_id bigint) LANGUAGE plpgsql AS $$
DECLARE
    profiles bigint[];
    candidate bigint;
BEGIN
    IF wanted_skill IS NOT NULL THEN
        profiles := ARRAY(
            SELECT ps.profile_id
            FROM directory_profileskill ps JOIN directory_skilldefinition d ON d.id = ps.skill_id
            WHERE ps.skill_id = wanted_skill AND
                CASE d.type WHEN 'BOOLEAN' THEN ps.skill_value = 'True' WHEN 'PROFICIENCY' THEN ps.skill_value <> '0'
                ELSE ps.skill_value <> '' END
        );
    END IF;
    LOOP
        BEGIN
            {take} SKIP LOCKED;
            EXIT WHEN picked_id IS NOT NULL;
            RAISE SQLSTATE 'CCNOW';
        EXCEPTION WHEN SQLSTATE 'CCNOW' THEN
        END;
        {look};
        IF candidate IS NULL THEN
            RETURN;
        END IF;
        BEGIN
            {wait};
            EXIT WHEN picked_id IS NOT NULL;
            RAISE SQLSTATE 'CCNOW';
        EXCEPTION WHEN SQLSTATE 'CCNOW' THEN
        END;
    END LOOP;
    INSERT INTO statuses_workitem (agent_id, channel, external_ref, reason, added_at)
    VALUES (picked_id, '{channel}', ref, CASE WHEN is_transfer THEN 'transferred' ELSE 'assigned' END, clock_timestamp())
    RETURNING id INTO item_id;
    INSERT INTO events_event (kind, audience, payload) VALUES (
        'availability.changed',
        ARRAY['all-teams', 'user:' || picked_id]
            || ARRAY(SELECT 'team:' || m.team_id FROM directory_membership m WHERE m.user_id = picked_id),
        jsonb_build_object('agent_id', picked_id, 'what', 'work')
    );
    RETURN NEXT;
END $$
"""
SELECT = """
    SELECT s.agent_id INTO {into} FROM statuses_agentstate s
    WHERE s.{channel} IN ('online', 'transfers_only') AND s.{channel}_on AND s.{channel}_units > s.{channel}_items
      AND (is_transfer OR s.{channel} = 'online')
      AND NOT (s.exclusive AND s.voice_items + s.chat_items + s.email_items + s.social_items > 0)
      AND (wanted_skill IS NULL OR s.skill_profile_id = ANY(profiles))
      AND (wanted_agent IS NULL OR s.agent_id = wanted_agent)
      AND (wanted_team IS NULL OR EXISTS (
          SELECT FROM directory_membership m WHERE m.user_id = s.agent_id AND m.team_id = wanted_team))
      AND s.agent_id <> ALL(excluded)
      AND (SELECT a.{channel}_state FROM statuses_availability a WHERE a.agent_id = s.agent_id) <> 'offline'
      {more}
    ORDER BY s.{channel}_items - s.{channel}_units, s.assigned_at NULLS FIRST, s.agent_id
    LIMIT 1
"""


def function(channel):
    def select(into, more=""):
        return SELECT.format(channel=channel, into=into, more=more).strip()

    return PICK.format(
        channel=channel,
        take=f"{select('picked_id')} FOR UPDATE OF s",
        look=select("candidate"),
        wait=f"{select('picked_id', 'AND s.agent_id = candidate')} FOR UPDATE OF s",
    )


class Migration(migrations.Migration):
    dependencies = [("statuses", "0009_status_jobs")]

    operations = [
        migrations.RunSQL(
            function(channel),
            f"DROP FUNCTION statuses_pick_{channel}(bigint, bigint, bigint, bigint[], boolean, text)",
        )
        for channel in CHANNELS
    ]
