from django.db import migrations

# Ids and names are Zendesk's; away still receives e-mail.
BUILTIN = [
    (2, "Offline", "Receives nothing.", ("offline", "offline", "offline", "offline")),
    (3, "Online", "Receives work on every channel.", ("online", "online", "online", "online")),
    (4, "Away", "Receives e-mail only.", ("away", "away", "online", "away")),
    (
        5,
        "Transfers only",
        "Receives only work that another agent hands over.",
        ("transfers_only", "transfers_only", "transfers_only", "transfers_only"),
    ),
]

# Finished and running intervals as one list. Both branches can be read by agent and version, and by start.
HISTORY = """
CREATE VIEW statuses_history AS
SELECT agent_id || '-' || version AS id, agent_id, version, status_id, status_name, reason_code_id,
       reason_code_name, reason_code_paid, cause, actor_kind, actor_id, actor_name, note, started_at, ended_at
FROM statuses_statusinterval
UNION ALL
SELECT s.agent_id || '-' || s.version, s.agent_id, s.version, s.status_id, s.status_name, s.reason_code_id,
       coalesce(r.name, ''), r.paid, s.cause, s.actor_kind, s.actor_id, s.actor_name, s.note, s.since, NULL
FROM statuses_agentstate s LEFT JOIN directory_auxiliarycode r ON r.id = s.reason_code_id
"""

# Who can take what now. Migrations that change columns read here drop the view first and create it again.
AVAILABILITY = """
CREATE VIEW statuses_availability AS
SELECT s.agent_id, u.first_name, u.last_name, u.email AS address, s.version, s.status_id, s.status_name,
       s.since, s.cause, s.actor_kind, s.actor_id, s.actor_name, s.note, s.must_choose,
       s.reason_code_id, coalesce(r.name, '') AS reason_code_name, r.paid AS reason_code_paid,
       ARRAY(SELECT m.team_id FROM directory_membership m WHERE m.user_id = u.id ORDER BY m.position, m.id) AS team_ids,
       {channels}
FROM statuses_agentstate s
JOIN directory_user u ON u.id = s.agent_id
LEFT JOIN directory_auxiliarycode r ON r.id = s.reason_code_id
LEFT JOIN directory_site i ON i.id = u.site_id
LEFT JOIN directory_multimediaprofile p ON p.id = coalesce(
    u.multimedia_profile_id,
    (SELECT t.multimedia_profile_id FROM directory_membership m JOIN directory_team t ON t.id = m.team_id
     WHERE m.user_id = u.id AND t.multimedia_profile_id IS NOT NULL ORDER BY m.position, m.id LIMIT 1),
    i.multimedia_profile_id
)
WHERE u.is_active AND u.contact_center_enabled
"""
CHANNEL = """
CASE WHEN '{0}' = ANY(u.channels) THEN coalesce(p.{0}, 0) ELSE 0 END AS {0}_units,
CASE WHEN '{0}' = ANY(u.channels) AND p.{0} > 0 THEN s.{0} ELSE 'offline' END AS {0}_state
"""


def create_statuses(apps, schema_editor):
    Status = apps.get_model("statuses", "Status")
    for pk, name, description, states in BUILTIN:
        channels = dict(zip(("voice", "chat", "email", "social"), states, strict=True))
        Status.objects.create(pk=pk, name=name, key=name.casefold(), description=description, **channels)


class Migration(migrations.Migration):
    dependencies = [("statuses", "0001_initial"), ("directory", "0002_company")]

    operations = [
        migrations.RunPython(create_statuses, migrations.RunPython.noop),
        migrations.RunSQL(
            "SELECT setval(pg_get_serial_sequence('statuses_status', 'id'), 100, false)", migrations.RunSQL.noop
        ),
        migrations.RunSQL(HISTORY, "DROP VIEW statuses_history"),
        migrations.RunSQL(
            AVAILABILITY.format(
                channels=",".join(CHANNEL.format(channel) for channel in ("voice", "chat", "email", "social"))
            ),
            "DROP VIEW statuses_availability",
        ),
    ]
