"""The overview's tile: the operation that runs, else the last one."""

from django.http import HttpRequest

from bulkops.models import Operation
from contactcenter.directory.access import viewer


def last_operation(request: HttpRequest) -> dict[str, object]:
    operations = Operation.objects.visible_to(viewer(request))
    return {"operation": operations.active().first() or operations.first()}
