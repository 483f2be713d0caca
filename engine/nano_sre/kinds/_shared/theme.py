"""The contract every Shopify theme keeps, in any language and markup: asked of the page with one script at a time.

The scripts lie in `js/`; each answers plain data. Nothing here writes to the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nano_sre.core.ports import Abort, Answer, Browser, failed
from nano_sre.core.values import frozen_row
from nano_sre.kinds._shared import languages

WORDS = {
    "more": languages.MORE,
    "fewer": languages.FEWER,
    "cart": languages.CART,
    "pay": languages.PAY,
    "payment": languages.PAYMENT,
}


@cache
def script(name: str) -> str:
    """The script `js/<name>.js` as one function of one argument, what all of them share spliced in."""
    folder = Path(__file__).with_name("js")
    common = (folder / "common.js").read_text(encoding="utf-8")
    body = (folder / f"{name}.js").read_text(encoding="utf-8")
    function = "\n".join(line for line in body.splitlines() if not line.startswith("//"))
    return f"(argument) => {{\n{common}\nreturn ({function.strip().rstrip(';')})(argument);\n}}"


async def ask(io: Browser, name: str, argument: Any = None) -> Any:
    """What the script `js/<name>.js` answers about the page as it is now."""
    return await io.js(script(name), argument)


# Asked from outside, a page that is still drawing costs a message to the browser for every look.
PATIENTLY = """async ({argument, want, most}) => {
  const look = %s;
  const ends = performance.now() + most;
  for (let pause = 8; ; pause = Math.min(pause * 1.5, 60)) {
    const seen = look(argument);
    if ((%s) || performance.now() + pause > ends) return seen;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}"""
SPARE = 0.4  # seconds of the step kept back for what comes after a wait


async def ask_until(
    io: Browser, name: str, argument: Any = None, *, done: str, want: Any = None, most: float
) -> Any:
    """Like `ask`, but looks again inside the page until `done` holds, for `most` seconds; the last answer.

    `done` is a JavaScript expression about `seen`, the answer, and `want`. A page that moves on is asked anew.
    """
    patience = max(0.0, min(most, io.left - SPARE))
    given = {"argument": argument, "want": want, "most": patience * 1000}
    return await io.js(PATIENTLY % (script(name), done), given)


@frozen_row
class Variant:
    """A variant as the store's catalogue knows it; `price` in hundredths."""

    id: str
    title: str
    options: tuple[str, ...]
    available: bool
    price: int


@frozen_row
class Product:
    """A product as `/products/<handle>.js` tells it."""

    handle: str
    title: str
    options: tuple[str, ...]
    variants: tuple[Variant, ...]

    def variant(self, id_: str | None) -> Variant | None:
        return next((v for v in self.variants if v.id == id_), None)

    def values(self, position: int) -> list[str]:
        return list(dict.fromkeys(v.options[position] for v in self.variants))

    def find(self, wanted: str | Mapping[str, str]) -> list[Variant]:
        """Variants with this title, or with these options; a part of the title will do when it is unique."""
        if isinstance(wanted, str):
            whole = [v for v in self.variants if same(v.title, wanted)]
            return whole or [v for v in self.variants if any(same(value, wanted) for value in v.options)]
        asked = {languages.fold(name): value for name, value in wanted.items()}
        return [v for v in self.variants if all(self._has(v, n, value) for n, value in asked.items())]

    def _has(self, variant: Variant, name: str, value: str) -> bool:
        pairs = zip(self.options, variant.options, strict=False)
        return any(languages.fold(option) == name and same(mine, value) for option, mine in pairs)

    @property
    def single(self) -> bool:
        return len(self.variants) == 1


def same(left: str, right: str) -> bool:
    """Whether two names are the same to a reader; spaces round a slash do not count."""
    return re.sub(r"\s*/\s*", "/", languages.fold(left)) == re.sub(r"\s*/\s*", "/", languages.fold(right))


async def catalogue(io: Browser, handle: str) -> Product | None:
    """What the store's catalogue says of a product, asked once a visit; None when it does not answer."""
    known: dict[str, Product | None] = io.memory.setdefault("catalogue", {})
    if handle not in known:
        known[handle] = _product(handle, await io.fetch(f"/products/{handle}.js"))
    return known[handle]


async def prefetch(io: Browser) -> None:
    """Ask the catalogue about the product that the page's address names, if it names one."""
    named = re.search(r"/products/([^/]+)/?$", urlsplit(io.url).path)
    if named:
        await catalogue(io, named[1])


def _product(handle: str, answer: Answer) -> Product | None:
    data = _json(answer)
    if not isinstance(data, dict) or not data.get("variants"):
        return None
    names = [o["name"] if isinstance(o, dict) else str(o) for o in data.get("options", ())]
    variants = tuple(
        Variant(
            id=str(v["id"]),
            title=str(v.get("title", "")),
            options=tuple(str(value) for value in v.get("options", ())),
            available=bool(v.get("available")),
            price=int(v.get("price") or 0),
        )
        for v in data["variants"]
    )
    return Product(handle, str(data.get("title", handle)), tuple(names), variants)


def _json(answer: Answer) -> Any:
    if answer.status != 200:
        return None
    try:
        return json.loads(answer.body)
    except ValueError:
        return None


@frozen_row
class CartLine:
    """One line of the cart as the store keeps it. `title` is the product's."""

    variant: str
    title: str
    variant_title: str
    quantity: int
    key: str

    @property
    def name(self) -> str:
        plain = self.variant_title in {"", "Default Title"}
        return f"“{self.title}”" if plain else f"“{self.title}” in {self.variant_title}"


@frozen_row
class Cart:
    """The cart as the Ajax API tells it; `total` in hundredths."""

    count: int
    total: int
    lines: tuple[CartLine, ...]

    def quantity(self, variant: str | None) -> int:
        return sum(line.quantity for line in self.lines if line.variant == variant)


async def read_cart(io: Browser) -> Cart:
    """The shopper's cart, from the Ajax API. Raises `Abort` (R517) when the store does not answer with a cart."""
    answer = await io.fetch("/cart.js")
    data = _json(answer)
    if not isinstance(data, dict) or "items" not in data:
        what = f"status {answer.status}" if answer.status != 200 else "something else than a cart"
        raise failed(
            "R517",
            f"The store's cart does not work: asked what is in it (/cart.js), it answers {what}.",
            expected="a cart (status 200, JSON)",
            actual=f"{what}: {' '.join(answer.text.split())[:120]}",
            hint="Carts, drawers and cart counters of every theme depend on this address.",
        )
    return cart_of(data)


def cart_of(data: Mapping[str, Any]) -> Cart:
    """A cart from the JSON of the Ajax API."""
    lines = tuple(
        CartLine(
            variant=str(item.get("variant_id", item.get("id", ""))),
            title=str(item.get("product_title") or item.get("title", "")),
            variant_title=str(item.get("variant_title") or ""),
            quantity=int(item.get("quantity", 0)),
            key=str(item.get("key", "")),
        )
        for item in data.get("items", ())
    )
    count = int(data.get("item_count", sum(line.quantity for line in lines)))
    return Cart(count, int(data.get("total_price") or 0), lines)


def must_not_be_locked(url: str) -> None:
    """Raises `Abort` (R508) when the store sent the shopper to its password page."""
    if urlsplit(url).path.rstrip("/").endswith("/password"):
        raise failed(
            "R508",
            "The storefront is locked: shoppers see its password page instead of the shop.",
            expected="the shop",
            actual=f"the password page ({url})",
            hint="Remove the password in the admin under Online Store > Preferences, or give `password` in the store "
            "document if the lock is meant to be there.",
        )


def no_product_form(facts: dict[str, Any]) -> Abort:
    """The `Abort` (R509) of a product page on which nothing can be bought."""
    name = f"“{facts['title']}”" if facts["title"] else "the product"
    return failed(
        "R509",
        f"Shoppers cannot buy {name}: its page has no form that puts it into the cart.",
        expected="a form that posts to /cart/add (every Shopify theme has one on product pages)",
        actual="no such form",
    )
