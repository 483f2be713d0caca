"""The checkout: its fields by their autocomplete, its stages, its ways to pay; on one page or on several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from nano_sre.core.ports import Abort, Browser, failed
from nano_sre.core.program import Address, ShopperData
from nano_sre.core.values import frozen_row
from nano_sre.kinds._shared import languages
from nano_sre.kinds._shared.addresses import ADDRESSES, ANYBODY, country_of
from nano_sre.kinds._shared.languages import fold
from nano_sre.kinds._shared.parts import press_at, sentence, wait
from nano_sre.kinds._shared.theme import WORDS, ask, ask_until

SETTLE_SECONDS = 3.0
STAGE_SECONDS = 12.0
REDRAWING = {"country"}  # parts whose change makes checkouts draw the other fields anew

# What Shopify's checkout calls its fields, where the autocomplete attribute is missing.
TOKENS: dict[str, tuple[str, ...]] = {
    "email": ("email",),
    "country": ("country", "country-name"),
    "given-name": ("given-name",),
    "family-name": ("family-name",),
    "name": ("name",),
    "address-line1": ("address-line1", "street-address"),
    "address-line2": ("address-line2",),
    "postal-code": ("postal-code",),
    "address-level2": ("address-level2",),
    "address-level1": ("address-level1",),
    "tel": ("tel", "tel-national"),
}
NAMES: dict[str, re.Pattern[str]] = {
    "email": re.compile(r"e-?mail", re.IGNORECASE),
    "country": re.compile(r"country", re.IGNORECASE),
    "given-name": re.compile(r"first_?name|given", re.IGNORECASE),
    "family-name": re.compile(r"last_?name|family|surname", re.IGNORECASE),
    "name": re.compile(r"^(full_?)?name$", re.IGNORECASE),
    "address-line1": re.compile(r"address_?(line)?_?1|street", re.IGNORECASE),
    "address-line2": re.compile(r"address_?(line)?_?2", re.IGNORECASE),
    "postal-code": re.compile(r"postal|zip|postcode", re.IGNORECASE),
    "address-level2": re.compile(r"\bcity\b|town", re.IGNORECASE),
    "address-level1": re.compile(r"\bzone\b|province|\bstate\b", re.IGNORECASE),
    "tel": re.compile(r"phone|\btel\b", re.IGNORECASE),
}


@frozen_row
class CheckoutView:
    """What is visible of the checkout; `facts` is what `js/checkout.js` answers."""

    facts: dict[str, Any]

    @property
    def here(self) -> bool:
        """Whether this is a page of the checkout at all."""
        return re.search(r"/checkouts?(/|$)", self.facts["path"]) is not None

    @property
    def fields(self) -> list[dict[str, Any]]:
        return [field for field in self.facts["fields"] if not field["billing"]]

    def field(self, part: str) -> dict[str, Any] | None:
        """The field for this part of an address: by autocomplete, else by name."""
        by_token = [field for field in self.fields if field["autocomplete"] in TOKENS[part]]
        plain = [
            field
            for field in self.fields
            if not field["autocomplete"] and field["type"] not in {"radio", "checkbox"}
        ]
        by_name = [
            field for field in plain if NAMES[part].search(field["name"]) or NAMES[part].search(field["id"])
        ]
        return next(iter(by_token or by_name), None)

    @property
    def has_form(self) -> bool:
        """Whether a shopper can say who they are or where they live."""
        return any(self.field(part) for part in ("email", "address-line1", "family-name", "tel"))

    @property
    def has_address(self) -> bool:
        return self.field("address-line1") is not None or self.field("postal-code") is not None

    @property
    def has_payment(self) -> bool:
        return bool(self.facts["payments"]) or self.card is not None

    @property
    def card(self) -> str | None:
        """A card number field: on the page itself, or in a frame called after it."""
        if any(field["autocomplete"] == "cc-number" for field in self.facts["fields"]):
            return "a card number field"
        return next(
            (frame["title"] or frame["name"] for frame in self.facts["frames"] if _is_card(frame)), None
        )

    @property
    def invalid(self) -> list[dict[str, Any]]:
        return [field for field in self.facts["fields"] if field["invalid"]]

    @property
    def onward(self) -> dict[str, Any] | None:
        """The button that leads to the next stage; never one that pays."""
        steps = [button for button in self.facts["submits"] if button["enabled"] and not button["pays"]]
        return steps[-1] if steps else None


def _is_card(frame: dict[str, str]) -> bool:
    return "card-fields-number" in frame["name"].casefold() or languages.says(
        frame["title"], languages.CARD_NUMBER
    )


async def look_at_checkout(
    io: Browser, *, until: str | None = None, want: Any = None, most: float = 0
) -> CheckoutView:
    """The checkout as it is now, or once `until` holds: JavaScript about `seen` and `want`, for `most` seconds."""
    if until is None:
        return CheckoutView(await ask(io, "checkout", WORDS))
    return CheckoutView(await ask_until(io, "checkout", WORDS, done=until, want=want, most=most))


async def must_be_checkout(io: Browser) -> CheckoutView:
    """The checkout as it is now. Raises `Abort` (R514) when the page is another one."""
    view = await look_at_checkout(io)
    if view.here or view.has_form:
        return view
    raise failed(
        "R514",
        "This is not the checkout, so it cannot be filled in.",
        actual=io.url,
        hint="Put a `start_checkout` step before this one.",
    )


async def fill_fields(
    io: Browser, view: CheckoutView, values: dict[str, str], *, secret: Sequence[str] = ()
) -> list[str]:
    """Fill every field of the view that is there, country first since it changes the others; the parts filled."""
    filled: list[str] = []
    for part, value in values.items():
        field = view.field(part)
        if field is None:
            continue
        changed = await _fill(io, field, value, part=part, secret=part in secret)
        filled.append(part)
        if changed and part in REDRAWING:
            view = await _settled(io)
    return filled


async def refill(
    io: Browser, view: CheckoutView, values: dict[str, str], *, secret: Sequence[str] = ()
) -> bool:
    """Fill once more what the page has emptied: a checkout whose script wakes up late draws its fields anew."""
    fields = {part: view.field(part) for part in values}
    lost = {
        p: values[p]
        for p, field in fields.items()
        if field and field["tag"] != "select" and not field["value"]
    }
    if lost:
        await fill_fields(io, view, lost, secret=secret)
    return bool(lost)


async def _fill(io: Browser, field: dict[str, Any], value: str, *, part: str, secret: bool) -> bool:
    """Whether anything had to be changed."""
    if field["value"].casefold() == value.casefold():
        return False
    what = f"The checkout field “{field['label'] or part}”"
    handle = io.at(field["path"])
    try:
        if field["tag"] != "select":
            await handle.fill(value, secret=secret)
        else:
            await handle.choose(_option(field, value))
    except Abort as abort:
        raise _field_trouble(abort, what=what, value="" if secret else value) from None
    return True


def _option(field: dict[str, Any], value: str) -> str:
    """The list's own value for a country or province code: `NY`, `US-NY` and `New York` are all in use."""
    wanted = fold(value)
    tail = wanted.rpartition("-")[2]
    for known in (wanted, tail):
        for option, label in field["options"] or ():
            if known in {fold(option), fold(option).rpartition("-")[2], fold(label)}:
                return str(option or label)
    return value


def _field_trouble(abort: Abort, *, what: str, value: str) -> Abort:
    if abort.finding is None:
        return abort
    return failed(
        "R515",
        f"{what} does not take “{value}”: {abort.finding.summary.rstrip('.')}.",
        hint=abort.finding.hint,
        evidence=abort.finding.evidence,
    )


async def _settled(io: Browser) -> CheckoutView:
    """The checkout once it has redrawn its fields for another country."""
    views = [await look_at_checkout(io)]

    async def same_twice() -> bool:
        views.append(await look_at_checkout(io))
        before, now = views[-2].facts, views[-1].facts
        paths = [[(f["path"], f["options"]) for f in each["fields"]] for each in (before, now)]
        return paths[0] == paths[1] and not now["busy"]

    await wait(io, same_twice, most=SETTLE_SECONDS, pause=0.1)
    return views[-1]


def must_accept(view: CheckoutView, *, what: str) -> None:
    """Raises `Abort` (R515) when the page complains about a field."""
    bad = view.invalid
    if not bad:
        return
    named = [f"“{field['label'] or field['name']}”{_complaint(field)}" for field in bad]
    raise failed(
        "R515",
        f"The checkout does not accept {what}: it complains about {', '.join(named[:4])}.",
        expected="an address the checkout accepts",
        actual=sentence([field["complaint"] for field in bad]) or ", ".join(named),
        hint="If the check's shopper is at fault, give the store document an address of a country it ships to.",
        evidence=tuple(named),
    )


def _complaint(field: dict[str, Any]) -> str:
    return (
        f" ({field['complaint']})"
        if field["complaint"]
        else " (it is required)"
        if not field["value"]
        else ""
    )


async def go_on(io: Browser, view: CheckoutView, *, what: str) -> CheckoutView:
    """Press the button to the next stage and wait for it. Raises `Abort` (R514, R515)."""
    button = view.onward
    if button is None:
        raise failed(
            "R515",
            f"After {what}, the checkout offers no way on: neither a button to continue nor a way to pay.",
            expected="a button that leads to shipping or payment",
            actual=", ".join(f"“{each['name']}”" for each in view.facts["submits"]) or "no button",
        )
    before = _stage(view)
    await press_at(io, button["path"], what=f"The button “{button['name']}”")
    views = [view]

    async def moved() -> bool:
        views[:] = [await look_at_checkout(io)]
        now = views[0]
        changed = _stage(now) != before or now.facts["page"] != view.facts["page"] or bool(now.invalid)
        return changed and now.facts["ready"] and not now.facts["busy"]

    await wait(io, moved, most=STAGE_SECONDS, pause=0.1)
    must_answer(views[0])
    must_accept(views[0], what=what)
    if _stage(views[0]) == before:
        said = sentence(views[0].facts["complaints"])
        raise failed(
            "R515",
            f"Pressing “{button['name']}” in the checkout leads nowhere{f': it says {said}' if said else ''}.",
            expected="the next part of the checkout",
            actual="the same page",
        )
    return views[0]


def _stage(view: CheckoutView) -> tuple[Any, ...]:
    facts = view.facts
    return (
        facts["path"],
        tuple(f["autocomplete"] or f["name"] for f in view.fields),
        view.has_payment,
        bool(facts["shipping"]),
    )


def must_answer(view: CheckoutView) -> None:
    """Raises `Abort` (R514) when the checkout is an error page."""
    status = view.facts["status"] or 200
    if status >= 400:
        words = view.facts["heading"] or view.facts["title"]
        raise failed(
            "R514",
            f"Checkout answers {status}: shoppers who want to pay see an error page.",
            expected="the checkout (status 200)",
            actual=f"status {status}{f', “{words}”' if words else ''}",
            evidence=(view.facts["url"],),
        )


def shopper_for(io: Browser, name: str) -> ShopperData:
    """The store's shopper of that name; anybody where the store document has no default one."""
    return ANYBODY if name == "default" and name not in io.store.shoppers else io.shopper(name)


def address_for(io: Browser, given: Address | None) -> Address:
    """The shopper's own address, or an invented one of the market's country."""
    market = io.store.market
    if given is not None:
        return given
    return ADDRESSES[country_of(country=market.country, currency=market.currency, locale=market.locale)]
