"""Amounts as a shopper reads them on the page: found by where they stand, never by how much they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from nano_sre.core.fields import Doc, Money, Unfit
from nano_sre.core.ports import Browser, failed
from nano_sre.core.values import frozen_row
from nano_sre.kinds._shared import languages
from nano_sre.kinds._shared.money import MoneyError, money_signs, read_amounts
from nano_sre.kinds._shared.theme import ask, ask_until

NAMES = {
    "product_price": "the product's price",
    "compare_at_price": "the price before the reduction",
    "cart_subtotal": "the cart's subtotal",
    "cart_total": "the cart's total",
    "checkout_total": "the checkout's total",
}
PROBLEM_SECONDS = 2.0
AMOUNT = Doc(f"An amount: {', '.join(NAMES)}, or the text beside which it stands.")
EMPTY_CART = "An empty cart shows no amount: `remove_from_cart` itself checks that a product is gone."
SUBTOTAL = {"words": languages.SUBTOTAL, "avoid": languages.NOT_TOTAL}
TOTAL = {"words": languages.TOTAL, "avoid": (*languages.NOT_TOTAL, *languages.SUBTOTAL)}
SUMMARY = {"words": languages.ORDER_SUMMARY, "avoid": ()}
WORDS = {
    "cart_subtotal": (SUBTOTAL, TOTAL),
    "cart_total": (TOTAL, SUBTOTAL),
    "checkout_total": (TOTAL, SUMMARY),
}


def must_exist(name: object) -> None:
    """Refuse a misspelt amount: a word with underscores is no text of a page. Raises `Unfit`."""
    text = str(name)
    if text in NAMES or not re.fullmatch(r"[a-z]+(_[a-z]+)+", text):
        return
    import difflib  # noqa: PLC0415 - only a mistake needs it

    near = difflib.get_close_matches(text, NAMES, n=1, cutoff=0.5)
    raise Unfit(
        f"there is no amount called “{text}”",
        "money",
        code="E206",
        suggestion=near[0] if near else None,
        hint=None if near else f"the amounts are {', '.join(NAMES)}",
    )


def doubts(name: object) -> Iterator[Unfit]:
    """`subtotal` is looked for as a text, and hardly meant so: pages write it as a person reads it, “Subtotal”."""
    text = str(name)
    meant = [each for each in NAMES if each.endswith(f"_{text}")]
    if meant:
        yield Unfit(
            f"“{text}” is looked for as a text on the page",
            "money",
            code="E206",
            suggestion=meant[0] if len(meant) == 1 else None,
            hint=f"the amount is called {' or '.join(meant)}; if the text is meant, write it as the page does",
        )


@frozen_row
class Seen:
    """What the page shows: the amount, or None; `text` as it stands there; `problem` when it cannot be read.

    `rank` is its place among the candidates on the page.
    """

    amount: Money | None
    text: str | None = None
    problem: str | None = None
    rank: int = 0


def named(name: str) -> str:
    """How messages call an amount: `cart_subtotal` is “the cart's subtotal”."""
    return NAMES.get(name, f"the amount beside “{name}”")


async def look(io: Browser, name: str) -> Seen:
    """The amount as the page shows it now, without waiting."""
    return _seen(io, name, await ask(io, "amounts", _asked(io, name)))


async def look_until_changed(io: Browser, name: str, before: Seen, *, most: float) -> Seen:
    """The amount once it stands there otherwise than before, or as it is after `most` seconds."""
    want = {"rank": before.rank, "text": before.text}
    done = "(seen[want.rank] || {text: null}).text !== want.text"
    found = await ask_until(io, "amounts", _asked(io, name), done=done, want=want, most=most)
    return _seen(io, name, found)


def _asked(io: Browser, name: str) -> dict[str, Any]:
    market = io.store.market
    signs, decimal = money_signs(market.locale, market.currency)
    label = None if name in NAMES else {"text": name, "free": languages.FREE}
    return {
        "of": name if name in NAMES else "label",
        "signs": signs,
        "decimal": decimal,
        "words": WORDS.get(name, ()),
        "label": label,
    }


def _seen(io: Browser, name: str, found: list[dict[str, Any]]) -> Seen:
    market = io.store.market
    return _first_readable(found, name=name, locale=market.locale, currency=market.currency)


async def read_amount(io: Browser, name: str) -> Money:
    """Wait for the amount and read it. Raises `Abort`: R523 for the product's price, R519 for any other."""
    seen = Seen(None)
    start = io.left

    async def settled() -> bool:
        nonlocal seen
        seen = await look(io, name)
        # What stands there but cannot be read is not worth waiting for as long as what may still be drawn.
        return seen.amount is not None or (seen.problem is not None and start - io.left > PROBLEM_SECONDS)

    await io.until(settled, pause=0.1)
    if seen.amount is None:
        raise missing(name, seen)
    return seen.amount


def missing(name: str, seen: Seen) -> Exception:
    """The `Abort` for an amount that is not there or cannot be read."""
    code = "R523" if name == "product_price" else "R519"
    if seen.problem:
        return failed(
            code, f"The page shows {named(name)}, but it cannot be read: {seen.problem}.", actual=seen.text
        )
    where = "the page" if name in NAMES else "the same row or part of the page"
    return failed(
        code,
        f"Shoppers cannot see {named(name)}: no amount of money is where {where} should show it.",
        expected="a visible amount",
        actual="nothing",
        hint=EMPTY_CART if name.startswith("cart_") else None,
    )


def _first_readable(found: list[dict[str, Any]], *, name: str, locale: str, currency: str) -> Seen:
    problem = Seen(None)
    for rank, candidate in enumerate(found):
        text = candidate["text"]
        try:
            amounts = read_amounts(text, locale=locale, currency=currency)
        except MoneyError as error:
            # The likeliest place shows another currency: going on to the next would hide that.
            return Seen(None, text, str(error), rank)
        if len(set(amounts)) == 1 or (amounts and name == "product_price"):
            return Seen(amounts[0], text, rank=rank)
        if amounts and problem.text is None:
            problem = Seen(None, text, f"“{text}” shows several amounts", rank)
    return problem
