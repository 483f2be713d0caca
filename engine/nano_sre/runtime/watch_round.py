"""The watchers of one visit over all its attempts: who looks when, and what each program's attempts come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from nano_sre.core.program import Program, WatchCall
from nano_sre.core.result import Attempt, Status, StepReport, WatchReport
from nano_sre.runtime.remembering import Memory, memory_of
from nano_sre.runtime.watching import WatchedProgram, Watching

Reason = Literal["visit", "load", "confirm"]
Reports = dict[str, WatchReport]


@dataclass(slots=True)
class _Member:
    """A program that is judged by watchers, and how far it has come."""

    program: Program
    memory: Memory
    reports: Reports
    attempts: list[Attempt]
    traced: bool = False  # a trace was recorded beside the last look

    @property
    def own(self) -> bool:
        return self.program.watch is not None and self.program.watch.journey is None

    @property
    def calls(self) -> tuple[WatchCall, ...]:
        return self.program.watch.calls if self.program.watch else ()

    def loads(self, call: WatchCall) -> int:
        return int(call.watcher.needs(own=self.own).loads)

    def looking(self, reason: Reason, number: int) -> tuple[WatchCall, ...]:
        """Those who watch this attempt; `number` counts the loads of a page."""
        if reason == "load":
            return tuple(call for call in self.calls if self.loads(call) >= number)
        if reason == "confirm":
            return tuple(call for call in self.calls if self.loads(call) == 1) if self.doubtful else ()
        return self.calls

    @property
    def doubtful(self) -> bool:
        """Whether a complaint rests on one look, or a watcher could not see beside a trace: it may look once more."""
        single = [self.reports[c.word] for c in self.calls if c.word in self.reports and self.loads(c) == 1]
        confirm = self.program.watch is not None and self.program.watch.confirm
        blinded = self.traced and any(report.inconclusive is not None for report in single)
        return blinded or (confirm and any(report.status == "FAIL" for report in single))


class WatchRound:
    """What watches one visit, from its first attempt to the last."""

    def __init__(self, programs: Sequence[Program], *, store: Any, url: str) -> None:
        watched = [each for each in programs if each.watch is not None]
        self._members = [_Member(each, memory_of(each, store, url), {}, []) for each in watched]
        self._now: list[tuple[_Member, WatchedProgram]] = []
        self._load, self._traced = 1, False

    @property
    def programs(self) -> tuple[Program, ...]:
        return tuple(each.program for each in self._members)

    @property
    def most_loads(self) -> int:
        """How often the visit is made for those who want a median."""
        return max((each.loads(call) for each in self._members for call in each.calls), default=1)

    @property
    def doubtful(self) -> bool:
        """Whether a watcher complains after one look."""
        return any(each.doubtful for each in self._members)

    def watching(self, reason: Reason, *, traced: bool, load: int = 1) -> Watching | None:
        """The watchers for the next attempt; None when nobody looks."""
        self._load, self._traced = load, traced
        self._now = [
            (each, WatchedProgram(program=each.program, calls=calls, memory=each.memory))
            for each in self._members
            if (calls := each.looking(reason, load))
        ]
        return Watching([watched for _, watched in self._now], traced=traced) if self._now else None

    def saw(self, made: Attempt, reason: Reason) -> None:
        """An attempt is over."""
        for member, watched in self._now:
            known = watched.reports
            member.traced = self._traced
            if reason == "visit":
                member.reports = {}
            if _is_whole(made):  # of several loads only the last has the median
                early = {call.word for call in member.calls if member.loads(call) > self._load}
                member.reports |= {word: r for word, r in known.items() if word not in early}
            member.attempts.append(_attempt(member, made, known, reason, self._load))

    def attempts(self, program: Program) -> tuple[Attempt, ...]:
        """Every attempt that this program saw, as it saw it."""
        return tuple(next(m.attempts for m in self._members if m.program is program))

    def lost(self, made: Attempt) -> None:
        """Our own bug: nobody can say what the watchers would have seen."""
        for member in self._members:
            member.attempts.append(made)

    async def commit(self) -> None:
        """What watchers want to know next time is written: of visits that came to their end, and could be judged."""
        for member in self._members:
            judged = {word for word, report in member.reports.items() if report.inconclusive is None}
            await member.memory.commit(judged)


def _is_whole(made: Attempt) -> bool:
    """Whether the visit went through to its end."""
    return made.status != "FAIL" and made.inconclusive is None


def _attempt(member: _Member, made: Attempt, seen: Reports, reason: Reason, load: int) -> Attempt:
    whole = _is_whole(made)
    reports = tuple(_in_order(member, member.reports if whole else {**seen, **member.reports}))
    note = made.note
    if reason == "load":
        note = f"Loaded once more as a new shopper, for the median: load {load} of {_most(member)}."
    elif reason == "confirm":
        note = "The same visit once more, because of what was seen the first time."
    if not whole:
        return _broken(member, replace(made, watched=reports, note=note))
    status, why = _judged(member, made, reports)
    return replace(made, status=status, inconclusive=why, watched=reports, note=note)


def _most(member: _Member) -> int:
    return max(member.loads(call) for call in member.calls)


def _in_order(member: _Member, reports: Mapping[str, WatchReport]) -> list[WatchReport]:
    return [reports[call.word] for call in member.calls if call.word in reports]


def _judged(member: _Member, made: Attempt, reports: Sequence[WatchReport]) -> tuple[Status, str | None]:
    statuses = {report.status for report in reports}
    if "FAIL" in statuses:
        return "FAIL", None
    blind = next((each.inconclusive for each in reports if each.inconclusive is not None), None)
    if blind is not None:
        return "WARN", blind
    warned = "WARN" in statuses or (member.own and made.status == "WARN")
    return "WARN" if warned else "PASS", None


def _broken(member: _Member, made: Attempt) -> Attempt:
    """The visit did not come to its end. Whose it is decides what that means."""
    if member.own and made.inconclusive is None:
        return made
    made = replace(made, watched=tuple(unfinished(report) for report in made.watched))
    if made.inconclusive is not None:
        return made
    stopped = next((step for step in made.steps if step.state == "failed"), None)
    return replace(made, status="WARN", inconclusive=why_unwatched(member.program, stopped))


def unfinished(report: WatchReport) -> WatchReport:
    """What was seen before the visit stopped: shown, since it may say why, but no verdict."""
    summary = f"{report.summary.rstrip('.')}, as far as the visit went"
    return replace(report, summary=summary, findings=(), inconclusive="The visit did not come to its end.")


def why_unwatched(program: Program, stopped: StepReport | None) -> str:
    """Why a check that watches a journey cannot judge: the journey failed."""
    assert program.watch is not None
    where = f" at “{stopped.title}”" if stopped else ""
    place = f" ({stopped.span})" if stopped and stopped.span else ""
    return f"The journey “{program.watch.journey_name}” failed{where}{place}, so what comes after it was not watched."
