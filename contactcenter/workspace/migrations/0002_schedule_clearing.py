from django.db import migrations

from contactcenter.lib.schedules import scheduled


class Migration(migrations.Migration):
    dependencies = [
        ("workspace", "0001_initial"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations = [
        scheduled(
            "Clear read notifications",
            task="contactcenter.workspace.tasks.clear_read_notifications",
            every=1,
            period="hours",
            description="Deletes notifications that were read more than 30 days ago.",
        )
    ]
