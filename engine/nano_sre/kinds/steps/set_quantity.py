from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from nano_sre.core.fields import Doc, Duration, Text, Unfit
from nano_sre.core.ports import Abort, Browser, Outcome, failed
from nano_sre.core.registry import register
from nano_sre.core.template import Template
from nano_sre.kinds._shared.cart_view import CartView, ShownLine, look_at_cart
from nano_sre.kinds._shared.languages import fold
from nano_sre.kinds._shared.parts import SHOPPING, press_at, sentence, wait
from nano_sre.kinds._shared.theme import Cart, CartLine, ask, read_cart

ANSWER_SECONDS = 5.0
QUIET_SECONDS = 1.0
SHOWN_SECONDS = 4.0
MOST_PRESSES = 20

# Scripts of themes listen to `change`, which a browser sends when a field loses the focus.
LEAVE = """(el) => {
  let told = false;
  const hear = () => { told = true; };
  el.addEventListener("change", hear, {once: true, capture: true});
  el.blur();
  if (!told) el.dispatchEvent(new Event("change", {bubbles: true}));
}"""


@register("step", "set_quantity", short="quantity")
class SetQuantity:
    """Changes how many of a product are in the open cart, with the cart's own control, and checks that it worked.

    It worked when both the page and the store's cart have the new quantity.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = SHOPPING
    example: ClassVar[str] = "- set_quantity: 2"

    quantity: Annotated[int | Template, Doc("How many there should be.")]
    line: Annotated[Text | None, Doc("The product, if there is more than one in the cart.")] = None

    def __post_init__(self) -> None:
        if isinstance(self.quantity, int) and self.quantity < 0:
            raise Unfit(
                f"a cart cannot hold {self.quantity} of a product",
                "quantity",
                hint="write 0 to take the product out, or how many there should be",
            )

    def title(self) -> str:
        return f"Set the quantity{f' of {self.line}' if self.line else ''} to {self.quantity}"

    async def run(self, io: Browser) -> Outcome | None:
        cart = await read_cart(io)
        name = None if self.line is None else str(io.value(self.line))
        line = _one_line(cart, name)
        change = _Change(io, line, quantity=int(io.value(self.quantity)))
        if line.quantity == change.quantity:
            return Outcome(note=f"it is {line.quantity} already")
        shown = await change.find()
        await change.make(shown)
        await change.verify()
        return None


def _one_line(cart: Cart, name: str | None) -> CartLine:
    wanted = [
        line
        for line in cart.lines
        if name is None or fold(name) in fold(f"{line.title} {line.variant_title}")
    ]
    if len(wanted) == 1:
        return wanted[0]
    listed = ", ".join(line.name for line in cart.lines) or "nothing"
    if not wanted:
        what = "The cart is empty" if not cart.lines else f"“{name}” is not in the cart"
        raise failed("R513", f"{what}, so its quantity cannot be changed.", actual=listed)
    raise failed(
        "R513", "Several products are in the cart: say with `line` which one is meant.", actual=listed
    )


@dataclass(slots=True)
class _Change:
    io: Browser
    line: CartLine
    quantity: int
    start: dict[str, Any] = field(default_factory=dict)

    async def find(self) -> ShownLine:
        """The line on the page, with its quantity control. Raises `Abort` (R512, R513)."""
        views: list[CartView] = []

        async def usable() -> bool:
            views[:] = [await look_at_cart(self.io, [self.line])]
            line = views[0].lines[0]
            return not views[0].moving and (line.field is not None or line.more is not None)

        await wait(self.io, usable, most=SHOWN_SECONDS, pause=0.1)
        shown = views[0].lines[0]
        if not views[0].shown or not shown.shown:
            raise failed(
                "R512",
                f"No open cart shows {self.line.name}, so its quantity cannot be changed.",
                hint="Put an `open_cart` step before this one.",
            )
        if shown.field is None and shown.more is None:
            raise failed(
                "R513",
                f"Shoppers cannot change the quantity of {self.line.name}: the cart has no control for it.",
                expected="a quantity field, or buttons for more and fewer",
                actual="neither, in the product's line",
            )
        return shown

    async def make(self, shown: ShownLine) -> None:
        self.start = await ask(self.io, "traffic", {"since": 0, "text": True})
        field = self.io.at(shown.field) if shown.field else None
        if field is None:
            await self._step_by_step(shown)
        elif shown.select:
            await field.choose(str(self.quantity))
        else:
            await field.fill(str(self.quantity))
            await field.js(LEAVE)
        if not await wait(self.io, self._answered, most=QUIET_SECONDS):
            view = await look_at_cart(self.io, [self.line])
            if view.update is not None:  # a cart that waits for its “Update” button
                await press_at(self.io, view.update, what="The cart's update button")

    async def _step_by_step(self, shown: ShownLine) -> None:
        """Press “more” or “fewer” as often as it takes, waiting for the cart each time."""
        away = self.quantity - self.line.quantity
        path = shown.more if away > 0 else shown.fewer
        if path is None:
            raise failed(
                "R513", f"The cart has no button for {'more' if away > 0 else 'fewer'} of {self.line.name}."
            )
        for _ in range(min(abs(away), MOST_PRESSES)):
            before = await ask(self.io, "traffic", {"since": 0, "text": False})
            await press_at(self.io, path, what="The quantity button")
            self.start = {**self.start, "now": before["now"], "page": before["page"]}
            await wait(self.io, self._answered, most=ANSWER_SECONDS)
            line = (await look_at_cart(self.io, [self.line])).lines[0]
            path = (line.more if away > 0 else line.fewer) or path

    async def _answered(self) -> bool:
        now = await ask(self.io, "traffic", {"since": self.start["now"], "text": False})
        if now["page"] != self.start["page"]:
            return bool(now["ready"])
        return bool(now["seen"])

    async def verify(self) -> None:
        """The store's cart and the page both have the quantity. Raises `Abort` (R513)."""
        answered = await wait(self.io, self._answered, most=ANSWER_SECONDS)
        cart = await read_cart(self.io)
        actual = self._in(cart)
        if actual != self.quantity:
            raise await self._unchanged(actual, answered=answered)
        if self.quantity:
            await self._shown()

    def _in(self, cart: Cart) -> int:
        mine = [line for line in cart.lines if line.key == self.line.key]
        return mine[0].quantity if mine else cart.quantity(self.line.variant)

    async def _unchanged(self, actual: int, *, answered: bool) -> Abort:
        now = await ask(self.io, "traffic", {"since": 0, "text": True})
        said = sentence([text for text in now["alerts"] if text not in self.start["alerts"]])
        if actual != self.line.quantity:
            summary = f"Setting the quantity of {self.line.name} to {self.quantity} gives {actual}"
        elif answered:
            summary = f"Changing the quantity of {self.line.name} has no effect: the cart keeps {actual}"
        else:
            summary = f"Changing the quantity of {self.line.name} does nothing: the cart is not told and keeps {actual}"
        return failed(
            "R513",
            f"{summary}{f'; the page says {said}' if said else ''}.",
            expected=f"{self.quantity} in the cart",
            actual=f"{actual} in the cart",
            hint="The stock or a quantity rule may limit it." if 0 < actual < self.quantity else None,
        )

    async def _shown(self) -> None:
        values: list[float | None] = []

        async def same() -> bool:
            line = (await look_at_cart(self.io, [self.line])).lines[0]
            values[:] = [line.value]
            return line.shown and (line.field is None or line.value == self.quantity)

        if not await wait(self.io, same, most=SHOWN_SECONDS, pause=0.1):
            raise failed(
                "R513",
                f"The cart has {self.quantity} of {self.line.name}, but the page does not show it.",
                expected=f"a quantity of {self.quantity}",
                actual="nothing" if values[0] is None else f"a quantity of {values[0]:g}",
            )
