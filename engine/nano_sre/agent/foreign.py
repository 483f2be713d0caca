"""Triggers that other people wrote: anything with `has_pending_events()` and `pop_event()`.

`start` and `stop` are called where they are; a method `poll` or `poll_…` that is a coroutine is run for as long as
the agent runs, in a thread of its own: it may block.
"""

from __future__ import annotations

import asyncio
import inspect
import uuid
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from nano_sre.agent.inbox import Inbox
from nano_sre.agent.threads import in_thread
from nano_sre.core.clock import Clock
from nano_sre.core.trigger import TriggerEvent
from nano_sre.kinds._shared.deliveries import LONGEST, brief

LOOK = 1.0  # seconds between two looks for events
MOST = 100  # events of one look: one that always says yes keeps nobody else waiting
KEYS = ("key", "MessageId")  # what an event may call its lasting name


class Foreign:
    """One such trigger, watched."""

    def __init__(self, name: str, trigger: Any, inbox: Inbox, *, clock: Clock, look: float = LOOK) -> None:
        self._name = name
        self._trigger = trigger
        self._inbox = inbox
        self._clock = clock
        self._look = look
        self._popped: TriggerEvent | None = None  # taken over, and not kept yet

    async def watch(self, well: Callable[[], None]) -> None:
        """Takes its events over until cancelled. What it raises is raised here."""
        async with asyncio.TaskGroup() as group:
            try:
                started = _called(self._trigger, "start")
                if inspect.iscoroutine(started):  # which may return at once, or never
                    group.create_task(started)
                for poll in _polls(self._trigger):
                    group.create_task(_in_loop_of_its_own(poll))
                while True:
                    await self._take_over()
                    well()
                    await asyncio.sleep(self._look)
            finally:
                await self._stop()

    async def _take_over(self) -> None:
        for _ in range(MOST):
            if self._popped is None:
                if not self._trigger.has_pending_events():
                    return
                self._popped = self._event(self._trigger.pop_event())
            await self._inbox.put(self._popped)
            self._popped = None

    def _event(self, popped: Any) -> TriggerEvent:
        if isinstance(popped, TriggerEvent):
            return replace(popped, trigger=self._name)
        said = popped if isinstance(popped, Mapping) else {}
        key = next((str(said[name]) for name in KEYS if said.get(name)), uuid.uuid4().hex)
        payload = brief(said) if said else {"event": str(popped)[:LONGEST]}
        return TriggerEvent(trigger=self._name, key=key, at=self._clock.now(), payload=payload)

    async def _stop(self) -> None:
        stopped = _called(self._trigger, "stop")
        if inspect.isawaitable(stopped):
            await stopped


def _called(trigger: Any, method: str) -> Any:
    found = getattr(trigger, method, None)
    return found() if callable(found) else None


def _polls(trigger: Any) -> list[Callable[[], Coroutine[Any, Any, None]]]:
    names = [name for name in dir(trigger) if name == "poll" or name.startswith("poll_")]
    found = [getattr(trigger, name) for name in names]
    return [each for each in found if inspect.iscoroutinefunction(each)]


async def _in_loop_of_its_own(poll: Callable[[], Coroutine[Any, Any, None]]) -> None:
    held: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []

    async def run() -> None:
        task = asyncio.current_task()
        assert task is not None
        held.append((asyncio.get_running_loop(), task))
        with suppress(asyncio.CancelledError):
            await poll()

    try:
        await in_thread(lambda: asyncio.run(run()))
    finally:
        for loop, task in held:
            with suppress(RuntimeError):  # it has ended
                loop.call_soon_threadsafe(task.cancel)
