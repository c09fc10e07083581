"""What the benchmarks share: a database of their own, a web process, load, and figures."""

import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from contactcenter import embedded


@contextlib.contextmanager
def database() -> Iterator[None]:
    """Migrate an empty database on the server of DATABASE_URL, else on a temporary embedded one."""
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="contactcenter-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)  # as root, the server runs as another account
        os.environ |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "contactcenter.settings"}
        if "DATABASE_URL" not in os.environ:
            stack.enter_context(embedded.available(folder))
        import django
        from django.db import connection

        django.setup()
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
        stack.callback(connection.creation.destroy_test_db, name, verbosity=0)
        yield


def database_url(name: str) -> str:
    """Return the address of a database on the server that the benchmarks use."""
    from django.conf import settings

    server = settings.DATABASE_URL or embedded.database_url(settings.DATA_DIR)
    return urlsplit(server)._replace(path=f"/{name}").geturl()


@contextlib.contextmanager
def web_process(settings_module: str = "contactcenter.settings") -> Iterator[tuple[int, int]]:
    """Start one web process on the benchmark's database; give its process id and port."""
    from django.conf import settings

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    variables = {
        **os.environ,
        "PORT": str(port),
        "DATABASE_URL": database_url(settings.DATABASES["default"]["NAME"]),
        "CONTACTCENTER_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": settings_module,
    }
    web = subprocess.Popen([sys.executable, "-m", "contactcenter.web"], env=variables)
    try:
        _wait_for(port)
        yield web.pid, port
    finally:
        web.terminate()
        web.wait(10)


def _wait_for(port: int) -> None:
    for _ in range(150):
        time.sleep(0.1)
        with contextlib.suppress(OSError):
            if b"200" in Connection(port).send(request("GET", "/healthz"))[:20]:
                return
    raise SystemExit("The web process does not answer.")


def memory(pid: int) -> int:
    """Return the resident memory of a process in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


# --- Load --------------------------------------------------------------------------------------------------------


def request(method: str, path: str, *, token: str = "", body: str = "") -> bytes:
    """Return the bytes of one request, made before the clock runs."""
    headers = ["Host: localhost", "Connection: keep-alive"]
    if token:
        headers.append(f"Authorization: Bearer {token}")
    if body:
        headers += ["Content-Type: application/json", f"Content-Length: {len(body.encode())}"]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *headers, "", body]).encode()


class Connection:
    """A kept-alive connection that costs next to nothing beside the server."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data: bytes) -> bytes:
        """Send a request and return the whole answer."""
        self._socket.sendall(data)
        answer = self._socket.recv(65536)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        missing = length - len(body)
        chunks = [answer]
        while missing > 0:
            chunk = self._socket.recv(min(missing, 1 << 20))
            if not chunk:
                raise SystemExit("The server closed the connection.")
            chunks.append(chunk)
            missing -= len(chunk)
        return b"".join(chunks)


def requests_per_second(port: int, work: list[Callable[[int], bytes]], seconds: float) -> float:
    """Let each client send ``make(n)``, one after the other, for some seconds."""
    counts = [0] * len(work)
    wrong: list[bytes] = []
    stop = time.monotonic() + seconds

    def client(number: int) -> None:
        connection = Connection(port)
        while time.monotonic() < stop and not wrong:
            answer = connection.send(work[number](counts[number]))
            if b" 200 " not in answer[:16]:
                wrong.append(answer[:600])
            counts[number] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(len(work))]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(f"Unexpected answer: {wrong[0]!r}")
    return sum(counts) / (time.monotonic() - started)


def median(values: list[float]) -> float:
    return statistics.median(values)


def table(rows: list[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)
