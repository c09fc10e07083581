from django.db import migrations

from contactcenter.lib.schedules import scheduled


class Migration(migrations.Migration):
    dependencies = [("bulkops", "0001_initial"), ("django_celery_beat", "0001_initial")]

    operations = [
        scheduled(
            "Resume bulk operations",
            task="bulkops.tasks.resume_operations",
            every=10,
            period="seconds",
            description="Has bulk operations taken up again whose worker was stopped.",
        ),
        scheduled(
            "Prune bulk operations",
            task="bulkops.tasks.prune_operations",
            every=24,
            period="hours",
            description="Deletes rows and files of bulk operations that ended more than 90 days ago.",
        ),
    ]
