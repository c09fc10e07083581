"""Runs a WSGI application under an ASGI server, on lasting threads: docs/decisions/wsgi-on-uvicorn.md."""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from wsgiref.util import FileWrapper

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope

from contactcenter.lib.asgi import send_problem

SPOOLED = 256 * 1024  # bytes of a request body kept in memory; the rest goes to a temporary file
CHUNK = 64 * 1024  # bytes of a response that are gathered before they are sent

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BodyTooLargeError(Exception):
    """The request has more bytes than the server takes."""


class WSGIBridge:
    """``upload_limits`` are those of addresses that take more bytes than ``body_limit``.

    From whom is for ``may_upload`` to say, who sees the request without its body, and before it.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        threads: int,
        body_limit: int,
        upload_limits: Mapping[str, int] | None = None,
        may_upload: Callable[[dict[str, Any]], bool] = lambda environ: True,
    ) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="web")
        self._body_limit = body_limit
        self._upload_limits = upload_limits or {}
        self._may_upload = may_upload

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Take in the whole body first: slow senders hold no thread, and no half request is carried out."""
        limit = await self._limit(scope)
        with SpooledTemporaryFile(max_size=SPOOLED) as body:
            try:
                if not await _take_in(scope, receive, body, limit):
                    return
            except BodyTooLargeError:
                detail = f"At most {limit // 1024**2} MB can be sent in one request to this address."
                await send_problem(send, 413, "too_large", "Too large", detail)
                return
            response = _Response(asyncio.get_running_loop(), receive, send)
            environ = _environ(scope, body)
            await response.loop.run_in_executor(self._threads, response.produce, self._app, environ)
            await response.finish()

    async def _limit(self, scope: HTTPScope) -> int:
        larger = self._upload_limits.get(scope["path"], 0)
        length = dict(scope["headers"]).get(b"content-length")
        if larger <= self._body_limit or (length is not None and int(length) <= self._body_limit):
            return self._body_limit
        asked = partial(self._may_upload, _environ(scope, io.BytesIO()))
        loop = asyncio.get_running_loop()
        return larger if await loop.run_in_executor(self._threads, asked) else self._body_limit

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


async def _take_in(scope: HTTPScope, receive: ASGIReceiveCallable, body: IO[bytes], limit: int) -> bool:
    """Fill ``body``. False when the client has gone."""
    if int(dict(scope["headers"]).get(b"content-length", b"0")) > limit:
        raise BodyTooLargeError
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return False
        body.write(message["body"])
        if body.tell() > limit:
            raise BodyTooLargeError
        if not message["more_body"]:
            return True


class _Response:
    """Gathers what the application yields in its thread; the event loop sends most responses in one go."""

    def __init__(self, loop: asyncio.AbstractEventLoop, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        self.loop = loop
        self._receive, self._send = receive, send
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._held: list[bytes] = []
        self._started = False
        self._watcher: asyncio.Task[None] | None = None

    def produce(self, app: WSGIApplication, environ: dict[str, Any]) -> None:
        chunks = app(environ, self._start)
        try:
            size = 0
            for chunk in chunks:
                self._held.append(chunk)
                size += len(chunk)
                if size >= CHUNK:
                    if not asyncio.run_coroutine_threadsafe(self._flush(), self.loop).result():
                        break
                    size = 0
        finally:
            if hasattr(chunks, "close"):
                chunks.close()

    def _start(self, status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[[bytes], None]:
        self._status = int(status[:3])
        self._headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return self._held.append

    async def _flush(self) -> bool:
        """Send what is held. False when nobody is there to read it any more."""
        if self._watcher is None:
            self._watcher = self.loop.create_task(self._watch())
        await self._send_held(more=True)
        return not self._watcher.done()

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def finish(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
        await self._send_held(more=False)

    async def _send_held(self, *, more: bool) -> None:
        body = b"".join(self._held)
        self._held.clear()
        if not self._started:
            self._started = True
            await self._send(
                {
                    "type": "http.response.start",
                    "status": self._status,
                    "headers": self._headers,
                    "trailers": False,
                }
            )
        await self._send({"type": "http.response.body", "body": body, "more_body": more})


class _FileChunks(FileWrapper):
    """Files are read in larger pieces than Django's 4 KB."""

    def __init__(self, file: Any, size: int = CHUNK) -> None:
        super().__init__(file, max(size, CHUNK))


def _environ(scope: HTTPScope, body: IO[bytes]) -> dict[str, Any]:
    length = body.tell()
    body.seek(0)
    host, port = scope["server"] or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.file_wrapper": _FileChunks,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope["client"]:
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = scope["client"][0], str(scope["client"][1])
    environ.update(_headers(scope))
    if length or "CONTENT_LENGTH" in environ:
        environ["CONTENT_LENGTH"] = str(length)  # chunked bodies have none of their own
    return environ


def _headers(scope: HTTPScope) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        if b"_" in raw:  # in WSGI it would look like the same name with hyphens, and so forge a proxy's header
            continue
        name = raw.decode("latin-1").upper().replace("-", "_")
        if name not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            name = f"HTTP_{name}"
        joint = "; " if name == "HTTP_COOKIE" else ","
        found[name] = f"{found[name]}{joint}{value.decode('latin-1')}" if name in found else value.decode("latin-1")
    return found
