"""Shapes of bulk operations in the API."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from bulkops.models import BUNDLE, Operation
from bulkops.reports import OUTCOMES
from contactcenter.api.fields import StrictSerializer
from contactcenter.directory.catalog import OBJECT_TYPES
from contactcenter.lib.validators import validate_single_line
from statuses.serializers import ActorSerializer

OBJECT_CHOICES = [*(object_type.slug for object_type in OBJECT_TYPES), BUNDLE]
IMPORT, EXPORT = NEW_KINDS = [str(Operation.Kind.IMPORT), str(Operation.Kind.EXPORT)]
ROW_OUTCOMES = list(OUTCOMES)


class NewBulkOperationSerializer(StrictSerializer):
    object_type = serializers.ChoiceField(OBJECT_CHOICES, help_text="`bundle`: a zip with files of several objects.")
    operation = serializers.ChoiceField(NEW_KINDS)
    file = serializers.FileField(required=False, help_text="Of an import: a CSV or a zip, 200 MB at most.")
    file_name = serializers.CharField(
        required=False,
        max_length=255,
        validators=[validate_single_line],
        help_text="Of an export; an import takes the name of the file that is sent.",
    )
    dry_run = serializers.BooleanField(default=False, help_text="Of an import: only say what would happen.")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        check = self._check_import if values["operation"] == IMPORT else self._check_export
        if problems := check(values):
            raise serializers.ValidationError(problems)
        return values

    @staticmethod
    def _check_import(values: dict[str, Any]) -> dict[str, Any]:
        if "file" in values:
            return {}
        return {"file": ErrorDetail("Send the file that is to be imported.", "required")}

    @staticmethod
    def _check_export(values: dict[str, Any]) -> dict[str, Any]:
        problems: dict[str, Any] = {}
        if values["object_type"] == BUNDLE:
            problems["object_type"] = "A bundle can only be imported: export one object after the other."
        if "file_name" not in values:
            problems["file_name"] = ErrorDetail("Name the file that is to be written.", "required")
        if "file" in values:
            problems["file"] = "An export writes a file: send none."
        if values["dry_run"]:
            problems["dry_run"] = "Only an import can be tried out."
        return problems


class BulkCountsSerializer(serializers.Serializer[Operation]):
    """Rows of files. Of a preview they say what would happen."""

    total = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    failed = serializers.IntegerField()


class BulkOperationSerializer(serializers.Serializer[Operation]):
    """Reads ``followers``: have them read along in lists."""

    id = serializers.IntegerField()
    object_type = serializers.ChoiceField(OBJECT_CHOICES)
    operation = serializers.ChoiceField(Operation.Kind.choices, source="kind")
    dry_run = serializers.BooleanField()
    status = serializers.ChoiceField(Operation.Status.choices)
    failure = serializers.CharField(allow_blank=True, help_text="Why it could not run, or not to its end.")
    cancelled = serializers.BooleanField()
    discarded = serializers.BooleanField()
    file_name = serializers.CharField()
    submitted_by = ActorSerializer(source="actor")
    submitted_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    counts = BulkCountsSerializer(source="*")
    progress = serializers.FloatField(min_value=0, max_value=1)
    undoable = serializers.BooleanField()
    source_id = serializers.IntegerField(
        allow_null=True, help_text="The preview that an import applies, or the import that an undo takes back."
    )
    differs_from_preview = serializers.IntegerField(
        source="surprises",
        allow_null=True,
        help_text="Of an applied preview: rows whose outcome is another than the preview's.",
    )


# --- Rows: written by a plain function, described here for the OpenAPI document ---------------------------------


class BulkDifferenceSerializer(serializers.Serializer[Any]):
    column = serializers.CharField()
    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField(allow_blank=True)


class BulkRowErrorSerializer(serializers.Serializer[Any]):
    column = serializers.CharField(allow_blank=True, help_text="Empty: the row as a whole.")
    detail = serializers.CharField()


class BulkPreviewRowSerializer(serializers.Serializer[Any]):
    file = serializers.CharField()
    row = serializers.IntegerField(help_text="As a spreadsheet counts: the header is 1.")
    key = serializers.CharField(allow_blank=True, help_text="The object's name or e-mail, as the file has it.")
    outcome = serializers.ChoiceField(ROW_OUTCOMES)
    changes = BulkDifferenceSerializer(many=True)
    errors = BulkRowErrorSerializer(many=True)  # type: ignore[assignment]  # a field of that name, not the errors found
    notes = serializers.ListField(child=serializers.CharField(), help_text="What else happens.")
