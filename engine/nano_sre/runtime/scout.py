"""A first look at a store, as a visitor: what is needed to write checks that fit it. Nothing is ordered or kept."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error

from nano_sre.core.fields import Slug
from nano_sre.core.first_look import FirstLook, SeenMarket, SeenProduct, SeenVariant
from nano_sre.core.forms import Currency, Locale
from nano_sre.core.ports import Abort, Answer
from nano_sre.core.program import Market, StoreFacts
from nano_sre.kinds._shared.cart_view import look_at_cart
from nano_sre.kinds.steps.add_to_cart import AddToCart
from nano_sre.kinds.steps.choose_variant import ChooseVariant
from nano_sre.runtime.addresses import origin
from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.page import Page, VisitState
from nano_sre.runtime.trouble import BrowserDied, is_dead
from nano_sre.runtime.values import Environment
from nano_sre.runtime.vendor_hosts import is_hit

PATIENCE = 45.0  # seconds for all of it
MOST_MARKETS = 4
MOST_PRODUCTS_TRIED = 3
PLACE = """() => ({
  name: document.querySelector("meta[property='og:site_name']")?.content || document.title,
  locale: window.Shopify?.locale || document.documentElement.lang || null,
  country: window.Shopify?.country || null,
  currency: window.Shopify?.currency?.active || null,
  theme: window.Shopify?.theme?.name || null,
  shopify: !!window.Shopify,
  search: !!document.querySelector("form[action$='/search'] input[name=q], a[href$='/search']"),
  roots: [...document.querySelectorAll("link[rel=alternate][hreflang][href]")].map((link) => link.href),
})"""


async def look(url: str, *, password: str | None = None) -> FirstLook:
    """Visit the store at `url` and say what is there.

    Raises `Abort` when there is no store to be seen: it does not answer, is locked, or is no Shopify store.
    """
    store_url = url.rstrip("/")
    store = StoreFacts(
        id=Slug("scouted"),
        name=url,
        url=store_url,
        market_id="first",
        market=Market(currency=Currency("USD"), locale=Locale("en-US")),
        password=password,
    )
    async with BrowserHost() as host, host.context(store, url=store_url) as context:
        page = await context.new_page()
        vendors: set[str] = set()
        state = VisitState(
            environment=Environment(store=store),
            context=context,
            page=page,
            device="desktop",
            consent="accept",
        )
        page.on("request", lambda request: _note_vendor(vendors, request.url))
        page.on("framenavigated", lambda frame: _count_load(state, frame))
        state.deadline = time.monotonic() + PATIENCE
        try:
            return await _Scout(Page(state), url.rstrip("/"), vendors).look()
        except Error as error:
            if is_dead(error):
                raise BrowserDied(str(error)) from error
            raise


def _note_vendor(vendors: set[str], url: str) -> None:
    host = urlsplit(url).hostname
    if host and is_hit(url):
        vendors.add(host)


def _count_load(state: VisitState, frame: Any) -> None:
    if frame is state.page.main_frame:
        state.loads += 1


class _Scout:
    def __init__(self, page: Page, url: str, vendors: set[str]) -> None:
        self.page = page
        self.url = url
        self.vendors = vendors
        self.missed: list[str] = []
        self.locked = False

    async def look(self) -> FirstLook:
        await self.page.open("/")
        self.locked = self.page.store.password is not None
        place = await self.page.js(PLACE)
        catalogue = await self._catalogue()
        if not place["shopify"] and not catalogue:
            raise Abort(
                inconclusive=f"{self.url} does not look like a Shopify store: it has neither /products.json nor "
                "Shopify's script. Is the address that of the storefront?"
            )
        products, collections = await self._sitemap()
        markets = [_market(place, path=""), *await self._other_markets(place["roots"])]
        product, variant, cart = await self._shop(catalogue)
        return FirstLook(
            url=self.url,
            name=_plain(place["name"]) or urlsplit(self.url).hostname or self.url,
            markets=tuple(markets),
            locked=self.locked,
            theme=place["theme"],
            products=products or len(catalogue),
            collections=collections,
            product=product,
            variant=variant,
            sold_out=next((p for p in catalogue if not p.available), None),
            cart=cart,
            banner=self.page.state.consent_done,
            search=bool(place["search"]),
            vendors=tuple(sorted(self.vendors)),
            missed=tuple(self.missed),
        )

    async def _ask(self, path: str) -> Answer | None:
        with suppress(Abort):
            answer = await self.page.fetch(path)
            if answer.status == 200:
                return answer
        return None

    async def _catalogue(self) -> list[SeenProduct]:
        """The first 250 products of the public catalogue."""
        answer = await self._ask("/products.json?limit=250")
        try:
            return [_product(each) for each in json.loads(answer.body)["products"]] if answer else []
        except (ValueError, KeyError, TypeError):
            return []

    async def _sitemap(self) -> tuple[int, int]:
        """How many products and collections the sitemap lists."""
        answer = await self._ask("/sitemap.xml")
        if answer is None:
            self.missed.append("There is no sitemap at /sitemap.xml, which search engines look for.")
            return 0, 0
        counts = {"products": 0, "collections": 0}
        for part in _places(answer.text):
            kind = next((name for name in counts if f"sitemap_{name}" in part), None)
            if kind and origin(part) == origin(self.url):
                listed = await self._ask(part)
                counts[kind] += sum(f"/{kind}/" in place for place in _places(listed.text)) if listed else 0
        return counts["products"], counts["collections"]

    async def _other_markets(self, roots: list[str]) -> list[SeenMarket]:
        """Markets in folders of the same address, such as /de, each as its own page says."""
        here = {urlsplit(href).path.rstrip("/") for href in roots if origin(href) == origin(self.url)}
        found = []
        for path in sorted(here - {""})[: MOST_MARKETS - 1]:
            answer = await self._ask(path)
            place = _place_in(answer.text) if answer else None
            if place:
                found.append(_market(place, path=path))
        return found

    async def _shop(self, catalogue: list[SeenProduct]) -> tuple[SeenProduct | None, SeenVariant | None, Any]:
        """A product that can be put into the cart, the variant chosen for it, and how the cart shows it."""
        ready = [p for p in catalogue if p.available and any(v.available and _costs(v) for v in p.variants)]
        ready.sort(key=lambda product: len(product.variants) == 1)  # a choice shows more
        if not ready:
            self.missed.append("The public catalogue (/products.json) lists no product that can be bought.")
        for product in ready[:MOST_PRODUCTS_TRIED]:
            trouble: list[str] = []
            variant = await self._choose(product, trouble)
            cart = await self._tried(self._buy, trouble) if not trouble else None
            if not trouble:
                return product, variant, cart
            self.missed.append(f"“{product.title}” could not be put into the cart: {trouble[0]}")
        return None, None, None

    async def _choose(self, product: SeenProduct, trouble: list[str]) -> SeenVariant | None:
        await self._tried(lambda: self.page.open(f"/products/{product.handle}"), trouble)
        available = [v for v in product.variants if v.available and _costs(v)]
        if trouble or len(product.variants) < 2:
            return None
        # Another price than the first one's shows whether the page follows the choice.
        other = next((v for v in available if v.price != product.variants[0].price), available[-1])
        await self._tried(lambda: ChooseVariant(variant=other.title).run(self.page), trouble)
        return other

    async def _buy(self) -> str:
        await AddToCart().run(self.page)
        view = await look_at_cart(self.page)
        return "page" if view.page else "drawer" if view.shown else "notice"

    async def _tried(self, work: Callable[[], Awaitable[Any]], trouble: list[str]) -> Any:
        try:
            return await work()
        except Abort as abort:
            trouble.append(abort.finding.summary if abort.finding else str(abort.inconclusive))
            return None


def _product(data: dict[str, Any]) -> SeenProduct:
    return SeenProduct(
        handle=str(data["handle"]),
        title=_plain(data["title"]),
        variants=tuple(
            SeenVariant(
                title=str(v["title"]), price=str(v.get("price") or "0"), available=bool(v.get("available"))
            )
            for v in data["variants"]
        ),
    )


def _costs(variant: SeenVariant) -> bool:
    return any(digit in "123456789" for digit in variant.price)


def _market(place: dict[str, Any], *, path: str) -> SeenMarket:
    locale, country = str(place["locale"] or "en"), place["country"]
    if country and "-" not in locale:
        locale = f"{locale}-{country}"
    return SeenMarket(path=path, locale=locale, currency=str(place["currency"] or "USD"), country=country)


def _place_in(html: str) -> dict[str, Any] | None:
    """What `PLACE` reads, from the text of a page that is not opened."""
    found = {
        name: re.search(rf"Shopify\.{pattern}", html) or re.search(rf"\b{loose}", html)
        for name, pattern, loose in (
            ("locale", r'locale\s*=\s*"([^"]+)"', r'locale:\s*"([^"]+)"'),
            ("country", r'country\s*=\s*"([^"]+)"', r'country:\s*"([^"]+)"'),
            ("currency", r'currency\s*=\s*\{"active":\s*"([^"]+)"', r'currency:\s*\{active:\s*"([^"]+)"'),
        )
    }
    if not found["currency"]:
        return None
    return {name: match[1] if match else None for name, match in found.items()}


def _places(xml: str) -> list[str]:
    return [each.replace("&amp;", "&") for each in re.findall(r"<loc>\s*([^<\s]+)\s*</loc>", xml)]


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())
