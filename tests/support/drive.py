"""Run a few steps against an address in a real browser, without a project around them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nano_sre.core.fields import Duration
from nano_sre.core.program import (
    DeviceSpec,
    JourneyParts,
    Market,
    Modifiers,
    Program,
    ShopperData,
    StepCall,
    StoreFacts,
)
from nano_sre.core.redact import Redactor
from nano_sre.core.result import Attempt, Finding
from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.evidence import Evidence, FolderArtifacts, NoArtifacts
from nano_sre.runtime.values import Environment
from nano_sre.runtime.visit import VisitWish, attempt

US = Market(currency="USD", locale="en-US", country="US")


def store_at(url: str, **more: Any) -> StoreFacts:
    """A store document's facts for an address; `more` are fields of `StoreFacts`."""
    facts: dict[str, Any] = {
        "market_id": "us",
        "market": US,
        "shoppers": {"default": ShopperData(email="qa@example.com")},
    }
    return StoreFacts(id="demo", name="Demo", url=url, **(facts | more))


def journey(store: StoreFacts, steps: Sequence[Any], *, always: Sequence[Any] = (), **more: Any) -> Program:
    """A program of steps; a bare step (not a `StepCall`) is wrapped with default modifiers."""
    parts_of = {key: more.pop(key) for key in ("consent", "overlays", "first_party") if key in more}
    parts = JourneyParts(steps=calls(steps), always=calls(always), **parts_of)
    known: dict[str, Any] = {
        "target": "demo/test@desktop/us", "check_id": "test", "kind": "journey", "name": "Test", "severity": "P1",
        "device_id": "desktop", "retries": 0,
    }  # fmt: skip
    return Program(parts=parts, store=store, **(known | more))


def calls(steps: Sequence[Any]) -> tuple[StepCall, ...]:
    return tuple(
        step
        if isinstance(step, StepCall)
        else StepCall(verb=getattr(step, "kind_name", "step"), step=step, modifiers=Modifiers())
        for step in steps
    )


async def adrive(
    program: Program,
    *,
    host: BrowserHost | None = None,
    environment: Environment | None = None,
    artifacts: Path | None = None,
    **wish: Any,
) -> Attempt:
    """One attempt of a program; `host` is kept open if given."""
    environment = environment or Environment(store=program.store)
    files = FolderArtifacts(artifacts) if artifacts else NoArtifacts()
    evidence = Evidence(files, run_id="run", target=program.target, redactor=environment.redactor)
    one = host or BrowserHost()
    try:
        return await attempt(
            program,
            VisitWish(targets=(program.target,), **wish),
            host=one,
            environment=environment,
            evidence=evidence,
        )
    finally:
        if host is None:
            await one.close()


def drive(url: str, steps: Sequence[Any], *, store: Mapping[str, Any] | None = None, **more: Any) -> Attempt:
    """Run steps against a store at `url` once: `drive(url, [OpenProduct(product="x"), ...]).status`."""
    return asyncio.run(adrive(journey(store_at(url, **(store or {})), steps, **more)))


def finding(result: Attempt) -> Finding | None:
    """The finding of the step that failed or warned, if any."""
    return next((report.finding for report in result.steps if report.finding), None)


__all__ = ["DeviceSpec", "Duration", "Redactor", "adrive", "calls", "drive", "finding", "journey", "store_at"]
