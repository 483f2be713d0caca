"""The agent's web server, in the agent's own event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn

from nano_sre.server.app import create_app
from nano_sre.server.desk import Desk

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class PortTaken(OSError):
    """Another process listens there."""


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens. Port 0 takes any. Raises `PortTaken`, or `OSError` for a host that is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise PortTaken(error.errno, error.strerror) from error
    made.listen(128)
    return made


@asynccontextmanager
async def serving(desk: Desk, listener: socket.socket, *, token: str | None) -> AsyncIterator[str]:
    """Serve while the block lasts; gives the address."""
    config = uvicorn.Config(
        create_app(desk, token=token),
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    host, port = listener.getsockname()[:2]
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"
    finally:
        server.should_exit = True
        with suppress(asyncio.CancelledError, Exception):
            await asyncio.wait_for(task, timeout=5)
        listener.close()


class _Server(uvicorn.Server):
    """Leaves signals to the agent, which has more to finish than requests."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
