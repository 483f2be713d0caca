"""Faults by name: each file in this folder breaks the store in one way a merchant has met."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Iterable
from functools import cache
from types import ModuleType
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from nano_sre.demo.catalogue import Product, Variant
from nano_sre.demo.shipping import Rate

ACCOUNTS = {
    "ga4": "G-DEMO12345",
    "meta": "1234567890",
    "tiktok": "DEMOTIKTOKPIXEL01234",
    "pinterest": "2612345678901",
}
"""The store's account at each vendor. A fault of tracking may be had at one of them: `name@vendor`."""


@cache
def _modules() -> dict[str, ModuleType]:
    found = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return {name.replace("_", "-"): importlib.import_module(f"{__name__}.{name}") for name in found}


def fault_names() -> tuple[str, ...]:
    """The names of every fault, hyphenated."""
    return tuple(_modules())


def fault_docs() -> dict[str, str]:
    """What a merchant would see of each fault."""
    return {name: " ".join((module.__doc__ or "").split()) for name, module in _modules().items()}


def fault_causes() -> dict[str, tuple[str, ...]]:
    """What is really wrong in each fault: its cause, then others that nobody could tell from it from outside.

    None where no known cause fits. Faults that no shopper notices are left out.
    """
    told = {name: module for name, module in _modules().items() if name not in tracking_faults()}
    return {
        name: () if module.CAUSE is None else (module.CAUSE, *getattr(module, "ALSO", ()))
        for name, module in told.items()
    }


def tracking_faults() -> tuple[str, ...]:
    """The faults that no shopper notices: of tracking, and of what makes it."""
    return tuple(name for name, module in _modules().items() if not hasattr(module, "CAUSE"))


def shop_faults() -> tuple[str, ...]:
    """The faults that shoppers may notice."""
    return tuple(name for name in _modules() if name not in tracking_faults())


def parted(name: str) -> tuple[str, str]:
    """A fault and the vendor that alone has it; no vendor stands for all. Raises `UnknownFault`."""
    base, _, vendor = name.partition("@")
    module = _modules().get(base)
    if module is None:
        raise UnknownFault(base)
    if vendor and (not hasattr(module, "EDIT") or vendor not in ACCOUNTS):
        raise UnknownFault(name)
    return base, vendor


class UnknownFault(LookupError):
    def __init__(self, name: str) -> None:
        edits = [each for each, module in _modules().items() if hasattr(module, "EDIT")]
        known = [*fault_names(), *(f"{each}@{vendor}" for each in edits for vendor in ACCOUNTS)]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        self.name = name
        self.suggestion = near[0] if near else None
        hint = f"; did you mean {near[0]}?" if near else ""
        super().__init__(f"unknown fault {name!r}{hint}")


class Faults:
    """The faults that are on, and the places where they may act.

    A fault's module defines only the hooks it needs, as functions named like the methods below.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._on: dict[str, ModuleType] = {}
        for name in names:
            self.switch_on(name)

    @property
    def on(self) -> tuple[str, ...]:
        return tuple(self._on)

    def switch_on(self, name: str) -> None:
        base, _ = parted(name)
        self._on[name] = _modules()[base]

    def switch_off(self, name: str | None = None) -> None:
        """Heal one fault, or all of them."""
        if name is None:
            self._on.clear()
            return
        parted(name)
        self._on.pop(name, None)

    async def respond(self, request: Request) -> Response | None:
        """An answer in place of the store's own."""
        for hook in self._hooks("respond"):
            response: Response | None = await hook(request)
            if response is not None:
                return response
        return None

    def view(self, page: str, context: dict[str, Any]) -> None:
        """Change what a page's template is given."""
        for hook in self._hooks("view"):
            hook(page, context)

    def markup(self, page: str, locale: str) -> str:
        """Markup to put before the end of a page's body."""
        return "".join(hook(page, locale) for hook in self._hooks("markup"))

    def rendered(self, page: str, html: str) -> str:
        """A whole page, or a section of it, as it is sent."""
        for hook in self._hooks("rendered"):
            html = hook(page, html)
        return html

    def sold(self, product: Product) -> Product:
        """The product as its page and its data show it."""
        for hook in self._hooks("sold"):
            product = hook(product)
        return product

    def rates(self, rates: tuple[Rate, ...]) -> tuple[Rate, ...]:
        """The shipping methods that checkout offers."""
        for hook in self._hooks("rates"):
            rates = hook(rates)
        return rates

    def refusal(self, code: str, reason: str) -> str:
        """The name of the reason why a discount code is refused; nothing when it is good."""
        for hook in self._hooks("refusal"):
            reason = hook(code, reason)
        return reason

    def charged(self, price: int) -> int:
        """The price the cart asks, in hundredths."""
        for hook in self._hooks("charged"):
            price = hook(price)
        return price

    def taken_off(self, amount: int) -> int:
        """What a discount code takes off the goods, in hundredths."""
        for hook in self._hooks("taken_off"):
            amount = hook(amount)
        return amount

    def shown_available(self, variant: Variant) -> bool:
        """Whether pages offer this variant for sale."""
        return variant.available or any(hook(variant) for hook in self._hooks("shown_available"))

    def put(self, product: Product, variant: Variant) -> Variant | None:
        """The variant that reaches the cart when this one is added; None when none does."""
        for hook in self._hooks("put"):
            replaced: Variant | None = hook(product, variant)
            if replaced is None:
                return None
            variant = replaced
        return variant

    def quantity(self, asked: int, before: int) -> int:
        """The quantity a cart line gets when a shopper changes it."""
        for hook in self._hooks("quantity"):
            asked = hook(asked, before)
        return asked

    def script_tags(self) -> list[dict[str, Any]]:
        """The script tags of apps, as the Admin API tells them."""
        return [tag for hook in self._hooks("script_tags") for tag in hook()]

    def pixels(self, settings: dict[str, Any]) -> None:
        """What the store's pixels are told of the store."""
        for hook in self._hooks("pixels"):
            hook(settings)

    def pixel_edits(self) -> list[str]:
        """What pixels make of an event for a vendor: JavaScript functions of both, which return a list of events.

        A fault's `EDIT` is the inside of one: it changes `event`, or returns other events.
        """
        edits = [
            (parted(name)[1], module.EDIT) for name, module in self._on.items() if hasattr(module, "EDIT")
        ]
        return [
            f"function (event, vendor) {{ {_unless(vendor)}{edit.strip()} return [event]; }}"
            for vendor, edit in edits
        ]

    def _hooks(self, name: str) -> list[Callable[..., Any]]:
        return [hook for module in self._on.values() if (hook := getattr(module, name, None)) is not None]


def _unless(vendor: str) -> str:
    return f'if (vendor !== "{vendor}") return [event]; ' if vendor else ""
