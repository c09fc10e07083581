"""Opening zip files that nobody has looked into yet."""

import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import BinaryIO, Self, cast
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _

from bulkops.files.archive_checks import is_ignored, path_of, problems_of
from bulkops.files.errors import FileRefused
from bulkops.files.limits import MEGABYTE

_BLOCK = 64 * 1024
_MOST_AT_ONCE = 2 * MEGABYTE  # no directory of a permitted number of members comes near
# What the zip module raises about files that are damaged, or made to deceive.
_DAMAGES = (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError)


@dataclass(frozen=True)
class Member:
    name: str  # without folders
    size: int
    path: str = ""  # inside the zip


def is_zip(stream: BinaryIO) -> bool:
    """Tell by the content; the stream is at its start afterwards."""
    stream.seek(0)
    beginning = stream.read(4)
    stream.seek(0)
    return beginning in {b"PK\x03\x04", b"PK\x05\x06"}


class Archive:
    """The files in a zip; nothing is ever unpacked to a place that the zip names."""

    def __init__(self, stream: BinaryIO, name: str, allow_nested: Callable[[Member], bool] | None = None) -> None:
        self.name = name
        self._zip = _opened(stream, name)
        entries = [(path_of(info), info) for info in self._zip.infolist()]
        files = [(path, info) for path, info in entries if not is_ignored(path)]
        self._infos = {Member(PurePosixPath(path).name, info.file_size, path): info for path, info in files}
        self.members = list(self._infos)
        allowed = {member.path for member in self.members if allow_nested and allow_nested(member)}
        problems = problems_of(entries, files, allowed, self._zip.start_dir, stream.seek(0, io.SEEK_END))
        if problems:
            message = _("“%(name)s” cannot be used. %(problems)s")
            sentences = " ".join(sentence for _code, sentence in problems)
            raise FileRefused(message % {"name": name, "problems": sentences}, code=problems[0][0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def open(self, member: Member) -> BinaryIO:
        """Unpack and check it wholly; the caller closes what it gets."""
        with ExitStack() as on_error:
            unpacked = on_error.enter_context(SpooledTemporaryFile(max_size=MEGABYTE))
            for block in self._blocks(member):
                unpacked.write(block)
            on_error.pop_all()
        unpacked.seek(0)
        return cast("BinaryIO", unpacked)

    def _blocks(self, member: Member) -> Iterator[bytes]:
        missing = member.size  # more than that the zip module never gives, whatever is packed
        try:
            with self._zip.open(self._infos[member]) as packed:
                while block := packed.read(_BLOCK):
                    missing -= len(block)
                    yield block
        except _DAMAGES as error:
            raise _damaged(self.name, member.path) from error
        if missing:
            raise _damaged(self.name, member.path)


def _damaged(name: str, path: str) -> FileRefused:
    message = _("“%(name)s” is damaged: “%(path)s” in it cannot be unpacked. Make the zip again.")
    return FileRefused(message % {"name": name, "path": path}, code="damaged")


def _opened(stream: BinaryIO, name: str) -> ZipFile:
    try:
        return ZipFile(_Source(stream))
    except _DAMAGES as error:
        message = _("“%(name)s” cannot be opened as a zip: it is damaged, or something else. Make it again.")
        raise FileRefused(message % {"name": name}, code="damaged") from error


class _Source:
    """What the zip module reads from: it would follow absurd offsets, and load a directory of any size at once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._size = stream.seek(0, io.SEEK_END)
        self.tell = stream.tell
        self.seekable = stream.seekable

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(max(offset, -self._size) if whence == io.SEEK_END else offset, whence)

    def read(self, size: int = -1) -> bytes:
        if size > _MOST_AT_ONCE:
            raise BadZipFile("The directory is too long.")
        return self._stream.read(size)
