"""The demo store on a port of this machine, for a test or a first meeting."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Self

import uvicorn

from nano_sre.demo.app import create_app
from nano_sre.demo.store import Store

HOST = "127.0.0.1"
START_SECONDS = 20.0


def _listen(port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off only on sockets that say they are TCP; with it on, an answer takes 40 ms.
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((HOST, port))
    except OSError:
        made.close()
        raise
    made.listen(128)
    return made


class DemoServer:
    """The store in a thread. `with DemoServer() as store: store.url`."""

    def __init__(
        self, theme: str = "ridge", faults: Iterable[str] = (), *, port: int = 0, password: str | None = None
    ) -> None:
        app = create_app(theme, faults=faults)
        self.state: Store = app.state.store
        self.state.password = password
        self._socket = _listen(port)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name=f"demo-{theme}", daemon=True)

    def start(self) -> Self:
        """Listen; returns once the first request can be answered."""
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("the demo store did not start")
            time.sleep(0.005)
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        self._socket.close()

    def fault(self, name: str) -> None:
        """Switch one fault on."""
        self.state.faults.switch_on(name)

    def heal(self, name: str | None = None) -> None:
        """Switch one fault off, or all."""
        self.state.faults.switch_off(name)

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
