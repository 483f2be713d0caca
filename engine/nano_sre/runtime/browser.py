"""One driver and one browser for a whole run: started once, started again when it dies, never left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Error, Playwright, async_playwright

from nano_sre.core.ports import cannot_work
from nano_sre.core.program import DeviceSpec, StoreFacts
from nano_sre.kinds._shared.tracking.decode import vendors_for
from nano_sre.runtime import browsers
from nano_sre.runtime.devices import context_options
from nano_sre.runtime.finding import ENGINE, FINDER
from nano_sre.runtime.sink.certificate import certificate
from nano_sre.runtime.sink.guard import Guard
from nano_sre.runtime.sink.log import HitLog
from nano_sre.runtime.sink.proxy import Sink
from nano_sre.runtime.sink.self_test import self_test
from nano_sre.runtime.sink.ways import Ways, proxy_for
from nano_sre.runtime.trouble import BrowserDied, first_line, is_dead
from nano_sre.runtime.vendor_hosts import for_hits_alone

LAUNCH_SECONDS = 30.0
CLOSE_SECONDS = 5.0
SINK_FLAGS = ("--force-webrtc-ip-handling-policy=disable_non_proxied_udp",)  # WebRTC knows no proxy
RECYCLE_AFTER = 200  # contexts: a browser that has run for days grows


@dataclass(slots=True)
class _Running:
    browser: Chromium
    opened: int = 0
    open: int = 0
    retired: bool = False


def context_settings(
    store: StoreFacts, device: DeviceSpec | None, known: Mapping[str, Any], *, name: str
) -> dict[str, Any]:
    """Options of a fresh context: the device's, the market's language, the store's time zone."""
    return {
        **context_options(device, known, name=name),
        "locale": store.market.locale,
        "timezone_id": store.timezone,
        "service_workers": "block",
    }


def _direct(url: str, first_party: Collection[str]) -> str:
    """What the browser asks without the sink: the store itself, unless its hits are wanted or it is behind a proxy."""
    place = urlsplit(url)
    host = place.hostname or ""
    if host in first_party or proxy_for(place.scheme, host) is not None:
        return "<-loopback>"
    return place.netloc.rpartition("@")[2]


class BrowserHost:
    """Lends fresh browser contexts of one Chromium; starts it when first asked, and again after its death.

    Every context has a sink of its own as its proxy: what goes to tracking vendors ends there. `rules` are host
    resolver rules for the browser and for the sinks. `headed` shows a window.
    """

    def __init__(
        self,
        *,
        browser: browsers.Browser | None = None,
        headed: bool = False,
        rules: Iterable[str] = (),
        launch_seconds: float = LAUNCH_SECONDS,
        recycle_after: int = RECYCLE_AFTER,
        say: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self._found = browser
        self._headed = headed
        self._rules = tuple(rules)
        self._ways = Ways(self._rules)
        self._guard = Guard(for_hits_alone(vendors_for(None)))
        self._launch_seconds = launch_seconds
        self._recycle_after = recycle_after
        self._say = say
        self._driver: Playwright | None = None
        self._running: _Running | None = None
        self._lock = asyncio.Lock()
        self._starts = 0
        self._proving = asyncio.Lock()
        self._proven = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    @property
    def starts(self) -> int:
        """How often a browser was started."""
        return self._starts

    @asynccontextmanager
    async def context(
        self,
        store: StoreFacts,
        *,
        url: str,
        device: DeviceSpec | None = None,
        device_id: str = "desktop",
        hit_log: HitLog | None = None,
        first_party: Collection[str] = (),
    ) -> AsyncIterator[BrowserContext]:
        """A fresh context of the store at `url`, closed at the end; its sink writes what it sees into `hit_log`.

        `first_party` are hosts of the store's own that take hits. Raises `BrowserDied`, or `Abort` when no browser
        can be started.
        """
        hit_log = hit_log or HitLog(wanted=False)
        sink = Sink(
            hit_log, vendors_for(store), ways=self._ways, tracking=store.tracking, first_party=first_party
        )
        async with sink:
            proxy = {"server": sink.address, "bypass": _direct(url, first_party)}
            running, context = await self._open(store, device, device_id, proxy=proxy)
            try:
                with self._guard.watching(hit_log):
                    yield context
            finally:
                await _bounded(context.close())
                running.open -= 1
                if running.retired and not running.open:
                    await _bounded(running.browser.close())

    async def prove_sink(self) -> str | None:
        """Why this browser's hits cannot be relied on, or None. Tried until it went well once.

        Raises `BrowserDied`, or `Abort` when no browser can be started.
        """
        async with self._proving:
            trouble = None if self._proven else await self_test((await self._ready()).browser, self._guard)
            self._proven = trouble is None
            return trouble

    async def close(self) -> None:
        """Close browser and driver. Safe to call at any time, also after their death."""
        async with self._lock:
            await self._drop_driver()
            await self._guard.close()

    async def _open(
        self, store: StoreFacts, device: DeviceSpec | None, device_id: str, *, proxy: Mapping[str, str]
    ) -> tuple[_Running, BrowserContext]:
        for last in (False, True):
            running = await self._ready()
            assert self._driver is not None
            settings = context_settings(store, device, self._driver.devices, name=device_id)
            settings["proxy"] = proxy
            running.open += 1
            try:
                async with asyncio.timeout(self._launch_seconds):
                    context = await running.browser.new_context(**settings)
            except (Error, TimeoutError) as error:
                running.open -= 1
                if isinstance(error, Error) and not is_dead(error):
                    raise cannot_work(f"The browser refuses these settings: {first_line(error)}") from None
                await self._forget(running)
                if last:
                    raise BrowserDied("The browser died as soon as it was started.") from None
            else:
                running.opened += 1
                return running, context
        raise AssertionError("unreachable")

    async def _ready(self) -> _Running:
        async with self._lock:
            running = self._running
            if running is not None and not running.browser.is_connected():
                self._say("The browser died and is started again.")
                self._running = None
            elif running is not None and running.opened >= self._recycle_after:
                self._running, running.retired = None, True
                if not running.open:
                    await _bounded(running.browser.close())
            if self._running is None:
                self._running = await self._launched()
            return self._running

    async def _forget(self, running: _Running) -> None:
        async with self._lock:
            if self._running is running:
                self._running = None
                await _bounded(running.browser.close())

    async def _launched(self) -> _Running:
        try:
            found = self._found or browsers.find_browser(windowed=self._headed)
        except browsers.BrowserMissing as missing:
            raise cannot_work(str(missing)) from None
        if found is None:
            raise cannot_work("No Chromium is installed here; `nano-sre doctor` says how to get one.")
        for last in (False, True):
            try:
                async with asyncio.timeout(self._launch_seconds):
                    chromium = (await self._driving()).chromium
                    browser = await chromium.launch(
                        executable_path=found.path,
                        headless=not self._headed,
                        args=[*browsers.LAUNCH_FLAGS, *await self._sink_flags()],
                        timeout=self._launch_seconds * 1000,
                        handle_sigint=False,  # an interrupted visit still cleans up; we close it ourselves
                    )
            except (Error, TimeoutError, OSError) as error:
                await self._drop_driver()
                if last:
                    raise cannot_work(f"The browser does not start: {first_line(error)}") from None
                self._say("The browser's driver died and is started again.")
            else:
                self._starts += 1
                return _Running(browser)
        raise AssertionError("unreachable")

    async def _sink_flags(self) -> list[str]:
        """What makes the browser trust our sinks, and sends what would pass them by to the guard."""
        rules = [*await self._guard.rules(), *self._rules, "EXCLUDE 127.0.0.1"]  # where our sinks listen
        trust = f"--ignore-certificate-errors-spki-list={certificate().spki}"
        return [trust, *SINK_FLAGS, f"--host-resolver-rules={','.join(rules)}"]

    async def _driving(self) -> Playwright:
        if self._driver is None:
            _be_calm_about_the_dead()
            self._driver = await async_playwright().start()
            await self._driver.selectors.register(ENGINE, FINDER)
        return self._driver

    async def _drop_driver(self) -> None:
        running, self._running = self._running, None
        driver, self._driver = self._driver, None
        if running is not None:
            await _bounded(running.browser.close())
        if driver is not None:
            await _bounded(driver.stop())


def _be_calm_about_the_dead() -> None:
    """Replies the driver owed when it died are futures that nobody asks; asyncio would print each as an error."""
    loop = asyncio.get_running_loop()
    if loop.get_exception_handler() is None:

        def handle(running: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            error = context.get("exception")
            if error is None or not is_dead(error):
                running.default_exception_handler(context)

        loop.set_exception_handler(handle)


async def _bounded(closing: Any) -> None:
    """Wait for something to close, but not for ever: what is dead need not be closed."""
    with suppress(Error, TimeoutError, Exception):
        async with asyncio.timeout(CLOSE_SECONDS):
            await closing
