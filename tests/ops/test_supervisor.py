"""The whole product, started and ended in every way."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from contactcenter import embedded
from contactcenter.supervisor import _is_interrupted
from tests.ops.product import Product
from tests.ops.support import ROOT, eventually, open_folder

pytestmark = pytest.mark.slow


def gone(processes: list[psutil.Process], timeout: float) -> bool:
    return not psutil.wait_procs(processes, timeout=timeout)[1]


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with open_folder() as data_dir:
        yield Product(data_dir)


@pytest.fixture(scope="module")
def running(product: Product) -> Iterator[subprocess.Popen[str]]:
    """A supervisor and its programs, for the tests up to the one that ends it."""
    with product.launch() as process:
        try:
            product.wait_ready()
            yield process
        finally:
            process.kill()


def refused(product: Product, **changes: str) -> str:
    """Start a supervisor that should refuse to run, and return what it says."""
    result = subprocess.run(
        [sys.executable, "-m", "contactcenter.supervisor"],
        check=False,
        cwd=ROOT,
        env={**product.environment, **changes},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.mark.usefixtures("running")
def test_it_is_ready_and_says_so(product: Product) -> None:
    status, body = product.answer()
    assert status == 200
    assert json.loads(body) == {"ready": True, "checks": {"database": "ok", "migrations": "ok"}}
    assert eventually(lambda: f"http://localhost:{product.port}/console/" in product.log.read_text())


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("queue", ["tick", "default", "bulk"])
def test_workers_take_messages(product: Product, queue: str) -> None:
    send = f"from contactcenter import celery_app; celery_app.send_task('celery.accumulate', queue={queue!r})"
    subprocess.run([sys.executable, "-c", send], cwd=ROOT, env=product.environment, check=True)
    assert eventually(lambda: not list((product.data_dir / "broker").iterdir()))


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("word", ["contactcenter.web", "--queues tick,default", "--queues bulk", " beat "])
def test_killed_program_is_started_again(product: Product, word: str) -> None:
    victims = product.processes(word)
    assert victims
    victims[0].kill()
    assert gone(victims, timeout=15), "its own children have to go as well"
    assert eventually(lambda: len(product.processes(word)) >= len(victims))
    assert eventually(lambda: product.answer()[0] == 200)


@pytest.mark.usefixtures("running")
def test_killed_database_is_started_again(product: Product) -> None:
    product.execute("CREATE TABLE kept ()")
    servers = product.processes("postgres")
    postmaster = next(process for process in servers if process.parent() == product.supervisor)
    postmaster.kill()
    assert gone(servers, timeout=15)
    assert eventually(lambda: product.answer()[0] == 200)
    product.execute("SELECT * FROM kept")


@pytest.mark.usefixtures("running")
def test_second_supervisor_is_refused(product: Product) -> None:
    assert f"Already running on {product.data_dir}, as process" in refused(product, PORT="0")
    assert product.answer()[0] == 200


def test_interrupt_ends_everything_in_time(product: Product, running: subprocess.Popen[str]) -> None:
    processes = product.processes()
    assert len(processes) > 10
    started = time.monotonic()
    running.send_signal(signal.SIGINT)
    assert running.wait(15) == 0
    assert time.monotonic() - started < 10
    assert gone(processes, timeout=0)


def test_kill_ends_everything_and_it_starts_again(product: Product) -> None:
    for end in (signal.SIGKILL, signal.SIGTERM):
        with product.launch() as process:  # after the kill at once, while the programs of the first are still ending
            try:
                product.wait_ready()
                product.execute("SELECT * FROM kept")
                processes = product.processes()
            finally:
                process.send_signal(end)
    assert gone(processes, timeout=0)


def test_taken_port_is_told_before_anything_starts(product: Product) -> None:
    with socket.create_server(("127.0.0.1", product.port)):
        assert f"Port {product.port} on 127.0.0.1 cannot be used" in refused(product)
    assert not embedded.Server(product.data_dir).is_ready()


def test_demo_does_not_leave_this_machine(product: Product) -> None:
    assert "only listens on loopback" in refused(product, DEMO="1", CONTACTCENTER_HOST="0.0.0.0")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_signal_that_a_parent_holds_back_is_noticed(number: signal.Signals) -> None:
    block = f"import signal, time; signal.pthread_sigmask(signal.SIG_BLOCK, {{{int(number)}}}); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", block]) as parent:
        assert eventually(lambda: _is_interrupted(parent.pid))
        parent.kill()
    assert not _is_interrupted(os.getpid())


@pytest.mark.parametrize("end", ["killed", "interrupted"])
def test_it_ends_with_the_program_that_started_it(product: Product, end: str) -> None:
    """`make` says nothing when it is killed, nor does it pass on an interrupt that it alone received."""
    with product.launch_indirectly() as parent:
        product.wait_ready()
        assert product.supervisor
        processes = [product.supervisor, *product.processes()]
        if end == "killed":
            parent.kill()
            parent.wait()
        else:
            parent.communicate("\n")
        assert gone(processes, timeout=10)
