"""A visit whose tracking is told while it goes on. It needs no checks: any page of a store will do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from urllib.parse import urlsplit

from nano_sre.core.fields import Duration, Element, Slug
from nano_sre.core.forms import Country, Currency, Locale, Tracking
from nano_sre.core.hits import Decoded, JudgedHit
from nano_sre.core.kept_hits import kept
from nano_sre.core.ports import Browser, ScriptError
from nano_sre.core.program import Consent, JourneyParts, Market, Program, StepCall, StoreFacts, WatchCall
from nano_sre.core.redact import Redactor
from nano_sre.core.result import Attempt, StepReport, WatchReport
from nano_sre.core.watch import Needs
from nano_sre.core.watcher import WatchedVisit
from nano_sre.kinds._shared.tracking.case import Case
from nano_sre.kinds._shared.tracking.decode import Vendors, vendors_for
from nano_sre.kinds._shared.tracking.faults import KINDS, USUAL
from nano_sre.kinds._shared.tracking.judge import judged
from nano_sre.kinds._shared.tracking.seen import Seen, seen_of
from nano_sre.kinds._shared.tracking.wanted import Plan
from nano_sre.kinds.steps.open import Open
from nano_sre.kinds.steps.press import Press
from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.evidence import Evidence, NoArtifacts
from nano_sre.runtime.remembering import Memory
from nano_sre.runtime.trouble import BrowserDied
from nano_sre.runtime.values import Environment
from nano_sre.runtime.visit import VisitWish, attempt
from nano_sre.runtime.watching import WatchedProgram, Watching

WORD = "pixels"
LONGEST = Duration.parse("12h")
POLL = 0.1  # seconds between two looks at what has come
QUIET = 3.0  # seconds without a hit until a visit without an end of its own is over
LONGEST_QUIET = 20.0
_SHOWN_BY_ITSELF = (
    *(
        "missing_value",
        "missing_currency",
        "missing_items",
        "missing_order_id",
        "value_is_text",
        "zero_value",
    ),
    *("duplicate_events", "wrong_page_url", "personal_data", "test_mode_left_on", "unreadable_hit"),
)
AT_ONCE = frozenset(KINDS[word].code for word in _SHOWN_BY_ITSELF)
"""Faults that a hit shows by itself, or beside those before it; the others need the whole visit."""
PLACE = """() => ({
  currency: window.Shopify?.currency?.active || null,
  locale: window.Shopify?.locale || document.documentElement.lang || null,
  country: window.Shopify?.country || null,
})"""

Tell = Callable[[JudgedHit, str], None]
"""Takes a hit as it may be shown, and the title of the step that caused it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelWish:
    """What is watched. `then` holds what follows the first page, in order: a path is opened, a name is pressed.

    The visit ends after `seconds`; else when nothing more comes, or, with a window (`headed`), when that is closed.
    """

    url: str
    then: tuple[str, ...] = ()
    consent: Consent = "accept"
    seconds: float | None = None
    headed: bool = False
    deliver: bool = False
    password: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelsSeen:
    """What came of it; `hits` of the report as they may be shown. `seen` is all that was judged, as it was."""

    attempt: Attempt
    report: WatchReport | None
    seen: Seen | None


async def watch(
    wish: PixelWish, *, tell: Tell, stop: asyncio.Event, say: Callable[[str], None]
) -> PixelsSeen:
    """Visit the store and `tell` every hit as it comes, until the visit is over or `stop` is set.

    What was heard of a browser that is gone in the middle is judged; `BrowserDied` is raised when there is nothing.
    """
    place = urlsplit(wish.url)
    origin = f"{place.scheme}://{place.netloc}"
    path = (place.path or "/") + (f"?{place.query}" if place.query else "")
    store = _store(wish, origin)
    listener = _Listener(tell, stop)
    steps = (_call("open", Open(path=path)), *map(_then, wish.then), _call("watch", _Stay(wish, listener)))
    listener.titles_of_steps = tuple(each.title for each in steps)
    program = Program(
        target="watched",
        check_id="watched",
        kind=WORD,
        name=wish.url,
        severity="P2",
        parts=JourneyParts(steps=steps, consent=wish.consent, first_party=(place.hostname or "",)),
        store=store,
        retries=0,
        timeout=LONGEST,
    )
    watched = WatchedProgram(
        program=program, calls=(WatchCall(word=WORD, watcher=listener),), memory=Memory()
    )
    redactor = Redactor([wish.password] if wish.password else ())
    evidence = Evidence(NoArtifacts(), run_id="watched", target="watched", redactor=redactor)
    try:
        async with BrowserHost(say=say, headed=wish.headed) as host:
            made = await attempt(
                program,
                VisitWish(targets=("watched",), watching=Watching([watched])),
                host=host,
                environment=Environment(store=store, redactor=redactor),
                evidence=evidence,
            )
        report = watched.reports.get(WORD)
    except BrowserDied as death:
        report = await listener.last_words()
        if report is None:
            raise
        made = _cut_short(str(death), headed=wish.headed)
    shown = None if report is None else kept(report, mask=redactor.text)
    return PixelsSeen(attempt=made, report=shown, seen=listener.seen)


def _cut_short(why: str, *, headed: bool) -> Attempt:
    """A visit whose browser is gone. Who looks at a window has closed it, or has seen it go."""
    if headed:
        return Attempt(number=1, status="PASS", note="The browser is gone; this is what was heard.")
    return Attempt(number=1, status="WARN", inconclusive=f"the browser broke down: {why}")


def _store(wish: PixelWish, origin: str) -> StoreFacts:
    return StoreFacts(
        id=Slug("watched"),
        name=origin,
        url=origin,
        market_id="first",
        market=Market(currency=Currency("USD"), locale=Locale("en-US")),
        password=wish.password,
        tracking=Tracking("deliver" if wish.deliver else "swallow"),
    )


def _then(what: str) -> StepCall:
    if what.startswith("/"):
        return _call("open", Open(path=what))
    return _call("press", Press(element=Element(any_name=what)))


def _call(verb: str, step: Any) -> StepCall:
    return StepCall(verb=verb, step=step)


@dataclass(slots=True)
class _Listener:
    """Implements `Watcher` and `Watch`: it tells hits as they come, and judges the whole at the end."""

    tell: Tell
    stop: asyncio.Event
    titles_of_steps: tuple[str, ...] = ()
    market: Market | None = None  # once a page has told it
    seen: Seen | None = None
    last: float = field(default_factory=time.monotonic)
    _visit: WatchedVisit | None = None
    _vendors: Vendors | None = None
    _known: dict[int, Decoded] = field(default_factory=dict)
    _told: set[int] = field(default_factory=set)
    _polling: asyncio.Task[None] | None = None

    def needs(self, *, own: bool) -> Needs:  # noqa: ARG002 - the port's words
        return Needs(records=frozenset({"hits", "shop_events", "carts"}))

    def titles(self) -> tuple[str, ...]:
        return ("Every hit is told",)

    def start(self, visit: WatchedVisit) -> _Listener:
        self._visit, self._vendors = visit, vendors_for(visit.store)
        self._polling = asyncio.create_task(self._poll())
        return self

    async def after(self, step: StepReport) -> None:
        """Hits are heard all the time."""

    async def verdict(self) -> WatchReport:
        if self._polling is not None:
            self._polling.cancel()
            with suppress(asyncio.CancelledError):
                await self._polling
        self._tell_new()
        case = self._case()
        self.seen = case.seen
        return judged(self._plan, case)

    async def last_words(self) -> WatchReport | None:
        """What can be said when the browser is gone; None when it never showed a page."""
        return None if self._visit is None else await self.verdict()

    @property
    def _plan(self) -> Plan:
        """All that is wrong whatever a shop wants, without what only a known market tells."""
        unknown = ("currency_mismatch", "events_before_consent")
        return Plan(vendors={}, never=None if self.market else tuple(w for w in USUAL if w not in unknown))

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL)
            self._tell_new()

    def _tell_new(self) -> None:
        assert self._visit is not None
        if all(hit.number in self._told for hit in self._visit.hits):
            return
        self.last = time.monotonic()
        case = self._case()
        report = judged(self._plan, case)
        new = tuple(each for each in report.hits if each.decoded.hit.number not in self._told)
        self._told |= {each.decoded.hit.number for each in new}
        for each in kept(replace(report, hits=new, heard=(), other_hosts=())).hits:
            codes = tuple(code for code in each.faults if code in AT_ONCE)
            self.tell(replace(each, faults=codes), self._title(each.during))

    def _title(self, step: int) -> str:
        return self.titles_of_steps[step] if 0 <= step < len(self.titles_of_steps) else ""

    def _case(self) -> Case:
        assert self._visit is not None
        assert self._vendors is not None
        seen = seen_of(self._visit)
        if self.market is not None:
            seen = replace(seen, store=replace(seen.store, market=self.market))
        return Case(seen, vendors=self._vendors, accounts={}, decoded=self._known)


@dataclass(frozen=True, slots=True)
class _Stay:
    """The last step: the shop stays open, for the time that was asked for or while hits come."""

    wish: PixelWish
    listener: _Listener
    patience: ClassVar[Duration] = LONGEST

    def title(self) -> str:
        return "Watch"

    async def run(self, io: Browser) -> None:
        self.listener.market = await _market(io)
        began = time.monotonic()
        while not self.listener.stop.is_set() and not self._is_over(io, time.monotonic() - began):
            if _is_gone(io):
                raise BrowserDied("it ended while the page was watched")
            with suppress(TimeoutError):
                await asyncio.wait_for(self.listener.stop.wait(), POLL)

    def _is_over(self, io: Any, passed: float) -> bool:
        if self.wish.headed and all(page.is_closed() for page in io.state.context.pages):
            return True
        if self.wish.seconds is not None:
            return passed >= self.wish.seconds
        quiet = time.monotonic() - self.listener.last
        return not self.wish.headed and (passed >= LONGEST_QUIET or min(quiet, passed) >= QUIET)


def _is_gone(io: Any) -> bool:
    """Whether the browser has ended: nobody asks it anything while the page is only watched."""
    browser = io.state.context.browser
    return browser is not None and not browser.is_connected()


async def _market(io: Browser) -> Market | None:
    """The market as the store's own script tells it; None where it does not."""
    with suppress(ScriptError, KeyError, ValueError, TypeError):
        told = await io.js(PLACE)
        country, locale = told["country"], str(told["locale"] or "en")
        return Market(
            currency=Currency.parse(told["currency"]),
            locale=Locale.parse(locale if "-" in locale or not country else f"{locale}-{country}"),
            country=Country.parse(country) if country else None,
        )
    return None
