"""Zip files as people make them are opened, and those made to do harm are not."""

import copy
import io
import random
import stat
import struct
import tracemalloc
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from bulkops.files.archive import Archive, Member, is_zip
from bulkops.files.errors import FileRefused
from bulkops.files.limits import MAX_MEMBERS, MAX_UNPACKED, MEGABYTE
from bulkops.files.table import read_table

CSV = b"Name,Site\r\nCare,Brno\r\n"


def made(
    members: dict[str, bytes], compression: int = ZIP_DEFLATED, change: Callable[[ZipFile], None] | None = None
) -> io.BytesIO:
    """Make a zip; ``change`` may falsify the directory before it is written."""
    stream = io.BytesIO()
    with ZipFile(stream, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        if change:
            change(archive)
    return stream


def refusal(
    stream: BinaryIO, code: str, *, unpacking: bool = False, allow_nested: Callable[[Member], bool] | None = None
) -> str:
    with ExitStack() as opened:
        if unpacking:
            archive = opened.enter_context(Archive(stream, "x.zip"))
            [member] = archive.members
        with pytest.raises(FileRefused, match=r"“x\.zip”") as caught:
            archive.open(member) if unpacking else Archive(stream, "x.zip", allow_nested)
    assert caught.value.code == code
    return caught.value.message.removeprefix("“x.zip” cannot be used. ")


def contents(stream: BinaryIO) -> dict[str, bytes]:
    with Archive(stream, "x.zip") as archive:
        found = {}
        for member in archive.members:
            with archive.open(member) as content:
                found[member.path] = content.read()
        return found


# --- Ordinary ones ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (made({"a.csv": CSV}).getvalue(), True),
        (made({}).getvalue(), True),
        (made({"a.csv": CSV}).getvalue()[:20], True),  # damaged, but meant to be one
        (CSV, False),
        (CSV + made({"a.csv": CSV}).getvalue(), False),
        (b"", False),
        (b"PK", False),
    ],
)
def test_a_zip_is_told_by_its_content(content: bytes, expected: bool) -> None:
    stream = io.BytesIO(content)
    stream.read()
    assert is_zip(stream) is expected
    assert stream.tell() == 0


@pytest.mark.parametrize("compression", [ZIP_STORED, ZIP_DEFLATED])
def test_members(compression: int) -> None:
    stream = made({"teams.csv": CSV, "more/sites.csv": b"Name\n"}, compression)
    with Archive(stream, "x.zip") as archive:
        assert archive.members == [Member("teams.csv", 22, "teams.csv"), Member("sites.csv", 5, "more/sites.csv")]
        with archive.open(archive.members[0]) as content:
            assert [row.cells for row in read_table(content, "teams.csv").rows] == [["Care", "Brno"]]
        for _time in range(2):  # as often as wanted
            with archive.open(archive.members[1]) as content:
                assert content.seekable()
                assert content.read() == b"Name\n"
    assert not stream.closed


def test_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(made({"a.csv": CSV}).getvalue())
    with path.open("rb") as stream:
        assert contents(stream) == {"a.csv": CSV}


def test_what_systems_add_is_skipped() -> None:
    names = ["a/", "a/.DS_Store", "a/._t.csv", "__MACOSX/a/._t.csv", "__MACOSX/x", ".git/config", "a/t.csv", "./b.csv"]
    stream = made({name: b"" if name.endswith("/") else CSV for name in names})
    assert list(contents(stream)) == ["a/t.csv", "./b.csv"]


def test_names_in_utf_8_that_do_not_say_so() -> None:
    raw = bytearray(made({"Oběd.csv": CSV, "Pause.csv": CSV}).getvalue())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.index(signature) + offset
        assert raw[place + 1] & 0x08
        raw[place + 1] &= ~0x08
    assert list(contents(io.BytesIO(raw))) == ["Oběd.csv", "Pause.csv"]


def test_names_of_old_systems() -> None:
    raw = made({"Pr_hled.csv": CSV}).getvalue().replace(b"Pr_hled", b"Pr\xa0hled")
    assert list(contents(io.BytesIO(raw))) == ["Práhled.csv"]


def test_equal_names_in_different_folders() -> None:
    with Archive(made({"a/x.wav": b"1", "b/x.wav": b"2"}), "x.zip") as archive:
        assert [member.name for member in archive.members] == ["x.wav", "x.wav"]
    assert list(contents(made({"a/x.wav": b"1", "b/x.wav": b"2"})).values()) == [b"1", b"2"]


def test_a_large_member_is_kept_out_of_memory() -> None:
    content = random.Random(1).randbytes(30 * MEGABYTE)
    stream = made({"a.wav": content}, ZIP_STORED)
    del content
    tracemalloc.start()
    try:
        with Archive(stream, "x.zip") as archive, archive.open(archive.members[0]) as unpacked:
            assert unpacked.seek(0, io.SEEK_END) == 30 * MEGABYTE
        assert tracemalloc.get_traced_memory()[1] < 4 * MEGABYTE
    finally:
        tracemalloc.stop()


# --- Refused for what the directory says --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "../x.csv",
        "a/../../x.csv",
        "..",
        "/etc/passwd",
        "C:/x.csv",
        "c:x.csv",
        "a\\x.csv",
        "..\\x.csv",
        "a\nb.csv",
        "../",
    ],
)
def test_paths_outside(path: str) -> None:
    message = refusal(made({"good.csv": CSV, path: b"" if path.endswith("/") else CSV}), "unsafe_path")
    assert message.startswith("Unsafe file names: “")


def test_a_name_that_hides_another() -> None:
    raw = made({"a.csv_.exe": CSV}).getvalue().replace(b"a.csv_", b"a.csv\0")
    assert refusal(io.BytesIO(raw), "unsafe_path")


def test_a_nameless_member() -> None:
    def rename(archive: ZipFile) -> None:
        archive.filelist[0].filename = ""

    assert refusal(made({"a.csv": CSV}, change=rename), "unsafe_path")


def test_links() -> None:
    def link(archive: ZipFile) -> None:
        archive.filelist[1].external_attr = (stat.S_IFLNK | 0o777) << 16

    assert refusal(made({"a.csv": CSV, "b.csv": b"/etc/passwd"}, change=link), "link") == (
        "Links instead of files: “b.csv”."
    )


def test_encrypted_members() -> None:
    def encrypt(archive: ZipFile) -> None:
        archive.filelist[0].flag_bits |= 0x1

    assert "Make the zip without a password" in refusal(made({"a.csv": CSV}, change=encrypt), "encrypted")


def test_unusual_compression() -> None:
    assert refusal(made({"a.csv": CSV}, ZIP_BZIP2), "compression") == (
        "Not compressed by the usual method, Deflate: “a.csv”."
    )


def test_duplicates() -> None:
    def rename(archive: ZipFile) -> None:
        archive.filelist[1].filename = archive.filelist[0].filename

    assert refusal(made({"a.csv": CSV, "b.csv": CSV}, change=rename), "duplicates") == "More than once in it: “a.csv”."
    assert refusal(made({"a/b.csv": CSV, "a//./b.csv": CSV}), "duplicates")


@pytest.mark.parametrize("name", ["more.zip", "a/more.ZIP", "x.tar.gz", "x.7z", "x.rar"])
def test_nested_archives(name: str) -> None:
    stream = made({"a.csv": CSV, name: made({"b.csv": CSV}).getvalue()})
    assert refusal(stream, "nested") == f"Archives inside it: “{name}”."


def test_a_nested_archive_that_is_expected() -> None:
    stream = made({"a.csv": CSV, "audio-file.zip": made({"b.wav": b"x"}).getvalue()})
    with (
        Archive(stream, "x.zip", allow_nested=lambda member: member.name.startswith("audio-file")) as archive,
        archive.open(archive.members[1]) as nested,
        Archive(nested, archive.members[1].name) as inner,
    ):
        assert [member.name for member in inner.members] == ["b.wav"]
    assert refusal(stream, "nested", allow_nested=lambda member: member.name == "other.zip")


def test_a_zip_named_otherwise_is_no_csv() -> None:
    stream = made({"a.csv": made({"b.csv": CSV}).getvalue()})
    with (
        Archive(stream, "x.zip") as archive,
        archive.open(archive.members[0]) as content,
        pytest.raises(FileRefused, match="a zip archive"),
    ):
        read_table(content, "a.csv")


def test_office_documents() -> None:
    stream = made({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
    assert refusal(stream, "not_zip") == "It is an Office document: save each of its sheets as CSV."


@pytest.mark.parametrize("names", [[], ["a/"], ["__MACOSX/a.csv", ".DS_Store"]])
def test_no_files(names: list[str]) -> None:
    assert refusal(made(dict.fromkeys(names, b"")), "empty") == "There are no files in it."


def test_too_many_members() -> None:
    names = [f"{number}.wav" for number in range(MAX_MEMBERS)]
    stream = made(dict.fromkeys([*names, "folder/", ".DS_Store"], b""), ZIP_STORED)
    with Archive(stream, "x.zip") as archive:
        assert len(archive.members) == MAX_MEMBERS
    stream = made(dict.fromkeys([*names, "more.wav"], b""), ZIP_STORED)
    assert refusal(stream, "too_many_members") == "It holds 2001 files, but at most 2000 are possible."


def test_far_too_many_members_are_not_even_listed() -> None:
    raw = made({"a": b""}).getvalue()
    start, end = raw.index(b"PK\x01\x02"), raw.index(b"PK\x05\x06")
    count = 60_000
    directory = raw[start:end] * count
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    stream = io.BytesIO(raw[:start] + directory + tail)
    tracemalloc.start()
    try:
        refusal(stream, "damaged")
        assert tracemalloc.get_traced_memory()[1] < 2 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_everything_wrong_is_said_at_once() -> None:
    message = refusal(made({"../a.csv": CSV, "b.zip": CSV, "C:b.csv": CSV}), "unsafe_path")
    assert message == "Unsafe file names: “../a.csv”, “C:b.csv”. Archives inside it: “b.zip”."


# --- Bombs --------------------------------------------------------------------------------------------------------


def test_a_bomb() -> None:
    message = refusal(made({"a.csv": bytes(10 * MEGABYTE)}), "ratio")
    assert message == "Suspiciously small for what they unpack to: “a.csv”."


def test_a_bomb_in_small_pieces() -> None:
    pieces = made({f"{number}.csv": bytes(MEGABYTE) for number in range(20)})
    assert refusal(pieces, "ratio") == "It is suspiciously small for what it unpacks to."


def test_a_bomb_too_large() -> None:
    def claim(archive: ZipFile) -> None:
        for info in archive.filelist:
            info.file_size = MAX_UNPACKED // 2 + 1

    assert "Unpacked it has 200.1 MB, but at most 200 MB are possible." in refusal(
        made({"a.csv": CSV, "b.csv": CSV}, change=claim), "too_large"
    )


def test_a_bomb_that_denies_its_size() -> None:
    def deny(archive: ZipFile) -> None:
        archive.filelist[0].file_size = 100

    stream = made({"a.csv": bytes(10 * MEGABYTE)}, change=deny)
    tracemalloc.start()
    try:
        assert "“a.csv” in it cannot be unpacked" in refusal(stream, "damaged", unpacking=True)
        assert tracemalloc.get_traced_memory()[1] < MEGABYTE
    finally:
        tracemalloc.stop()


def test_a_bomb_that_claims_to_be_well_packed() -> None:
    def claim(archive: ZipFile) -> None:
        archive.filelist[0].compress_size = MEGABYTE

    assert refusal(made({"a.csv": bytes(10 * MEGABYTE)}, change=claim), "damaged") == (
        "It is damaged: files in it overlap."
    )


def test_members_that_share_what_is_packed() -> None:
    def share(archive: ZipFile) -> None:
        for number in range(100):
            info = copy.copy(archive.filelist[0])
            info.filename = f"{number}.csv"
            archive.filelist.append(info)

    refusal(made({"a.csv": CSV}, change=share), "damaged")


def test_repetitive_files_are_no_bombs() -> None:
    rows = b"".join(b"%d,Brno,%s,%s\r\n" % (number, b"x" * 1_800, b"x" * 200) for number in range(5_000))
    silence = bytes(3 * MEGABYTE)
    stream = made({"a.csv": rows, "silence.wav": silence, "b.csv": b"Name\r\n" + b"Same,Same,Same\r\n" * 5_000})
    assert contents(stream)["silence.wav"] == silence


# --- Damaged ------------------------------------------------------------------------------------------------------


def test_the_directory_claims_more_than_there_is() -> None:
    def claim(archive: ZipFile) -> None:
        archive.filelist[0].file_size += 1

    assert refusal(made({"a.csv": CSV}, change=claim), "damaged", unpacking=True)


def test_changed_bytes() -> None:
    raw = bytearray(made({"a.csv": CSV}, ZIP_STORED).getvalue())
    raw[raw.index(b"Brno")] ^= 1
    message = refusal(io.BytesIO(raw), "damaged", unpacking=True)
    assert message == "“x.zip” is damaged: “a.csv” in it cannot be unpacked. Make the zip again."


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_cut_off(share: float) -> None:
    raw = made({"a.csv": CSV * 100, "b.csv": CSV}).getvalue()
    message = refusal(io.BytesIO(raw[: int(len(raw) * share)]), "damaged")
    assert message == "“x.zip” cannot be opened as a zip: it is damaged, or something else. Make it again."


def test_an_absurd_place_of_the_directory(tmp_path: Path) -> None:
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, 46, 0, 0)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, 2**63, 1)
    for content in (end, locator + end, locator[4:] + end):
        path = tmp_path / "x.zip"
        path.write_bytes(content)
        with path.open("rb") as stream:
            refusal(stream, "damaged")


def test_an_absurd_place_of_a_member() -> None:
    def misplace(archive: ZipFile) -> None:
        archive.filelist[0].header_offset = 2**40

    refusal(made({"a.csv": CSV}, change=misplace), "damaged")


def test_whatever_is_damaged_is_read_or_refused(tmp_path: Path) -> None:
    """Nothing but a refusal may come out of it, and what is read has the right checksum."""
    rng = random.Random(7)
    original = made({"a.csv": CSV * 20, "b/c.csv": CSV}).getvalue()
    path = tmp_path / "x.zip"
    outcomes = set()
    for _time in range(1_500):
        raw = bytearray(original)
        for _change in range(rng.choice([1, 1, 2, 8])):
            raw[rng.randrange(len(raw))] = rng.choice([0, 255, rng.randrange(256)])
        path.write_bytes(raw)
        with path.open("rb") as stream:
            try:
                contents(stream)
            except FileRefused as error:
                outcomes.add(error.code)
            else:
                outcomes.add("read")
    assert {"read", "damaged", "encrypted", "compression"} <= outcomes
