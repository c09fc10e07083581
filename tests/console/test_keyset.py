"""Cursors of pages, made by hand or torn."""

import base64
from datetime import UTC, datetime

import pytest

from contactcenter.console.keyset import Ordering, decode, encode

BY_NAME = Ordering(("name", "pk"), (str, int))
NEWEST = Ordering(("at", "pk"), (datetime, int), falling=True)
NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(("ordering", "key"), [(BY_NAME, ["Žaneta", 7]), (NEWEST, [NOON, 7])])
def test_cursor_comes_back_as_the_key(ordering: Ordering, key: list[object]) -> None:
    assert decode(encode(key), ordering) == key


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        encode(["Ada"]),  # too few
        encode(["Ada", "7"]),  # a text in place of a number
        encode(["Ada", True]),
        encode(["Ada", 2**63]),  # more than the database has room for
        encode(["A\0da", 7]),
        encode([None, 7]),
        encode([["Ada"], 7]),
        base64.b64encode(rb'["\ud800",7]').decode(),  # half a character
        base64.b64encode(b"[" * 1500).decode(),
        base64.b64encode(b"[" * 40_000).decode(),
        encode(["A" * 2000, 7]),
    ],
)
def test_what_is_no_cursor_counts_as_none(cursor: str) -> None:
    assert decode(cursor, BY_NAME) is None


@pytest.mark.parametrize("moment", ["yesterday", "2026-03-02T12:00:00", "2026-13-02T12:00:00Z", 7])
def test_what_is_no_moment_counts_as_none(moment: object) -> None:
    assert decode(encode([moment, 7]), NEWEST) is None


def test_longest_name_fits() -> None:
    longest = ["𐐷" * 300, 2**63 - 1]
    assert decode(encode(longest), BY_NAME) == longest


def test_order_and_comparison_go_the_same_way() -> None:
    assert BY_NAME.order_by == ["name", "pk"]
    assert NEWEST.order_by == ["-at", "-pk"]
    assert "at__lt" in str(NEWEST.after([NOON, 7]))
    assert "name__gt" in str(BY_NAME.after(["Ada", 7]))
