"""Triggers that look out for themselves: queues, files, and those that other people wrote."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from nano_sre.adapters.sqs import SqsQueue
from nano_sre.agent.files import watch_files
from nano_sre.agent.foreign import Foreign
from nano_sre.agent.inbox import Inbox
from nano_sre.agent.queues import QueueReader
from nano_sre.core.clock import Clock, SystemClock
from nano_sre.core.trigger import NamedTrigger, Reveal

SHORTEST_REST = 1.0  # seconds after a trigger failed, twice as many each time
LONGEST_REST = 60.0

Watch = Callable[[Callable[[], None]], Awaitable[None]]
"""Watches until cancelled, and calls its argument whenever all is well. Raises when it cannot watch."""


class LiveTriggers:
    """Keeps every such trigger watched, from `start` to `stop`. Their events go into the inbox.

    One that fails keeps no other from working: it is told once through `say`, stands in `troubles` and is tried again.
    """

    def __init__(
        self,
        triggers: Iterable[NamedTrigger],
        inbox: Inbox,
        *,
        reveal: Reveal,
        say: Callable[[str], None],
        folder: Path,
        foreign: Mapping[str, Any] | None = None,
        clock: Clock | None = None,
        rest: float = SHORTEST_REST,
    ) -> None:
        """`folder` is where paths begin; `foreign` are objects with `has_pending_events` and `pop_event`, by name."""
        self.troubles: dict[str, str] = {}
        self._inbox = inbox
        self._reveal = reveal
        self._say = say
        self._folder = folder
        self._clock = clock or SystemClock()
        self._rest = rest
        self._tasks: list[asyncio.Task[None]] = []
        self._watches: dict[str, Watch] = {}
        self._made: dict[str, Foreign] = {}
        for each in triggers:
            watch = self._watch_of(each)
            if watch is not None:
                self._watches[each.name] = watch
        for name, trigger in (foreign or {}).items():
            self._watches[name] = Foreign(name, trigger, inbox, clock=self._clock).watch

    async def start(self) -> None:
        """Begin to watch; returns at once."""
        self._tasks = [asyncio.create_task(self._keep(name, watch)) for name, watch in self._watches.items()]

    async def stop(self) -> None:
        """Stop watching. What was put in stays."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def _watch_of(self, each: NamedTrigger) -> Watch | None:
        kind, name = each.kind, each.name
        if kind.comes == "queue":
            return lambda well: self._read_queue(name, kind, well)
        if kind.comes == "files":
            paths = [self._folder / path for path in kind.paths]
            return lambda well: watch_files(name, paths, self._inbox, clock=self._clock, well=well)
        if kind.comes == "live":
            return lambda well: self._watch_live(name, kind, well)
        return None

    async def _read_queue(self, name: str, kind: Any, well: Callable[[], None]) -> None:
        def opened() -> SqsQueue:
            said = (kind.queue_url, kind.region, kind.endpoint)
            url, region, endpoint = (None if each is None else self._reveal(each) for each in said)
            return SqsQueue(url or "", region=region, endpoint=endpoint)

        reader = QueueReader(name, opened, self._inbox, clock=self._clock, say=self._say)
        await reader.watch(well)

    async def _watch_live(self, name: str, kind: Any, well: Callable[[], None]) -> None:
        if name not in self._made:  # once: what it holds when it fails is not lost
            made = await asyncio.to_thread(kind.watch, reveal=self._reveal)
            self._made[name] = Foreign(name, made, self._inbox, clock=self._clock)
        await self._made[name].watch(well)

    async def _keep(self, name: str, watch: Watch) -> None:
        rest = self._rest

        def well() -> None:
            nonlocal rest
            rest = self._rest
            if self.troubles.pop(name, None) is not None:
                self._say(f"The trigger “{name}” works again.")

        while True:
            try:
                await watch(well)
                why = "It ended by itself."
            except Exception as error:  # noqa: BLE001 - somebody else's code, and nobody else's trouble
                why = _sentence(error)
            if self.troubles.get(name) != why:
                self._say(f"The trigger “{name}” cannot work and is tried again. {why}")
            self.troubles[name] = why
            await asyncio.sleep(rest)
            rest = min(rest * 2, LONGEST_REST)


def _sentence(error: BaseException) -> str:
    """What went wrong, of a group the first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    said = str(error) or type(error).__name__
    return f"{said[0].upper()}{said[1:].rstrip('.')}."
