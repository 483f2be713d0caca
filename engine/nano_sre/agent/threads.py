"""Work that blocks, in threads that keep nobody from stopping."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """What `work` returns, from a thread of its own. Who is cancelled leaves it alone; it dies with the process.

    `asyncio.to_thread` would hold up the end of the process until the work is done.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def tell(settle: Callable[[Any], None], value: Any) -> None:
        if not answer.done():
            settle(value)

    def run() -> None:
        settle: Callable[[Any], None] = answer.set_result
        value: Any
        try:
            value = work()
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
            settle, value = answer.set_exception, error
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(tell, settle, value)

    threading.Thread(target=run, name="nano-sre-waiting", daemon=True).start()
    return await answer
