"""The thread that messages are sent from, so that a channel's yes is heard at once however busy the process is."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from nano_sre.alerts.dispatch import Send
from nano_sre.core.alert import Alert, Sent
from nano_sre.core.outbox import Delivery

T = TypeVar("T")

HEAD_START = 0.1  # seconds for the answer to one message, before the next is made
USUAL = sys.getswitchinterval()
BRISK = 0.0001  # seconds that other threads compute before an answer is heard


class Courier:
    """An event loop of its own in a thread of its own. Begins with the first thing to do; may begin again."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._turn = asyncio.Lock()
        self._sending = 0

    async def do(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What `work` gives or raises, done in the thread. Who is cancelled cancels it."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), self._begun()))

    def carrying(self, send: Send) -> Send:
        """`send`, in the thread. The next message is made when the one before is answered, or takes its time:
        making one keeps the thread busy.
        """

        async def carry(delivery: Delivery, alert: Alert) -> Sent:
            return await self.do(lambda: self._in_turn(send, delivery, alert))

        return carry

    async def _in_turn(self, send: Send, delivery: Delivery, alert: Alert) -> Sent:
        async with self._turn:
            sending = asyncio.ensure_future(self._briskly(send, delivery, alert))
            try:
                await asyncio.wait({sending}, timeout=HEAD_START)
            except asyncio.CancelledError:
                sending.cancel()
                raise
        return await sending

    async def _briskly(self, send: Send, delivery: Delivery, alert: Alert) -> Sent:
        with self._brisk():
            return await send(delivery, alert)

    @contextmanager
    def _brisk(self) -> Iterator[None]:
        """While an answer is awaited, no other thread computes for longer than a moment."""
        self._sending += 1
        sys.setswitchinterval(BRISK)
        try:
            yield
        finally:
            self._sending -= 1
            if not self._sending:
                sys.setswitchinterval(USUAL)

    def close(self) -> None:
        """Stop. What is being done is given up."""
        loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()

    def _begun(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop, self._turn = asyncio.new_event_loop(), asyncio.Lock()
            self._thread = threading.Thread(
                target=_serve, args=(self._loop,), name="nano-sre-courier", daemon=True
            )
            self._thread.start()
        return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.get_loop().run_forever()
