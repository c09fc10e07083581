from django.db import migrations

from contactcenter.lib.schedules import scheduled


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0001_initial"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations = [
        scheduled(
            "Prune events",
            task="contactcenter.events.tasks.prune_events",
            every=10,
            period="minutes",
            description="Deletes events older than 24 hours.",
        )
    ]
