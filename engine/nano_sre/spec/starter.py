"""The first checks of a store, written from what a visitor saw of it: commented YAML, a file for each purpose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date

from nano_sre.core.first_look import FirstLook, SeenMarket, SeenProduct
from nano_sre.spec.load import plain_value

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:/_-]+[A-Za-z0-9/]")
_PLAIN = re.compile(r"[A-Za-z0-9À-ɏ][A-Za-z0-9À-ɏ ._/+()&'-]*")
CARTS = {
    "drawer": "a drawer that slides over the page",
    "page": "the page /cart",
    "notice": "a short notice; the cart's link opens it",
}


def starter_folder(seen: FirstLook, *, today: date) -> dict[str, str]:
    """File name → text of each file. Everything in them was seen, none of it is guessed."""
    files = {"store.yaml": _store(seen, today), "cart-api.yaml": _cart_api()}
    if seen.product is not None:
        files["buy.yaml"] = _buy(seen, seen.product)
        files["page-quality.yaml"] = _quality(seen.product)
        if seen.search:
            files["search.yaml"] = _search(seen.product)
    if seen.sold_out is not None:
        files["sold-out.yaml"] = _sold_out(seen.sold_out)
    return files


def paused(text: str, *, why: str) -> str:
    """The same check with `enabled: false` below its name, and the reason as a comment."""
    said = " ".join(why.split())
    lines = []
    for line in text.splitlines():
        lines.append(line)
        if line.startswith("name:"):
            lines += [f"# When this was written: {said}", "enabled: false"]
    return "\n".join(lines) + "\n"


def slug(text: str, *, fallback: str) -> str:
    """A name as an id: lower case, words joined with dashes."""
    made = "-".join(re.findall(r"[a-z0-9]+", text.lower()))[:40].strip("-")
    return made if made[:1].isalpha() else fallback


def _text(value: str) -> str:
    """The value as YAML: plain where it means itself, else in quotes."""
    if _ADDRESS.fullmatch(value):
        return value
    plain = _PLAIN.fullmatch(value) and plain_value(value) == value and " #" not in value
    return value if plain and not value.endswith(" ") else json.dumps(value, ensure_ascii=False)


def _store(seen: FirstLook, today: date) -> str:
    return "\n".join(_store_lines(seen, today)) + "\n"


def _store_lines(seen: FirstLook, today: date) -> Iterator[str]:
    yield f"# Written by `nano-sre init` on {today.isoformat()} from what a visitor sees. Change whatever you like."
    yield "version: 1"
    yield "kind: store"
    yield f"id: {slug(seen.name, fallback='shop')}"
    yield f"name: {_text(seen.name)}"
    yield f"url: {_text(seen.url)}"
    if seen.locked:
        yield "# The storefront is locked; its password is read from the environment or a file named .env."
        yield 'password: "${secret.STORE_PASSWORD}"'
    yield "timezone: UTC   # a visitor cannot see it: write the shop's own, such as America/Toronto"
    yield "markets:        # the first one is where checks run unless they name others"
    used: set[str] = set()
    for market in seen.markets:
        yield f"  {_market_id(market, used)}: {_market(market)}"
    yield from _facts(seen)


def _market_id(market: SeenMarket, used: set[str]) -> str:
    name = slug(market.country or market.locale.rpartition("-")[2], fallback="main")
    if name in used:
        name = slug(f"{name}-{market.locale.partition('-')[0]}", fallback=name)
    used.add(name)
    return name


def _market(market: SeenMarket) -> str:
    said = [f"currency: {market.currency}", f"locale: {market.locale}"]
    said += [f"path: {market.path}"] if market.path else []
    said += [f"country: {market.country}"] if market.country and market.path else []
    return "{" + ", ".join(said) + "}"


def _facts(seen: FirstLook) -> Iterator[str]:
    yield ""
    yield "# What was seen:"
    if seen.theme:
        yield f"# - the theme “{seen.theme}”"
    yield f"# - {seen.products} products and {seen.collections} collections"
    if seen.cart:
        yield f"# - the cart is {CARTS[seen.cart]}"
    banner = (
        "a cookie banner, which checks accept unless they say otherwise"
        if seen.banner
        else "no cookie banner"
    )
    yield f"# - {banner}"
    if seen.vendors:
        yield f"# - tracking by {', '.join(seen.vendors)}: hits of checks are held back and never counted"
    for each in seen.missed:
        yield f"# - what did not work: {each}"


def _buy(seen: FirstLook, product: SeenProduct) -> str:
    variant = seen.variant
    steps = [f"  - open_product: {_text(product.handle)}"]
    if variant is not None:
        steps.append(f"  - choose_variant: {_text(variant.title)}   # costs {variant.price} in the catalogue")
    steps += [
        "  - save: {money: product_price, as: price}   # what the page shows, for the comparison below",
        "  - add_to_cart",
        "  - open_cart",
        '  - expect: {money: cart_subtotal, equals: "${price}"}',
        "  - start_checkout   # nothing is ordered",
    ]
    return _document(
        "From the product to the checkout, as a shopper does it: the way the money comes in.",
        "journey",
        _id("buy", product),
        f"Buy {product.title}",
        ["severity: P0", "tags: [checkout]", "every: 15m", "devices: [desktop, iphone]", "steps:", *steps],
    )


def _id(verb: str, product: SeenProduct) -> str:
    return f"{verb}-{slug(product.handle, fallback='a-product')}"


def _quality(product: SeenProduct) -> str:
    return _document(
        "Speed and errors of the pages that a buyer sees. It watches the journey in buy.yaml: no visit of its own.",
        "page",
        "pages-are-sound",
        "The pages of a purchase are fast and free of errors",
        [
            "every: 15m",
            f"during: {_id('buy', product)}",
            "vitals:",
            "  LCP: {warn: 4s, fail: 10s}   # a synthetic visit from one place is slower than most shoppers'",
            "  CLS: {warn: 0.25, fail: 0.5}",
            "  TTFB: {warn: 1.8s, fail: 5s}",
            "console: {errors: {at_most: {warn: 0, fail: 20}}}",
            "liquid_errors: {at_most: 0}",
        ],
    )


def _search(product: SeenProduct) -> str:
    return _document(
        "Who searches for a product by its name finds it.",
        "journey",
        "search-finds-a-product",
        f"The search finds {product.title}",
        [
            "every: 1h",
            "steps:",
            "  - open: /",
            f"  - search: {{for: {_text(product.title)}, finds: {_text(product.title)}}}",
        ],
    )


def _sold_out(product: SeenProduct) -> str:
    return _document(
        "A product that is sold out must say so, everywhere. Take this file out when it is in stock again.",
        "journey",
        _id("sold-out", product),
        f"{product.title} is shown as sold out",
        [
            "every: 6h",
            "steps:",
            f"  - open_product: {_text(product.handle)}",
            "  - expect: {product: sold_out}",
        ],
    )


def _cart_api() -> str:
    return _document(
        "Every theme's cart, drawer and counter asks this address. No browser is needed to see that it answers.",
        "api",
        "cart-api",
        "The cart answers",
        [
            "every: 5m",
            "requests:",
            "  - get: /cart.js",
            "    expect:",
            "      status: 200",
            '      json: {"$.items": {type: list}}',
            "      took: {warn: 2s, fail: 10s}",
        ],
    )


def _document(why: str, kind: str, id_: str, name: str, lines: list[str]) -> str:
    head = [f"# {why}", "version: 1", f"kind: {kind}", f"id: {id_}", f"name: {_text(name)}"]
    return "\n".join([*head, *lines]) + "\n"
