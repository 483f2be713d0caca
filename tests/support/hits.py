"""A watcher that only wants the hits of a visit, and visits made for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from nano_sre.core.hits import Hit
from nano_sre.core.program import Program, WatchCall, WatchParts
from nano_sre.core.result import Attempt, StepReport, WatchReport
from nano_sre.core.watch import Needs, Record
from nano_sre.core.watcher import Watch, WatchedVisit
from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.sink.log import HitLog
from nano_sre.runtime.watch_round import WatchRound
from support.drive import adrive


@dataclass
class SeeHits:
    """A watcher that judges nothing; `visit` is what it saw."""

    visit: WatchedVisit | None = None
    hits: Sequence[Hit] = ()
    also: tuple[Record, ...] = ()

    def needs(self, *, own: bool) -> Needs:
        return Needs(records=frozenset({"hits", *self.also}))

    def titles(self) -> tuple[str, ...]:
        return ("Look at hits",)

    def start(self, visit: WatchedVisit) -> Watch:
        self.visit = visit
        return _Seeing(self)


@dataclass
class _Seeing:
    watcher: SeeHits

    async def after(self, step: StepReport) -> None:
        pass

    async def verdict(self) -> WatchReport:
        assert self.watcher.visit is not None
        self.watcher.hits = tuple(
            self.watcher.visit.hits
        )  # what is there when it has to judge, nothing later
        return WatchReport(watcher="hits", summary=f"{len(self.watcher.hits)} hits")


@dataclass
class Tracked:
    """A watched visit and what its watcher saw."""

    attempt: Attempt
    hits: Sequence[Hit]
    log: HitLog
    visit: WatchedVisit | None = None

    def at(self, part: str) -> list[Hit]:
        return [each for each in self.hits if part in each.url]


async def track(
    program: Program, *, host: BrowserHost, watcher: SeeHits | None = None, **wish: Any
) -> Tracked:
    """Drive a program once while its hits are watched."""
    watcher = watcher or SeeHits()
    parts = WatchParts(calls=(WatchCall(word="hits", watcher=watcher),), journey=program.check_id)
    round_ = WatchRound([replace(program, watch=parts)], store=None, url=str(program.store.url))
    watching = round_.watching("visit", traced=False)
    assert watching is not None
    made = await adrive(program, host=host, watching=watching, **wish)
    round_.saw(made, "visit")
    [seen] = round_.attempts(round_.programs[0])
    return Tracked(seen, watcher.hits, watching.hit_log, watcher.visit)
