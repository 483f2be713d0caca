from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Slug
from nano_sre.core.ports import Browser, Outcome, failed
from nano_sre.core.program import Address, ShopperData
from nano_sre.core.registry import register
from nano_sre.kinds._shared.checkout import (
    CheckoutView,
    address_for,
    fill_fields,
    go_on,
    look_at_checkout,
    must_accept,
    must_be_checkout,
    refill,
    shopper_for,
)
from nano_sre.kinds._shared.parts import wait

RATES_SECONDS = 6.0
# About `seen`, the answer of `js/checkout.js`. The page looks itself: a look from here costs a hundredth of a visit.
RATES_OR_MORE = """!seen.busy && (seen.shipping.length || seen.fields.some((field) => field.invalid)
  || seen.submits.some((button) => button.enabled && !button.pays))"""


@register("step", "fill_shipping", short="shopper")
class FillShipping:
    """Gives the checkout a name and a delivery address, and goes on until shipping methods or ways to pay show.

    Without an address of the shopper's own, an invented one of the market's country is used. Only fields that are
    there are filled; what the page then complains about is a failure.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = Duration(40_000)
    example: ClassVar[str] = "- fill_shipping"

    shopper: Annotated[Slug, Doc("The shopper of the store document.")] = Slug("default")
    address: Annotated[Address | None, Doc("The delivery address, if it is not the shopper's own.")] = None

    def title(self) -> str:
        return "Fill in the delivery address"

    async def run(self, io: Browser) -> Outcome | None:
        view = await must_be_checkout(io)
        if not view.has_address:
            if view.has_payment or view.facts["shipping"]:
                return Outcome(note="the checkout asks for no delivery address")
            raise failed(
                "R515",
                "The checkout has no fields for a delivery address.",
                expected="a field with autocomplete “address-line1”",
                actual=", ".join(f"“{field['label']}”" for field in view.fields[:6]) or "no field",
            )
        shopper = shopper_for(io, self.shopper)
        address = self.address or address_for(io, shopper.address)
        values = _values(shopper, address, single=view.field("given-name") is None)
        filled = await fill_fields(io, view, values)
        await _leave_last_field(io)
        view = await _with_rates(io)
        if await refill(io, view, values):
            await _leave_last_field(io)
            view = await _with_rates(io)
        must_accept(view, what="the address")
        if not view.has_payment and (view.onward is not None or not view.facts["shipping"]):
            view = await go_on(io, view, what="the address")
        return Outcome(note=_note(view, filled=len(filled)))


def _values(shopper: ShopperData, address: Address, *, single: bool) -> dict[str, str]:
    """Parts of the address by autocomplete, the country first: the others depend on it."""
    whole = f"{shopper.first_name} {shopper.last_name}"
    names = {"name": whole, "family-name": shopper.last_name} if single else {}
    values = {
        "country": address.country,
        **(names or {"given-name": shopper.first_name, "family-name": shopper.last_name}),
        "address-line1": address.address1,
        "address-line2": address.address2,
        "postal-code": address.zip,
        "address-level2": address.city,
        "address-level1": address.province,
        "tel": address.phone,
    }
    return {part: value for part, value in values.items() if value}


async def _leave_last_field(io: Browser) -> None:
    """Checkouts ask for shipping rates once the last field has lost the focus."""
    await io.js("() => { document.activeElement?.blur?.(); }")


async def _with_rates(io: Browser) -> CheckoutView:
    """The checkout once shipping methods show, or something to press on with, or a complaint."""
    views: list[CheckoutView] = []

    async def ready() -> bool:
        views[:] = [await look_at_checkout(io, until=RATES_OR_MORE, most=RATES_SECONDS)]
        view = views[0]
        if view.facts["busy"]:
            return False
        return bool(
            view.invalid or view.facts["shipping"] or (view.onward is not None and not view.has_payment)
        )

    await wait(io, ready, most=RATES_SECONDS, pause=0.15)
    return views[0]


def _note(view: CheckoutView, *, filled: int) -> str:
    rates = view.facts["shipping"]
    if not rates:
        return f"{filled} fields filled"
    return f"{filled} fields filled, shipping by {', '.join(rates[:4])}"
