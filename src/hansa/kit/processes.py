"""Child processes that end with their parent, stopped in the order that loses nothing."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
POLL = 0.2


@dataclass
class Family:
    """Children of this process; `stop` ends them in reverse order of their start."""

    children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    stopping: bool = False

    def start(self, command: Sequence[str], *, environment: Mapping[str, str], death: int = signal.SIGTERM) -> None:
        """Start a child in its own session that gets the signal `death` when this process dies."""
        child = subprocess.Popen(list(command), env=dict(environment), preexec_fn=_tied(death))
        self.children.append(child)

    def watch(self) -> int:
        """Wait until a child ends by itself or this process is told to stop; returns the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told_to_stop)
        while not self.stopping:
            for child in self.children:
                if (code := child.poll()) is not None:
                    self.stop()
                    return code or 1
            time.sleep(POLL)
        self.stop()
        return 0

    def stop(self, *, patience: float = 12.0) -> None:
        """Ask the children to end, the last started first; after `patience` seconds they are killed."""
        for child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + patience
        for child in reversed(self.children):
            try:
                child.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()

    def _told_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True


def _tied(death: int) -> Callable[[], None]:
    def setup() -> None:
        os.setsid()
        _libc.prctl(_PR_SET_PDEATHSIG, death)

    return setup
