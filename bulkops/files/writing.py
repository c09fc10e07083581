"""Writing CSV files, in parts where one would be too long to be read again."""

import csv
import io
import shutil
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, BinaryIO, Self
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bulkops.files.limits import MAX_CSV_BYTES, MAX_ROWS, MEGABYTE


def as_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """Write UTF-8 with commas, and quotes only where they are needed."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def packed_file(name: str) -> ZipInfo:
    """Return the entry of a file that is written to a zip now."""
    info = ZipInfo(name, time.localtime()[:6])
    info.compress_type = ZIP_DEFLATED
    return info


class PartedWriter:
    """Write one CSV file, or several in a zip where one would exceed what can be read again.

    Leaving it as a context manager frees its temporary file, also when ``finish`` was never reached.
    """

    def __init__(self, stream: BinaryIO, base_name: str, header: Sequence[str]) -> None:
        self._stream = stream
        self._base_name = base_name
        self._header = as_csv([header])
        self._open = ExitStack()
        self._zip: ZipFile | None = None
        self._parts = 0
        self._begin(self._open.enter_context(SpooledTemporaryFile(max_size=MEGABYTE)))  # noqa: SIM115 - in a stack

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def write(self, cells: Iterable[str]) -> None:
        self.write_group([list(cells)])

    def write_group(self, rows: Sequence[Sequence[str]]) -> None:
        """Keep these rows together in one part, unless they alone exceed one."""
        data = as_csv(rows)
        if len(rows) > 1 and (len(rows) > MAX_ROWS or len(self._header) + len(data) > MAX_CSV_BYTES):
            for cells in rows:
                self.write(cells)
            return
        if self._rows and (self._rows + len(rows) > MAX_ROWS or self._size + len(data) > MAX_CSV_BYTES):
            self._begin_next()
        self._part.write(data)
        self._rows += len(rows)
        self._size += len(data)

    def finish(self) -> str:
        """Complete the stream, and say how the file is to be called."""
        if self._zip is None:
            self._copy_part(self._stream)
        self._open.close()
        return f"{self._base_name}.{'csv' if self._zip is None else 'zip'}"

    def _begin(self, part: IO[bytes]) -> None:
        self._part = part
        self._parts += 1
        self._rows = 0
        self._size = self._part.write(self._header)

    def _begin_next(self) -> None:
        if self._zip is None:  # so far it looked like one file
            self._zip = self._open.enter_context(ZipFile(self._stream, "w"))
            with self._member(self._zip, 1) as member:
                self._copy_part(member)
        self._part.close()  # a zip takes one member at a time
        self._begin(self._open.enter_context(self._member(self._zip, self._parts + 1)))

    def _member(self, archive: ZipFile, number: int) -> IO[bytes]:
        return archive.open(packed_file(f"{self._base_name}-{number}.csv"), "w")

    def _copy_part(self, target: IO[bytes]) -> None:
        self._part.seek(0)
        shutil.copyfileobj(self._part, target)
