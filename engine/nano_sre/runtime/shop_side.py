"""The store's side of a visit that tracking is compared with: its own events, its cart, the answer to its banner."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Error
from playwright.async_api import Page as PlaywrightPage

from nano_sre.core.hits import BannerAnswered, CartSeen, ShopEvent
from nano_sre.core.program import Consent
from nano_sre.core.result import StepReport
from nano_sre.core.watch import Record
from nano_sre.runtime import consent
from nano_sre.runtime.addresses import address
from nano_sre.runtime.crawler import headers_for
from nano_sre.runtime.trouble import is_dead
from nano_sre.runtime.values import Environment

PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
ENVELOPE = Path(__file__).with_name("envelope.js").read_text(encoding="utf-8").partition("\n")[2].rstrip()
LISTEN = Path(__file__).with_name("listen.js").read_text(encoding="utf-8")
PRESSED = f"() => globalThis[Symbol.for({consent.PRESSED!r})] || 0"
CART_PATIENCE = 3_000  # ms
LARGEST_CART = 1_000_000  # bytes
MOST = 2_000  # events of a visit
CLOCKS_DIFFER = 250  # ms by which the browser's clock may differ from ours
LOOKING = frozenset(
    {"expect", "expect_request", "hover", "not_see", "save", "screenshot", "scroll_to", "see", "wait_for"}
)
CHOOSING = frozenset({"choose_shipping", "choose_variant", "fill_contact", "fill_shipping", "see_payment"})
UNCHANGED = LOOKING | CHOOSING
"""Steps after which the cart is what it was."""
ARRIVING = frozenset({"open_product", "search"})
"""Steps of a visitor who has put nothing into a cart: it is looked at when somebody comes near it."""
Ask = Callable[[str], Awaitable[Any]]
"""What an expression gives in our world of the page, promises awaited; None when there is no answer."""
IN_PAGE = """(async (url, patience, most) => {
  if (new URL(url).origin !== location.origin) return null;
  try {
    const headers = {Accept: "application/json"}, signal = AbortSignal.timeout(patience);
    const answer = await fetch(url, {headers, signal, redirect: "manual", cache: "no-store"});
    return answer.ok ? (await answer.text()).slice(0, most) : "";
  } catch (error) { return error.name === "TimeoutError" ? "" : null; }
})"""
"""The cart as a text, empty when the store does not tell it; null when it cannot be asked from here."""


class ShopSide:
    """Collects for all who watch a visit, and only what `records` ask for; `step` says which step is at work.

    `word` is the name under which scripts in the page are heard: nobody else knows it.
    """

    def __init__(self, records: frozenset[Record], step: Callable[[], int]) -> None:
        self.records = records
        self.events: list[ShopEvent] = []
        self.carts: list[CartSeen] = []
        self.banner: BannerAnswered | None = None
        self.word = f"e{secrets.token_hex(8)}"
        self._step = step
        self.began_ms: int | None = None  # since 1970
        self._began, self._clock = time.monotonic(), time.time() * 1000
        self._pressed = (
            False  # the answer is known from the press itself, not only from what the store says of it
        )
        self._choice: Consent = "leave"

    def begin(self, started: float, choice: Consent) -> None:
        """The visit began at `started` (monotonic); `choice` is what it does with the cookie banner."""
        self._began, self._choice = started, choice
        self._clock = (time.time() - (time.monotonic() - started)) * 1000
        self.began_ms = round(self._clock)

    async def listen(self, session: CDPSession, *, world: str, binding: str) -> None:
        """Hear the pages of this session, from the next document on."""
        wanted = "shop_events" in self.records
        word, events = json.dumps(self.word), ENVELOPE if wanted else "null"
        listen = f"{LISTEN.rstrip()}({word}, {events});".replace("__SAY__", binding)
        scripts: list[dict[str, object]] = [{"source": listen, "worldName": world}]
        if wanted:
            scripts.append({"source": f"{PROBE.rstrip()}({word}, {events});"})
        await asyncio.gather(
            *(session.send("Page.addScriptToEvaluateOnNewDocument", script) for script in scripts)
        )

    def heard(self, said: Mapping[str, Any]) -> bool:
        """A message of our script in the page; whether it was for us."""
        if said["word"] == "consented":
            if not self._pressed:
                self.banner = BannerAnswered(
                    choice="accept" if said["accepted"] else "refuse",
                    at_ms=self._at(said["at"]),
                    step=self._step(),
                )
        elif said["word"] == "told":
            told = json.loads(said["text"])
            if "pressed" in told:
                self.pressed(told["pressed"])
            else:
                self._publish(told, str(said["url"]))
        else:
            return False
        return True

    def pressed(self, clock: float) -> None:
        """We pressed the banner's button when the browser's clock showed `clock` (ms since 1970)."""
        if not self._pressed and self._choice != "leave":
            self._pressed = True
            self.banner = BannerAnswered(choice=self._choice, at_ms=self._at(clock), step=self._step())

    async def after(
        self, report: StepReport, page: PlaywrightPage, environment: Environment, *, ask: Ask | None
    ) -> None:
        """A step is done: look whether a frame's banner was answered, and at the cart.

        `ask` asks the page; None where somebody would take our request for one of the page's own.
        """
        if self._choice != "leave" and not self._pressed and "hits" in self.records:
            await self._look_for_press(page)
        if "carts" in self.records and report.verb not in (UNCHANGED if self.carts else UNCHANGED | ARRIVING):
            # A store that has no cart to tell would complain in the console: the page is asked from the second time on.
            cart = _cart_in(await _asked(page, environment, ask=ask if self.carts else None))
            if cart is not None:
                self._keep(cart)

    def met(self, url: str, text: str) -> None:
        """A step asked the store itself, and it answered: the first cart that is met so need not be asked for."""
        if "carts" in self.records and not self.carts and urlsplit(url).path.endswith("/cart.js"):
            cart = _cart_in(text)
            if cart is not None:
                self._keep(cart)

    def _keep(self, cart: Mapping[str, Any]) -> None:
        self.carts.append(CartSeen(cart=cart, at_ms=self._now(), step=self._step()))

    async def _look_for_press(self, page: PlaywrightPage) -> None:
        """A banner in a frame of somebody else's cannot tell us; it remembers."""
        for frame in page.frames[1:]:
            if any(word in frame.url.lower() for word in consent.FRAMES):
                with suppress(Error):
                    clock = await frame.evaluate(PRESSED)
                    if clock:
                        self.pressed(float(clock))

    def _publish(self, told: Mapping[str, Any], url: str) -> None:
        """An event is heard where it is published, which knows no id, and again on its way to each sandbox."""
        event = ShopEvent(
            name=str(told["name"])[:200],
            data=told["data"] if isinstance(told["data"], dict) else {},
            id=str(told["id"])[:200],
            page=url,
            place=told["place"],
            at_ms=self._at(told["at"]),
            step=self._step(),
        )
        for at, known in enumerate(self.events):
            if event.id and known.id == event.id:
                return
            if event.id and not known.id and (known.name, known.page) == (event.name, event.page):
                self.events[at] = replace(known, id=event.id, data=event.data)
                return
        if len(self.events) < MOST:
            self.events.append(event)

    def _at(self, clock: Any) -> int:
        """A moment on the browser's clock in ms of the visit; now, where that clock shows a time before it."""
        at, now = round(float(clock) - self._clock), self._now()
        return now if at < -CLOCKS_DIFFER else min(now, max(0, at))

    def _now(self) -> int:
        return round((time.monotonic() - self._began) * 1000)


async def _asked(page: PlaywrightPage, environment: Environment, *, ask: Ask | None) -> str | bytes:
    """What the store answers when it is asked for the cart of this shopper in this market; nothing if it does not.

    Asked from inside the page where that is possible: it takes a third of the CPU.
    """
    url = address(environment.url, environment.store.market.path, "/cart.js")
    asked = f"{IN_PAGE}({json.dumps(url)}, {CART_PATIENCE}, {LARGEST_CART})"
    text = None if ask is None else await ask(asked)
    return await _beside_the_page(page, url, environment) if text is None else str(text)


def _cart_in(text: str | bytes) -> dict[str, Any] | None:
    try:
        cart = json.loads(text)
    except ValueError:
        return None
    return cart if isinstance(cart, dict) and "items" in cart else None


async def _beside_the_page(page: PlaywrightPage, url: str, environment: Environment) -> bytes:
    """The same cookies, but not from inside the page; empty when there is no answer."""
    signature = headers_for(url, environment)
    try:
        answer = await page.context.request.get(
            url,
            headers={"Accept": "application/json", **signature},
            timeout=CART_PATIENCE,
            max_redirects=0,  # who is sent elsewhere is not told about this cart
        )
        body = await answer.body() if answer.ok else b""
        await answer.dispose()
    except Error as error:
        if is_dead(error):
            raise
        return b""
    return body[:LARGEST_CART]
