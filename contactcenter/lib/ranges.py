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
    wanted = request.headers.get("Range", "")
    found = _RANGE.fullmatch(wanted) if request.headers.get("If-Range", etag) == etag else None
    start, end = (0, size) if found is None else _ends(found[1], found[2], size)
    headers = {"Accept-Ranges": "bytes", "ETag": etag}
    if start >= end:
        file.close()
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    if found is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    file.seek(start)
    return FileResponse(
        _Part(file, end - start), status=206 if found else 200, content_type=content_type, headers=headers
    )


def _ends(first: str, last: str, size: int) -> tuple[int, int]:
    """Return where a range begins and ends; what cannot be satisfied ends where it begins."""
    if not first:
        return (max(0, size - int(last)), size) if last else (0, size)
    if last and int(last) < int(first):
        return 0, size  # which is to be ignored
    return int(first), min(size, int(last) + 1 if last else size)
