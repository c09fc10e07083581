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
    ]
