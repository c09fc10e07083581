"""The bridge between uvicorn and WSGI, with small WSGI applications on a real server."""

import io
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope

from contactcenter.lib.wsgi_bridge import WSGIBridge
from contactcenter.web import Protocol

LIMIT = 1024 * 1024
Environ = dict[str, Any]
Start = Callable[..., Any]


class Site:
    """Serves ``app`` and remembers the requests it has seen."""

    def __init__(self) -> None:
        self.seen: list[Environ] = []
        self.answer: Callable[[Environ], Iterable[bytes]] = lambda environ: [b"ok"]
        bridge = WSGIBridge(
            self._app,
            threads=1,
            body_limit=LIMIT,
            upload_limits={"/upload/": 2 * LIMIT},
            may_upload=lambda environ: environ.get("HTTP_X_STRANGER") is None,
        )

        async def application(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
            assert scope["type"] == "http"
            await bridge(scope, receive, send)

        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(application, http=Protocol, lifespan="off", log_config=None, ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})
        self._thread.start()

    def _app(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        self.seen.append(environ | {"body": environ["wsgi.input"].read()})
        start_response("200 OK", [("Content-Type", "text/plain")])
        return self.answer(environ)

    def raw(self, data: bytes) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        client.sendall(data)
        return client

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(5)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.stop()


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, trust_env=False) as client:
        yield client


def test_request_arrives_as_it_was_sent(site: Site, client: httpx.Client) -> None:
    answer = client.post("/caf%C3%A9?q=%C3%A9", content=b"body", headers={"X-Test": "1"})
    assert (answer.status_code, answer.text) == (200, "ok")
    (seen,) = site.seen
    assert seen["REQUEST_METHOD"] == "POST"
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/café"
    assert seen["QUERY_STRING"] == "q=%C3%A9"
    assert seen["HTTP_X_TEST"] == "1"
    assert (seen["CONTENT_LENGTH"], seen["body"]) == ("4", b"body")
    assert seen["REMOTE_ADDR"] == "127.0.0.1"
    assert seen["wsgi.url_scheme"] == "http"


def test_body_in_chunks_has_a_length(site: Site, client: httpx.Client) -> None:
    client.post("/", content=iter([b"ab", b"c" * 300_000]))
    assert site.seen[0]["CONTENT_LENGTH"] == "300002"
    assert site.seen[0]["body"] == b"ab" + b"c" * 300_000


@pytest.mark.parametrize("declared", [True, False])
def test_body_that_is_too_large_does_not_reach_the_application(
    site: Site, client: httpx.Client, declared: bool
) -> None:
    body = b"x" * (LIMIT + 1)
    answer = client.post("/", content=body if declared else iter([body]))
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert site.seen == []


def test_body_at_the_limit_is_taken(site: Site, client: httpx.Client) -> None:
    assert client.post("/", content=b"x" * LIMIT).status_code == 200
    assert len(site.seen[0]["body"]) == LIMIT


@pytest.mark.parametrize("declared", [True, False])
def test_addresses_of_uploads_take_more(site: Site, client: httpx.Client, declared: bool) -> None:
    def post(path: str, size: int) -> httpx.Response:
        body = b"x" * size
        return client.post(path, content=body if declared else iter([body]))

    assert post("/upload/", 2 * LIMIT).status_code == 200
    too_large = post("/upload/", 2 * LIMIT + 1)
    assert (too_large.status_code, too_large.json()["code"]) == (413, "too_large")
    assert "At most 2 MB" in too_large.json()["detail"]
    for elsewhere in ("/upload", "/upload/1/", "/"):
        assert post(elsewhere, LIMIT + 1).status_code == 413
    assert [len(seen["body"]) for seen in site.seen] == [2 * LIMIT]


@pytest.mark.parametrize("declared", [True, False])
def test_strangers_upload_no_more_than_others(site: Site, client: httpx.Client, declared: bool) -> None:
    body = b"x" * (LIMIT + 1)
    answer = client.post("/upload/", content=body if declared else iter([body]), headers={"X-Stranger": "yes"})
    assert answer.status_code == 413
    assert site.seen == []


def test_request_broken_off_is_not_carried_out(site: Site, client: httpx.Client) -> None:
    site.raw(b"POST /broken HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf").close()
    client.get("/after")
    assert [seen["PATH_INFO"] for seen in site.seen] == ["/after"]


def test_slow_sender_holds_no_thread(site: Site, client: httpx.Client) -> None:
    with site.raw(b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nha") as slow:
        assert client.get("/quick").status_code == 200
        slow.sendall(b"lf")
        assert b"200 OK" in slow.recv(1000)
    assert [seen["PATH_INFO"] for seen in site.seen] == ["/quick", "/slow"]


def test_header_that_only_looks_like_another_is_dropped(site: Site) -> None:
    with site.raw(b"GET / HTTP/1.1\r\nHost: x\r\nX_Forwarded_Proto: https\r\nX-Twice: a\r\nX-Twice: b\r\n\r\n") as raw:
        raw.recv(1000)
    assert "HTTP_X_FORWARDED_PROTO" not in site.seen[0]
    assert site.seen[0]["HTTP_X_TWICE"] == "a,b"


def test_large_answer_arrives_whole(site: Site, client: httpx.Client) -> None:
    site.answer = lambda environ: (bytes([number % 256]) * 1000 for number in range(5000))
    assert client.get("/").content == b"".join(bytes([number % 256]) * 1000 for number in range(5000))


def test_file_is_sent_and_closed(site: Site, client: httpx.Client) -> None:
    file = io.BytesIO(b"f" * 200_000)
    site.answer = lambda environ: environ["wsgi.file_wrapper"](file, 4096)
    assert client.get("/").content == b"f" * 200_000
    assert file.closed


def test_answer_nobody_waits_for_is_given_up(site: Site) -> None:
    closed = threading.Event()
    produced = 0

    def endless(_environ: Environ) -> Iterator[bytes]:
        nonlocal produced
        try:
            while True:
                produced += 1
                yield b"x" * 65536
        finally:
            closed.set()

    site.answer = endless
    with site.raw(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") as raw:
        raw.recv(1000)
    assert closed.wait(5)
    assert produced < 1000


def test_failing_application_answers_500(site: Site, client: httpx.Client) -> None:
    def fail(_environ: Environ) -> Iterable[bytes]:
        raise RuntimeError("on purpose")

    site.answer = fail
    assert client.get("/").status_code == 500
    site.answer = lambda environ: [b"fine"]
    assert client.get("/").text == "fine"


def test_endless_head_is_refused(site: Site) -> None:
    with site.raw(b"GET / HTTP/1.1\r\nHost: x\r\nX: ") as raw:
        for _ in range(20):
            raw.sendall(b"a" * 4096)
            time.sleep(0.005)
            raw.setblocking(False)
            try:
                answer = raw.recv(1000)
            except BlockingIOError:
                raw.setblocking(True)
            else:
                break
    assert b"400 Bad Request" in answer
    assert site.seen == []


def test_many_requests_on_one_connection_are_not_an_endless_head(site: Site, client: httpx.Client) -> None:
    for _ in range(10):
        assert client.get("/", headers={"X": "a" * 10_000}).status_code == 200
        assert client.post("/", content=b"b" * 100_000).status_code == 200
