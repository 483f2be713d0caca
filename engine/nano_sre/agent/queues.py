"""Messages of a queue as events: each is deleted when its run is recorded, and hidden from others until then."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable
from typing import Any, Protocol

from nano_sre.adapters.sqs import Message, QueueTrouble
from nano_sre.agent.inbox import Inbox
from nano_sre.agent.threads import in_thread
from nano_sre.core.clock import Clock
from nano_sre.core.trigger import TriggerEvent
from nano_sre.kinds._shared.deliveries import LONGEST, brief
from nano_sre.store import StoreError

WAIT = 20  # seconds of one long poll: the most that SQS allows
HIDDEN = 120  # seconds; a message comes again so long after this process died
MOST = 200  # messages whose runs are waited for at once


class Queue(Protocol):
    """What is needed of a queue; everything blocks."""

    def receive(self, *, wait: int, hidden: int) -> list[Message]: ...

    def hide(self, message: Message, *, seconds: int) -> None: ...

    def delete(self, message: Message) -> None: ...

    def close(self) -> None: ...


class QueueReader:
    """Reads one queue for one trigger."""

    def __init__(
        self,
        trigger: str,
        open_queue: Callable[[], Queue],
        inbox: Inbox,
        *,
        clock: Clock,
        say: Callable[[str], None],
        wait: int = WAIT,
        hidden: int = HIDDEN,
    ) -> None:
        self._trigger = trigger
        self._open = open_queue
        self._inbox = inbox
        self._clock = clock
        self._say = say
        self._wait = wait
        self._hidden = hidden
        self._held: dict[str, Message] = {}  # by id, each as it was received last

    async def watch(self, well: Callable[[], None]) -> None:
        """Reads until cancelled. Raises `QueueTrouble` when the queue does not answer, `StoreError` likewise."""
        queue = await in_thread(self._open)
        tasks: set[asyncio.Task[None]] = set()
        try:
            while True:
                receive = functools.partial(queue.receive, wait=self._wait, hidden=self._hidden)
                for message in await in_thread(receive):
                    await self._take(queue, message, tasks)
                well()
                while len(self._held) >= MOST:
                    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            self._held.clear()
            queue.close()

    async def _take(self, queue: Queue, message: Message, tasks: set[asyncio.Task[None]]) -> None:
        again = message.id in self._held
        self._held[message.id] = message
        if again:  # it was hidden for too short a time: only the newest receipt deletes it
            return
        event = TriggerEvent(
            trigger=self._trigger, key=message.id, at=self._clock.now(), payload=_payload(message.body)
        )
        await self._inbox.put(event)
        task = asyncio.create_task(self._see_through(queue, message.id))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _see_through(self, queue: Queue, key: str) -> None:
        try:
            await self._hide_until_finished(queue, key)
            await in_thread(functools.partial(queue.delete, self._held[key]))
        except (QueueTrouble, StoreError) as error:
            self._say(
                f"A message of the trigger “{self._trigger}” will come again, and run no second time. {error}"
            )
        finally:
            self._held.pop(key, None)

    async def _hide_until_finished(self, queue: Queue, key: str) -> None:
        finished = asyncio.create_task(self._inbox.finished(self._trigger, key))
        try:
            while not (await asyncio.wait({finished}, timeout=self._hidden / 2))[0]:
                await in_thread(functools.partial(queue.hide, self._held[key], seconds=self._hidden))
            await finished
        finally:
            finished.cancel()


def _payload(body: str) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    return brief(said) if isinstance(said, dict) else {"message": body[:LONGEST]}
