"""Events that wait for their runs. Each is kept first; what was not finished when the process died waits again."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from nano_sre.alerting.own_troubles import judge_trigger, put_aside
from nano_sre.core.clock import Clock, SystemClock
from nano_sre.core.trigger import TriggerEvent
from nano_sre.store import Store, triggers
from nano_sre.store.triggers import KeptEvent

MOST = 100  # events of one look
ATTEMPTS = 3  # runs of one event that came to nothing, before it is put aside


class Inbox:
    """The way of an event: `put`, `waiting`, `begin`, then `finish` (or `give_back`). Methods raise `StoreError`.

    One loop of one process takes events out; anybody may put them in.
    """

    def __init__(
        self, store: Store, *, clock: Clock | None = None, say: Callable[[str], None] = lambda _text: None
    ) -> None:
        self._store = store
        self._say = say
        self._suspect: int | None = None  # the one that runs, of those whose run came to nothing before
        self._clock = clock or SystemClock()
        self._news = asyncio.Event()
        self._running: set[int] = set()
        self._ends: dict[tuple[str, str], asyncio.Event] = {}

    async def put(self, event: TriggerEvent, *, seen: Any = None) -> bool:
        """Keep an event; it is on disk when this returns. False when its trigger has brought it before.

        `seen` is what the trigger sees now, kept with it.
        """

        def keep(db: Any) -> bool:
            if seen is not None:
                triggers.looked(db, event.trigger, seen, at=event.at)
            return triggers.keep(db, event=event)

        fresh = await self._store.write(keep)
        if fresh:
            self._news.set()
        return fresh

    async def last_look(self, trigger: str) -> Any:
        """What a trigger saw when it looked last; None when it never did."""
        return await asyncio.to_thread(self._store.read, lambda db: triggers.last_look(db, trigger))

    async def looked(self, trigger: str, seen: Any) -> None:
        """Keep what a trigger sees, when that is no event."""
        at = self._clock.now()
        await self._store.write(lambda db: triggers.looked(db, trigger, seen, at=at))

    async def ask(self, trigger: str, *, who: str) -> TriggerEvent:
        """Somebody asks for a run by hand."""
        now = self._clock.now()
        event = TriggerEvent(
            trigger=trigger, key=f"{who} at {now.isoformat()}", at=now, payload={"asked_by": who}
        )
        await self.put(event)
        return event

    async def waiting(self) -> list[KeptEvent]:
        """Events whose run neither is recorded nor goes on in this process: what came since, oldest first, and one of
        those whose run came to nothing before. They run one at a time, so that what ends the process is found, and
        nothing that only ran beside it is put aside with it.
        """
        self._news.clear()
        read = functools.partial(triggers.waiting, limit=MOST + len(self._running))
        found = await asyncio.to_thread(self._store.read, read)
        await self._put_aside([kept for kept in found if kept.attempts >= ATTEMPTS])
        free = [kept for kept in found if kept.id not in self._running and kept.attempts < ATTEMPTS]
        fresh = [kept for kept in free if not kept.began]
        suspects = [kept for kept in free if kept.began] if self._suspect not in self._running else []
        alone = sorted(suspects, key=lambda kept: kept.attempts)[:1]
        return sorted([*fresh, *alone], key=lambda kept: kept.id)

    async def _put_aside(self, worn: Iterable[KeptEvent]) -> None:
        for kept in worn:
            if kept.id not in self._running:
                now = self._clock.now()
                self._say(await self._store.write(functools.partial(put_aside, kept=kept, now=now)))
                self._tell_end(kept)

    async def begin(self, events: Iterable[KeptEvent]) -> None:
        """Their run begins."""
        begun = list(events)
        ids = {kept.id for kept in begun}
        self._running |= ids
        self._suspect = next((kept.id for kept in begun if kept.began), self._suspect)
        await self._store.write(lambda db: triggers.begin(db, ids))

    async def finish(self, events: Iterable[KeptEvent], *, run_id: str) -> None:
        """Their run is recorded: they never run again, and who waits for that goes on."""
        done = list(events)
        ids = {kept.id for kept in done}
        at = self._clock.now()

        def finish(db: Any) -> None:
            triggers.finish(db, ids, run_id=run_id, at=at)
            for trigger in sorted({kept.event.trigger for kept in done}):
                judge_trigger(db, trigger, trouble=None, now=at)

        await self._store.write(finish)
        self._running -= ids
        for kept in done:
            self._tell_end(kept)

    def _tell_end(self, kept: KeptEvent) -> None:
        end = self._ends.pop((kept.event.trigger, kept.event.key), None)
        if end is not None:
            end.set()

    async def let_go(self) -> None:
        """The agent stops on purpose: what runs waits for the next start, and that is not held against it."""
        ids, self._running = self._running, set()
        if ids:
            await self._store.write(lambda db: triggers.let_go(db, ids))

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
