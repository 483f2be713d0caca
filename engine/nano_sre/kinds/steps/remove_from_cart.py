from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Example, Text
from nano_sre.core.ports import Abort, Browser, Outcome, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared.cart_changes import has_answered, the_line
from nano_sre.kinds._shared.cart_view import look_at_cart
from nano_sre.kinds._shared.parts import SHOPPING, press_at, sentence, wait
from nano_sre.kinds._shared.shop_words import REMOVE
from nano_sre.kinds._shared.theme import Cart, CartLine, ask, read_cart

FIND_SECONDS = 4.0
ANSWER_SECONDS = 6.0
SHOWN_SECONDS = 4.0


@register("step", "remove_from_cart", short="line")
class RemoveFromCart:
    """Takes a product out of the open cart with the cart's own control, and checks that it is gone.

    It is gone when neither the store's cart nor the page has it any more.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = SHOPPING
    example: ClassVar[str] = "- remove_from_cart"

    line: Annotated[
        Text | None,
        Doc("The product or its variant, if there is more than one in the cart."),
        Example("154cm"),
    ] = None
    button: Annotated[Element | None, Doc("The control, if it is not the line's own.")] = None

    def title(self) -> str:
        return f"Remove {self.line or 'the product'} from the cart"

    async def run(self, io: Browser) -> Outcome | None:
        cart = await read_cart(io)
        name = None if self.line is None else str(io.value(self.line))
        line = the_line(cart, name, purpose="it cannot be taken out")
        removal = _Removal(io, line, place=cart.lines.index(line) + 1)
        await removal.press(self.button)
        after = await removal.verify()
        return Outcome(note=f"{line.name} is out; {after.count} left" if after.count else "the cart is empty")


@dataclass(slots=True)
class _Removal:
    io: Browser
    line: CartLine
    place: int
    start: dict[str, Any] = field(default_factory=dict)

    async def press(self, button: Element | None) -> None:
        """Press the control that removes the line. Raises `Abort` (R512, R513)."""
        if button is not None:
            handle = await self.io.one(button)
            self.start = await ask(self.io, "traffic", {"since": 0, "text": True})
            await handle.press()
            return
        control = await self._control()
        self.start = await ask(self.io, "traffic", {"since": 0, "text": True})
        await press_at(self.io, control, what=f"The control that removes {self.line.name}")

    async def _control(self) -> str:
        found: list[Any] = []
        asked = {
            "title": self.line.title,
            "detail": self.line.variant_title,
            "id": self.line.variant,
            "key": self.line.key,
            "place": self.place,
        }

        async def usable() -> bool:
            found[:] = [await ask(self.io, "removal", {"words": REMOVE, "line": asked})]
            return found[0] is not None and not (await look_at_cart(self.io, [self.line])).moving

        await wait(self.io, usable, most=FIND_SECONDS, pause=0.1)
        if found[0] is not None:
            return str(found[0]["path"])
        shown = (await look_at_cart(self.io, [self.line])).lines[0]
        if not shown.shown:
            raise failed(
                "R512",
                f"No open cart shows {self.line.name}, so it cannot be taken out.",
                hint="Put an `open_cart` step before this one.",
            )
        if shown.fewer is not None and self.line.quantity == 1:
            return shown.fewer
        raise failed(
            "R513",
            f"Shoppers cannot take {self.line.name} out of the cart: its line has no control for it.",
            expected="a button or link that removes the product",
            actual="none in the product's line",
            hint="If the cart has one that is hard to find, say it: `remove_from_cart: {button: …}`. Where shoppers "
            "set the quantity to 0, write `set_quantity: 0`.",
        )

    async def verify(self) -> Cart:
        """The cart without the line. Raises `Abort` (R513) when it is still there, or still shown."""
        answered = await wait(
            self.io, lambda: has_answered(self.io, self.start), most=ANSWER_SECONDS, pause=0.1
        )
        cart = await read_cart(self.io)
        if self._in(cart):
            raise await self._still_there(cart, answered=answered)

        async def gone() -> bool:
            return not (await look_at_cart(self.io, [self.line])).lines[0].shown

        twins = any(line.title == self.line.title for line in cart.lines)  # other variants share the name
        if not twins and not await wait(self.io, gone, most=SHOWN_SECONDS, pause=0.1):
            raise failed(
                "R513",
                f"{self.line.name} is out of the cart, but the page still shows it.",
                expected=f"a cart without {self.line.name}",
                actual="the line as before",
                hint="The cart drawer or cart page is not drawn anew.",
            )
        if self.io.memory.get("added") == self.line.title and not twins:
            del self.io.memory["added"]
        return cart

    def _in(self, cart: Cart) -> int:
        if not self.line.key:
            return cart.quantity(self.line.variant)
        return sum(line.quantity for line in cart.lines if line.key == self.line.key)

    async def _still_there(self, cart: Cart, *, answered: bool) -> Abort:
        now = await ask(self.io, "traffic", {"since": 0, "text": True})
        said = sentence([text for text in now["alerts"] if text not in self.start["alerts"]])
        how = "has no effect" if answered else "does nothing: the cart is not told"
        return failed(
            "R513",
            f"Removing {self.line.name} from the cart {how}{f'; the page says {said}' if said else ''}.",
            expected=f"a cart without {self.line.name}",
            actual=f"{self._in(cart)} in the cart",
        )
