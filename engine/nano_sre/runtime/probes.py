"""Checks without a browser: one attempt of a probe, its steps reported one by one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from nano_sre.core.diagnostics import Span
from nano_sre.core.events import AttemptStarted, StepFinished
from nano_sre.core.ports import Abort
from nano_sre.core.probe import Http
from nano_sre.core.program import Program, StoreFacts
from nano_sre.core.result import Attempt, Finding, StepReport, StepState
from nano_sre.runtime.http import HttpClient, StoreHttp
from nano_sre.runtime.values import Environment
from nano_sre.runtime.visit import VisitWish


class Notes:
    """Implements `core.probe.StepNotes`."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.warning: Finding | None = None

    def note(self, text: str) -> None:
        """Add a line to the step's report."""
        self.notes.append(text)

    def warn(self, finding: Finding) -> None:
        """The step works, but not well; the first such finding is the one reported."""
        if self.warning is None:
            self.warning = replace(finding, warn=True)

    @property
    def text(self) -> str | None:
        return "; ".join(self.notes) or None


class ProbeSession:
    """Implements `core.probe.ProbeIO`."""

    def __init__(self, wish: VisitWish, environment: Environment, http: HttpClient) -> None:
        self._wish = wish
        self._environment = environment
        self._http = StoreHttp(http, environment)
        self._started = time.monotonic()
        self.reports: list[StepReport] = []
        self._span: Span | None = None

    @property
    def store(self) -> StoreFacts:
        return self._environment.store

    @property
    def http(self) -> Http:
        return self._http

    def value(self, given: Any) -> Any:
        """Resolve a `Template`; anything else comes back as it is."""
        return self._environment.value(given)

    def keep(self, name: str, value: Any) -> None:
        self._environment.keep(name, value, span=self._span)

    @asynccontextmanager
    async def step(self, title: str, *, verb: str, span: Span | None) -> AsyncIterator[Notes]:
        """One step of the report. A finding raised inside is kept and the probe goes on; inconclusive ends it."""
        notes, started = Notes(), time.monotonic()
        self._span = span
        state: StepState = "passed"
        finding: Finding | None = None
        try:
            yield notes
        except Abort as abort:
            if abort.finding is None:
                self._report(title, verb, "not_reached", started, note=abort.inconclusive, span=span)
                raise
            state, finding = "failed", abort.finding
        except TimeoutError:
            state = "failed"
            finding = Finding(code="R506", summary=f"{title} did not finish within the check's time")
            self._report(title, verb, state, started, finding=finding, span=span)
            raise
        if state == "passed" and notes.warning is not None:
            state, finding = "warned", notes.warning
        placed = replace(finding, span=finding.span or span) if finding else None
        self._report(title, verb, state, started, note=notes.text, finding=placed, span=span)

    def _report(self, title: str, verb: str, state: StepState, started: float, **more: Any) -> None:
        report = StepReport(
            title=title,
            verb=verb,
            state=state,
            started_ms=round((started - self._started) * 1000),
            duration_ms=round((time.monotonic() - started) * 1000),
            **more,
        )
        self.reports.append(report)
        self._wish.listener(StepFinished(targets=self._wish.targets, step=report))


async def attempt(
    program: Program, wish: VisitWish, *, http: HttpClient, environment: Environment
) -> Attempt:
    """Run a probe once. Whatever happens comes back as an `Attempt`."""
    wish.listener(AttemptStarted(targets=wish.targets, attempt=wish.number))
    session, started = ProbeSession(wish, environment, http), time.monotonic()
    inconclusive: str | None = None
    try:
        async with asyncio.timeout(program.timeout.seconds):
            await program.parts.run(session)
    except TimeoutError:
        _say_too_long(program, session)
    except Abort as abort:
        inconclusive = abort.inconclusive
        if abort.finding is not None:
            session.reports.append(_outside(program, abort.finding))
    except Exception as error:  # noqa: BLE001 -- a kind's bug must not end the run; it is reported as ours
        inconclusive = f"X901: a bug in the kind {program.kind}: {type(error).__name__}: {error}"
    states = {report.state for report in session.reports}
    return Attempt(
        number=wish.number,
        status="WARN"
        if inconclusive or ("failed" not in states and "warned" in states)
        else "FAIL"
        if "failed" in states
        else "PASS",
        steps=tuple(session.reports),
        inconclusive=inconclusive,
        duration_ms=round((time.monotonic() - started) * 1000),
    )


def _outside(program: Program, finding: Finding) -> StepReport:
    """A finding that no step of the probe claims."""
    placed = replace(finding, span=finding.span or program.span)
    return StepReport(
        title=program.name, verb=program.kind, state="failed", finding=placed, span=program.span
    )


def _say_too_long(program: Program, session: ProbeSession) -> None:
    if not any(report.state == "failed" for report in session.reports):
        finding = Finding(code="R506", summary=f"{program.name} did not finish within {program.timeout}")
        session.reports.append(_outside(program, finding))
