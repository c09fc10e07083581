"""Which characters the bytes of a CSV file stand for."""

import codecs
import io

import pytest

from bulkops.files.errors import FileRefused
from bulkops.files.table import read_table

TEXT = "Name;Description\r\nÉquipe;„Spaß“ – 5 €\r\nCafé;ÿ\r\n"


def read(content: bytes) -> tuple[str, list[list[str]]]:
    table = read_table(io.BytesIO(content), "teams.csv")
    return table.encoding, [table.header, *(row.cells for row in table.rows)]


def refusal(content: bytes) -> FileRefused:
    with pytest.raises(FileRefused, match=r"“teams\.csv”") as caught:
        read(content)
    return caught.value


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp1252"), "cp1252"),
    ],
)
def test_encodings(content: bytes, encoding: str) -> None:
    lines = [["Name", "Description"], ["Équipe", "„Spaß“ – 5 €"], ["Café", "ÿ"]]
    assert read(content) == (encoding, lines)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_characters_across_the_borders_of_what_is_read_at_once(encoding: str) -> None:
    names = ["ž" * (1 + number % 7) + "a" * (number % 5) for number in range(4_900)]
    content = "Name\n" + "".join(f"{name},{'š' * 60}\n" for name in names)
    content = content.replace("Name", "Name,Description")
    assert [cells[0] for cells in read(content.encode(encoding))[1][1:]] == names


def test_the_whole_file_decides() -> None:
    ascii_rows = "a\n" * 4_000 + "b" * 600_000 + "\n"
    assert read(("Name\n" + ascii_rows + "é\n").encode("cp1252"))[0] == "cp1252"
    assert read(("Name\n" + ascii_rows + "é\n").encode())[0] == "utf-8"


def test_a_replacement_character_is_a_character() -> None:
    assert read("Name\n\ufffd\n".encode()) == ("utf-8", [["Name"], ["\ufffd"]])


def test_astral_characters_of_utf_16() -> None:
    assert read("Name\n📞\n".encode("utf-16"))[1] == [["Name"], ["📞"]]


@pytest.mark.parametrize(
    "content",
    [
        b"Name\n\x81\xfe\n",  # nothing in Windows-1252 either
        codecs.BOM_UTF8 + b"Name\n\xe9\n",  # says that it is UTF-8
        codecs.BOM_UTF16_LE + "Name\n".encode("utf-16-le") + b"\x00",  # half a character
        codecs.BOM_UTF16_LE + "Name\n".encode("utf-16-le") + b"\x00\xd8\x41\x00",  # half a pair
        "Name\nOběd\nČeský Těšín\n".encode()[:-3],  # cut off within “í”
        "Name\nOběd\nČeský Těšín\n".encode() + "é\n".encode("cp1252"),  # of two files
    ],
)
def test_undecodable(content: bytes) -> None:
    error = refusal(content)
    assert error.code == "undecodable"
    assert error.message == "“teams.csv” is not readable text. Save it as CSV in UTF-8."


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
        (b"GIF89a\x01\0", "a GIF image"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PK\x03\x04\x14\0", "a zip archive or an Office document"),
        (b"PK\x05\x06" + b"\0" * 18, "an empty zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "an Office document"),
        (b"\x1f\x8b\x08\0", "a gzip archive"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "a WAV sound file"),
        (b"ID3\x04\0", "an MP3 sound file"),
        (b"\xff\xfb\x90\x64\0", "an MP3 sound file"),
        (b"\0\0\0\x20ftypM4A ", "an MP4 file"),
    ],
)
def test_other_kinds_of_files(content: bytes, kind: str) -> None:
    error = refusal(content)
    assert (error.code, error.message) == ("not_csv", f"“teams.csv” is {kind}, not a CSV file.")


@pytest.mark.parametrize(
    "content",
    [
        b"\x7fELF\x02\x01\x01" + b"\0" * 9,
        b"\0" * 5_000,
        b"Na\0me,Site\na,b\n",
        b"Name,\x1b[0m\n",
        b"N" * 40_000,
        codecs.BOM_UTF32_LE + "Name\n".encode("utf-32-le"),
    ],
)
def test_binary_files(content: bytes) -> None:
    error = refusal(content)
    assert (error.code, error.message) == ("not_csv", "“teams.csv” is not a CSV file.")
