"""What the tests of starting and stopping share."""

import contextlib
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A data folder to be created that other accounts may enter: as root the database runs as one of them."""
    parent = Path(tempfile.mkdtemp(prefix="contactcenter-ops-"))
    parent.chmod(0o755)
    yield parent / "Data Dír"
    shutil.rmtree(parent)


def eventually(condition: Callable[[], bool], timeout: float = 30) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and only waits to be collected does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
