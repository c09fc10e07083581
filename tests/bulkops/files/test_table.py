"""CSV files as people and spreadsheets make them, row by row."""

import csv
import io
import time
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkops.files.errors import FileRefused
from bulkops.files.limits import MAX_CELL, MAX_COLUMNS, MAX_CSV_BYTES, MAX_ROWS, MEGABYTE
from bulkops.files.table import Row, Table, read_table


def table(content: str | bytes) -> Table:
    return read_table(io.BytesIO(content if isinstance(content, bytes) else content.encode()), "teams.csv")


def rows(content: str | bytes) -> list[Row]:
    return list(table(content).rows)


def refusal(content: str | bytes) -> FileRefused:
    with pytest.raises(FileRefused, match=r"“teams\.csv”") as caught:
        rows(content)
    return caught.value


def test_header_and_rows() -> None:
    found = table("Name,Site\r\nCare,Brno\r\nSales,Praha\r\n")
    assert (found.name, found.encoding, found.delimiter, found.header) == ("teams.csv", "utf-8", ",", ["Name", "Site"])
    assert list(found.rows) == [Row(2, ["Care", "Brno"], ""), Row(3, ["Sales", "Praha"], "")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    lines = ["Name,Site", "Care,Brno", "", "Sales,Praha"]
    for last in ("", end):
        assert rows(end.join(lines) + last) == [Row(2, ["Care", "Brno"], ""), Row(4, ["Sales", "Praha"], "")]


@pytest.mark.parametrize("content", ["Name,Site", "Name,Site\n", "Name,Site\r\n\r\n", '"Name","Site"'])
def test_only_a_header(content: str) -> None:
    assert table(content).header == ["Name", "Site"]
    assert rows(content) == []


def test_cells_are_as_in_the_file() -> None:
    content = 'A,B,C,D\n" a ", b ,"say ""hi""","\'=1"\n5" pipe,"x,y",\t,\u00a0\u2028\x0b\n'
    assert [row.cells for row in rows(content)] == [
        [" a ", " b ", 'say "hi"', "'=1"],
        ['5" pipe', "x,y", "\t", "\u00a0\u2028\x0b"],
    ]


def test_a_quoted_line_end_keeps_a_row_together() -> None:
    content = 'Name,Description\nCare,"one\r\ntwo\nthree\rfour"\n\nSales,"\n"\n'
    assert rows(content) == [Row(2, ["Care", "one\r\ntwo\nthree\rfour"], ""), Row(4, ["Sales", "\n"], "")]


@pytest.mark.parametrize("blank", ["", "   ", ",", ",,", " , ", '"",""', "\u00a0,\t", ",,,,,,"])
def test_blank_rows_are_skipped_and_counted(blank: str) -> None:
    assert rows(f"Name,Site\n{blank}\nCare,Brno\n{blank}\n") == [Row(3, ["Care", "Brno"], "")]


# --- Delimiters ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("Name,Site,Type", ","),
        ("Name;Site;Type", ";"),
        ("Name\tSite\tType", "\t"),
        ('"Name";"Site";"Type"', ";"),
        ('"Name, first, second";Site;Type', ";"),  # what is quoted does not count
        ('"Na""me,,,";Site;Type', ";"),
        ("Name, as shown;Site;Type", ";"),  # the most frequent wins
        ('"Na\nme";Site;Type', ";"),
        ("Name", ","),
    ],
)
def test_delimiters(header: str, delimiter: str) -> None:
    found = table(f"{header}\na,,,,,\n")
    assert found.delimiter == delimiter
    assert len(found.header) == (1 if header == "Name" else 3)


def test_only_the_header_tells_the_delimiter() -> None:
    assert rows("Name;Site\n1,5;2,5\n") == [Row(2, ["1,5", "2,5"], "")]


def test_the_dialects_of_others_stay_as_they_are() -> None:
    rows("Name;Site\na;b\n")
    assert csv.get_dialect("excel").delimiter == csv.excel.delimiter == ","
    assert next(csv.reader(["a;b,c"])) == ["a;b", "c"]


# --- Rows that cannot be read -------------------------------------------------------------------------------------


def test_too_few_cells() -> None:
    first, second = rows("Name,Site,Type\nCare,Brno\nSales,Praha,AGENT\n")
    assert first.cells == ["Care", "Brno", ""]
    assert first.problem == "The row has 2 cells, but the header has 3. Add the others, be they empty."
    assert second.problem == ""


def test_too_many_cells() -> None:
    first, second = rows("Name\tSite\nCare\tBrno\tAGENT\nSales\tPraha\t \t\n")
    assert (first.cells, first.surplus) == (["Care", "Brno"], ("AGENT",))
    assert first.problem == "The row has 3 cells, but the header has 2. Put cells with “tab” in quotes."
    assert second == Row(3, ["Sales", "Praha"], "")


def test_empty_columns_at_the_right_need_no_cells() -> None:
    first, second, third = rows("Name,Site,,\nCare,Brno\nSales,Praha,,\nHelp,Plzeň,,lost\n")
    assert first == Row(2, ["Care", "Brno", "", ""], "")
    assert second == Row(3, ["Sales", "Praha", "", ""], "")
    assert third.cells == ["Help", "Plzeň", "", "lost"]
    assert "The row has 4 cells, but the header has 2" in third.problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1252"])
def test_nul_is_a_matter_of_its_row(encoding: str) -> None:
    first, second = rows("Name,Site\nCar\0e,Brnó\nSales,Praha\n".encode(encoding))
    assert first == Row(2, ["Car\0e", "Brnó"], "“Name”: take the NUL character out.")
    assert second == Row(3, ["Sales", "Praha"], "")


def test_too_long_a_cell_is_a_matter_of_its_row() -> None:
    fits, long, longer = rows(f"Name,Site\n{'a' * MAX_CELL},x\ny,{'b' * (MAX_CELL + 1)}\n{'c' * 300_000},z\n")
    assert fits.problem == ""
    assert long.problem == f"“Site”: a cell may have at most {MAX_CELL} characters. Shorten it."
    assert len(long.cells[1]) == MAX_CELL + 1
    assert "“Name”" in longer.problem


def test_all_problems_of_a_row_at_once() -> None:
    [row] = rows(f"Name,Site,Type\na\0,{'b' * (MAX_CELL + 1)}\n")
    assert [word in row.problem for word in ("2 cells", "NUL", str(MAX_CELL))] == [True, True, True]


# --- Files that cannot be read ------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", "\ufeff", "\n\n", "  \r\n", "\ufeff\n"])
def test_nothing_in_the_file(content: str) -> None:
    assert refusal(content).code == "empty"


@pytest.mark.parametrize("content", ["\nName,Site\n", ",,\nName,Site,\n", '"",""\na,b'])
def test_no_header(content: str) -> None:
    error = refusal(content)
    assert (error.code, error.message) == ("no_header", "Row 1 of “teams.csv” is blank: put the header there.")


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ('Name,Site\na,b\n\n"c,d\ne,f\n', 4),  # never closed
        ('Name,Site\na,b\n"c,d\ne,"f"\n', 3),  # closed by the next cell's
        ('Name,Site\n"a "b" c",d\n', 2),
        ('Name,Site\n"one\ntwo",b\na,"', 3),
        ('"Name,Site\na,b\n', 1),
        ("Name,Site\na,b\nc," + "d" * 2_000_000, 3),
    ],
)
def test_quotes_in_disorder(content: str, row: int) -> None:
    error = refusal(content)
    assert (error.code, error.data["row"]) == ("bad_quotes", row)
    assert f"Row {row} of “teams.csv”" in error.message


def test_an_unclosed_quote_in_a_large_file_names_its_row() -> None:
    content = ('Name,Site\na,b\n"c,d\n' + "e,f\n" * 2_500_000).encode()
    tracemalloc.start()
    try:
        assert refusal(content).data["row"] == 3
        assert tracemalloc.get_traced_memory()[1] < len(content) + 8 * MEGABYTE  # the stream copies it
    finally:
        tracemalloc.stop()


def test_rows_before_bad_quotes_are_read() -> None:
    found = table('Name\na\n"b\n').rows
    assert next(found) == Row(2, ["a"], "")
    with pytest.raises(FileRefused):
        next(found)


def test_as_many_rows_as_possible() -> None:
    found = rows("Name\n" + "a\n\n" * MAX_ROWS)
    assert len(found) == MAX_ROWS
    assert found[-1].number == 2 * MAX_ROWS


@pytest.mark.parametrize("more", [1, 1234])
def test_more_rows_are_counted(more: int) -> None:
    error = refusal("Name\n" + 'a\n\n"b\n"\n' * ((MAX_ROWS) // 2) + "a\n , \n" * more)
    assert (error.code, error.data["rows"]) == ("too_many_rows", MAX_ROWS + more)
    assert f"has {MAX_ROWS + more} rows, but a CSV file may have at most 5000" in error.message


def test_too_large() -> None:
    most = b"Name\n" + (b" " * 99 + b"\n") * (MAX_CSV_BYTES // 100) + b"\n" * (MAX_CSV_BYTES % 100 - 5)
    assert rows(most) == []
    error = refusal(most + b"\n")
    assert (error.code, "has 10.1 MB, but a CSV file may have at most 10 MB" in error.message) == ("too_large", True)


def test_more_columns_than_a_spreadsheet_has() -> None:
    assert len(table("Name" + "," * (MAX_COLUMNS - 1)).header) == MAX_COLUMNS
    assert refusal("Name" + "," * MAX_COLUMNS).code == "too_many_columns"


# Mostly of the bytes that matter.
BYTES = st.lists(
    st.sampled_from([b"a", b'"', b",", b";", b"\n", b"\r", b"\0", b"\xe9", b"\xc3\xa9", b"\xff\xfe", b"\t", b"Name"])
    | st.binary(max_size=4)
).map(b"".join)


@given(BYTES)
def test_whatever_the_bytes_are_they_are_read_or_refused(content: bytes) -> None:
    with suppress(FileRefused):
        found = table(content)
        assert all(len(row.cells) == len(found.header) for row in found.rows)


# --- Costs --------------------------------------------------------------------------------------------------------


def test_reading_is_streamed() -> None:
    line = b"a," + b"b" * 2_080 + b"\r\n"
    stream = io.BytesIO(b"Name,Description\r\n" + line * MAX_ROWS)
    assert MAX_CSV_BYTES * 0.98 < stream.seek(0, io.SEEK_END) < MAX_CSV_BYTES
    tracemalloc.start()
    try:
        assert sum(1 for row in read_table(stream, "x.csv").rows if not row.problem) == MAX_ROWS
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000


def test_reading_takes_hardly_longer_than_parsing() -> None:
    line = ",".join(f"value number {column}" for column in range(12)) + "\r\n"
    stream = io.BytesIO((line * (MAX_ROWS + 1)).encode())
    times = []
    for _time in range(3):
        begun = time.perf_counter()
        assert sum(1 for row in read_table(stream, "x.csv").rows if not row.problem) == MAX_ROWS
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.2  # twenty times what is usual


def test_the_stream_stays_open_and_may_stand_anywhere() -> None:
    stream = io.BytesIO(b"Name\na\n")
    stream.read()
    found = read_table(stream, "x.csv")
    assert [row.cells for row in found.rows] == [["a"]]
    del found
    assert not stream.closed
