"""From bytes to lines of text."""

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from django.utils.translation import gettext as _

from bulkops.files.errors import FileRefused
from bulkops.files.limits import MAX_CSV_BYTES
from contactcenter.lib.signatures import kind_of
from contactcenter.lib.text import megabytes

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK = 256 * 1024
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# The headings are ASCII: every second byte of theirs is zero in UTF-16.
_UNMARKED = {re.compile(rb"[^\0]\0[^\0]\0"): "utf-16-le", re.compile(rb"\0[^\0]\0[^\0]"): "utf-16-be"}


@dataclass(frozen=True)
class Text:
    encoding: str
    start: int  # behind the byte order mark
    head: str
    has_nul: bool


def examine(stream: BinaryIO, name: str) -> Text:
    """Look through the whole file once, so that reading it afterwards cannot fail half-way for its bytes."""
    first = _first_bytes(stream, name)
    for encoding, start in _candidates(first):
        if encoding == "cp1252" and _is_broken_utf8(stream):
            break
        try:
            return _examine_as(encoding, start, stream, name)
        except UnicodeDecodeError:
            continue
    raise FileRefused(
        _("“%(name)s” is not readable text. Save it as CSV in UTF-8.") % {"name": name}, code="undecodable"
    )


def open_lines(stream: BinaryIO, text: Text) -> Iterable[str]:
    """Stream the lines with the line ends they have; the stream stays the caller's to close."""
    stream.seek(text.start)
    buffered = io.BufferedReader(_Borrowed(stream), _CHUNK)
    return io.TextIOWrapper(buffered, encoding=text.encoding, newline="")


def _first_bytes(stream: BinaryIO, name: str) -> bytes:
    size = stream.seek(0, io.SEEK_END)
    if size > MAX_CSV_BYTES:
        raise FileRefused(
            _("“%(name)s” has %(size)s MB, but a CSV file may have at most %(most)s MB. Split it, and zip the parts.")
            % {"name": name, "size": megabytes(size), "most": megabytes(MAX_CSV_BYTES)},
            code="too_large",
        )
    stream.seek(0)
    first = stream.read(16)
    if kind := kind_of(first):
        raise FileRefused(_("“%(name)s” is %(kind)s, not a CSV file.") % {"name": name, "kind": kind}, code="not_csv")
    return first


def _candidates(first: bytes) -> list[tuple[str, int]]:
    for mark, encoding in _MARKS.items():
        if first.startswith(mark):
            return [(encoding, len(mark))]
    for pattern, encoding in _UNMARKED.items():
        if pattern.match(first):
            return [(encoding, 0)]
    return [("utf-8", 0), ("cp1252", 0)]


def _examine_as(encoding: str, start: int, stream: BinaryIO, name: str) -> Text:
    head, has_nul, is_blank = "", False, True
    for part in _decoded(stream, encoding, start):
        head = head or part
        has_nul = has_nul or "\0" in part
        is_blank = is_blank and not part.strip()
    if is_blank:
        raise FileRefused(_("“%(name)s” is empty.") % {"name": name}, code="empty")
    return Text(encoding, start, head, has_nul)


def _decoded(stream: BinaryIO, encoding: str, start: int, errors: str = "strict") -> Iterator[str]:
    stream.seek(start)
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    while chunk := stream.read(_CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _is_broken_utf8(stream: BinaryIO) -> bool:
    """A file cut off within a character would be valid Windows-1252, and every name in it would be read wrongly."""
    good = bad = 0
    for part in _decoded(stream, "utf-8", 0, errors="replace"):
        replaced = part.count("\N{REPLACEMENT CHARACTER}")
        bad += replaced
        good += len(part) - len(part.encode("ascii", "ignore")) - replaced
    return good > bad


class _Borrowed(io.RawIOBase):
    """A text reader closes what it reads from; this stands between."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        data = self._stream.read(len(view))
        view[: len(data)] = data
        return len(data)
