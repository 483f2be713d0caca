from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element
from nano_sre.core.ports import Abort, Browser, Outcome, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared.cart_view import CartView, look_at_cart
from nano_sre.kinds._shared.parts import SHOPPING, press_at, wait
from nano_sre.kinds._shared.theme import Cart, CartLine, read_cart

OPENING_SECONDS = 1.5
PRESSED_SECONDS = 4.0


@register("step", "open_cart")
class OpenCart:
    """Opens the cart, whether it is a drawer, a notification or a page, and checks that it shows what is in it.

    A cart that is already open is left as it is. Where pressing the cart's link shows nothing, the cart page is
    opened.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = SHOPPING
    example: ClassVar[str] = "- open_cart"

    button: Annotated[Element | None, Doc("What opens the cart, if it is not a link to the cart.")] = None

    def title(self) -> str:
        return "Open the cart"

    async def run(self, io: Browser) -> Outcome | None:
        import asyncio  # noqa: PLC0415 - as in add_to_cart

        # The cart and its view at once: mostly it holds what the step that added something saw in it.
        expected: tuple[CartLine, ...] = io.memory.get("cart_lines", ())
        cart, view = await asyncio.gather(read_cart(io), look_at_cart(io, expected))
        _must_hold_what_was_added(io, cart)
        if cart.lines != expected:
            view = await look_at_cart(io, cart.lines)
        view, note = await self._open(io, cart.lines, view)
        if cart.count and not view.complete:
            raise _not_shown(cart, view)
        if not cart.count:
            return Outcome(note="the cart is empty")
        return Outcome(note=note) if note else None

    async def _open(
        self, io: Browser, lines: Sequence[CartLine], view: CartView
    ) -> tuple[CartView, str | None]:
        """Make the contents visible: the cart as it is then, and a note when it took more than a shopper's press."""
        just_added = io.memory.pop("just_added", False)

        async def still() -> bool:
            nonlocal view
            view = await look_at_cart(io, lines)
            return _complete(view, lines) and not view.moving

        async def complete() -> bool:
            nonlocal view
            view = await look_at_cart(io, lines)
            return _complete(view, lines)

        # A drawer that shows all its lines just after adding is on its way in: nobody waits for its animation.
        if _complete(view, lines) and (just_added or not view.moving):
            return view, None
        # A drawer may be on its way since something was added: pressing now would close it again.
        coming = view.moving or view.shown or "added" in io.memory
        there = complete if just_added else still
        if (coming and await wait(io, there, most=OPENING_SECONDS, pause=0.05)) or await complete():
            return view, None
        pressed = await self._press(io, view)
        if (pressed and await wait(io, still, most=PRESSED_SECONDS, pause=0.1)) or await complete():
            return view, None
        await io.open("/cart")
        await wait(io, still, most=PRESSED_SECONDS, pause=0.1)
        why = "pressing the cart's link showed no cart" if pressed else "no link to it"
        return view, f"opened the page /cart: {why}"

    async def _press(self, io: Browser, view: CartView) -> bool:
        if self.button is not None:
            await (await io.one(self.button)).press()
            return True
        for path in (*view.links, *view.buttons)[:2]:
            try:
                await press_at(io, path, what="The link to the cart")
            except Abort as abort:
                if abort.finding is None:
                    raise
                return False  # a drawer that opens by itself may lie over the link: the caller looks again
            return True
        return False


def _complete(view: CartView, lines: Sequence[CartLine]) -> bool:
    return view.complete if lines else view.shown or view.page or view.dialog


def _must_hold_what_was_added(io: Browser, cart: Cart) -> None:
    added = io.memory.get("added")
    if added is not None and all(line.title != added for line in cart.lines):
        raise failed(
            "R512",
            f"The cart has lost “{added}”: it was added, and is no longer in it.",
            expected=f"“{added}”",
            actual="an empty cart" if not cart.count else ", ".join(line.name for line in cart.lines),
            hint="The cart's cookie may not be kept from page to page, or an app changes the cart.",
        )


def _not_shown(cart: Cart, view: CartView) -> Abort:
    hidden = [line.title for line in view.lines if not line.shown]
    names = " and ".join(f"“{title}”" for title in hidden) or "what is in it"
    return failed(
        "R512",
        f"The cart does not show {names}, although the store knows that it is in it.",
        expected=f"a cart with {', '.join(line.name for line in cart.lines)}",
        actual="no cart is visible" if not view.shown else f"a cart without {names}",
        hint="Drawer or cart page are behind the cart: a section that is not drawn anew, or a cached page.",
    )
