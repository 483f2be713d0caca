"""A journey that is watched against the same journey unwatched, visit by visit in turn: watching must be cheap."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from statistics import median

from bench.demo_shop import shop, sound, store_text
from bench.journey import Side, children, engine_visit, new_child
from bench.measure import ROOT, CannotMeasure, Figure, milliseconds
from nano_sre.core.program import Program
from nano_sre.core.redact import Redactor
from nano_sre.runtime import browsers
from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.evidence import Evidence, NoArtifacts
from nano_sre.runtime.values import Environment
from nano_sre.runtime.visit import VisitWish, attempt
from nano_sre.runtime.watch_round import WatchRound
from nano_sre.spec.project import load_texts

MOST_CPU = 1.15


def measure(*, quick: bool = False) -> list[Figure]:
    if browsers.find_browser() is None:
        raise CannotMeasure("no Chromium is installed here; `nano-sre doctor` says how to get one")
    with shop() as store:
        watched, alone = asyncio.run(rounds(store.url, 4 if quick else 20, check="page-quality.yaml"))
    return [
        Figure(
            what="CPU of a watched visit, browser included",
            ours=milliseconds(median(watched.total)),
            peer=f"{milliseconds(median(alone.total))} unwatched",
            ratio=median(watched.total) / median(alone.total),
            goal=MOST_CPU,
        ),
        Figure(
            what="our Python's CPU in a watched visit",
            ours=milliseconds(median(watched.python)),
            peer=f"{milliseconds(median(alone.python))} unwatched",
            ratio=median(watched.python) / median(alone.python),
        ),
    ]


async def rounds(url: str, number: int, *, check: str) -> tuple[Side, Side]:
    """The journey watched by a starter check, and alone, in turn."""
    texts = {"stores.yaml": store_text(url)}
    for name in ("buy-a-snowboard.yaml", check):
        texts[name] = (ROOT / "checks" / name).read_text(encoding="utf-8")
    made = [each for each in sound(load_texts(texts)) if each.device_id == "desktop"]
    journey = next(each for each in made if each.watch is None)
    page = next(each for each in made if each.watch is not None)
    known = children()
    async with BrowserHost() as host:
        alone, watched = engine_visit(journey, host), watched_visit(page, host)
        for visit in (alone, watched):
            await visit()
        driver = new_child(known)
        sides = Side(watched, driver=driver), Side(alone, driver=driver)
        for each in range(number):
            for side in sides if each % 2 else reversed(sides):
                await side.once()
    return sides


def watched_visit(program: Program, host: BrowserHost) -> Callable[[], Awaitable[None]]:
    """One visit with its watchers; raises when something is wrong with the store."""

    async def visit() -> None:
        round_ = WatchRound([program], store=None, url=str(program.store.url))
        watching = round_.watching("visit", traced=False)
        evidence = Evidence(NoArtifacts(), run_id="bench", target=program.target, redactor=Redactor())
        wish = VisitWish(targets=(program.target,), watching=watching)
        environment = Environment(store=program.store)
        round_.saw(
            await attempt(program, wish, host=host, environment=environment, evidence=evidence), "visit"
        )
        made = round_.attempts(program)[-1]
        if made.status != "PASS":
            raise CannotMeasure(f"the watched journey does not pass: {made.inconclusive or made.watched}")

    return visit
