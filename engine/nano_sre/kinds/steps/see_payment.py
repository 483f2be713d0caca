from __future__ import annotations

from typing import ClassVar

from nano_sre.core.fields import Duration
from nano_sre.core.ports import Browser, Outcome, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared.amounts import read_amount
from nano_sre.kinds._shared.checkout import (
    CheckoutView,
    go_on,
    look_at_checkout,
    must_accept,
    must_answer,
    must_be_checkout,
)
from nano_sre.kinds._shared.money import format_money
from nano_sre.kinds._shared.parts import sentence, wait
from nano_sre.kinds._shared.theme import ask

PAYMENT_SECONDS = 6.0
MOST_STAGES = 3


@register("step", "see_payment")
class SeePayment:
    """Checks that the checkout offers a way to pay, and says how much. Nothing is paid.

    A way to pay is a field for a card number (also inside a frame), a choice of payment methods, or a wallet. A
    checkout of several pages is followed to its payment page.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = Duration(40_000)
    example: ClassVar[str] = "- see_payment"

    def title(self) -> str:
        return "See a way to pay"

    async def run(self, io: Browser) -> Outcome | None:
        view = await must_be_checkout(io)
        for _ in range(MOST_STAGES):
            if view.has_payment or view.onward is None or not view.facts["shipping"] or _pays_here(view):
                break
            view = await go_on(io, view, what="choosing how to ship")
        ways = await _ways_to_pay(io, view)
        if not ways:
            raise await _no_way(io)
        total = await read_amount(io, "checkout_total")
        return Outcome(note=f"{', '.join(ways)}; {format_money(total, locale=io.store.market.locale)} to pay")


def _pays_here(view: CheckoutView) -> bool:
    return any(button["pays"] for button in view.facts["submits"])


async def _ways_to_pay(io: Browser, seen: CheckoutView) -> list[str]:
    """Every way to pay that a shopper sees; waits for frames that are still loading."""
    found: list[str] = []
    views = [seen]

    async def any_way() -> bool:
        view = views.pop() if views else await look_at_checkout(io)
        found[:] = list(dict.fromkeys([*view.facts["payments"], *view.facts["wallets"]]))
        if view.card is not None and await _card_takes_numbers(io, view):
            found.append("a card")
        return bool(found)

    await wait(io, any_way, most=PAYMENT_SECONDS, pause=0.2)
    return found


async def _card_takes_numbers(io: Browser, view: CheckoutView) -> bool:
    """A card field that lives in a frame counts when the frame has loaded and holds a field."""
    if any(field["autocomplete"] == "cc-number" for field in view.facts["fields"]):
        return True
    for frame in await io.frames():
        fields = (await ask(frame, "checkout", {"pay": [], "payment": []}))["fields"]
        if any(
            field["autocomplete"] == "cc-number" or "number" in field["name"].casefold() for field in fields
        ):
            return True
    return False


async def _no_way(io: Browser) -> Exception:
    view = await look_at_checkout(io)
    must_answer(view)
    must_accept(view, what="what was filled in")
    said = sentence(view.facts["complaints"])
    if view.card is not None:
        summary, actual = (
            "The checkout's card fields stay empty: shoppers cannot type a card number.",
            view.card,
        )
    else:
        summary = f"The checkout offers no way to pay{f'; it says {said}' if said else ''}."
        actual = "neither card fields, nor payment methods, nor a wallet"
    return failed(
        "R516",
        summary,
        expected="card fields, a choice of payment methods, or a wallet such as PayPal",
        actual=actual,
        hint="Look at the payment providers in the admin under Settings > Payments.",
        evidence=(f"the page is {io.url}",),
    )
