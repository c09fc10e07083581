"""The pages of ``benchmarks.sse``: many event streams on raw sockets, noting when each event arrives."""

import asyncio
import json
import resource
import sys
import time
from typing import Any

import uvloop

AT_ONCE = 50  # connections being opened
REQUEST = "\r\n".join(
    [
        "GET /events/ HTTP/1.1",
        "Host: 127.0.0.1",
        "Cookie: contactcenter_session={key}",
        "Accept: text/event-stream",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140",
        "Accept-Language: en-GB,en;q=0.9",
        "Accept-Encoding: gzip, deflate, br",
        "Sec-Fetch-Site: same-origin",
        "\r\n",
    ]
)


class Page(asyncio.Protocol):
    """One open stream. Reads as little as it can: the client must not be what is measured."""

    def __init__(self, key: str, report: dict[str, Any]) -> None:
        self._request = REQUEST.format(key=key).encode()
        self._report = report
        self._rest = b""
        self._numbers: set[int] = set()
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        *frames, self._rest = (self._rest + data).split(b"\n\n")
        for frame in frames:
            if b"event: ping" in frame and not self.ready.done():
                self.ready.set_result(None)
            elif b"benchmark.change" in frame:
                payload = json.loads(frame.partition(b"data: ")[2])["payload"]
                self._report["repeated"] += payload["n"] in self._numbers
                self._numbers.add(payload["n"])
                self._report["times"].append(now - payload["sent"])

    def connection_lost(self, _error: Exception | None) -> None:
        self._report["closed"] += 1
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(self._rest[:300].decode()))


async def main(port: int, keys: list[str]) -> None:
    report: dict[str, Any] = {"times": [], "repeated": 0, "closed": 0}
    gate = asyncio.Semaphore(AT_ONCE)
    loop = asyncio.get_running_loop()

    async def open_page(key: str) -> None:
        async with gate:
            _, page = await loop.create_connection(lambda: Page(key, report), "127.0.0.1", port)
            await asyncio.wait_for(page.ready, 60)

    await asyncio.gather(*map(open_page, keys))
    print("open", flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until the parent wants the report
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvloop.run(main(int(sys.argv[1]), json.loads(sys.stdin.readline())))
