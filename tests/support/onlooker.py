"""A watcher that only looks: what a visit shows to those who ask for these records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nano_sre.core.program import Program, WatchCall
from nano_sre.core.result import StepReport, WatchReport
from nano_sre.core.watch import Needs, Record
from nano_sre.runtime.remembering import Memory
from nano_sre.runtime.watching import WatchedProgram, Watching


class Onlooker:
    """`visit` is what it saw, once the visit is over."""

    def __init__(self, *records: Record) -> None:
        self.records = frozenset(records)
        self.visit: Any = None

    def needs(self, *, own: bool) -> Needs:
        return Needs(records=self.records)

    def titles(self) -> tuple[str, ...]:
        return ()

    def start(self, visit: Any) -> Onlooker:
        self.visit = visit
        return self

    async def after(self, step: StepReport) -> None: ...

    async def verdict(self) -> WatchReport:
        return WatchReport(watcher="onlooker", summary="looked")


def watched_by(program: Program, onlookers: Iterable[Onlooker]) -> Watching:
    """The watching of one attempt of a program."""
    calls = tuple(WatchCall(word=f"onlooker-{at}", watcher=each) for at, each in enumerate(onlookers))
    return Watching([WatchedProgram(program=program, calls=calls, memory=Memory())])
