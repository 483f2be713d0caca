from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element
from nano_sre.core.ports import Abort, Browser, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared.cart_view import CartView, look_at_cart
from nano_sre.kinds._shared.checkout import CheckoutView, look_at_checkout, must_answer
from nano_sre.kinds._shared.parts import press_at, sentence, wait
from nano_sre.kinds._shared.theme import must_not_be_locked, read_cart

BUTTON_SECONDS = 3.0
PAGE_SECONDS = 20.0


@register("step", "start_checkout")
class StartCheckout:
    """Presses the cart's checkout button and checks that the checkout comes, with fields for contact or delivery."""

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = Duration(30_000)
    example: ClassVar[str] = "- start_checkout"

    button: Annotated[Element | None, Doc("The button, if it is not the cart's own.")] = None

    def title(self) -> str:
        return "Start the checkout"

    async def run(self, io: Browser) -> None:
        if self.button is not None:
            before = (await look_at_cart(io)).loaded_at
            await (await io.one(self.button)).press()
        else:
            before = await _press(io)
        view = await _arrive(io, before)
        must_not_be_locked(io.url)
        must_answer(view)
        if not view.here:
            raise _elsewhere(view)
        if not (view.has_form or view.has_payment):
            raise failed(
                "R514",
                "The checkout came up without a form: shoppers find no field for contact or delivery.",
                expected="fields for an e-mail address or a delivery address",
                actual=f"“{view.facts['heading'] or view.facts['title']}”, no such field",
                evidence=tuple(view.facts["complaints"]),
            )


async def _press(io: Browser) -> float:
    """Press the cart's checkout button; which page that was, by when it was loaded."""
    views: list[CartView] = []

    async def usable() -> bool:
        views[:] = [await look_at_cart(io)]
        return any(control["enabled"] for control in views[0].checkout)

    there = await usable()
    if not there and not views[0].checkout and not (await read_cart(io)).count:
        raise failed(
            "R514", "The cart is empty, so there is nothing to check out.", expected="a product in the cart"
        )
    if not there and not await wait(io, usable, most=BUTTON_SECONDS, pause=0.1):
        raise _no_button(views[0])
    controls = [control for control in views[0].checkout if control["enabled"]]
    # A drawer that lies over the page is what the shopper looks at.
    control = next((each for each in controls if each["on_top"]), controls[0])
    await press_at(io, control["path"], what=f"The checkout button “{control['name']}”")
    return views[0].loaded_at


def _no_button(view: CartView) -> Abort:
    if view.checkout:
        name = view.checkout[0]["name"]
        return failed(
            "R514",
            f"Shoppers cannot check out: the button “{name}” is disabled.",
            expected="a checkout button that can be pressed",
            actual=f"“{name}”, disabled",
            evidence=view.alerts,
        )
    return failed(
        "R514",
        "Shoppers cannot check out: no checkout button is visible.",
        expected="a visible button named “checkout”, or a link to /checkout",
        actual="neither on this page",
        hint="Is the cart open? Put an `open_cart` step before this one.",
    )


async def _arrive(io: Browser, before: float) -> CheckoutView:
    """The page the button led to, once it has been drawn."""
    ends = io.left - PAGE_SECONDS
    # The first look is at another page, or at this one once its script has drawn the checkout into it.
    moved = "seen.ready && (seen.page !== want || /\\/checkouts?(\\/|$)/.test(seen.path))"
    views = [await look_at_checkout(io, until=moved, want=before, most=PAGE_SECONDS)]

    async def arrived() -> bool:
        if not _is_there(views[0], before):
            views[:] = [await look_at_checkout(io)]
        return _is_there(views[0], before)

    await wait(io, arrived, most=io.left - ends)
    return views[0]


def _is_there(view: CheckoutView, before: float) -> bool:
    if not view.facts["ready"]:
        return False
    broken = (view.facts["status"] or 200) >= 400
    form = view.here and (view.has_form or view.has_payment)
    return form or (broken and (view.here or view.facts["page"] != before))


def _elsewhere(view: CheckoutView) -> Abort:
    where = view.facts["path"] or "/"
    said = sentence(view.facts["complaints"])
    if "/account" in where or "/login" in where:
        summary = "Shoppers without an account cannot check out: the checkout asks them to log in."
    elif where.endswith("/cart"):
        summary = f"The checkout sends shoppers back to the cart{f', which says {said}' if said else ''}."
    else:
        summary = f"Pressing the checkout button does not lead to the checkout: shoppers are at {where}."
    return failed("R514", summary, expected="the checkout", actual=view.facts["url"])
