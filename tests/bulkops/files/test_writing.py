"""What is written can be read again, however much it is."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bulkops.files.archive import Archive, is_zip
from bulkops.files.limits import MAX_CSV_BYTES, MAX_ROWS
from bulkops.files.table import read_table
from bulkops.files.writing import PartedWriter, as_csv

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0") | st.sampled_from(" \",;\t\r\n'="))


def written(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    return as_csv([header, *rows])


def parts(stream: io.BytesIO, name: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Give the names of the parts and the cells of their rows."""
    if not is_zip(stream):
        yield name, [row.cells for row in read_table(stream, name).rows]
        return
    with Archive(stream, name) as archive:
        for member in archive.members:
            with archive.open(member) as part:
                assert member.size <= MAX_CSV_BYTES
                yield member.name, [row.cells for row in read_table(part, member.name).rows]


def test_how_it_is_written() -> None:
    rows = [["Oběd", ""], ['say "hi"', "a,b"], ["one\ntwo", " x "], ["'=1", "a;b"]]
    content = 'Name,Site\r\nOběd,\r\n"say ""hi""","a,b"\r\n"one\ntwo", x \r\n\'=1,a;b\r\n'
    assert written(["Name", "Site"], rows) == content.encode()


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8))
def test_whatever_is_written_is_read_alike(rows: list[list[str]]) -> None:
    assume(all("".join(cells).strip() for cells in rows))
    found = list(read_table(io.BytesIO(written(["Name", "Description", "Site"], rows)), "x.csv").rows)
    assert [row.cells for row in found] == rows
    assert [row.number for row in found] == list(range(2, len(rows) + 2))
    assert not any(row.problem for row in found)


@given(st.lists(CELLS.filter(str.strip), max_size=8))
def test_a_single_column_is_read_alike(names: list[str]) -> None:
    content = written(["Name"], [[name] for name in names])
    assert [row.cells for row in read_table(io.BytesIO(content), "x.csv").rows] == [[name] for name in names]


@pytest.mark.parametrize("count", [0, 1, MAX_ROWS])
def test_one_part(count: int) -> None:
    stream = io.BytesIO()
    with PartedWriter(stream, "teams", ["Name", "Site"]) as writer:
        for number in range(count):
            writer.write([f"Team {number}", "Brno"])
        assert writer.finish() == "teams.csv"
    [(name, rows)] = parts(stream, "teams.csv")
    assert (name, len(rows)) == ("teams.csv", count)
    assert stream.getvalue().startswith(b"Name,Site\r\n")


@pytest.mark.parametrize(("count", "sizes"), [(MAX_ROWS + 1, [5000, 1]), (3 * MAX_ROWS, [5000, 5000, 5000])])
def test_several_parts(count: int, sizes: list[int]) -> None:
    stream = io.BytesIO()
    with PartedWriter(stream, "oběd", ["Name", "Site"]) as writer:
        for number in range(count):
            writer.write([f"Team {number}", "Brno"])
        assert writer.finish() == "oběd.zip"
    found = list(parts(stream, "oběd.zip"))
    assert [name for name, _rows in found] == [f"oběd-{number}.csv" for number in range(1, len(sizes) + 1)]
    assert [len(rows) for _name, rows in found] == sizes
    assert [cells[0] for _name, rows in found for cells in rows] == [f"Team {number}" for number in range(count)]
    assert zipfile.ZipFile(stream).testzip() is None


def group(name: str, count: int) -> list[list[str]]:
    return [[name, str(number)] for number in range(count)]


def test_groups_stay_together() -> None:
    stream = io.BytesIO()
    with PartedWriter(stream, "books", ["Name", "Entry"]) as writer:
        for name, count in [("a", 3_000), ("b", 2_000), ("c", 4_000), ("d", 1_001), ("e", 5_000), ("f", 1)]:
            writer.write_group(group(name, count))
        assert writer.finish() == "books.zip"
    held = ["".join(dict.fromkeys(cells[0] for cells in rows)) for _name, rows in parts(stream, "books.zip")]
    assert held == ["ab", "c", "d", "e", "f"]


def test_a_group_longer_than_a_part_is_split() -> None:
    stream = io.BytesIO()
    rows = group("a", 12_000)
    with PartedWriter(stream, "books", ["Name", "Entry"]) as writer:
        writer.write(["first", ""])
        writer.write_group(rows)
        writer.write_group([])
        assert writer.finish() == "books.zip"
    found = [found for _name, found in parts(stream, "books.zip")]
    assert [len(part) for part in found] == [5000, 5000, 2001]
    assert [cells for part in found for cells in part] == [["first", ""], *rows]


def test_parts_are_no_larger_than_can_be_read() -> None:
    rows = [[f"Skill {number}", "ž" * 2_000] for number in range(4_000)]
    stream = io.BytesIO()
    with PartedWriter(stream, "skills", ["Name", "Outbound Script"]) as writer:
        writer.write_group(rows[:10])
        writer.write_group(rows[10:])
        assert writer.finish() == "skills.zip"
    found = [found for _name, found in parts(stream, "skills.zip")]
    assert len(found) == 2
    assert [cells for part in found for cells in part] == rows


def test_a_zip_to_where_there_is_no_way_back() -> None:
    class OneWay(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    stream = OneWay()
    with PartedWriter(stream, "teams", ["Name"]) as writer:
        for number in range(MAX_ROWS + 1):
            writer.write([str(number)])
        writer.finish()
    assert [len(rows) for _name, rows in parts(io.BytesIO(stream.getvalue()), "teams.zip")] == [5000, 1]


def test_what_is_given_up_leaves_nothing_open() -> None:
    for count in (1, MAX_ROWS + 1):
        with PartedWriter(io.BytesIO(), "teams", ["Name"]) as writer:
            writer.write_group([["x" * 3_000]] * count)


def test_writing_is_streamed(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        path = tmp_path / "teams.zip"
        with path.open("wb") as stream, PartedWriter(stream, "teams", ["Name", "Description"]) as writer:
            for number in range(2 * MAX_ROWS):
                writer.write([f"Team {number}", "x" * 1_500])
            writer.finish()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3_000_000
