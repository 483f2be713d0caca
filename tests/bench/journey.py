"""A warm ten-step journey: the engine against plain Playwright, visit by visit in turn, each with its own browser."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from playwright.async_api import Browser, async_playwright

from bench import by_hand
from bench.demo_shop import shop, starter
from bench.measure import CannotMeasure, Figure, milliseconds, tree_cpu
from nano_sre.core.program import Program
from nano_sre.core.redact import Redactor
from nano_sre.runtime import browsers
from nano_sre.runtime.browser import BrowserHost, context_settings
from nano_sre.runtime.evidence import Evidence, NoArtifacts
from nano_sre.runtime.values import Environment
from nano_sre.runtime.visit import VisitWish, attempt

SETTLE = 0.15  # seconds for a closed context's processes to end, on nobody's clock
MOST_CPU, LEAST_RATE = 1.10, 0.95


@dataclass(slots=True)
class Side:
    """One way of making the visit, and what its visits cost."""

    visit: Callable[[], Awaitable[None]]
    driver: int
    python: list[float] = field(default_factory=list)
    below: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    async def once(self) -> None:
        before, python, started = tree_cpu(self.driver), time.process_time(), time.monotonic()
        await self.visit()
        self.wall.append(time.monotonic() - started)
        self.python.append(time.process_time() - python)
        await asyncio.sleep(SETTLE)
        self.below.append(tree_cpu(self.driver) - before)

    @property
    def total(self) -> list[float]:
        return [own + below for own, below in zip(self.python, self.below, strict=True)]


def measure(*, quick: bool = False) -> list[Figure]:
    rounds = 4 if quick else 20
    if browsers.find_browser() is None:
        raise CannotMeasure("no Chromium is installed here; `nano-sre doctor` says how to get one")
    with shop() as store:
        ours, plain = asyncio.run(_rounds(store.url, rounds))
    return [
        Figure(
            what="CPU of a visit, browser included",
            ours=milliseconds(median(ours.total)),
            peer=f"{milliseconds(median(plain.total))} plain Playwright",
            ratio=median(ours.total) / median(plain.total),
            goal=MOST_CPU,
        ),
        Figure(
            what="our Python's CPU in a visit",
            ours=milliseconds(median(ours.python)),
            peer=f"{milliseconds(median(plain.python))} plain Playwright",
            ratio=median(ours.python) / median(plain.python),
        ),
        Figure(
            what="our Python's share of the visit's CPU",
            ours=milliseconds(median(ours.python)),
            peer=f"{milliseconds(median(ours.total))} the whole",
            ratio=median(ours.python) / median(ours.total),
        ),
        Figure(
            what="visits a minute, one at a time",
            ours=f"{60 / median(ours.wall):.0f}",
            peer=f"{60 / median(plain.wall):.0f} plain Playwright",
            ratio=median(plain.wall) / median(ours.wall),
            goal=LEAST_RATE,
            at_least=True,
        ),
    ]


async def _rounds(url: str, rounds: int) -> tuple[Side, Side]:
    program = starter(url, "buy-a-snowboard.yaml")
    known = children()
    async with BrowserHost() as host:
        engine = engine_visit(program, host)
        await engine()
        ours = Side(engine, driver=new_child(known))
        known = children()
        async with async_playwright() as driver:
            plain_browser = await _launched(driver.chromium)
            settings = context_settings(program.store, program.device, driver.devices, name="desktop")
            by_hand_visit = plain_visit(plain_browser, settings, url)
            await by_hand_visit()
            plain = Side(by_hand_visit, driver=new_child(known))
            for number in range(rounds):
                for side in (ours, plain) if number % 2 else (plain, ours):
                    await side.once()
            await plain_browser.close()
    return ours, plain


def engine_visit(program: Program, host: BrowserHost) -> Callable[[], Awaitable[None]]:
    """One visit as the runner makes it; raises when it does not pass."""

    async def visit() -> None:
        environment = Environment(store=program.store)
        evidence = Evidence(NoArtifacts(), run_id="bench", target=program.target, redactor=Redactor())
        wish = VisitWish(targets=(program.target,))
        made = await attempt(program, wish, host=host, environment=environment, evidence=evidence)
        if made.status != "PASS":
            why = next((str(each.finding) for each in made.steps if each.finding), made.inconclusive)
            raise CannotMeasure(f"the journey does not pass: {why}")

    return visit


def plain_visit(browser: Browser, settings: dict[str, object], url: str) -> Callable[[], Awaitable[None]]:
    async def visit() -> None:
        context = await browser.new_context(**settings)  # type: ignore[arg-type]
        try:
            await by_hand.buy(context, url)
        finally:
            await context.close()

    return visit


async def _launched(chromium: object) -> Browser:
    found = browsers.find_browser()
    assert found is not None
    launch = chromium.launch  # type: ignore[attr-defined]
    made: Browser = await launch(
        executable_path=found.path,
        args=[
            *browsers.LAUNCH_FLAGS,
            "--host-resolver-rules=MAP * ~NOTFOUND,EXCLUDE 127.0.0.1,EXCLUDE localhost",
        ],
    )
    return made


def children() -> set[int]:
    """The processes that this one has started."""
    own = os.getpid()
    return {
        int(child)
        for task in Path(f"/proc/{own}/task").iterdir()
        for child in (task / "children").read_text().split()
    }


def new_child(known: set[int]) -> int:
    return next(iter(children() - known))
