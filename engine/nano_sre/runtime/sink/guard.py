"""The net below the sinks: what a browser sends to a vendor without asking its proxy arrives here, and nowhere else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from nano_sre.runtime.sink.hosts import Hosts
from nano_sre.runtime.sink.log import HitLog

LISTENING = 2.0  # seconds for a browser to say whom it means to talk to
_NAME = re.compile(rb"[a-z0-9-]+(?:\.[a-z0-9-]+)+")  # of a Host header, or of a TLS greeting


class Guard:
    """A listener that the browser takes for every vendor. An arrival is a leak that was caught: an alarm."""

    def __init__(self, hosts: Sequence[str]) -> None:
        self._hosts = Hosts(hosts)
        self._server: asyncio.Server | None = None
        self._logs: list[HitLog] = []

    async def rules(self) -> list[str]:
        """Chromium's resolver rules that lead here; begins to listen."""
        if self._server is None:
            self._server = await asyncio.start_server(self._alarm, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return [f"MAP {host} 127.0.0.1:{port}" for host in self._hosts.patterns]

    @contextmanager
    def watching(self, log: HitLog) -> Iterator[None]:
        """Tell a visit of every alarm while it lasts: an arrival does not say whose it is."""
        self._logs.append(log)
        try:
            yield
        finally:
            self._logs = [each for each in self._logs if each is not log]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _alarm(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        data = b""
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(LISTENING):
                data = await reader.read(4096)
        writer.transport.abort()
        names = (each.decode("ascii") for each in _NAME.findall(data))
        host = next((each for each in names if each in self._hosts), "a vendor")
        for log in self._logs:
            log.leaked(host)
