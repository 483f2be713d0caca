from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nano_sre.adapters.sqs import Message, QueueTrouble, SqsQueue
from nano_sre.agent.inbox import Inbox
from nano_sre.agent.queues import QueueReader
from nano_sre.core.clock import SystemClock
from nano_sre.core.trigger import TriggerEvent
from nano_sre.store import Store
from support.queues import CREDENTIALS, REGION, QueueServer


@pytest.fixture(scope="module")
def server() -> Iterator[QueueServer]:
    with QueueServer() as server:
        yield server


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.05)


def read(
    store: Store, opened: Callable[[], Any], scene: Callable[[Inbox], Any], *, hidden: int = 60
) -> list[str]:
    """Plays a scene while the queue is read."""
    said: list[str] = []

    async def play() -> None:
        inbox = Inbox(store)
        reader = QueueReader(
            "queue", opened, inbox, clock=SystemClock(), say=said.append, wait=1, hidden=hidden
        )
        watching = asyncio.create_task(reader.watch(lambda: None))
        try:
            await scene(inbox)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    asyncio.run(play())
    return said


async def taken(inbox: Inbox, count: int = 1) -> Any:
    async with asyncio.timeout(60):
        while len(found := await inbox.waiting()) < count:
            await inbox.news(patience=1)
    return found


def test_a_message_stays_until_its_run_is_recorded(server: QueueServer, kept: Store) -> None:
    url = server.fresh_queue()

    async def scene(inbox: Inbox) -> None:
        (sent,) = server.send(
            url, '{"source": "aws.codedeploy", "detail": {"state": "SUCCESS"}, "time": "noon"}'
        )
        events = await taken(inbox)
        assert [each.event.key for each in events] == [sent]
        assert events[0].event.payload == {"source": "aws.codedeploy", "time": "noon"}
        await inbox.begin(events)
        assert server.left(url) == (0, 1)
        await inbox.finish(events, run_id="r1")
        await until(lambda: server.left(url) == (0, 0))

    assert read(kept, lambda: SqsQueue(url, region=REGION, endpoint=server.endpoint), scene) == []


def test_after_a_crash_the_message_comes_again_and_runs_once(server: QueueServer, kept: Store) -> None:
    url = server.fresh_queue()
    opened = lambda: SqsQueue(url, region=REGION, endpoint=server.endpoint)  # noqa: E731

    async def dies(inbox: Inbox) -> None:
        server.send(url, "deployed")
        await inbox.begin(await taken(inbox))

    async def lives(inbox: Inbox) -> None:
        (event,) = await taken(inbox)
        assert event.began
        assert event.event.payload == {"message": "deployed"}
        await inbox.finish([event], run_id="r1")
        await until(lambda: server.left(url) == (0, 0))
        assert await inbox.waiting() == []

    read(kept, opened, dies, hidden=2)
    read(kept, opened, lives, hidden=2)


def test_a_message_whose_run_is_recorded_already_is_deleted_and_runs_no_more(
    server: QueueServer, kept: Store
) -> None:
    url = server.fresh_queue()

    async def scene(inbox: Inbox) -> None:
        await until(lambda: server.left(url) == (0, 0))
        assert await inbox.waiting() == []

    (sent,) = server.send(url, "deployed")

    async def before() -> None:
        inbox = Inbox(kept)
        await inbox.put(TriggerEvent(trigger="queue", key=sent, at=SystemClock().now()))
        await inbox.finish(await inbox.waiting(), run_id="r1")

    asyncio.run(before())
    read(kept, lambda: SqsQueue(url, region=REGION, endpoint=server.endpoint), scene)


class Slow:
    """A queue that hands its message out again and again, each time with another receipt."""

    def __init__(self) -> None:
        self.hidden: list[str] = []
        self.deleted: list[str] = []
        self.closed = threading.Event()
        self._number = 0

    def receive(self, *, wait: int, hidden: int) -> list[Message]:
        self.closed.wait(0.02)
        self._number += 1
        return [Message(id="m", receipt=f"receipt-{self._number}", body="{}")] if not self.deleted else []

    def hide(self, message: Message, *, seconds: int) -> None:
        self.hidden.append(message.receipt)

    def delete(self, message: Message) -> None:
        self.deleted.append(message.receipt)

    def close(self) -> None:
        self.closed.set()


def test_a_message_is_hidden_for_as_long_as_its_run_takes(kept: Store) -> None:
    queue = Slow()

    async def scene(inbox: Inbox) -> None:
        events = await taken(inbox)
        await inbox.begin(events)
        await until(lambda: len(queue.hidden) >= 2)
        await inbox.finish(events, run_id="r1")
        await until(lambda: bool(queue.deleted))

    assert read(kept, lambda: queue, scene, hidden=1) == []
    assert len(queue.deleted) == 1
    assert queue.deleted[0] > "receipt-1"  # the newest receipt, not the first
    assert queue.closed.is_set()


class Forgetful(Slow):
    def delete(self, message: Message) -> None:
        super().delete(message)
        raise QueueTrouble("The receipt has expired.")


def test_a_message_that_cannot_be_deleted_is_told(kept: Store) -> None:
    queue = Forgetful()

    async def scene(inbox: Inbox) -> None:
        events = await taken(inbox)
        await inbox.begin(events)
        await inbox.finish(events, run_id="r1")
        await until(lambda: bool(queue.deleted))

    assert read(kept, lambda: queue, scene) == [
        "A message of the trigger “queue” will come again, and run no second time. The receipt has expired."
    ]
