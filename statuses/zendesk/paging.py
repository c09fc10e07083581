"""Cursor pages as Zendesk has them: ``page[size]``, ``page[after]``, ``page[before]``, and links that lead on."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from contactcenter.lib.text import row_number
from statuses.zendesk.errors import BadPage

M = TypeVar("M", bound=Model)

SIZE, AFTER, BEFORE = "page[size]", "page[after]", "page[before]"
MOST: Final = 100


@dataclass(frozen=True)
class Page(Generic[M]):
    rows: Sequence[M]
    is_first: bool
    links: dict[str, str | None]
    meta: dict[str, Any]

    @property
    def envelope(self) -> dict[str, Any]:
        return {"links": self.links, "meta": self.meta}


def page_of(rows: QuerySet[M], request: Request, *, by: str = "pk", size: int = MOST) -> Page[M]:
    """Cut the page that the request asks for, in the order of a unique column.

    ``has_more`` is about the direction in which one pages.
    """
    size = _size(request, size)
    after, before = (_cursor(request, name, by) for name in (AFTER, BEFORE))
    if after is not None and before is not None:
        raise BadPage(f"Use {AFTER} or {BEFORE}, never both.")
    ordered = rows.order_by(by) if before is None else rows.order_by(f"-{by}")
    if before is not None:
        ordered = ordered.filter(**{f"{by}__lt": before})
    elif after is not None:
        ordered = ordered.filter(**{f"{by}__gt": after})
    found = list(ordered[: size + 1])
    shown, has_more = found[:size], len(found) > size
    if before is not None:
        shown.reverse()
    return _page(shown, request, by, backwards=before is not None, is_start=after is None, has_more=has_more)


def _page(shown: list[M], request: Request, by: str, *, backwards: bool, is_start: bool, has_more: bool) -> Page[M]:
    has_next = has_more or backwards
    has_previous = has_more if backwards else not is_start
    first, last = (cursor_of(getattr(shown[place], by)) if shown else None for place in (0, -1))
    return Page(
        rows=shown,
        is_first=not has_previous,
        links={
            "next": _link(request, AFTER, last) if has_next else None,
            "prev": _link(request, BEFORE, first) if has_previous else None,
        },
        meta={"has_more": has_more, "after_cursor": last, "before_cursor": first},
    )


def _size(request: Request, usual: int) -> int:
    raw = request.query_params.get(SIZE)
    if raw is None:
        return usual
    size = row_number(raw)
    if size is None or not 1 <= size <= MOST:
        raise BadPage(f"{SIZE} is a whole number from 1 to {MOST}.")
    return size


def _cursor(request: Request, name: str, by: str) -> str | int | None:
    raw = request.query_params.get(name)
    if raw is None:
        return None
    try:
        text = base64.b64decode(raw + "=" * (-len(raw) % 4), altchars="-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    value = row_number(text) if by == "pk" else text
    if value is None or not text or "\0" in text:
        raise BadPage(f"{name} was not made by this list: start again without it.")
    return value


def cursor_of(value: object) -> str:
    return base64.urlsafe_b64encode(str(value).encode()).rstrip(b"=").decode()


def _link(request: Request, name: str, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request.query_params.copy()
    for other in (AFTER, BEFORE):
        query.pop(other, None)
    query[name] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
