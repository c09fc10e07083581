"""The pages of ``benchmarks.presence``: many event streams on raw sockets, each of which answers its pings."""

import asyncio
import json
import resource
import sys
import time
from typing import Any

import uvloop

from benchmarks.sse_client import AT_ONCE, REQUEST

ANSWER = "\r\n".join(
    [
        "POST /events/presence/ HTTP/1.1",
        "Host: 127.0.0.1",
        "Cookie: contactcenter_session={key}",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140",
        "Content-Type: application/json",
        "Content-Length: {length}",
        "",
        "{body}",
    ]
)


class Page(asyncio.Protocol):
    """One open stream."""

    def __init__(self, port: int, key: str, report: dict[str, Any]) -> None:
        self._port = port
        self._key = key
        self._report = report
        self._token = ""
        self._rest = b""
        self._tasks: set[asyncio.Task[None]] = set()
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(REQUEST.format(key=self._key).encode())  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        *frames, self._rest = (self._rest + data).split(b"\n\n")
        for frame in frames:
            if b"event: token" in frame:
                self._token = json.loads(frame.partition(b"data: ")[2])
            elif b"event: ping" in frame:
                task = asyncio.get_running_loop().create_task(self._answer())
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                if not self.ready.done():
                    self.ready.set_result(None)

    async def _answer(self) -> None:
        """On a connection of its own: between two pings the server has closed the last one, for browsers too."""
        body = json.dumps({"token": self._token, "idle": 3.5})
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(ANSWER.format(key=self._key, length=len(body), body=body).encode())
        status = await reader.readline()
        writer.close()
        self._report["answered" if b" 204 " in status else "refused"] += 1


async def main(port: int, keys: list[str]) -> None:
    report: dict[str, Any] = {"answered": 0, "refused": 0}
    gate = asyncio.Semaphore(AT_ONCE)
    loop = asyncio.get_running_loop()

    async def open_page(key: str) -> None:
        async with gate:
            _, page = await loop.create_connection(lambda: Page(port, key, report), "127.0.0.1", port)
            await asyncio.wait_for(page.ready, 60)

    await asyncio.gather(*map(open_page, keys))
    print("open", flush=True)
    opened = time.monotonic()
    report["answered"] = 0
    await asyncio.to_thread(sys.stdin.read)  # until the parent wants the report
    print(json.dumps(report | {"seconds": time.monotonic() - opened}), flush=True)


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvloop.run(main(int(sys.argv[1]), json.loads(sys.stdin.readline())))
