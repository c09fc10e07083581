"""How much time agents spent in which status, for other systems."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import BasePagination, Cursor
from rest_framework.request import Request
from rest_framework.response import Response

from contactcenter.api.pagination import BAD_CURSOR, CursorPages
from contactcenter.api.permissions import Rule
from contactcenter.api.views import Endpoint
from contactcenter.directory.models import User
from statuses import access
from statuses.reports.parameters import GROUPS, ReportParameters
from statuses.reports.questions import Question, Report
from statuses.reports.rows import Names, Row
from statuses.reports.spans import DAY, Days
from statuses.serializers import TimeInStatusSerializer

_TIME = "A date, like 2026-11-20, which is that day in each agent's zone; or a moment, like 2026-11-20T08:00:00Z."


class DayPages(CursorPages):
    """Pages of days, which are in no table: the cursor says how many come before."""

    def of(self, days: Days, request: Request) -> Days:
        """Return those of one page. Raises ``ValidationError`` for a cursor of another list."""
        self.base_url = request.build_absolute_uri()
        size = self.get_page_size(request) or CursorPages.max_page_size
        try:
            cursor = self.decode_cursor(request) or Cursor(0, False, None)
        except NotFound:
            raise ValidationError(BAD_CURSOR) from None
        first = days.first + cursor.offset * DAY
        if cursor.reverse or cursor.position is not None or first > days.last:
            raise ValidationError(BAD_CURSOR)
        page = Days(first, min(days.last, first + (size - 1) * DAY))
        self._previous = max(0, cursor.offset - size) if cursor.offset else None
        self._next = cursor.offset + size if page.last < days.last else None
        return page

    def get_next_link(self) -> str | None:
        return self._link(self._next)

    def get_previous_link(self) -> str | None:
        return self._link(self._previous)

    def _link(self, offset: int | None) -> str | None:
        return None if offset is None else self.encode_cursor(Cursor(offset, False, None))


class TimeInStatus(Endpoint, GenericAPIView[User]):
    access: ClassVar = {"GET": Rule("reports:read", access.may_read_agents)}
    serializer_class = TimeInStatusSerializer
    queryset = User.objects.none()
    filter_backends = ()

    @extend_schema(
        operation_id="reports_time_in_status_list",
        responses=TimeInStatusSerializer(many=True),
        parameters=[
            OpenApiParameter("from", str, description=f"{_TIME} Today, where it is left out."),
            OpenApiParameter("to", str, description=f"{_TIME} The date is included, the moment is not."),
            OpenApiParameter("group_by", str, enum=GROUPS, description="The default is agent."),
            OpenApiParameter("team", int, description="Only agents who are in this team now."),
            OpenApiParameter("agent", int, description="Only this agent."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Add up time by status, reason code and activity. What still runs counts up to now."""
        given = ReportParameters(data=request.query_params, context={"principal": self.principal})
        given.is_valid(raise_exception=True)
        pages, report = self._page(given.validated_data["group_by"], given.question())
        return pages.get_paginated_response([_payload(row, report.names) for row in report.rows])

    def _page(self, group_by: str, question: Question) -> tuple[BasePagination, Report]:
        if group_by == "day":
            days = DayPages()
            return days, question.of_days(days.of(question.days(), self.request))
        pages = CursorPages()
        if group_by == "team":
            return pages, question.of_teams(pages.paginate_queryset(question.teams, self.request) or [])
        return pages, question.of_agents(pages.paginate_queryset(question.agents, self.request) or [])


def _payload(row: Row, names: Names) -> dict[str, Any]:
    group = row.group
    return {
        "group": {
            "kind": group.kind,
            "id": group.id,
            "name": group.name,
            "date": group.day.isoformat() if group.day else None,
        },
        "seconds": row.seconds,
        "statuses": [
            {"id": pk, "name": names.statuses.get(pk, ""), "seconds": seconds} for pk, seconds in row.statuses.items()
        ],
        "reason_codes": [
            {"id": pk, "name": names.reasons.get(pk, ""), "paid": paid, "seconds": seconds}
            for (pk, paid), seconds in row.reasons.items()
        ],
        "activities": row.activities,
        "paid_seconds": row.paid_seconds,
        "unpaid_seconds": row.unpaid_seconds,
    }
