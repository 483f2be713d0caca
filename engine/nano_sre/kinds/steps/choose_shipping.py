from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Example, Money, Text
from nano_sre.core.ports import Browser, Outcome, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared import languages
from nano_sre.kinds._shared.checkout import (
    go_on,
    look_at_checkout,
    must_accept,
    must_answer,
    must_be_checkout,
)
from nano_sre.kinds._shared.languages import fold
from nano_sre.kinds._shared.money import MoneyError, format_money, read_amounts
from nano_sre.kinds._shared.parts import press_at, sentence, wait
from nano_sre.kinds._shared.theme import ask

RATES_SECONDS = 15.0
SETTLE_SECONDS = 5.0


@register("step", "choose_shipping", short="method")
class ChooseShipping:
    """Chooses a shipping method in the checkout, and checks that it is taken; waits for the methods to load.

    Put it after `fill_shipping`: what can be chosen depends on the address.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = Duration(40_000)
    example: ClassVar[str] = "- choose_shipping: cheapest"

    method: Annotated[
        Text,
        Doc("The method's name as the checkout shows it, or `cheapest`, or `first`."),
        Example("Express"),
    ] = "first"

    def title(self) -> str:
        words = {"first": "the first shipping method", "cheapest": "the cheapest shipping method"}
        return f"Choose {words.get(str(self.method), f'the shipping method “{self.method}”')}"

    async def run(self, io: Browser) -> Outcome | None:
        await must_be_checkout(io)
        rates = await _rates(io)
        rate = _chosen(rates, str(io.value(self.method)), locale=io.store.market.locale)
        if rate.path is not None and not rate.checked:
            await press_at(io, rate.path, what=f"The shipping method “{rate.name}”")
        if rate.path is not None:
            await _must_be_taken(io, rate)
        view = await look_at_checkout(io)
        if not view.has_payment and view.onward is not None:
            await go_on(io, view, what="choosing how to ship")
        return Outcome(note=rate.said(io.store.market.locale))


@dataclass(frozen=True, slots=True)
class _Rate:
    """A shipping method; `path` is what to press, None where there is nothing to choose."""

    name: str
    price: Money | None
    path: str | None
    checked: bool

    def said(self, locale: str) -> str:
        return self.name if self.price is None else f"{self.name}, {format_money(self.price, locale=locale)}"


def _read(io: Browser, lines: Sequence[str], *, path: str | None, checked: bool) -> _Rate:
    market = io.store.market
    price: Money | None = None
    words: list[str] = []
    for line in lines:
        try:
            amounts = read_amounts(line, locale=market.locale, currency=market.currency)
        except MoneyError:
            amounts = []
        if amounts:
            price = amounts[-1]
        elif fold(line) in languages.FREE:
            price = Money(Decimal(0), market.currency)
        else:
            words.append(line)
    return _Rate(next(iter(words), lines[0] if lines else "shipping"), price, path, checked)


async def _look(io: Browser) -> tuple[list[_Rate], bool]:
    """The methods there are now, and whether more may be on their way."""
    seen = await ask(io, "rates")
    found = [_read(io, each["lines"], path=each["path"], checked=each["checked"]) for each in seen["rates"]]
    if not found and seen["single"]:
        found = [_read(io, seen["single"], path=None, checked=True)]
    return found, bool(seen["busy"])


async def _rates(io: Browser) -> list[_Rate]:
    """The methods once they have loaded. Raises `Abort` (R527) when none come."""
    found: list[_Rate] = []

    async def loaded() -> bool:
        found[:], busy = await _look(io)
        return bool(found) and not busy

    await wait(io, loaded, most=RATES_SECONDS, pause=0.15)
    if found:
        return found
    view = await look_at_checkout(io)
    must_answer(view)
    must_accept(view, what="the address")
    said = sentence(view.facts["complaints"])
    raise failed(
        "R527",
        "The checkout offers no shipping method"
        f"{f': it says {said}' if said else ', so shoppers cannot have anything sent'}.",
        expected="at least one shipping method for the shopper's address",
        actual="none",
        hint="Look at the shipping zones and rates in the admin, and at apps that work out rates. If no address has "
        "been given yet, put a `fill_shipping` step before this one.",
        evidence=(f"the page is {io.url}",),
    )


def _chosen(rates: list[_Rate], wanted: str, *, locale: str) -> _Rate:
    """The method that is meant. Raises `Abort` (R527)."""
    if wanted == "first":
        return rates[0]
    if wanted == "cheapest":
        priced = [(rate.price.amount, rate) for rate in rates if rate.price is not None]
        if priced:
            return min(priced, key=lambda each: each[0])[1]
        listed = ", ".join(f"“{rate.name}”" for rate in rates)
        raise failed(
            "R527", "No shipping method shows its price, so the cheapest cannot be told.", actual=listed
        )
    asked = fold(wanted)
    found = [rate for rate in rates if fold(rate.name) == asked] or [
        rate for rate in rates if asked in fold(rate.name)
    ]
    if len(found) == 1:
        return found[0]
    offered = ", ".join(f"“{rate.said(locale)}”" for rate in rates)
    how = "offers no shipping method" if not found else "has several shipping methods that fit"
    raise failed("R527", f"The checkout {how} “{wanted}”.", expected=f"“{wanted}”", actual=offered)


async def _must_be_taken(io: Browser, rate: _Rate) -> None:
    """Wait until the checkout has taken the choice. Raises `Abort` (R527) when it does not."""

    async def taken() -> bool:
        found, busy = await _look(io)
        return not busy and any(each.checked and each.name == rate.name for each in found)

    if not await wait(io, taken, most=SETTLE_SECONDS, pause=0.15):
        found, _ = await _look(io)
        now = next((each.name for each in found if each.checked), None)
        raise failed(
            "R527",
            f"Choosing the shipping method “{rate.name}” has no effect.",
            expected=f"“{rate.name}” chosen",
            actual=f"“{now}” chosen" if now else "nothing chosen",
        )
