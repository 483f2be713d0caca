"""The processes below one that a test started: nothing else is ever looked for, or killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Process:
    """A process, told apart from a later one with the same number by when it began."""

    pid: int
    began: str
    command: str

    @property
    def alive(self) -> bool:
        found = _stat(self.pid)
        return found is not None and found[2] == self.began and found[0] != "Z"

    @property
    def is_browser(self) -> bool:
        """The browser itself, not one of its helpers."""
        return "--remote-debugging-pipe" in self.command and "--type=" not in self.command

    @property
    def is_driver(self) -> bool:
        return "run-driver" in self.command

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            if self.alive:
                os.kill(self.pid, signal.SIGKILL)


def _stat(pid: int) -> tuple[str, int, str] | None:
    """State, parent and start time of a process; None when there is none."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return words[0], int(words[1]), words[19]


def below(pid: int) -> set[Process]:
    """Every living process whose ancestor is `pid`."""
    known = {
        int(p.name): s for p in Path("/proc").iterdir() if p.name.isdigit() and (s := _stat(int(p.name)))
    }
    family = {pid}
    while more := {each for each, (_, parent, _) in known.items() if parent in family and each not in family}:
        family |= more
    found = set()
    for each in family - {pid}:
        with suppress(OSError):
            command = Path(f"/proc/{each}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            found.add(Process(each, known[each][2], command))
    return found


def wait_for(ask: Callable[[], T], *, seconds: float, what: str = "it") -> T:
    """The first true answer. Fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        time.sleep(0.02)
    return answer
