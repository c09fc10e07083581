"""Who may look at bulk operations, and who may run them."""

from django.http import Http404, HttpRequest

from bulkops.models import Operation, may_run, may_see
from contactcenter.console.access import Access, open_to
from contactcenter.directory.access import viewer

BULK = Access(view=may_see, edit=may_run)
open_to_viewers = open_to(BULK.view)
open_to_runners = open_to(BULK.edit)


def find(request: HttpRequest, pk: int) -> Operation:
    """Return the operation with what its page needs, or answer that there is none."""
    rows = Operation.objects.visible_to(viewer(request)).select_related("source").prefetch_related("followers")
    operation = rows.filter(pk=pk).first()
    if operation is None:
        raise Http404
    return operation
