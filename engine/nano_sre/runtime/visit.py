"""One attempt of a journey in a fresh browser context: its steps in order, what each did, and the evidence."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from playwright.async_api import BrowserContext, Error
from playwright.async_api import TimeoutError as TookTooLong

from nano_sre.core.events import AttemptStarted, Listener, StepFinished, nobody
from nano_sre.core.ports import Abort, Outcome
from nano_sre.core.program import JourneyParts, Program, StepCall, When
from nano_sre.core.result import Artifact, Attempt, Finding, Status, StepReport, StepState
from nano_sre.runtime import clearing
from nano_sre.runtime.arrival import prepare
from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.evidence import Evidence, Recorder
from nano_sre.runtime.hit_record import hit_record
from nano_sre.runtime.page import Page, VisitState
from nano_sre.runtime.request_log import RequestLog
from nano_sre.runtime.sink.log import HitLog
from nano_sre.runtime.trouble import BrowserDied, first_line, is_dead
from nano_sre.runtime.values import Environment
from nano_sre.runtime.watching import Watching

GRACE = 1.5  # seconds past a step's own time before it is broken off: the step itself knows better what went wrong
PATIENCE_WITH_A_HUNG_PAGE = 1.0
PATIENCE_WHEN_INTERRUPTED = 10.0
LEAST_TIME = 0.05
QUIET_BEFORE_LEAVING = 0.3  # seconds without a hit until a page is left
QUIET_AFTER_LEAVING = 0.8  # the latest arrival that was measured came 0.42 s after the page was closed
LONGEST_QUIET = 3.0
NOT_ARRIVED = {"R507", "R508"}  # no page of the store was seen, so its console says nothing about it


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitWish:
    """How one attempt is made: which number it has, what is recorded, who listens."""

    targets: tuple[str, ...]
    number: int = 1
    film: bool = False
    trace: bool = False
    trace_only: bool = False  # this visit's other files are not wanted
    listener: Listener = nobody
    watching: Watching | None = None  # what observes this attempt


@dataclass(slots=True)
class _Progress:
    reports: list[StepReport] = field(default_factory=list)
    failed: bool = False
    inconclusive: str | None = None

    @property
    def over(self) -> bool:
        return self.failed or self.inconclusive is not None


async def attempt(
    program: Program, wish: VisitWish, *, host: BrowserHost, environment: Environment, evidence: Evidence
) -> Attempt:
    """Drive a journey once, in a fresh context. Whatever happens comes back as an `Attempt`.

    `BrowserDied` is raised when the monitor's own browser broke down: the caller may try again.
    """
    wish.listener(AttemptStarted(targets=wish.targets, attempt=wish.number))
    started = time.monotonic()
    try:
        hit_log = HitLog(wanted=wish.watching is not None and "hits" in wish.watching.records)
        lent = host.context(
            program.store,
            url=environment.url,
            device=program.device,
            device_id=program.device_id or "desktop",
            hit_log=hit_log,
            first_party=program.parts.first_party,
        )
        async with _proving(host, hit_log), lent as context:
            return await _Visit(program, wish, context, environment, evidence, hit_log).run(started)
    except Abort as abort:
        return Attempt(
            number=wish.number,
            status="WARN",
            inconclusive=abort.inconclusive or str(abort),
            duration_ms=_ms(started),
        )
    except Error as error:
        if is_dead(error):
            raise BrowserDied(first_line(error)) from error
        raise


@asynccontextmanager
async def _proving(host: BrowserHost, hit_log: HitLog) -> AsyncIterator[None]:
    """Prove the sink while the visit is prepared and made: what was heard is judged at its end, not before."""
    if not hit_log.wanted:
        yield
        return
    proof = hit_log.proof = asyncio.ensure_future(host.prove_sink())
    try:
        yield
    finally:
        proof.cancel()
        await asyncio.gather(proof, return_exceptions=True)


class _Visit:
    def __init__(
        self,
        program: Program,
        wish: VisitWish,
        context: BrowserContext,
        environment: Environment,
        evidence: Evidence,
        hit_log: HitLog,
    ) -> None:
        self.program = program
        self.parts: JourneyParts = program.parts
        self.wish = wish
        self.context = context
        self.environment = environment
        self.evidence = evidence
        self.hit_log = hit_log

    async def run(self, started: float) -> Attempt:
        page = await self.context.new_page()
        await prepare(self.context, page, self.environment)
        self.state = VisitState(
            environment=self.environment,
            context=self.context,
            page=page,
            device=self.program.device_id or "desktop",
            consent=self.parts.consent,
            overlays=self.program.store.overlays if self.parts.overlays else (),
            hit_log=self.hit_log,
        )
        if self.wish.watching:
            self.state.shop = self.wish.watching.shop
            self.state.shop.begin(started, self.parts.consent)
        self.recorder = recorder = Recorder(page, state=self.state)
        if any(
            "requests" in getattr(call.step, "needs", ()) for call in (*self.parts.steps, *self.parts.always)
        ):
            self.state.requests = RequestLog(self.context)
        await clearing.watch(self.state)
        if self.wish.trace:
            await self.evidence.start_trace(self.context)
        if self.wish.watching:
            await self.wish.watching.start(page, self.environment, self.hit_log)
        if self.wish.watching and "vitals" in self.wish.watching.records:
            await self.hit_log.prove()  # nothing else may keep the machine busy while a page is timed
        self.started = started
        self.hit_log.begin(started, step=lambda: self.wish.watching.step if self.wish.watching else -1)
        self.ends = started + self.program.timeout.seconds
        progress = _Progress()
        try:
            await self._steps(self.parts.steps, progress)
        except asyncio.CancelledError:
            await self._clean_up_and_leave()
            raise
        if self.wish.watching and not self.state.hung:
            await self.wish.watching.finish(patient=not progress.over)
        artifacts = await self._evidence(progress, recorder)
        await self._always(progress)
        if self.wish.watching and self.hit_log.wanted and not self.state.hung:
            await self._leave()
            await self.wish.watching.judge_hits()
            artifacts += self._hit_record(self.wish.watching)
        return self._attempt(progress, recorder, artifacts)

    def _hit_record(self, watching: Watching) -> tuple[Artifact, ...]:
        text = None if self.wish.trace_only else hit_record(watching, self.environment)
        name = f"{self.wish.number}-hits.jsonl"
        return () if text is None else (self.evidence.keep_packed("hits", name, text),)

    async def _steps(self, calls: tuple[StepCall, ...], progress: _Progress) -> None:
        for index, call in enumerate(calls):
            if self.wish.watching:
                self.wish.watching.step = index
            if progress.over:
                progress.reports.append(self._report(call, "not_reached", time.monotonic()))
                if self.wish.watching:
                    self.wish.watching.steps.append(progress.reports[-1])
                continue
            report, reason = await self._step(call)
            if self.wish.film and report.state != "skipped" and reason is None:
                report = replace(report, frame=await self._frame(len(progress.reports)))
            progress.reports.append(report)
            progress.failed = report.state == "failed"
            progress.inconclusive = reason
            if self.wish.watching:
                self.wish.watching.steps.append(report)
            self.wish.listener(StepFinished(targets=self.wish.targets, step=report))
            if self.wish.watching and not progress.over:
                await self.wish.watching.after(report, overheard=self.state.requests is not None)

    async def _always(self, progress: _Progress) -> None:
        """Clean-up has its own time and runs whatever happened; it cannot mend what went wrong before."""
        cleaning = _Progress()
        for index, call in enumerate(self.parts.always, start=len(self.parts.steps)):
            self.ends = time.monotonic() + call.patience.seconds
            if self.wish.watching:
                self.wish.watching.step = index
            report, reason = await self._step(call)
            cleaning.reports.append(report)
            if self.wish.watching:
                self.wish.watching.steps.append(report)
            cleaning.failed = cleaning.failed or report.state == "failed"
            cleaning.inconclusive = cleaning.inconclusive or reason
            self.wish.listener(StepFinished(targets=self.wish.targets, step=report))
        progress.reports += cleaning.reports
        progress.failed = progress.failed or cleaning.failed
        progress.inconclusive = progress.inconclusive or cleaning.inconclusive

    async def _leave(self) -> None:
        """Close every page and hear its last words: many hits are sent only then."""
        await self.hit_log.settle(quiet=QUIET_BEFORE_LEAVING, longest=LONGEST_QUIET)
        for page in self.context.pages:
            with suppress(Error, TimeoutError):
                async with asyncio.timeout(LONGEST_QUIET):
                    await page.close()
        await self.hit_log.settle(quiet=QUIET_AFTER_LEAVING, longest=LONGEST_QUIET)
        await self.hit_log.examine()

    async def _clean_up_and_leave(self) -> None:
        """Somebody interrupts the run: what the check promises to tidy up is tidied up, if that is quickly done."""
        if self.parts.always:
            with suppress(TimeoutError, BrowserDied, Error):
                async with asyncio.timeout(PATIENCE_WHEN_INTERRUPTED):
                    await self._always(_Progress())

    async def _step(self, call: StepCall) -> tuple[StepReport, str | None]:
        """The step's report, and why the monitor cannot work if it cannot."""
        started = time.monotonic()
        self.state.deadline = min(started + call.patience.seconds, self.ends)
        self.state.span = call.span
        if self.state.requests is not None:
            self.state.requests.begin(call)
        report: Callable[..., StepReport] = lambda state, **more: self._report(call, state, started, **more)  # noqa: E731
        try:
            outcome = await self._bounded(call)
        except Abort as abort:
            if call.modifiers.optional:
                return report("skipped", note=f"optional, and left out: {abort}"), None
            if abort.finding is None:
                return report("not_reached", note=abort.inconclusive), abort.inconclusive
            return report("failed", finding=self._explained(_placed(abort.finding, call), call)), None
        if outcome.skipped is not None:
            return report("skipped", note=outcome.skipped), None
        if outcome.warning is not None:
            return report("warned", note=outcome.note, finding=_placed(outcome.warning, call)), None
        return report("passed", note=outcome.note), None

    async def _bounded(self, call: StepCall) -> Outcome:
        """The step under an outer limit, since asking a page that hangs never returns. Every error becomes `Abort`."""
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + self._left() + GRACE):
                return await self._run(call)
        except (TimeoutError, TookTooLong) as error:
            self.state.hung = not isinstance(error, TookTooLong) and not await self._answers()
            raise self._too_long(call) from None
        except Error as error:
            if is_dead(error):
                raise BrowserDied(first_line(error)) from error
            raise Abort(
                inconclusive=f"X901: {call.verb} met an error we did not foresee: {first_line(error)}"
            ) from error
        except (Abort, BrowserDied):
            raise
        except Exception as error:
            words = f"{type(error).__name__}: {error}"
            raise Abort(inconclusive=f"X901: a bug in the step {call.verb}: {words}") from error

    async def _run(self, call: StepCall) -> Outcome:
        page = Page(self.state)
        reason = await self._left_out(page, call.modifiers.when)
        if reason:
            return Outcome(skipped=reason)
        if self.state.loads and not self.state.consent_done:
            await clearing.answer_consent(page)
        within = call.modifiers.within
        if within is not None:
            page = await page.narrowed(
                region=_text(page, within.region),
                frame=_text(page, within.frame),
                css=_text(page, within.css),
            )
        self.state.healing.begin()
        return self.state.healing.added_to(await call.step.run(page) or Outcome())

    async def _left_out(self, page: Page, when: When | None) -> str | None:
        if when is None:
            return None
        if when.device is not None and when.device != self.state.device:
            return f"only on {when.device}"
        if when.market is not None and when.market != self.program.store.market_id:
            return f"only in {when.market}"
        if when.see is not None and not await page.seen(when.see):
            return f"only when {when.see} is there"
        return None

    def _left(self) -> float:
        return max(LEAST_TIME, self.state.deadline - time.monotonic())

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_WITH_A_HUNG_PAGE):
                return bool(await self.state.page.evaluate("true"))
        except TimeoutError:
            return False
        except Error:
            return True  # it moves from page to page, or is gone: the next question will say so

    def _too_long(self, call: StepCall) -> Abort:
        whole = time.monotonic() >= self.ends
        limit = f"the check's {self.program.timeout}" if whole else str(call.patience)
        words = "the page does not answer any more: its script may be in an endless loop"
        evidence = (words,) if self.state.hung else ()
        return Abort(
            finding=Finding(
                code="R506", summary=f"{call.title} did not finish within {limit}", evidence=evidence
            )
        )

    def _explained(self, finding: Finding, call: StepCall) -> Finding:
        """With what only the visit knows: where saved values came from, and what the console says."""
        known = self.environment.origins_of(call.step)
        if self.state.loads and finding.code not in NOT_ARRIVED:
            known += (self.recorder.first_words(),)
        return replace(finding, evidence=(*finding.evidence, *known))

    def _report(self, call: StepCall, state: StepState, started: float, **more: Any) -> StepReport:
        begun = int((started - self.started) * 1000)
        took = 0 if state == "not_reached" and not more else _ms(started)
        return StepReport(
            title=call.title,
            verb=call.verb,
            state=state,
            started_ms=begun,
            duration_ms=took,
            span=call.span,
            **more,
        )

    async def _frame(self, index: int) -> Artifact | None:
        return await self.evidence.frame(Page(self.state), name=f"{self.wish.number}-step-{index + 1:02d}")

    async def _evidence(self, progress: _Progress, recorder: Recorder) -> tuple[Artifact, ...]:
        if self.wish.trace_only:
            return await self.evidence.stop_trace(self.context, number=self.wish.number)
        found = await self.evidence.pictures(self.state, number=self.wish.number)
        if progress.over:
            found += await self.evidence.of_failure(Page(self.state), recorder, number=self.wish.number)
        if self.wish.trace:
            found += await self.evidence.stop_trace(self.context, number=self.wish.number)
        return found

    def _attempt(self, progress: _Progress, recorder: Recorder, artifacts: tuple[Artifact, ...]) -> Attempt:
        status: Status = "FAIL" if progress.failed else "PASS"
        if not progress.failed and any(report.state == "warned" for report in progress.reports):
            status = "WARN"
        if progress.inconclusive is not None:
            status = "WARN"
        return Attempt(
            number=self.wish.number,
            status=status,
            steps=tuple(progress.reports),
            inconclusive=progress.inconclusive,
            duration_ms=_ms(self.started),
            artifacts=artifacts,
            console=tuple(recorder.console),
            failed_requests=tuple(recorder.failed_requests),
            theme=self.state.theme,
        )


def _placed(finding: Finding, call: StepCall) -> Finding:
    place = finding if finding.span else replace(finding, span=call.span)
    if call.used_at is None:
        return place
    return replace(place, evidence=(*place.evidence, f"the fragment is used at {call.used_at}"))


def _text(page: Page, given: Any) -> str | None:
    return None if given is None else str(page.value(given))


def _ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
