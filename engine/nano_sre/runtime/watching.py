"""What watches one visit: listeners that everybody shares, the watchers, and what they say at the end.

It listens and never routes: a route, even one that matches nothing, triples the time of every request.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Error
from playwright.async_api import Page as PlaywrightPage

from nano_sre.core.hits import BannerAnswered, CartSeen, Hit, HostAsked, ShopEvent
from nano_sre.core.ports import Abort
from nano_sre.core.program import Consent, Program, StoreFacts, WatchCall
from nano_sre.core.result import StepReport, WatchReport
from nano_sre.core.watch import ConsoleError, FailedRequest, PageLoad, Record
from nano_sre.core.watcher import Baseline, Watch, WatchedVisit
from nano_sre.runtime.lost_hits import LostHits
from nano_sre.runtime.patience import wait_for_late
from nano_sre.runtime.remembering import Memory
from nano_sre.runtime.shop_side import ShopSide
from nano_sre.runtime.sightings import Sightings
from nano_sre.runtime.sink.log import HitLog
from nano_sre.runtime.trouble import BrowserDied, first_line, is_dead
from nano_sre.runtime.values import Environment

SCRIPT = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")
WORLD, SAY, REPORT, QUIET = "nano-sre-watch", "nanoSreSay", "nanoSreReport", "nanoSreQuiet"
IN_PAGE: frozenset[Record] = frozenset({"vitals", "liquid", "hosts", "requests", "hits", "shop_events"})
PATIENCE = 5.0  # seconds for a watcher to make up its mind
LOOK = 1_000.0  # ms without a change until a page of an own visit has been seen
LAST_LOOK = 250.0  # ms, for the last page of a journey: errors come a little late
LONGEST_LOOK = 4.0


@dataclass(slots=True, kw_only=True)
class WatchedProgram:
    """A program whose watchers look at a visit, and which of them do."""

    program: Program
    calls: tuple[WatchCall, ...]
    memory: Memory
    reports: dict[str, WatchReport] = field(default_factory=dict)

    @property
    def own(self) -> bool:
        return self.program.watch is not None and self.program.watch.journey is None

    @property
    def records(self) -> frozenset[Record]:
        return frozenset().union(*(call.watcher.needs(own=self.own).records for call in self.calls))


class Watching:
    """The watchers of one attempt. `reports` of each program are there when it is over."""

    def __init__(self, programs: Sequence[WatchedProgram], *, traced: bool = False) -> None:
        self.programs = programs
        self.traced = traced
        self.records = frozenset().union(*(each.records for each in programs))
        self.step = -1
        self.steps: list[StepReport] = []
        self.hit_log = HitLog(wanted=False)
        self.shop = ShopSide(self.records, lambda: self.step)
        self.lost = LostHits(lambda: self.step)
        self._log = Sightings(lambda: self.step)
        self._watches: list[tuple[WatchedProgram, WatchCall, Watch]] = []
        self._session: CDPSession | None = None
        self.hit_listeners: list[
            tuple[Program, WatchedVisit]
        ] = []  # for whom hits are judged, and what they see

    async def start(
        self, page: PlaywrightPage, environment: Environment, hit_log: HitLog | None = None
    ) -> None:
        """Listen to a page on which nothing has been opened yet; `hit_log` is what the visit's sink has seen."""
        self.hit_log = self._log.hit_log = hit_log or self.hit_log
        self._page, self._environment = page, environment
        self._log.store_host = (urlsplit(environment.url).hostname or "").removeprefix("www.")
        if "hits" in self.records:
            page.on("console", self.lost.on_console)
        if "console" in self.records:
            page.on("pageerror", self._log.on_exception)
        if self.records & {"console", "requests"}:
            page.on("console", self._log.on_console)
        if "requests" in self.records:
            page.on("requestfailed", self._log.on_failed)
        if self.records & IN_PAGE:
            try:
                await self._listen_inside(page)
            except Error as error:
                self._deaf(error)
                return
        else:
            page.on("domcontentloaded", lambda each: self._log.on_say({"word": "hello", "url": each.url}, 0))
        for each in self.programs:
            for call in each.calls:
                visit = _Visit(self, each, call, self._log, environment, traced=self.traced)
                self.hit_listeners += [(each.program, visit)] if _sees_hits(each, call) else []
                with self._trouble(each, call):
                    self._watches.append((each, call, call.watcher.start(visit)))

    def _deaf(self, error: Error) -> None:
        """The browser does not let us listen: the journey goes on, and nobody judges what nobody heard."""
        if is_dead(error):
            raise BrowserDied(first_line(error)) from error
        why = f"The browser does not let us listen to its pages: {first_line(error)}"
        self._session = None
        for each in self.programs:
            each.reports |= {call.word: _blind(call, why) for call in each.calls}

    async def _listen_inside(self, page: PlaywrightPage) -> None:
        session = self._session = await page.context.new_cdp_session(page)
        session.on("Runtime.bindingCalled", self._heard)
        script = SCRIPT.replace("__SAY__", SAY).replace("__REPORT__", REPORT).replace("__QUIET__", QUIET)
        script = script.replace("__WANTED__", " ".join(sorted(self.records & IN_PAGE)))
        await asyncio.gather(  # in this order, and without waiting for one before the next is sent
            session.send("Runtime.enable"),
            session.send("Runtime.addBinding", {"name": SAY, "executionContextName": WORLD}),
            session.send("Page.enable"),
            session.send("Page.addScriptToEvaluateOnNewDocument", {"source": script, "worldName": WORLD}),
            *(
                [self.shop.listen(session, world=WORLD, binding=SAY)]
                if self.records & {"hits", "shop_events"}
                else []
            ),
        )

    def _heard(self, event: Mapping[str, Any]) -> None:
        with suppress(ValueError, KeyError, TypeError):
            if event["name"] == SAY:
                said = json.loads(event["payload"])
                if not self.shop.heard(said):
                    self._log.on_say(said, event["executionContextId"])

    async def after(self, report: StepReport, *, overheard: bool = False) -> None:
        """A step is done. Pages of an own visit are looked at for a moment, as shoppers do.

        `overheard` says that a step of the visit looks at what the pages ask for.
        """
        if any(each.own for each in self.programs) and report.state in {"passed", "warned"}:
            await self._look(LOOK)
        if self.records & {"hits", "carts"}:
            alone = not overheard and not self.records & {"console", "requests"}
            await self.shop.after(
                report, self._page, self._environment, ask=self._evaluate if alone else None
            )
        for each, call, watch in self._watches:
            await self._asked(each, call, watch.after(report))

    async def finish(self, *, patient: bool = True) -> None:
        """The visit is over: watchers say what they saw. `patient` waits for what comes a little late.

        Those who look at hits are asked by `judge_hits`.
        """
        if patient and not any(each.own for each in self.programs):
            await self._look(LAST_LOOK)
        if patient:
            await wait_for_late(self._watches, trouble=self._trouble)
        await self._read_last_page()
        await self._judge(hits=False)

    async def judge_hits(self) -> None:
        """Every page is closed, and its last hits have come: those who look at hits say what they saw."""
        await self._judge(hits=True)
        why = self.hit_log.trouble
        if why is not None:
            for each, call, _ in self._watches:
                if _sees_hits(each, call):
                    each.reports[call.word] = _blind(call, why)

    async def _judge(self, *, hits: bool) -> None:
        for each, call, watch in self._watches:
            if _sees_hits(each, call) is not hits:
                continue
            made = await self._asked(each, call, watch.verdict())
            if made is not None:
                each.reports[call.word] = _placed(made, call)

    async def _look(self, quiet: float) -> None:
        """Wait until the page has not changed for a while, but not for ever."""
        ends = time.monotonic() + LONGEST_LOOK
        while self._session is not None and time.monotonic() < ends:
            still = await self._evaluate(f"{QUIET}()")
            if still is None or still >= quiet:
                return
            await asyncio.sleep(min(0.3, max(0.05, (quiet - max(0.0, still)) / 1000)))

    async def _read_last_page(self) -> None:
        text = await self._evaluate(f"{REPORT}()") if self._session is not None else None
        if isinstance(text, str):
            with suppress(ValueError):
                self._log.read(json.loads(text))

    async def _evaluate(self, expression: str) -> Any:
        if self._session is None or self._log.world == 0:
            return None
        asked = {
            "expression": expression,
            "contextId": self._log.world,
            "returnByValue": True,
            "awaitPromise": True,
        }
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._session.send("Runtime.evaluate", asked)
        except TimeoutError:
            return None
        except Error as error:
            if is_dead(error) and not self._only_the_page_is_closed():
                raise BrowserDied(str(error)) from error
            return None  # the page moved on, or somebody closed it: its last word has been heard
        return answer.get("result", {}).get("value")

    def _only_the_page_is_closed(self) -> bool:
        browser = self._page.context.browser
        return self._page.is_closed() and browser is not None and browser.is_connected()

    async def _asked(self, each: WatchedProgram, call: WatchCall, work: Awaitable[Any]) -> Any:
        """A watcher's work, which can neither hold up the visit nor break it."""
        with self._trouble(each, call):
            async with asyncio.timeout(PATIENCE):
                return await work
        return None

    def _trouble(self, each: WatchedProgram, call: WatchCall) -> _Trouble:
        return _Trouble(each, call)


class _Trouble:
    """Whatever goes wrong in a watcher makes it inconclusive, and nothing else."""

    def __init__(self, program: WatchedProgram, call: WatchCall) -> None:
        self._program, self._call = program, call

    def __enter__(self) -> None: ...

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> bool:
        if error is None or not isinstance(error, Exception) or isinstance(error, BrowserDied):
            return False
        if isinstance(error, Error) and is_dead(error):
            raise BrowserDied(str(error)) from error
        why = f"X901: a bug in the watcher {self._call.word}: {type(error).__name__}: {error}"
        if isinstance(error, Abort):
            why = error.inconclusive or str(error)
        if isinstance(error, TimeoutError):
            why = f"{self._call.word} did not come to an end within {PATIENCE:g} s."
        self._program.reports[self._call.word] = _blind(self._call, why)
        return True


def _sees_hits(each: WatchedProgram, call: WatchCall) -> bool:
    return "hits" in call.watcher.needs(own=each.own).records


def _blind(call: WatchCall, why: str) -> WatchReport:
    return WatchReport(watcher=call.word, summary=why, inconclusive=why)


def _placed(report: WatchReport, call: WatchCall) -> WatchReport:
    findings = tuple(replace(each, span=each.span or call.span) for each in report.findings)
    return replace(report, findings=findings)


@dataclass(slots=True)
class _Visit:
    """Implements `core.ports.WatchedVisit` for one watcher of one program."""

    watching: Watching
    watched: WatchedProgram
    call: WatchCall
    log: Sightings
    environment: Environment
    traced: bool

    @property
    def store(self) -> StoreFacts:
        return self.watched.program.store

    @property
    def device(self) -> str:
        return self.watched.program.device_id or "desktop"

    @property
    def own(self) -> bool:
        """Whether the visit is made for this check."""
        return self.watched.own

    @property
    def consent(self) -> Consent:
        """What the visit does with the consent banner."""
        consent: Consent = self.watched.program.parts.consent
        return consent

    @property
    def began_ms(self) -> int | None:
        """When it began, in ms since 1970."""
        return self.watching.shop.began_ms

    @property
    def loads(self) -> Sequence[PageLoad]:
        """The pages so far, in order."""
        return self.log.loads

    @property
    def console(self) -> Sequence[ConsoleError]:
        """Console errors and uncaught exceptions so far."""
        return self.log.errors()

    @property
    def failed_requests(self) -> Sequence[FailedRequest]:
        """Resources that pages asked for in vain."""
        return self.log.failed()

    @property
    def steps(self) -> Sequence[StepReport]:
        """The steps so far, each as it went."""
        return self.watching.steps

    @property
    def hits(self) -> Sequence[Hit]:
        """Tracking hits so far, in the order of arrival."""
        return self.watching.hit_log.hits

    @property
    def other_hosts(self) -> Sequence[HostAsked]:
        """Hosts that are neither the store's nor a known vendor's."""
        return self.watching.hit_log.other_hosts

    @property
    def lost_hits(self) -> Sequence[FailedRequest]:
        """Requests that the pages' own security policy forbade, hits among them."""
        return self.watching.lost.requests

    @property
    def shop_events(self) -> Sequence[ShopEvent]:
        """What the store itself published so far."""
        return self.watching.shop.events

    @property
    def carts(self) -> Sequence[CartSeen]:
        """The cart after each step that may have changed it."""
        return self.watching.shop.carts

    @property
    def banner(self) -> BannerAnswered | None:
        """When the consent banner was answered, and how."""
        return self.watching.shop.banner

    @property
    def memory(self) -> dict[str, Any]:
        """What this watcher remembers over the visits of a round."""
        return self.watched.memory.of(self.call.word)

    @property
    def baseline(self) -> Baseline | None:
        """What earlier rounds left."""
        return self.watched.memory.baselines.get(self.call.word)

    def value(self, given: Any) -> Any:
        """Resolve a `Template`; anything else comes back as it is."""
        return self.environment.value(given)
