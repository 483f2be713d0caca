"""Programs → visits → results: one run, from the first page to the last verdict."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nano_sre.config.secrets import Secrets
from nano_sre.core.events import Listener, Notice, RunStarted, TargetFinished, nobody
from nano_sre.core.ports import Abort
from nano_sre.core.program import JourneyParts, Program, SkillCall
from nano_sre.core.result import Attempt, RunReport, SkillResult, TargetResult
from nano_sre.runtime import probes, skills
from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.evidence import Evidence
from nano_sre.runtime.http import HttpClient
from nano_sre.runtime.options import RunOptions
from nano_sre.runtime.skills import SkillSurroundings
from nano_sre.runtime.trouble import BrowserDied
from nano_sre.runtime.values import Environment
from nano_sre.runtime.verdict import Tries, is_browser_work, target_result
from nano_sre.runtime.visit import VisitWish
from nano_sre.runtime.visit import attempt as drive
from nano_sre.runtime.watch_round import Reason, WatchRound
from nano_sre.runtime.watching import Watching

API_PROGRAMS_AT_ONCE = 10

Made = tuple[Attempt, SkillResult | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Programs that share one browser visit, or one program alone. The first one is driven."""

    programs: tuple[Program, ...]
    key: str | None = None

    @property
    def driven(self) -> Program:
        longest = max(self.programs, key=lambda each: each.timeout)
        first = next((each for each in self.programs if each.watch is None), self.programs[0])
        return replace(first, timeout=longest.timeout)

    @property
    def targets(self) -> tuple[str, ...]:
        return tuple(each.target for each in self.programs)

    @property
    def retries(self) -> int:
        return max(each.retries for each in self.programs)


def visits_of(programs: Sequence[Program]) -> tuple[Visit, ...]:
    """Programs whose visits are alike, put together; in the order of their first members."""
    groups: dict[str, list[Program]] = {}
    for index, program in enumerate(programs):
        shared = program.visit_key if isinstance(program.parts, JourneyParts) else None
        groups.setdefault(shared or f"alone {index}", []).append(program)
    return tuple(
        Visit(programs=tuple(members), key=members[0].visit_key if len(members) > 1 else None)
        for members in groups.values()
    )


async def run(
    programs: Sequence[Program],
    *,
    options: RunOptions,
    listener: Listener = nobody,
    host: BrowserHost | None = None,
    http: HttpClient | None = None,
) -> RunReport:
    """Run every program and judge it. Never raises for what a store or a check does; the browser is always closed.

    `listener` hears each result as it is finished; the report has them in the order of `programs`. A `host` or `http`
    that is given is lent and kept open.
    """
    started = options.clock.now()
    visits = visits_of(programs)
    listener(RunStarted(run_id=options.run_id, targets=len(programs), visits=len(visits)))
    own = BrowserHost(rules=options.resolver_rules, say=lambda text: listener(Notice(text=text)))
    async with own, HttpClient() as client:
        results = await _Run(options, listener, host or own, http or client).all(visits)
    return RunReport(
        run_id=options.run_id,
        started=started,
        finished=options.clock.now(),
        results=tuple(results[id(program)] for program in programs),
        visits=sum(1 for each in visits if is_browser_work(each.driven)),
        tool_version=options.tool_version,
        artifacts_dir=options.artifacts_dir,
        sources=options.sources,
    )


def _beside(program: Program) -> Path | None:
    """The folder of the file that a check is written in: its skills lie there."""
    return Path(program.span.file).resolve().parent if program.span else None


def _lost(error: Exception) -> Tries:
    return Tries(attempts=(Attempt(number=1, status="WARN", inconclusive=_why(error)),))


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename} cannot be written: {error.strerror}."
    if hasattr(error, "hint"):  # the store's own sentence: a full disk, a database that is not there
        return str(error)
    return f"X901: {type(error).__name__}: {error}"


class _Run:
    def __init__(self, options: RunOptions, listener: Listener, host: BrowserHost, http: HttpClient) -> None:
        self.options = options
        self.listener = listener
        self.host = host
        self.http = http
        self.browser_gate = options.gate or asyncio.Semaphore(options.concurrency)
        self.api_gate = asyncio.Semaphore(API_PROGRAMS_AT_ONCE)
        self.secrets = Secrets({**options.secrets, **{name: v for name, v in os.environ.items() if v}})
        self.results: dict[int, TargetResult] = {}

    async def all(self, visits: Sequence[Visit]) -> dict[int, TargetResult]:
        """The result of every program, by its identity."""
        async with asyncio.TaskGroup() as group:
            for each in visits:
                group.create_task(self._one(each))
        return self.results

    async def _one(self, visit: Visit) -> None:
        watch = WatchRound(visit.programs, store=self.options.skill_store, url=self._url(visit.driven))
        async with self.browser_gate if is_browser_work(visit.driven) else self.api_gate:
            try:
                tries = await self._tries(visit, watch)
            except Exception as error:  # noqa: BLE001 -- our own bug must not cost the other checks their run
                tries = _lost(error)
            for program in visit.programs:
                if program.watch is None:
                    self._told(program, tries, visit)
            try:
                await self._watched_on(visit, watch, tries)
            except Exception as error:  # noqa: BLE001 -- the same
                watch.lost(_lost(error).last)
        for program in watch.programs:
            seen = watch.attempts(program) or tries.attempts
            self._told(program, replace(tries, attempts=seen), visit)

    def _told(self, program: Program, tries: Tries, visit: Visit) -> None:
        result = target_result(program, tries, shared=visit.key, options=self.options)
        self.results[id(program)] = result
        self.listener(TargetFinished(result=result))

    async def _watched_on(self, visit: Visit, watch: WatchRound, tries: Tries) -> None:
        """Further visits that only watchers asked for: loads for a median, and one more look at a complaint."""
        number = tries.last.number
        if tries.last.status != "FAIL" and tries.last.inconclusive is None:
            wanted: list[tuple[Reason, int]] = [("load", load) for load in range(2, watch.most_loads + 1)]
            for reason, load in wanted:
                number += 1
                await self._one_more(visit, watch, number, reason=reason, load=load)
            if watch.doubtful and self.options.retries != 0:
                await self._one_more(visit, watch, number + 1, reason="confirm")
        await watch.commit()

    async def _one_more(
        self, visit: Visit, watch: WatchRound, number: int, *, reason: Reason, load: int = 1
    ) -> None:
        watching = watch.watching(reason, traced=False, load=load)
        try:
            made, _ = await self._attempt(visit, number, trace=False, watching=watching)
        except BrowserDied as death:
            dead = f"The browser broke down: {death}"
            made = Attempt(number=number, status="WARN", inconclusive=dead)
        watch.saw(made, reason)

    async def _tries(self, visit: Visit, watch: WatchRound) -> Tries:
        retries = visit.retries if self.options.retries is None else self.options.retries
        attempts: list[Attempt] = []
        skill: SkillResult | None = None
        died = False
        while True:
            number = len(attempts) + 1
            trace = self._has_failed(attempts)
            watching = watch.watching("visit", traced=trace)
            try:
                made, skill = await self._attempt(visit, number, trace=trace, watching=watching)
            except BrowserDied as death:
                reason = f"The browser broke down: {death}"
                attempts.append(Attempt(number=number, status="WARN", inconclusive=reason))
                watch.saw(attempts[-1], "visit")
                if died:
                    break
                died = True
                self.listener(Notice(text=f"{reason}. {visit.targets[0]} is tried again on a fresh browser."))
                continue
            attempts.append(made)
            watch.saw(made, "visit")
            failures = sum(1 for each in attempts if each.status == "FAIL")
            if made.status != "FAIL" or failures > retries:
                break
        if not retries and self._deserves_a_trace(visit, attempts[-1]):
            attempts[-1] = await self._with_trace(visit, attempts[-1])
        return Tries(attempts=tuple(attempts), skill=skill, store_url=self._url(visit.driven))

    @staticmethod
    def _has_failed(attempts: Sequence[Attempt]) -> bool:
        return any(each.status == "FAIL" for each in attempts)

    def _deserves_a_trace(self, visit: Visit, made: Attempt) -> bool:
        """Not when no page could be opened: a trace of that shows nothing."""
        codes = {report.finding.code for report in made.steps if report.finding and report.state == "failed"}
        wanted = self.options.evidence_rerun and isinstance(visit.driven.parts, JourneyParts)
        return wanted and made.status == "FAIL" and "R507" not in codes

    async def _attempt(
        self,
        visit: Visit,
        number: int,
        *,
        trace: bool,
        trace_only: bool = False,
        watching: Watching | None = None,
    ) -> Made:
        program = visit.driven
        wish = VisitWish(
            targets=visit.targets,
            number=number,
            film=self.options.film and not trace_only,
            trace=trace,
            trace_only=trace_only,
            listener=nobody if trace_only else self.listener,
            watching=watching,
        )
        how = self._skill if isinstance(program.parts, SkillCall) else self._probe
        if isinstance(program.parts, JourneyParts):
            how = self._journey
        made: Callable[[Program, VisitWish, Environment], Awaitable[Made]] = how
        try:
            environment = self._environment(program)
            await environment.fetch_secrets(program.parts)
            return await made(program, wish, environment)
        except Abort as abort:
            reason = abort.inconclusive or str(abort)
            return Attempt(number=number, status="WARN", inconclusive=reason), None

    async def _journey(self, program: Program, wish: VisitWish, environment: Environment) -> Made:
        evidence = self._evidence(program)
        return await drive(program, wish, host=self.host, environment=environment, evidence=evidence), None

    async def _probe(self, program: Program, wish: VisitWish, environment: Environment) -> Made:
        return await probes.attempt(program, wish, http=self.http, environment=environment), None

    async def _skill(self, program: Program, wish: VisitWish, environment: Environment) -> Made:
        options = self.options
        return await skills.attempt(
            program,
            wish,
            host=self.host,
            environment=environment,
            evidence=self._evidence(program),
            surroundings=SkillSurroundings(
                settings=options.settings,
                store=options.skill_store,
                folder=options.folder or _beside(program),
            ),
        )

    async def _with_trace(self, visit: Visit, failed: Attempt) -> Attempt:
        """Without a retry nothing was traced: visit once more, for the trace alone."""
        try:
            again, _ = await self._attempt(visit, failed.number + 1, trace=True, trace_only=True)
        except BrowserDied:
            return failed
        if not again.artifacts:
            return failed
        how = "nothing failed that time" if again.status == "PASS" else "it went the same way"
        if again.inconclusive is not None:
            how = "it could not be finished"
        note = f"The store was visited once more, only for the trace; {how}."
        return replace(failed, artifacts=failed.artifacts + again.artifacts, note=note)

    def _environment(self, program: Program) -> Environment:
        options = self.options
        return Environment(
            store=program.store, outside=options.secrets, redactor=options.redactor, secrets=self.secrets
        )

    def _evidence(self, program: Program) -> Evidence:
        return Evidence(
            self.options.artifacts,
            run_id=self.options.run_id,
            target=program.target,
            redactor=self.options.redactor,
        )

    def _url(self, program: Program) -> str:
        try:
            return self._environment(program).url
        except Abort:
            return str(program.store.url)
