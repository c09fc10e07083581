"""Lists come in cursor pages, so that page 1,000 costs what page 1 costs and nothing is counted."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView  # DRF reads this module while it defines the class

BAD_CURSOR = {"cursor": "This cursor was not made by this list: start again without it."}


class CursorPages(CursorPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "pk"

    def get_page_size(self, request: Request) -> int | None:
        raw = request.query_params.get("page_size")
        if raw is None:
            return self.page_size
        if raw.isascii() and raw.isdigit() and len(raw) <= 3 and 1 <= int(raw) <= self.max_page_size:
            return int(raw)
        raise ValidationError({"page_size": f"A whole number from 1 to {self.max_page_size}."})

    def paginate_queryset(self, queryset: Any, request: Request, view: "APIView | None" = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (NotFound, ValueError, DjangoValidationError) as error:
            raise ValidationError(BAD_CURSOR) from error
