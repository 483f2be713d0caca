"""Paying: card fields, each alone in a frame of another origin; the button that pays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nano_sre.core.ports import Browser, ScriptError
from nano_sre.kinds._shared.checkout import CheckoutView
from nano_sre.kinds._shared.theme import WORDS, ask

# Part of a card: its autocomplete words, and what Shopify calls the field where that is missing.
PARTS: dict[str, tuple[tuple[str, ...], str]] = {
    "number": (("cc-number",), r"^(card_?)?number$"),
    "expires": (("cc-exp",), r"^expiry$|^exp(iration)?(_?date)?$"),
    "month": (("cc-exp-month",), r"^(expiry_?)?month$"),
    "year": (("cc-exp-year",), r"^(expiry_?)?year$"),
    "security_code": (("cc-csc",), r"^verification_value$|^(cvv|cvc|csc)$"),
    "name": (("cc-name",), r"^name$|^(card_?)?holder(_?name)?$"),
}


@dataclass(frozen=True, slots=True)
class CardField:
    """A field of the card: the frame it is in, and its path there."""

    frame: Browser
    facts: dict[str, Any]

    @property
    def path(self) -> str:
        return str(self.facts["path"])


async def card_fields(io: Browser) -> dict[str, CardField]:
    """The card's fields by part, wherever they are: in the page, or each in a frame of its own."""
    found: dict[str, CardField] = {}
    for place in (io, *await io.frames()):
        try:
            fields = (await ask(place, "checkout", {"pay": [], "payment": []}))["fields"]
            called = str(await place.js("() => window.name")) if place is not io else ""
        except ScriptError:
            continue
        for field in fields:
            part = _part(field, frame=called, whole=place is io)
            if part is not None:
                found.setdefault(part, CardField(place, field))
    return found


def _part(field: dict[str, Any], *, frame: str, whole: bool) -> str | None:
    for part, (tokens, _) in PARTS.items():
        if field["autocomplete"] in tokens:
            return part
    if whole or field["autocomplete"] not in {"", "off"}:
        return None  # a page has other fields called “name”: only a card's frame may be read by names
    if frame and not re.search(r"card", frame, re.IGNORECASE):
        return None
    named = [part for part, (_, name) in PARTS.items() if re.search(name, field["name"], re.IGNORECASE)]
    return next(iter(named), None)


async def look_to_pay(io: Browser) -> CheckoutView:
    """The checkout with its buttons that pay."""
    return CheckoutView(await ask(io, "checkout", WORDS))


def pay_button(view: CheckoutView) -> dict[str, Any] | None:
    """The button that places the order: the last that says so."""
    paying = [button for button in view.facts["submits"] if button["pays"]]
    return paying[-1] if paying else None
