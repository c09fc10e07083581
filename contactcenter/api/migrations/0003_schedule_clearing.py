from django.db import migrations

from contactcenter.lib.schedules import scheduled


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0002_initial"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]
    operations = [
        scheduled(
            "Clear expired sign-ins",
            task="contactcenter.api.tasks.clear_expired_sign_ins",
            every=1,
            period="hours",
            description="Deletes access tokens and browser sessions that have expired.",
        )
    ]
