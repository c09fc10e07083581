"""Helpers for programs that start other programs."""

import ctypes
import fcntl
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """Return a ``preexec_fn``: the kernel sends the child this signal when its parent ends, even by kill -9.

    Changing the account clears the request; ``subprocess`` calls ``preexec_fn`` after that. The parent is
    really the thread that starts the child: start children from a thread that lives as long as they should.
    """
    parent = os.getpid()

    def arrange() -> None:
        request_signal_at_parents_end(death_signal)
        if os.getppid() != parent:  # it died before the request was made
            os._exit(1)

    return arrange


def request_signal_at_parents_end(death_signal: signal.Signals) -> None:
    """Have this process sent the signal when its parent ends. Only Linux can."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)


class FileLock:
    """An advisory lock on a file. The kernel drops it when the holder ends, however that happens."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What a child has to inherit (``pass_fds``) to hold the lock along with us while it lives."""
        return () if self._descriptor is None else (self._descriptor,)

    def acquire(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Take the lock; False when somebody else has it."""
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        operation = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
        try:
            fcntl.flock(self._descriptor, operation)
        except BlockingIOError:
            self.release()
            return False
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def note(self, text: str) -> None:
        """Write who holds the lock into its file, for those who find it taken."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text.encode(), 0)

    def holder(self) -> str:
        """Return what the holder noted, if anything."""
        try:
            return self.path.read_text(encoding="utf-8").strip()
        except OSError:
            return ""
