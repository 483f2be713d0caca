"""Events that wait for their runs. Each is kept first; what was not finished when the process died waits again."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable
from contextlib import suppress

from nano_sre.core.clock import Clock, SystemClock
from nano_sre.core.trigger import TriggerEvent
from nano_sre.store import Store, triggers
from nano_sre.store.triggers import KeptEvent

MOST = 100  # events of one look


class Inbox:
    """The way of an event: `put`, `waiting`, `begin`, then `finish` (or `give_back`). Methods raise `StoreError`.

    One loop of one process takes events out; anybody may put them in.
    """

    def __init__(self, store: Store, *, clock: Clock | None = None) -> None:
        self._store = store
        self._clock = clock or SystemClock()
        self._news = asyncio.Event()
        self._running: set[int] = set()
        self._ends: dict[tuple[str, str], asyncio.Event] = {}

    async def put(self, event: TriggerEvent) -> bool:
        """Keep an event; it is on disk when this returns. False when its trigger has brought it before."""
        fresh = await self._store.write(functools.partial(triggers.keep, event=event))
        if fresh:
            self._news.set()
        return fresh

    async def ask(self, trigger: str, *, who: str) -> TriggerEvent:
        """Somebody asks for a run by hand."""
        now = self._clock.now()
        event = TriggerEvent(
            trigger=trigger, key=f"{who} at {now.isoformat()}", at=now, payload={"asked_by": who}
        )
        await self.put(event)
        return event

    async def waiting(self) -> list[KeptEvent]:
        """Events whose run neither is recorded nor goes on in this process, oldest first."""
        self._news.clear()
        read = functools.partial(triggers.waiting, limit=MOST + len(self._running))
        found = await asyncio.to_thread(self._store.read, read)
        return [kept for kept in found if kept.id not in self._running]

    async def begin(self, events: Iterable[KeptEvent]) -> None:
        """Their run begins."""
        ids = {kept.id for kept in events}
        self._running |= ids
        await self._store.write(lambda db: triggers.begin(db, ids))

    async def finish(self, events: Iterable[KeptEvent], *, run_id: str) -> None:
        """Their run is recorded: they never run again, and who waits for that goes on."""
        done = list(events)
        ids = {kept.id for kept in done}
        at = self._clock.now()
        await self._store.write(lambda db: triggers.finish(db, ids, run_id=run_id, at=at))
        self._running -= ids
        for kept in done:
            end = self._ends.pop((kept.event.trigger, kept.event.key), None)
            if end is not None:
                end.set()

    def give_back(self, events: Iterable[KeptEvent]) -> None:
        """Their run came to nothing: they wait for the next look. That is no news: a lasting trouble must not spin."""
        self._running -= {kept.id for kept in events}

    async def finished(self, trigger: str, key: str) -> None:
        """Returns when the event's run is recorded."""
        end = self._ends.setdefault((trigger, key), asyncio.Event())
        if not await asyncio.to_thread(self._store.read, lambda db: triggers.is_done(db, trigger, key)):
            await end.wait()

    async def news(self, *, patience: float) -> None:
        """Returns when something was put in since the last `waiting`, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._news.wait()
