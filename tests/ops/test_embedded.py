"""The embedded database server, started for real."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import dj_database_url
import psycopg
import pytest

from contactcenter import embedded
from contactcenter.lib.processes import FileLock
from tests.ops.support import ROOT, eventually, is_alive, kill, open_folder

Start = Callable[..., subprocess.Popen[str]]

HOLDER = """
import sys, time
from pathlib import Path
from contactcenter import embedded
server = embedded.Server(Path(sys.argv[1]))
server.launch()
server.wait_ready()
print(server.pid, flush=True)
time.sleep(600)
"""

USER = """
import sys
import sysconfig
from pathlib import Path
import psycopg
from contactcenter import embedded
data_dir = Path(sys.argv[1])
with embedded.available(data_dir):
    print("in", flush=True)
    sys.stdin.readline()
    with psycopg.connect(embedded.database_url(data_dir)) as connection:
        connection.execute("SELECT 1")
print("out", flush=True)
"""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account for the server")


@pytest.fixture
def fresh(data_dir: Path) -> Iterator[embedded.Server]:
    """A server that has to create its database first, which takes a second or two."""
    server = embedded.Server(data_dir, options={"fsync": "off"})
    yield server
    server.stop()


@pytest.fixture(scope="module")
def used_data_dir() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


@pytest.fixture
def server(used_data_dir: Path) -> Iterator[embedded.Server]:
    """A server on a database that the tests of this module use one after the other."""
    server = embedded.Server(used_data_dir)
    yield server
    server.stop()


def start(server: embedded.Server) -> None:
    server.launch()
    server.wait_ready()


def test_database_is_created_and_keeps_its_data(fresh: embedded.Server) -> None:
    start(fresh)
    with psycopg.connect(fresh.url) as connection:
        connection.execute("CREATE TABLE notes AS SELECT 'kept' AS text")
    fresh.stop()
    assert not fresh.is_ready()

    start(fresh)
    with psycopg.connect(fresh.url) as connection:
        assert connection.execute("SELECT text FROM notes").fetchone() == ("kept",)


def test_text_is_handled_as_unicode_on_every_machine(server: embedded.Server) -> None:
    start(server)
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT upper('žluťoučký'), 'Ž' ~* 'ž'").fetchone() == ("ŽLUŤOUČKÝ", True)


def test_url_survives_the_parser_of_the_settings(fresh: embedded.Server) -> None:
    parsed = dj_database_url.parse(embedded.database_url(fresh.data_dir))
    assert parsed["HOST"] == str(fresh.socket_folder)
    assert (parsed["PORT"], parsed["NAME"], parsed["USER"]) == (5432, "contactcenter", "contactcenter")
    assert not fresh.data_dir.exists(), "asking for the address must not create anything"


def test_nobody_else_can_connect(server: embedded.Server) -> None:
    start(server)
    for folder in (server.cluster, server.socket_folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.log.stat().st_mode) == 0o600
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_long_paths_get_a_short_socket_folder(data_dir: Path) -> None:
    server = embedded.Server(data_dir / ("long" * 30))
    assert len(str(server.socket_folder)) < embedded.LONGEST_SOCKET_FOLDER
    try:
        start(server)
        assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
    finally:
        server.stop()
        shutil.rmtree(server.socket_folder)


@needs_root
def test_socket_folder_of_somebody_else_is_refused(data_dir: Path) -> None:
    server = embedded.Server(data_dir / ("long" * 30))
    server.socket_folder.mkdir()
    os.chown(server.socket_folder, 65533, 65533)
    try:
        with pytest.raises(embedded.EmbeddedError, match="belongs to another account"):
            server.launch()
    finally:
        server.socket_folder.rmdir()


def test_interrupted_creation_is_begun_again(fresh: embedded.Server) -> None:
    fresh.make_folders()
    unfinished = fresh.home / "new-123"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    start(fresh)
    assert not unfinished.exists()


def test_cluster_of_another_version_is_refused(fresh: embedded.Server) -> None:
    fresh.make_folders()
    fresh.cluster.mkdir()
    (fresh.cluster / "PG_VERSION").write_text("17\n")
    with pytest.raises(embedded.EmbeddedError, match="PostgreSQL 17"):
        fresh.launch()


def test_failed_start_shows_the_log(used_data_dir: Path) -> None:
    server = embedded.Server(used_data_dir, options={"shared_buffers": "nonsense"})
    with pytest.raises(embedded.EmbeddedError, match="shared_buffers"):
        start(server)
    server.stop()


def test_second_holder_is_refused_and_names_the_first(server: embedded.Server) -> None:
    start(server)
    with pytest.raises(embedded.InUseError, match=f"process {os.getpid()}"):
        embedded.Server(server.data_dir).launch()
    assert server.is_ready()


def test_killed_holder_leaves_no_server_behind(server: embedded.Server, python: Start) -> None:
    holder = python("-c", HOLDER, str(server.data_dir))
    assert holder.stdout
    postmaster = int(holder.stdout.readline())
    kill(holder)
    assert eventually(lambda: not is_alive(postmaster))
    start(server)


def test_killed_server_starts_again(server: embedded.Server) -> None:
    start(server)
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE written_before ()")
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    assert eventually(server.has_ended)
    server.stop()
    start(server)
    with psycopg.connect(server.url) as connection:
        connection.execute("SELECT * FROM written_before")


def test_server_that_was_left_over_is_stopped(server: embedded.Server) -> None:
    start(server)
    left_over = server.pid
    assert left_over
    server._owner.release()  # as if the holder had been killed where the kernel does not tell its children
    second = embedded.Server(server.data_dir)
    start(second)
    assert server.has_ended()
    assert second.pid != left_over
    second.stop()


def test_number_of_the_dead_server_may_be_reused(server: embedded.Server) -> None:
    start(server)
    pid_file = server.cluster / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    if server._account:
        os.chown(pid_file, server._account.uid, server._account.gid)
    start(server)


def test_commands_share_a_server_and_the_last_one_stops_it(used_data_dir: Path) -> None:
    def begin() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", USER, str(used_data_dir)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        assert process.stdout.readline() == "in\n"
        return process

    with begin() as first, begin() as second:
        assert first.stdin
        first.stdin.write("\n")  # the one that started the server wants to end first
        first.stdin.flush()
        assert second.communicate("\n")[0] == "out\n"
        assert first.communicate()[0] == "out\n"
        assert (first.returncode, second.returncode) == (0, 0)
    assert not embedded.Server(used_data_dir).is_ready()


@needs_root
def test_server_runs_as_an_account_that_can_change_its_own_files_only(server: embedded.Server) -> None:
    start(server)
    owner = server.cluster.stat().st_uid
    assert owner != 0
    assert Path(f"/proc/{server.pid}").stat().st_uid == owner
    ours = [path for path in server.home.iterdir() if path.stat().st_uid == 0]
    assert {path.name for path in ours} >= {"owner.lock", "postgres.log"}
    assert server.home.stat().st_uid == 0


@needs_root
def test_database_of_another_account_runs_as_that_one(fresh: embedded.Server) -> None:
    start(fresh)
    fresh.stop()
    for path in (fresh.cluster, *fresh.cluster.rglob("*")):
        os.chown(path, 65533, 65533, follow_symlinks=False)
    os.chown(fresh.socket_folder, 65533, 65533)
    second = embedded.Server(fresh.data_dir)
    start(second)
    assert Path(f"/proc/{second.pid}").stat().st_uid == 65533
    second.stop()


@needs_root
def test_closed_folders_stay_closed(data_dir: Path) -> None:
    closed = data_dir / "closed"
    closed.mkdir(parents=True)
    closed.chmod(0o700)
    server = embedded.Server(closed / "data")
    assert server.home.parent == Path("/var/lib")
    try:
        start(server)
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE notes ()")
        server.stop()
        closed.chmod(0o755)
        assert embedded.Server(closed / "data").home == server.home, "a database stays where it is"

        closed.chmod(0o700)
        shutil.rmtree(closed / "data")
        start(server)
        with pytest.raises(psycopg.errors.UndefinedTable), psycopg.connect(server.url) as connection:
            connection.execute("SELECT * FROM notes")  # a new data folder has a new database
    finally:
        server.stop()
        shutil.rmtree(server.home)


@needs_root
def test_programs_in_a_closed_folder_are_copied(data_dir: Path, python: Start) -> None:
    library = data_dir / "library"
    library.mkdir(parents=True)
    installed = Path(sysconfig.get_path("purelib"))
    for path in installed.glob(f"{embedded.PACKAGE}*"):
        unneeded = shutil.ignore_patterns("pginstall", "include", "*.a")
        shutil.copytree(path, library / path.name, symlinks=True, ignore=unneeded)
    library.chmod(0o700)
    holder = python("-c", HOLDER, str(data_dir / "data"), PYTHONPATH=str(library))
    assert holder.stdout
    postmaster = int(holder.stdout.readline())
    program = Path(f"/proc/{postmaster}/exe").readlink()
    assert program.is_relative_to(data_dir / "data" / "postgres" / "programs-0.6.0")
    kill(holder)
    assert eventually(lambda: not is_alive(postmaster))


def test_lock_is_shared_among_readers_only(tmp_path: Path) -> None:
    first, second, third = (FileLock(tmp_path / "lock") for _ in range(3))
    assert first.acquire(shared=True)
    assert second.acquire(shared=True)
    assert not third.acquire()
    first.release()
    second.release()
    assert third.acquire()
    third.release()
