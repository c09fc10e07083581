"""The whole product in a process tree of its own."""

import http.client
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import psycopg

from contactcenter import embedded
from tests.ops.support import ROOT, eventually

INTERRUPTED_PARENT = """
import signal, subprocess, sys
child = subprocess.Popen([sys.executable, "-m", "contactcenter.supervisor", "--end-with-parent"])
print(child.pid, flush=True)
sys.stdin.readline()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
sys.exit(child.wait())
"""


class Product:
    """A product in a data folder of its own."""

    def __init__(self, data_dir: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as unused:
            self.port = unused.getsockname()[1]
        self.data_dir = data_dir
        self.log = data_dir.parent / "log"
        self.supervisor: psutil.Process | None = None

    @property
    def environment(self) -> dict[str, str]:
        ours = {"DATA_DIR": str(self.data_dir), "PORT": str(self.port), "DEMO": "0"}
        return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | ours

    def launch(self) -> subprocess.Popen[str]:
        with self.log.open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "contactcenter.supervisor"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                text=True,
            )
        self.supervisor = psutil.Process(process.pid)
        return process

    def launch_indirectly(self) -> subprocess.Popen[str]:
        """Launch it from another program, which waits for a line before it goes on."""
        parent = subprocess.Popen(
            [sys.executable, "-c", INTERRUPTED_PARENT],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert parent.stdout
        self.supervisor = psutil.Process(int(parent.stdout.readline()))
        return parent

    def answer(self) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            return response.status, response.read()
        except OSError:
            return 0, b""
        finally:
            connection.close()

    def wait_ready(self, timeout: float = 60) -> None:
        assert eventually(lambda: self.answer()[0] == 200, timeout), self.log.read_text()
        assert eventually(lambda: len(self.processes("celery")) >= 6, timeout=40), self.log.read_text()

    def processes(self, word: str = "") -> list[psutil.Process]:
        """Return the supervisor's children and theirs, those with the word in their command."""
        assert self.supervisor
        found = []
        for process in self.supervisor.children(recursive=True):
            try:
                if word in " ".join(process.cmdline()):
                    found.append(process)
            except psutil.NoSuchProcess:
                continue
        return found

    def execute(self, statement: str, *values: Any) -> list[Any]:
        """Have its database do something, and return the rows it answers with."""
        with psycopg.connect(embedded.database_url(self.data_dir)) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
