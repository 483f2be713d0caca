"""A shopper's browser during one visit: what steps may do, and nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from playwright.async_api import BrowserContext, Error, Frame, Locator
from playwright.async_api import Page as PlaywrightPage

from nano_sre.core.diagnostics import Span
from nano_sre.core.fields import Element
from nano_sre.core.ports import Answer, Exchange, failed
from nano_sre.core.program import Consent, Overlay, ShopperData, StoreFacts
from nano_sre.runtime import beside as files_beside
from nano_sre.runtime import clearing, fetching, finding, navigation, scrolling, tabs
from nano_sre.runtime import frames as frames_
from nano_sre.runtime.asking import ask
from nano_sre.runtime.finding import DESCRIBE, Query, css_selector, query_of
from nano_sre.runtime.handle import PageHandle
from nano_sre.runtime.healing import Healing
from nano_sre.runtime.request_log import RequestLog
from nano_sre.runtime.shop_side import ShopSide
from nano_sre.runtime.sink.log import HitLog
from nano_sre.runtime.trouble import is_dead, scripted, steady
from nano_sre.runtime.values import Environment

T = TypeVar("T")

MARGIN = 0.15  # seconds kept back for saying what went wrong
SETTLING = 0.7  # seconds in which the first of several names may still appear
HEAVY = 300_000  # bytes of a PNG; photographs make it so
FIRST_PAUSE = 5  # the first pause of a wait is this part of the later ones: most answers come at once


@dataclass(slots=True, kw_only=True)
class VisitState:
    """What all views of one visit share."""

    environment: Environment
    context: BrowserContext
    page: PlaywrightPage
    device: str
    consent: Consent = "leave"
    overlays: tuple[Overlay, ...] = ()
    memory: dict[str, Any] = field(default_factory=dict)
    masked: list[Locator] = field(default_factory=list)
    pictures: list[tuple[str, bytes]] = field(default_factory=list)
    deadline: float = 0.0
    span: Span | None = None  # of the step that runs now
    loads: int = 0
    tabs: list[PlaywrightPage] = field(default_factory=list)  # those behind the one that is looked at
    consent_tried_at: int = -1
    consent_done: bool = False
    healing: Healing = field(default_factory=Healing)
    requests: RequestLog | None = None  # kept for visits that ask for it
    previews: bool = False  # the store was asked to show another theme than the published one
    hit_log: HitLog | None = None  # what the sink of the visit has seen
    hung: bool = False  # the page does not answer any more: nothing is asked of it
    theme: str | None = None  # the id of the theme, once a page has told it
    shop: ShopSide | None = None  # hears when the cookie banner is answered, in a visit that is watched


class Page:
    """Implements `core.ports.Browser`: the page, or one frame or part of it."""

    __slots__ = ("_frame", "_scope", "state")

    def __init__(
        self, state: VisitState, *, frame: Frame | None = None, scope: Locator | None = None
    ) -> None:
        self.state = state
        self._frame = frame
        self._scope = scope

    @property
    def store(self) -> StoreFacts:
        return self.state.environment.store

    @property
    def device(self) -> str:
        return self.state.device

    @property
    def frame(self) -> Frame:
        return self._frame or self.state.page.main_frame

    @property
    def url(self) -> str:
        """The address of the page now."""
        return self.frame.url

    @property
    def left(self) -> float:
        """Seconds until the step's deadline."""
        return max(0.0, self.state.deadline - time.monotonic())

    def milliseconds_left(self) -> float:
        """What an action may take: the step's time less a little for saying what went wrong."""
        return max(100.0, (self.left - MARGIN) * 1000)

    @property
    def memory(self) -> dict[str, Any]:
        return self.state.memory

    def value(self, given: Any) -> Any:
        """Resolve a `Template` (secrets included); anything else comes back as it is."""
        return self.state.environment.value(given)

    def keep(self, name: str, value: Any) -> None:
        """Save a value under a name for later steps and for watchers."""
        self.state.environment.keep(name, value, span=self.state.span)

    def shopper(self, name: str = "default") -> ShopperData:
        return self.state.environment.shopper(name)

    async def open(self, path: str) -> int:
        """Go to a path of the store or an absolute address of its origin; the HTTP status."""
        return await navigation.go(self, path)

    async def back(self) -> None:
        """One page back, as with the browser's button."""
        await navigation.back(self)

    async def reload(self) -> int:
        """Load the page again; the HTTP status."""
        return await navigation.reload(self)

    async def new_tab(self, opens: Callable[[], Awaitable[None]], *, what: str) -> int:
        """Do what opens a tab, and go on in it; the HTTP status. Raises `Abort` when none opens."""
        return await tabs.follow(self, opens, what=what)

    async def open_in_new_tab(self, path: str) -> int:
        """Like `open`, in a tab of its own."""
        return await tabs.open_path(self, path)

    async def close_tab(self) -> bool:
        """Close the tab and go back to the one before; False when there is no other."""
        return await tabs.close(self)

    async def one(self, element: Element, *, purpose: str = "act") -> PageHandle:
        """Wait for exactly one visible match. Raises `Abort`: R501 nothing, R503 several."""
        query = query_of(element, self.value)
        started, loops = time.monotonic(), 0
        several: tuple[Locator, list[dict[str, str]]] | None = None
        while True:
            settled = time.monotonic() - started >= SETTLING  # until then the first name may still appear
            found = await self._look(
                query, acting=purpose == "act", frames=loops % 3 == 1, most=None if settled else 1
            )
            if found:
                view, locator, described, nth = found
                if len(described) == 1:
                    told = _told(element, query, nth)
                    return PageHandle(view, locator, said=finding.label(described[0]), **told)
                several = locator, described
            if self.left <= MARGIN * 2 or (several and time.monotonic() - started > 1.0):
                break
            await asyncio.sleep(min(0.05 * (1 + loops // 4), 0.25))
            loops += 1
        if several:
            raise finding.several_found(query, await self._placed(several[0]) or several[1])
        waited = time.monotonic() - started
        near = await self._near(query)
        there: Sequence[str] = ()
        if purpose == "act" and not near and query.how != "css":
            there = finding.some_of(await self._everything(), finding.kinds_of(query))
        raise finding.nothing_found(query, near, waited=waited, there=there)

    async def one_now(self, element: Element) -> PageHandle:
        """Exactly one visible match without waiting. Raises `Abort` like `one`."""
        query = query_of(element, self.value)
        found = await self._look(query, acting=True, frames=True)
        if not found:
            raise finding.nothing_found(query, (), waited=0)
        view, locator, described, _ = found
        if len(described) > 1:
            raise finding.several_found(query, described)
        return PageHandle(view, locator, said=finding.label(described[0]))

    async def seen(self, element: Element) -> Sequence[PageHandle]:
        """Visible matches right now; possibly none."""
        query = query_of(element, self.value)
        found = await self._look(query, acting=False, frames=True)
        if not found:
            return ()
        view, locator, described, nth = found
        told = _told(element, query, nth)
        return tuple(
            PageHandle(view, locator.nth(i), said=finding.label(each), **told)
            for i, each in enumerate(described)
        )

    async def css(self, selector: str, *, visible: bool = True) -> Sequence[PageHandle]:
        """Elements matching a CSS selector now, inside the step's `within`."""
        if (
            not visible
        ):  # Playwright's own engine, in its own world: ours would be loaded into every page for this
            locator = self.root.locator(f"css={selector}")
            count = await steady(locator.count)
            return tuple(PageHandle(self, locator.nth(i), said=selector) for i in range(count))
        return await self.handles(self.root.locator(css_selector(selector, visible=True)), said=selector)

    def at(self, path: str) -> PageHandle:
        """The element at a path that a script has just given: not looked for until it is used."""
        locator = self.root.locator(css_selector(path, visible=False))
        return PageHandle(self, locator, said=path, fleeting=True)

    async def handles(self, locator: Locator, *, said: str) -> Sequence[PageHandle]:
        """Each element that the locator matches now."""
        count = await steady(lambda: locator.evaluate_all("(found) => found.length"))
        return tuple(PageHandle(self, locator.nth(i), said=said) for i in range(count))

    async def js(self, function: str, argument: Any = None) -> Any:
        """Evaluate ``(argument) => …`` in the page; the result must be JSON-able. Raises `ScriptError`."""
        return await scripted(lambda: ask(self.frame, function, argument))

    async def until(self, probe: Callable[[], Awaitable[T]], *, pause: float = 0.05) -> T:
        """Ask again and again until the answer is truthy or the step's time is nearly up; the last answer."""
        soon = pause / FIRST_PAUSE
        while True:
            looked_at = self.state.page
            try:
                answer = await probe()
            except Error as error:
                if not is_dead(error):
                    raise
                await asyncio.sleep(pause)  # that a tab closed is told a moment after its answers fail
                if self.state.page is looked_at:
                    raise
                continue  # the tab that was asked closed itself, and the one before it is looked at again
            if answer or self.left <= pause + MARGIN * 2:
                return answer
            await asyncio.sleep(soon)
            soon = min(pause, soon * 1.6)

    async def nearest_names(self, wanted: str, *, limit: int = 5) -> Sequence[str]:
        """Accessible names on the page most like `wanted`, for messages."""
        return finding.nearest(wanted, await self._everything(), limit=limit)

    async def _everything(self) -> list[dict[str, str]]:
        everything = self.root.locator(finding.selector(how="everything", what=""))
        try:
            found: list[dict[str, str]] = await steady(lambda: everything.evaluate_all(DESCRIBE))
        except Error:
            return []
        return found

    async def _placed(self, locator: Locator) -> list[dict[str, str]]:
        """What matches, each with where it is; nothing when the page has moved on."""
        try:
            found: list[dict[str, str]] = await steady(lambda: locator.evaluate_all(finding.PLACED))
        except Error:
            return []
        return found if len(found) > 1 else []

    async def press_key(self, key: str) -> None:
        """Press a key, such as Escape, wherever the focus is."""
        await self.state.page.keyboard.press(key)

    async def scroll(self, edge: Literal["top", "bottom"]) -> None:
        """To the top or the bottom of the page, or of the part that is looked at, loading what comes then."""
        await scrolling.scroll(self, edge)

    def beside(self, file: str) -> str:
        """The whole path of a file beside the check that runs now. Raises `Abort` when it is not there."""
        return files_beside.beside(self.state.span, file)

    async def fetch(
        self,
        path: str,
        *,
        method: str = "GET",
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A request in the page's session (same cookies), to the store's origin, market path included."""
        return await fetching.fetch(
            self, path, fetching.Sent.of(method, json=json, form=form, headers=headers)
        )

    async def requests(self, after: str | None = None) -> Sequence[Exchange]:
        """What the pages asked for since the step before this one, or the one named `after`, began."""
        log = self.state.requests
        return () if log is None else log.since(after)

    async def frames(self) -> Sequence[Page]:
        """The frames of the page now, or of the part of it that is looked at, each as a place to look in."""
        found = await frames_.below(self.state.page, frame=self._frame, scope=self._scope)
        return [Page(self.state, frame=each) for each in found]

    async def screenshot(self, name: str) -> None:
        """A picture of the window for the report; fields filled from a secret are masked."""
        self.state.pictures.append((name, await self.picture()))

    async def picture(self, *, kind: Literal["light", "frame"] = "light") -> bytes:
        """The window as it is now; fields filled from a secret are masked.

        `light` is a PNG, or a good JPEG where photographs would make that heavier than people send one another;
        `frame` a small JPEG for the film.
        """
        if kind == "frame":
            return await self._shot(type="jpeg", quality=50)
        sharp = await self._shot(type="png")
        if len(sharp) <= HEAVY:
            return sharp
        return min(sharp, await self._shot(type="jpeg", quality=75), key=len)

    async def _shot(self, **options: Any) -> bytes:
        return await self.state.page.screenshot(
            **options, scale="css", animations="allow", mask=self.state.masked, timeout=5_000
        )

    @property
    def root(self) -> Frame | Locator:
        """Where elements are looked for."""
        return self._scope if self._scope is not None else self.frame

    async def narrowed(self, *, region: str | None, frame: str | None, css: str | None) -> Page:
        """The same visit, looking only inside one part of the page. Waits for it; raises R501 when it is missing."""
        if frame is not None:
            return Page(self.state, frame=await frames_.called(self, frame))
        what = region if region is not None else css
        query = {"how": "region" if region is not None else "css", "what": what, "visible": True}
        part = await self.until(lambda: self._part(finding.selector(**query)), pause=0.1)
        if part is not None:
            return part
        if region is None:
            raise failed("R501", f"There is no element “{what}” on the page")
        raise finding.no_region(region, await self._regions())

    async def _part(self, selector: str) -> Page | None:
        """The part that a selector means: in the page, or else in one of its frames."""
        for view in (self, *await self.frames()):
            scope = view.frame.locator(selector)
            if await view.described(scope):
                return Page(self.state, frame=self._frame if view is self else view.frame, scope=scope)
        return None

    async def _regions(self) -> list[str]:
        try:
            # In the world of our engine, where a page cannot replace what we call.
            asked = self.frame.locator(css_selector("html", visible=False))
            found: list[str] = await steady(lambda: asked.evaluate_all(finding.REGIONS))
        except Error:
            return []
        return found

    def whole(self) -> Page:
        """The same visit, looking at the whole page."""
        return Page(self.state)

    async def clear_the_way(self) -> bool:
        """Something blocks an action: close known overlays and the cookie banner. Whether anything was closed."""
        return await clearing.clear_the_way(self)

    async def _look(
        self, query: Query, *, acting: bool, frames: bool, most: int | None = None
    ) -> tuple[Page, Locator, list[dict[str, str]], int] | None:
        """The first of the names (of the first `most` of them) that anything has, and which it is."""
        views: list[Page] = [self]
        if frames:
            views += await self.frames()
        for view in views:
            for nth, selector in enumerate(query.selectors(acting=acting)[:most]):
                locator = view.root.locator(selector)
                described = await view.described(locator)
                if described and (view is self or await frames_.is_shown(view.frame)):
                    return view, locator, described, nth
        return None

    async def described(self, locator: Locator) -> list[dict[str, str]]:
        try:
            found: list[dict[str, str]] = await steady(lambda: locator.evaluate_all(DESCRIBE))
        except Error:
            if self._frame is not None and self._frame.is_detached():
                return []
            raise
        return found

    async def _near(self, query: Query) -> Sequence[str]:
        return [] if query.how == "css" or query.pattern else await self.nearest_names(query.names[0])


def _told(element: Element, query: Query, nth: int) -> dict[str, Any]:
    """What a handle knows of an element with several names."""
    return {"element": element, "via": (nth, query.names[nth])} if len(query.names) > 1 else {}
