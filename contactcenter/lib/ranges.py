"""Serving a file so that players can seek in it: HTTP ranges (RFC 9110, 14)."""

import re
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class _Part:
    """So many bytes of a file, from where it stands."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self.file = file
        self.left = length

    def read(self, size: int) -> bytes:
        block = self.file.read(min(size, self.left))
        self.left -= len(block)
        return block

    def close(self) -> None:
        self.file.close()


def ranged_response(
    request: HttpRequest, file: BinaryIO, *, size: int, etag: str, content_type: str
) -> HttpResponseBase:
    """Answer with the file or the one part of it that is asked for; it is closed with the answer."""
    wanted = request.headers.get("Range", "") if request.headers.get("If-Range", etag) == etag else ""
    part = _part_of(size, wanted)
    start, end = part or (0, size)
    headers = {"Accept-Ranges": "bytes", "ETag": etag}
    if start >= end:
        file.close()
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    file.seek(start)
    status = 206 if part else 200
    return FileResponse(_Part(file, end - start), status=status, content_type=content_type, headers=headers)


def _part_of(size: int, wanted: str) -> tuple[int, int] | None:
    """Return where a range begins and ends, at the same place if there is no such part; ``None``: it asks for none."""
    found = _RANGE.fullmatch(wanted)
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    return int(first), min(size, int(last) + 1 if last else size)
