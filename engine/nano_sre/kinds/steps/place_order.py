from __future__ import annotations

from typing import Annotated, Any, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Example, SavedName
from nano_sre.core.ports import Abort, Browser, Outcome, cannot_work, failed
from nano_sre.core.registry import register
from nano_sre.core.result import Finding
from nano_sre.kinds._shared.checkout import CheckoutView, must_accept, must_be_checkout
from nano_sre.kinds._shared.parts import press_at, quoted, wait
from nano_sre.kinds._shared.payment import look_to_pay, pay_button
from nano_sre.kinds._shared.shop_words import ORDER
from nano_sre.kinds._shared.theme import ask

BUTTON_SECONDS = 5.0
ORDER_SECONDS = 45.0
NUMBER_SECONDS = 5.0


@register("step", "place_order", short="as_")
class PlaceOrder:
    """Presses the button that pays, and checks that the store thanks for the order and names its number.

    A real order comes of it: use a payment provider in test mode, and cancel what must not be sent. Each attempt
    places one: with `retries: 0` a check makes no more than needed. Only for stores that say `allow_orders: true`.
    """

    asserts: ClassVar[bool] = True
    places_orders: ClassVar[bool] = True
    patience: ClassVar[Duration] = Duration(60_000)
    example: ClassVar[str] = "- place_order: {as: order}"

    as_: Annotated[
        SavedName | None, Doc("The name to keep the order's number under, for later steps."), Example("order")
    ] = None
    button: Annotated[Element | None, Doc("The button, if it is not the checkout's own.")] = None

    def title(self) -> str:
        return "Place the order"

    async def run(self, io: Browser) -> Outcome | None:
        if not io.store.allow_orders:
            raise cannot_work("The store document does not say `allow_orders: true`, so no order is placed.")
        view = await must_be_checkout(io)
        if self.button is not None:
            await (await io.one(self.button)).press()
        else:
            await _press(io)
        thanks = await _thanks(io, view)
        number = next(iter(thanks["numbers"]), None)
        if number is None:
            return Outcome(warning=_nameless(io, thanks))
        if self.as_ is not None:
            io.keep(self.as_, number)
        return Outcome(note=f"order {number}")


async def _press(io: Browser) -> None:
    views: list[CheckoutView] = []

    async def usable() -> bool:
        views[:] = [await look_to_pay(io)]
        button = pay_button(views[0])
        return button is not None and bool(button["enabled"]) and not views[0].facts["busy"]

    there = await wait(io, usable, most=BUTTON_SECONDS, pause=0.1)
    button = pay_button(views[0])
    if there and button is not None:
        await press_at(io, button["path"], what=f"The button “{button['name']}”")
        return
    must_accept(views[0], what="what was filled in")
    if button is not None:
        raise failed(
            "R528",
            f"Shoppers cannot place the order: the button “{button['name']}” is disabled.",
            expected="a button that can be pressed",
            actual=f"“{button['name']}”, disabled",
            evidence=tuple(views[0].facts["complaints"]),
        )
    offered = ", ".join(f"“{each['name']}”" for each in views[0].facts["submits"])
    raise failed(
        "R528",
        "The checkout has no button that places the order.",
        expected="a button such as “Pay now”",
        actual=offered or "no button",
        hint="On a checkout of several pages, choose a shipping method and see the payment first. A button that is "
        "hard to find can be said: `place_order: {button: …}`.",
    )


async def _thanks(io: Browser, before: CheckoutView) -> dict[str, Any]:
    """The page that thanks, with the order's number. Raises `Abort` (R515, R528)."""
    seen: dict[str, Any] = {}
    told: list[CheckoutView] = []
    old = set(before.facts["complaints"])

    async def decided() -> bool:
        seen.update(await ask(io, "thanks", ORDER))
        if not seen["ready"]:
            return False
        if seen["thanks"] or (seen["status"] or 200) >= 400:
            return True
        told[:] = [await look_to_pay(io)]
        facts = told[0].facts
        answered = facts["page"] != before.facts["page"] or not facts["busy"]
        return answered and bool(set(facts["complaints"]) - old or told[0].invalid)

    await wait(io, decided, most=ORDER_SECONDS, pause=0.2)
    if not seen["thanks"] or (seen["status"] or 200) >= 400:
        raise _refused(seen, told, old)

    async def numbered() -> bool:
        seen.update(await ask(io, "thanks", ORDER))
        return bool(seen["numbers"])

    await wait(io, numbered, most=NUMBER_SECONDS, pause=0.2)
    return seen


def _refused(seen: dict[str, Any], told: list[CheckoutView], old: set[str]) -> Abort:
    status = seen["status"] or 200
    if status >= 400:
        words = seen["heading"] or seen["title"]
        return failed(
            "R528",
            f"Paying leads to an error page ({status}): shoppers do not know whether they have ordered.",
            expected="a page that thanks for the order",
            actual=f"status {status}{f', “{words}”' if words else ''}",
        )
    if told and told[0].invalid:
        must_accept(told[0], what="what was filled in")
    complaints = [text for text in told[0].facts["complaints"] if text not in old] if told else []
    said = quoted(complaints)
    summary = (
        f"The order is not placed: the checkout says {said}."
        if said
        else "The order is not placed, and nobody says why."
    )
    return failed(
        "R528",
        summary,
        expected="a page that thanks for the order",
        actual=said or f"still at {seen['path']}",
        hint="If the card was declined on purpose, the store works. Else look at the payment provider, and whether the "
        "card belongs to it: the Bogus Gateway takes 1, a provider in test mode its own test cards.",
    )


def _nameless(io: Browser, seen: dict[str, Any]) -> Finding:
    return Finding(
        code="R528",
        summary="The order is placed, but the page that thanks for it does not name its number.",
        expected="the order's number, or a number to confirm it",
        actual=f"“{seen['heading'] or seen['title']}”, no number",
        evidence=(f"the page is {io.url}",),
        warn=True,
    )
