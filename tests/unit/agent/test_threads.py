from __future__ import annotations

import asyncio
import threading

import pytest

from nano_sre.agent.threads import in_thread


def test_what_is_returned_and_what_is_raised_arrives() -> None:
    def fail() -> None:
        raise LookupError("nothing there")

    async def scene() -> None:
        assert await in_thread(threading.get_ident) != threading.get_ident()
        with pytest.raises(LookupError, match="nothing there"):
            await in_thread(fail)

    asyncio.run(scene())


def test_nobody_waits_for_work_that_nobody_waits_for() -> None:
    let_go, ended = threading.Event(), threading.Event()

    def work() -> None:
        let_go.wait(60)
        ended.set()

    async def scene() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await in_thread(work)

    asyncio.run(scene())  # ends though the work has not
    assert not ended.is_set()
    let_go.set()
    assert ended.wait(60)
