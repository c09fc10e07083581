"""Operations, the files they read, and the rows of these files with what became of them."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contactcenter.api.principals import ClientPrincipal
from contactcenter.directory.access import Level, Module, Role
from contactcenter.directory.catalog import OBJECT_TYPES, ObjectType, object_type
from contactcenter.directory.models import Principal
from contactcenter.lib.actors import Actor

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

BUNDLE = "bundle"  # several object types in one zip


class OperationQuerySet(models.QuerySet["Operation"]):
    def visible_to(self, principal: Principal) -> Self:
        """Everything to API clients and to administrators whose profile gives them provisioning; else nothing."""
        if isinstance(principal, ClientPrincipal) or may_see(principal):
            return self.all()
        return self.none()

    def active(self) -> Self:
        return self.filter(status__in=Operation.ACTIVE)


def may_see(user: object) -> bool:
    return _is_administrator(user, Level.VIEW)


def may_run(user: object) -> bool:
    return _is_administrator(user, Level.EDIT)


def _is_administrator(user: object, level: Level) -> bool:
    role, may = getattr(user, "role", None), getattr(user, "may", None)
    return role == Role.ADMINISTRATOR and callable(may) and bool(may(Module.PROVISIONING, level))


class Operation(models.Model):
    """One import, export or undo. At most one is active, which the database guarantees."""

    class Kind(models.TextChoices):
        IMPORT = "import", _("Import")
        EXPORT = "export", _("Export")
        UNDO = "undo", _("Undo")

    class Status(models.TextChoices):
        NEW = "new", _("New")
        IN_PROGRESS = "in_progress", _("In progress")
        COMPLETED = "completed", _("Completed")
        COMPLETED_WITH_ERRORS = "completed_with_errors", _("Completed with errors")
        FAILED = "failed", _("Failed")

    ACTIVE: ClassVar = (Status.NEW, Status.IN_PROGRESS)
    ATTEMPTS: ClassVar = 3  # without any progress, before an import is taken back

    object_type = models.CharField(_("object"), max_length=32)
    kind = models.CharField(_("job type"), max_length=6, choices=Kind.choices)
    dry_run = models.BooleanField(_("preview"), default=False)
    status = models.CharField(_("status"), max_length=21, choices=Status.choices, default=Status.NEW)
    cancel_requested = models.BooleanField(default=False)
    cancelled = models.BooleanField(_("cancelled"), default=False)
    discarded = models.BooleanField(_("discarded"), default=False)
    file_name = models.CharField(_("file name"), max_length=255)
    file = models.FileField(max_length=200, blank=True)  # what was uploaded
    output = models.FileField(max_length=200, blank=True)  # what was exported
    output_name = models.CharField(max_length=255, blank=True)
    # the preview an import applies, or the import an undo takes back
    source = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="followers")

    actor_kind = models.CharField(max_length=8)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("submitted by"), max_length=320)
    language = models.CharField(max_length=10)  # of the messages

    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now, db_index=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("ended"), null=True)

    staged = models.BooleanField(default=False)  # all rows of the file are stored, and not pruned yet
    applied = models.BooleanField(default=False)  # at least one chunk changed the directory
    attempts = models.PositiveSmallIntegerField(default=0)
    touched_at = models.DateTimeField(default=timezone.now)  # the last sign of life
    failure = models.TextField(blank=True)  # why it could not run
    # rows whose outcome is another than the preview's
    surprises = models.PositiveIntegerField(null=True)

    total = models.PositiveIntegerField(_("total"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)

    slot = models.PositiveSmallIntegerField(default=1, editable=False)

    objects = OperationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("bulk operation")
        verbose_name_plural = _("bulk operations")
        constraints = [
            models.UniqueConstraint(
                fields=["slot"], condition=Q(status__in=["new", "in_progress"]), name="bulk_operation_one_active"
            ),
        ]

    if TYPE_CHECKING:
        rows: RelatedManager["OperationRow"]
        files: RelatedManager["OperationFile"]

    def __str__(self) -> str:
        return f"{self.pk} · {self.file_name}"

    @property
    def actor(self) -> Actor:
        return Actor(self.actor_kind, self.actor_id, self.actor_name)  # type: ignore[arg-type]  # stored from one

    @property
    def is_active(self) -> bool:
        return self.status in self.ACTIVE

    @property
    def done(self) -> int:
        return self.created + self.updated + self.unchanged + self.failed

    @property
    def progress(self) -> float:
        """How much is done, from 0 to 1."""
        if not self.is_active:
            return 1.0
        return round(self.done / self.total, 4) if self.total else 0.0

    @property
    def stopped(self) -> bool:
        """Whether it ended before it was through."""
        return self.cancelled or self.status == self.Status.FAILED

    @property
    def undoable(self) -> bool:
        """Whether the import can be taken back. Needs ``followers`` read along in lists."""
        undos = [other for other in self.followers.all() if other.kind == self.Kind.UNDO]
        taken_back = any(not undo.stopped for undo in undos)
        done = self.kind == self.Kind.IMPORT and self.applied and not self.is_active
        return done and self.staged and not taken_back

    @property
    def label(self) -> str:
        """Name the object, or the bundle of several."""
        found = object_type(self.object_type)
        return str(found.label) if found else str(_("Bundle"))


class OperationFile(models.Model):
    """A CSV of an operation, or its zip of sounds."""

    operation = models.ForeignKey(Operation, models.CASCADE, related_name="files")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=255)
    object_type = models.CharField(max_length=32, choices=[(one.slug, one.label) for one in OBJECT_TYPES])
    header = ArrayField(models.TextField())

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["operation", "position"], name="bulk_file_position")]

    def __str__(self) -> str:
        return self.name

    @property
    def type(self) -> ObjectType:
        found = object_type(self.object_type)
        if found is None:
            raise LookupError(self.object_type)
        return found


class Outcome(models.TextChoices):
    PENDING = "", _("Waiting")
    CREATED = "created", _("Created")
    UPDATED = "updated", _("Updated")
    UNCHANGED = "unchanged", _("Unchanged")
    FAILED = "failed", _("Refused")


class OperationRow(models.Model):
    """A row of a file. ``position`` counts the operation's rows; rows of one ``parent`` are applied together."""

    operation = models.ForeignKey(Operation, models.CASCADE, related_name="rows", db_index=False)
    # files go with their operation only, so the database need not look for each row's
    file = models.ForeignKey(OperationFile, models.CASCADE, related_name="rows", db_index=False, db_constraint=False)
    position = models.PositiveIntegerField()
    parent = models.PositiveIntegerField()  # the position of the first row with the same parent
    number = models.PositiveIntegerField()  # as a spreadsheet numbers the rows
    key = models.TextField(blank=True)
    cells = models.JSONField(default=list)
    found = models.JSONField(null=True)  # what was learnt about a sound while its zip was read
    problem = models.TextField(blank=True)  # why the row cannot even be read
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.PENDING)
    errors = models.JSONField(null=True)  # [{column, detail}]
    changes = models.JSONField(null=True)  # [{column, old, new}]
    notes = models.JSONField(null=True)  # what else happened, in words
    target_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)  # what an undo restores
    digest = models.CharField(max_length=32, blank=True)  # of the object as this row left it

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["operation", "position"], name="bulk_row_position")]
        indexes = [models.Index(fields=["operation", "outcome", "position"], name="bulk_row_outcome")]

    def __str__(self) -> str:
        return f"{self.file} {self.number}"
