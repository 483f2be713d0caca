"""The agent as a process of its own, in a folder somebody works in: what it says, and what its page answers."""

from __future__ import annotations

import signal
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support.cli import Desk
from support.processes import wait_for

PATIENCE = 60.0  # seconds; a machine with much to do must not fail a test


class AgentProcess:
    """A running `nano-sre agent`."""

    def __init__(self, desk: Desk, *words: str) -> None:
        self.process = desk.start("agent", *words, "--port", "0", stdout=subprocess.PIPE)
        self.out: list[str] = []
        self.err: list[str] = []
        streams: tuple[tuple[Any, list[str]], ...] = (
            (self.process.stdout, self.out),
            (self.process.stderr, self.err),
        )
        self._readers = [threading.Thread(target=lines.extend, args=(stream,)) for stream, lines in streams]
        for reader in self._readers:
            reader.start()

    @property
    def said(self) -> str:
        return "".join((*self.out, *self.err))

    def until_said(self, text: str) -> None:
        def heard() -> bool:
            assert text in self.said or self.process.poll() is None, self.said
            return text in self.said

        wait_for(heard, seconds=PATIENCE, what=f"{text!r} in {self.said!r}")

    @property
    def address(self) -> str:
        self.until_said("Its page: http")
        return self.said.partition("Its page: ")[2].split()[0]

    def ask(self, path: str, *, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        """Status and text of the answer; a POST when there is a body."""
        request = urllib.request.Request(self.address + path, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, and wait; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return code


@contextmanager
def agent(desk: Desk, *words: str) -> Iterator[AgentProcess]:
    """An agent for as long as the block lasts; whatever happens it is gone afterwards."""
    made = AgentProcess(desk, *words)
    try:
        yield made
    finally:
        made.end(signal.SIGKILL)
        for stream in (made.process.stdout, made.process.stderr):
            assert stream is not None
            stream.close()
