from django.conf import settings
from django.db import migrations, models

# Reports read the indexes alone, as far as the table was vacuumed. Without this that would be after a fifth of it is new.
VACUUM = "ALTER TABLE statuses_{0} SET (autovacuum_vacuum_insert_scale_factor = 0.01);"
USUAL = "ALTER TABLE statuses_{0} RESET (autovacuum_vacuum_insert_scale_factor);"


class Migration(migrations.Migration):
    dependencies = [
        ("statuses", "0010_pick"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="activityinterval", name="activity_interval_report"),
        migrations.RemoveIndex(model_name="statusinterval", name="status_interval_report"),
        migrations.AlterField(
            model_name="statusinterval",
            name="agent",
            field=models.ForeignKey(
                db_index=False,
                on_delete=models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="agent",
            ),
        ),
        migrations.AddIndex(
            model_name="activityinterval",
            index=models.Index(
                fields=["agent", "started_at", "ended_at"], include=["activity"], name="activity_interval_report"
            ),
        ),
        migrations.AddIndex(
            model_name="statusinterval",
            index=models.Index(
                fields=["agent", "started_at", "ended_at"],
                include=["status_id", "reason_code_id", "reason_code_paid"],
                name="status_interval_report",
            ),
        ),
        *(
            migrations.RunSQL(VACUUM.format(table), USUAL.format(table))
            for table in ("statusinterval", "activityinterval")
        ),
    ]
