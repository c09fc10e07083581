from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Cast, Now


class Event(models.Model):
    """Something that happened, for those it concerns. Written by ``services.publish``, never changed."""

    # The number of the writing transaction. Readers go by it, because ids are drawn before commit and may
    # appear out of order: see docs/decisions/event-cursor.md.
    xid = models.BigIntegerField(
        db_default=Cast(Cast(models.Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()),
        editable=False,
    )
    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    audience = ArrayField(models.TextField())  # tokens such as user:17, team:3, everyone
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["xid"], name="events_event_xid")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class Horizon(models.Model):
    """One row: events of transactions below ``xid`` may be gone, so a replay from there is not complete."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    xid = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="events_horizon_one_row")]

    def __str__(self) -> str:
        return str(self.xid)
