"""Runs the whole product on one machine: ``python -m contactcenter.supervisor``, or ``make run``.

Each program has a session of its own, so that Ctrl-C reaches only the supervisor, which stops them in order.
A program that ends unexpectedly is started again; all of them end when the supervisor does, even by kill -9.
"""

import argparse
import contextlib
import http.client
import logging
import logging.config
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from contactcenter import embedded
from contactcenter.lib.processes import FileLock, end_with_parent, request_signal_at_parents_end

CELERY = ("-m", "celery", "--app", "contactcenter", "--quiet")
WORKER = (*CELERY, "worker", "--without-gossip", "--without-mingle", "--without-heartbeat")
# As root in a container, which is fine there, each worker would print a page of warning.
QUIET_ROOT = ("-W", "ignore:You're running the worker with superuser")

LONGEST_RECOVERY = 300  # seconds the database may take to start after a crash
HEAD_START = 15  # seconds the web server has the machine to itself, so that its pages come sooner
STABLE = 60  # seconds after which a program that ends counts as one that had worked
LONGEST_DELAY = 30  # seconds between two starts of a program
# Seconds programs get to end before they are killed, and after that the database: below ten together.
PATIENCE, DATABASE_PATIENCE = 5, 2

DEMO_SIGN_INS = """
  Demo sign-ins, password demo
    Administrator  admin@demo.test
    Supervisor     supervisor@demo.test
    Agent          agent@demo.test
  Demo API client  demo-client / demo-secret
"""

Launch = Callable[[], subprocess.Popen[bytes]]

logger = logging.getLogger("contactcenter.supervisor")


class StartError(Exception):
    """The product cannot run; the message says why and what to do."""


class Program:
    """A child process that is to run until it is told to stop."""

    def __init__(self, name: str, launch: Launch, process: subprocess.Popen[bytes] | None = None) -> None:
        self.name = name
        self._launch = launch
        self._process = process
        self._started = time.monotonic()
        self._next_start = 0.0
        self._failures = 0

    def look_after(self) -> None:
        """Start the program if it does not run; after a failure wait, each time longer."""
        if self._process is not None and (status := self._process.poll()) is not None:
            self.kill()  # what it has started and left
            self._process = None
            self._note_failure(_outcome(status))
        if self._process is None and time.monotonic() >= self._next_start:
            self._start()

    def _start(self) -> None:
        self._started = time.monotonic()
        try:
            self._process = self._launch()
        except (OSError, embedded.EmbeddedError) as error:
            self._note_failure(str(error))

    def _note_failure(self, reason: str) -> None:
        lasted = time.monotonic() - self._started
        self._failures = 1 if lasted > STABLE else self._failures + 1
        delay = min(2 ** (self._failures - 1), LONGEST_DELAY)
        self._next_start = time.monotonic() + delay
        logger.error("%s ended unexpectedly: %s. Starting it again in %d s.", self.name, reason, delay)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask_to_end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """End the program and what it has started, at once."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class Supervisor:
    def __init__(self, *, end_with_parent: bool) -> None:
        from contactcenter import settings  # noqa: PLC0415 - it reads the environment, which main() completes

        logging.config.dictConfig(settings.LOGGING)
        self._end_with_parent = end_with_parent
        self._settings = settings
        self._parent = os.getppid() if end_with_parent and not _is_interrupted(os.getppid()) else None
        self._lock = FileLock(settings.DATA_DIR / "supervisor.lock")
        self._server = None if settings.DATABASE_URL else embedded.Server(settings.DATA_DIR)
        self._database: Program | None = None
        level = ("--loglevel", settings.LOG_LEVEL)
        web = self._python("-m", "contactcenter.web")
        worker = self._worker("worker", "tick,default", "--concurrency=2", *level)
        bulk_worker = self._worker("bulk", "bulk", "--concurrency=1", *level)
        scheduler = self._python(*CELERY, "beat", "--pidfile=", *level)
        self._programs = [  # in the order in which they are started; they are told to end the other way round
            Program("The web server", web),
            Program("The worker", worker),
            Program("The worker for bulk operations", bulk_worker),
            Program("The scheduler", scheduler),
        ]
        self._stopping = False
        self._announced = False
        self._wake_reader, self._wake_writer = os.pipe()

    def run(self) -> None:
        """Run until a signal says to stop. Raises StartError when it cannot."""
        self._listen_to_signals()
        self._take_data_folder()
        self._check_port()
        try:
            self._start_database()
            if not self._stopping:
                self._prepare()
            started = time.monotonic()
            while not self._stopping:
                if self._database is not None:
                    self._database.look_after()
                alone = not self._announced and time.monotonic() < started + HEAD_START
                for program in self._programs[:1] if alone else self._programs:
                    program.look_after()
                self._announce_when_ready()
                self._pause(1 if self._announced else 0.1)
        finally:
            self._stop()

    def _take_data_folder(self) -> None:
        data_dir = self._settings.DATA_DIR
        try:
            embedded.make_data_folder(data_dir)
            free = self._lock.acquire() or self._wait_for_orphans()
        except OSError as error:
            raise StartError(f"The data folder {data_dir} cannot be used: {error}.") from error
        if not free:
            raise StartError(f"Already running on {data_dir}, as process {self._lock.holder()}. Stop that one first.")
        self._lock.note(str(os.getpid()))

    def _wait_for_orphans(self) -> bool:
        """If the last supervisor was killed, wait until its programs, which hold its lock, have ended as well."""
        deadline = time.monotonic() + 4 * PATIENCE
        while not Path("/proc", self._lock.holder()).exists():
            if self._lock.acquire():
                return True
            if self._stopping or time.monotonic() > deadline:
                return False
            self._pause(0.2)
        return False

    def _check_port(self) -> None:
        host, port = self._settings.HOST, self._settings.PORT
        try:
            socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
        except OSError as error:
            raise StartError(
                f"Port {port} on {host} cannot be used: {error.strerror}. Choose another: PORT=8001 make run"
            ) from error

    def _listen_to_signals(self) -> None:
        def stop(_number: int, _frame: FrameType | None) -> None:
            self._stopping = True

        for descriptor in (self._wake_reader, self._wake_writer):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
                signal.signal(number, stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)  # so that a child's end wakes us
        if self._end_with_parent:
            request_signal_at_parents_end(signal.SIGTERM)

    def _start_database(self) -> None:
        if self._server is None:
            return
        server = self._server
        try:
            process = server.launch()
        except embedded.EmbeddedError as error:
            raise StartError(str(error)) from error
        deadline = time.monotonic() + LONGEST_RECOVERY
        while not self._stopping and not server.is_ready():
            if server.has_ended() or time.monotonic() > deadline:
                raise StartError(f"PostgreSQL did not start. The end of {server.log}:\n{server.log_tail()}")
            self._pause(0.05)

        def launch_again() -> subprocess.Popen[bytes]:
            server.stop()
            return server.launch()

        self._database = Program("PostgreSQL", launch_again, process)

    def _prepare(self) -> None:
        process = self._python("-m", "contactcenter.prepare")()
        while process.poll() is None:
            if self._stopping:
                process.terminate()
            self._pause(0.2)
        if process.returncode and not self._stopping:
            raise StartError("The database could not be brought up to date. The reason stands above.")

    def _python(self, *arguments: str, death_signal: signal.Signals = signal.SIGKILL) -> Launch:
        """Return what starts a Python program. Should we be killed, so is it: the database is gone as well then."""

        def launch() -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [sys.executable, *arguments],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=self._lock.descriptors,
                preexec_fn=end_with_parent(death_signal),  # noqa: PLW1509 - the supervisor has one thread
            )

        return launch

    def _worker(self, name: str, queues: str, *options: str) -> Launch:
        command = (*QUIET_ROOT, *WORKER, "--hostname", f"{name}@%h", "--queues", queues, *options)
        return self._python(*command, death_signal=signal.SIGQUIT)  # a worker has to end its own processes

    def _announce_when_ready(self) -> None:
        if not self._announced and self._is_ready():
            self._announced = True
            with contextlib.suppress(OSError):  # nobody may be listening
                sys.stdout.write(self._announcement())
                sys.stdout.flush()

    def _is_ready(self) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._settings.HOST, self._settings.HOST)  # noqa: S104
        connection = http.client.HTTPConnection(host, self._settings.PORT, timeout=2)
        try:
            connection.request("GET", "/readyz", headers={"Host": urlsplit(self._settings.PUBLIC_URL).netloc})
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _announcement(self) -> str:
        url = self._settings.PUBLIC_URL
        database = self._server.home if self._server else "as DATABASE_URL says"
        return f"""
Contact Center Admin Center {self._settings.VERSION} is running. Ctrl-C stops it.

  Workspace  {url}/workspace/
  Console    {url}/console/
  API        {url}/api/v1/docs/
  Data       {self._settings.DATA_DIR}
  Database   {database}
{DEMO_SIGN_INS if self._settings.DEMO else ""}
"""

    def _pause(self, seconds: float) -> None:
        """Wait, but not longer than until a signal arrives or a child ends."""
        readable, _, _ = select.select([self._wake_reader], [], [], seconds)
        if readable:
            os.read(self._wake_reader, 1024)
        if self._parent is not None and _is_interrupted(self._parent):
            self._stopping = True

    def _stop(self) -> None:
        logger.info("Stopping.")
        deadline = time.monotonic() + PATIENCE
        for program in reversed(self._programs):
            program.ask_to_end()
        while any(program.is_running() for program in self._programs) and time.monotonic() < deadline:
            self._pause(0.1)
        for program in self._programs:
            program.kill()
        if self._server is not None:
            self._server.stop(DATABASE_PATIENCE)


def _outcome(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def _is_interrupted(pid: int) -> bool:
    """Whether a process was told to end and waits for us before it does.

    make(1) does not pass on an interrupt or a hang-up that was sent to it alone: it blocks the signal and waits for
    its child. Ctrl-C reaches both, but a service manager, a script or a closed terminal tells make only.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False
    blocked = int(next((line.split()[1] for line in status.splitlines() if line.startswith("SigBlk:")), "0"), 16)
    return any(blocked >> (number - 1) & 1 for number in (signal.SIGINT, signal.SIGHUP))


def _complete_environment() -> None:
    """Settle what the programs have to agree on."""
    if os.environ.get("PORT") == "0":
        with socket.create_server(("127.0.0.1", 0)) as unused:
            os.environ["PORT"] = str(unused.getsockname()[1])
    if sys.stderr.isatty() and not any(name.startswith("CONTACTCENTER_LOG_FORMAT") for name in os.environ):
        os.environ["CONTACTCENTER_LOG_FORMAT"] = "text"


def main() -> None:
    parser = argparse.ArgumentParser(description="Runs the whole product on one machine.")
    parser.add_argument("--end-with-parent", action="store_true", help="stop when the calling program ends")
    arguments = parser.parse_args()
    _complete_environment()
    try:
        Supervisor(end_with_parent=arguments.end_with_parent).run()
    except StartError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
