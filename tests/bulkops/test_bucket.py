"""Files in a bucket: what workers on several machines share. The server below keeps objects as S3 does."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.core.files.base import ContentFile

from bulkops.models import Operation
from bulkops.running import run
from bulkops.services import start_export, start_import
from contactcenter.lib.actors import SYSTEM
from tests.cast import Cast


class Bucket(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    objects: dict[str, bytes]
    refused: list[str]

    def _path(self) -> str:
        if not self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 Credential=key/"):
            self.refused.append(self.path)
        return unquote(urlsplit(self.path).path)

    def _answer(self, status: int, body: bytes = b"", *, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Last-Modified", "Fri, 20 Nov 2026 12:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        path, body = self._path(), self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            body = _unchunked(body)
        self.objects[path] = body
        self._answer(200)

    def do_GET(self) -> None:
        found = self.objects.get(self._path())
        self._answer(404 if found is None else 200, found or b"")

    def do_HEAD(self) -> None:
        found = self.objects.get(self._path())
        self._answer(404 if found is None else 200, length=len(found or b""))

    def do_DELETE(self) -> None:
        self.objects.pop(self._path(), None)
        self._answer(204)

    def log_message(self, *args: Any) -> None:
        """Nothing to the terminal."""


def _unchunked(body: bytes) -> bytes:
    parts = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size.split(b";")[0], 16)
        if not length:
            break
        parts.append(rest[:length])
        body = rest[length + 2 :]
    return b"".join(parts)


@pytest.fixture
def bucket(settings: Any) -> Iterator[type[Bucket]]:
    handler = type("Handler", (Bucket,), {"objects": {}, "refused": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    options = {
        "bucket_name": "contact",
        "endpoint_url": f"http://127.0.0.1:{server.server_port}",
        "region_name": "eu-central-1",
        "access_key": "key",
        "secret_key": "secret",
        "default_acl": None,
        "file_overwrite": False,
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
    }
    yield handler
    server.shutdown()
    server.server_close()
    thread.join()


def test_files_of_operations_lie_in_the_bucket(bucket: type[Bucket], cast: Cast) -> None:
    text = "Name,Multimedia Profile\nBrno,Blended\n"
    operation = start_import("site", ContentFile(text.encode()), "site.csv", actor=SYSTEM)
    run(operation.pk)
    operation.refresh_from_db()
    assert (operation.status, operation.created) == ("completed", 1)
    assert text.encode() in bucket.objects.values()

    export = start_export("site", "sites", actor=SYSTEM)
    run(export.pk)
    export = Operation.objects.get(pk=export.pk)
    with export.output.open("rb") as output:
        assert b"Brno,Blended" in output.read()
    assert len(bucket.objects) == 2
    assert bucket.refused == []
