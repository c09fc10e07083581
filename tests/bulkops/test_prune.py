"""What is kept of operations that ended long ago."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from bulkops.models import Operation, OperationRow
from bulkops.running import run
from bulkops.services import apply_preview, prune_operations, start_export, start_import
from contactcenter.lib.actors import SYSTEM
from contactcenter.lib.errors import Conflict
from tests.cast import Cast

SITE = b"Name,Multimedia Profile\nBrno,Blended\n"


def finished(operation: Operation) -> Operation:
    run(operation.pk)
    return Operation.objects.get(pk=operation.pk)


def test_rows_and_files_go_and_the_operation_stays(cast: Cast) -> None:
    preview = finished(start_import("site", ContentFile(SITE), "site.csv", dry_run=True, actor=SYSTEM))
    done = finished(apply_preview(preview.pk, actor=SYSTEM))
    export = finished(start_export("site", "sites", actor=SYSTEM))
    names = [str(done.file), str(export.output)]
    assert done.undoable
    assert all(map(default_storage.exists, names))

    assert prune_operations(timezone.now() - timedelta(days=1)) == 0
    Operation.objects.filter(pk=done.pk).update(finished_at=timezone.now() - timedelta(days=2))
    assert prune_operations(timezone.now() - timedelta(days=1)) == 1
    assert default_storage.exists(str(preview.file))  # the preview still has it

    assert prune_operations(timezone.now()) == 2
    assert not any(map(default_storage.exists, names))
    assert not OperationRow.objects.exists()
    done.refresh_from_db()
    assert (done.created, done.undoable, done.file.name) == (1, False, "")
    assert prune_operations(timezone.now()) == 0


def test_a_preview_without_its_file_is_not_applied(cast: Cast) -> None:
    preview = finished(start_import("site", ContentFile(SITE), "site.csv", dry_run=True, actor=SYSTEM))
    assert prune_operations(timezone.now()) == 1
    with pytest.raises(Conflict):
        apply_preview(preview.pk, actor=SYSTEM)
    assert not Operation.objects.active().exists()
