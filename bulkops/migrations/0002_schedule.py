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
        )
    ]
