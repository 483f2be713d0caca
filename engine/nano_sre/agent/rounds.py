"""Rounds: what is due together runs together, and no target ever runs beside itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nano_sre.config.settings import Settings
from nano_sre.core.clock import Clock
from nano_sre.core.events import Listener, nobody
from nano_sre.core.program import Program
from nano_sre.core.result import RunReport, TargetResult
from nano_sre.service import RunRequest, run_async

Take = Callable[[TargetResult, str, str | None], Awaitable[Any]]
"""Records one result of a run: the result, the run's id, and the key under which it happens once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One program that is to run, and why. `key` names the reason for ever: what ran under it does not run again.

    A `patient` one waits for its target to be free (an event happened); the others are left out when it is not (their
    next tick comes anyway).
    """

    program: Program
    key: str | None = None
    patient: bool = False


@dataclass(slots=True, kw_only=True)
class Rounds:
    """Runs programs with one browser, one HTTP client and one gate for all rounds."""

    settings: Settings
    store: Any
    browser: Any
    http: Any
    gate: asyncio.Semaphore
    clock: Clock
    take: Take
    listener: Listener = nobody
    running: dict[str, asyncio.Event] = field(default_factory=dict)
    skipped: int = 0  # ticks that found their target still running

    async def run(self, wanted: Sequence[Wanted], *, sources: Mapping[str, str]) -> list[RunReport]:
        """Run all of it, once per target, and come back when every result is recorded.

        Raises what `take` raises. What waits for its target runs in a round of its own afterwards.
        """
        now, later = self._parted(_once(wanted))
        reports = [await self._round(now, sources)] if now else []
        while later:
            await asyncio.gather(
                *(busy.wait() for w in later if (busy := self.running.get(w.program.target)))
            )
            now, later = self._parted(later)
            if now:
                reports.append(await self._round(now, sources))
        return reports

    def _parted(self, wanted: Iterable[Wanted]) -> tuple[list[Wanted], list[Wanted]]:
        """What can run now, and what waits."""
        now: list[Wanted] = []
        later: list[Wanted] = []
        for each in wanted:
            if each.program.target not in self.running:
                now.append(each)
            elif each.patient:
                later.append(each)
            else:
                self.skipped += 1
        return now, later

    async def _round(self, wanted: Sequence[Wanted], sources: Mapping[str, str]) -> RunReport:
        keys = {each.program.target: each.key for each in wanted}
        mine = {target: asyncio.Event() for target in keys}
        self.running |= mine
        try:
            return await run_async(
                RunRequest(
                    programs=[each.program for each in wanted],
                    settings=self.settings,
                    sources=sources,
                    store=self.store,
                    listener=self.listener,
                    browser=self.browser,
                    http=self.http,
                    gate=self.gate,
                    clock=self.clock,
                    take=lambda result, run_id: self._taken(
                        result, run_id, keys.get(result.target), mine.get(result.target)
                    ),
                )
            )
        finally:
            for target, busy in mine.items():
                self._let_go(target, busy)

    async def _taken(
        self, result: TargetResult, run_id: str, key: str | None, busy: asyncio.Event | None
    ) -> None:
        try:
            await self.take(result, run_id, key)
        finally:
            self._let_go(result.target, busy)  # its neighbours in the round may take long

    def _let_go(self, target: str, busy: asyncio.Event | None) -> None:
        """Free a target, unless a later round has taken it meanwhile."""
        if busy is not None:
            busy.set()
            if self.running.get(target) is busy:
                del self.running[target]


def _once(wanted: Iterable[Wanted]) -> list[Wanted]:
    """Each target once: an event's wish before a tick's."""
    found: dict[str, Wanted] = {}
    for each in wanted:
        known = found.get(each.program.target)
        if known is None or (each.patient and not known.patient):
            found[each.program.target] = each
    return list(found.values())
