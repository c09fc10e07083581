"""What a spreadsheet would run gets an apostrophe, and loses it again."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contactcenter.lib.formulas import neutralise, restore

# Mostly of the characters that matter.
TEXTS = st.text(st.sampled_from("'=@+-\t\r\n ().,/0123456789aé\u0663")) | st.text()


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("-", "'-"),
        ("+", "'+"),
        ("- Lunch", "'- Lunch"),
        ("--", "'--"),
        ("+()", "'+()"),
        ("-1\n", "'-1\n"),
        ("+٣", "'+٣"),  # digits of other scripts are no phone number
        ("'=1+1", "''=1+1"),
        ("''=1+1", "'''=1+1"),
        ("'-", "''-"),
    ],
)
def test_neutralised(cell: str, written: str) -> None:
    assert neutralise(cell) == written
    assert restore(written) == cell


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "'",
        "''",
        "Care",
        "'tis",
        "'hello'",
        "+420 123 456",
        "+1 (555) 123-4567",
        "+44/20.7946,0958",
        "-5",
        "-5.25",
        "-1,5",
        "'+420 123 456",  # nothing a spreadsheet would run, so nothing that was neutralised
        "'-5",
        "a=b",
        " =1",
        "1-2",
        "O'Brien",
    ],
)
def test_left_alone(cell: str) -> None:
    assert neutralise(cell) == cell
    assert restore(cell) == cell


@given(TEXTS)
@example("'" * 3 + "=")
@example("'" * 3 + "+1")
def test_restoring_is_exact(cell: str) -> None:
    written = neutralise(cell)
    assert restore(written) == cell
    assert written in {cell, f"'{cell}"}
    assert not written.startswith(("=", "@", "\t", "\r"))


@given(TEXTS, TEXTS)
def test_no_two_cells_are_written_alike(one: str, other: str) -> None:
    assert (neutralise(one) == neutralise(other)) == (one == other)


@given(TEXTS)
def test_what_was_exported_is_exported_alike_again(cell: str) -> None:
    exported = neutralise(cell)
    assert neutralise(restore(exported)) == exported


@pytest.mark.parametrize("cell", ["+" + "1" * 32_000 + "x", "'" * 32_000, "+" + " " * 32_000, "'" * 32_000 + "+1x"])
def test_no_cell_takes_long(cell: str) -> None:
    begun = time.perf_counter()
    restore(neutralise(cell))
    assert time.perf_counter() - begun < 0.1
