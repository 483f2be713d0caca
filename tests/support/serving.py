"""The agent's server in a thread, for tests that come with a browser."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nano_sre.server.serving import serving


@contextmanager
def served(desk: Any, listener: socket.socket, *, token: str | None = None) -> Iterator[str]:
    """Serve while the block lasts; gives the address."""
    started, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()
    found: list[str] = []

    async def serve() -> None:
        async with serving(desk, listener, token=token) as address:
            found.append(address)
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=10)
        loop.close()
