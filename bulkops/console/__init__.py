"""What bulk operations show in the console."""

from django.utils.translation import gettext_lazy as _

from bulkops.console import acting, dashboard, downloads, operation, overview, starting
from bulkops.console.access import BULK
from contactcenter.console import registry
from contactcenter.console.registry import Area, NavigationEntry, Page, Tile

_ROOT = "bulk-operations/"
_ONE = f"{_ROOT}<int:pk>/"


def register() -> None:
    registry.add_navigation(
        NavigationEntry(
            Area.BULK_OPERATIONS, _("Bulk operations"), "upload_file", "admin:bulk-operations", BULK.may_view
        )
    )
    registry.add_pages(
        Page(_ROOT, dashboard.dashboard, "bulk-operations"),
        Page(f"{_ROOT}new/", starting.new_operation, "bulk-operation-new"),
        Page(f"{_ROOT}templates/<slug:object_type>/", downloads.template, "bulk-operation-template"),
        Page(_ONE, operation.operation_page, "bulk-operation"),
        Page(f"{_ONE}progress/", operation.progress, "bulk-operation-progress"),
        Page(f"{_ONE}errors/", downloads.errors, "bulk-operation-errors"),
        Page(f"{_ONE}output/", downloads.output, "bulk-operation-output"),
        Page(f"{_ONE}file/", downloads.uploaded, "bulk-operation-file"),
        Page(f"{_ONE}apply/", acting.apply, "bulk-operation-apply"),
        Page(f"{_ONE}discard/", acting.discard, "bulk-operation-discard"),
        Page(f"{_ONE}cancel/", acting.cancel, "bulk-operation-cancel"),
        Page(f"{_ONE}undo/", acting.undo, "bulk-operation-undo"),
    )
    registry.add_tiles(Tile("bulkops/console/_tile.html", overview.last_operation, BULK.may_view, order=50))
