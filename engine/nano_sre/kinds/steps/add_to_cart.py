from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from nano_sre.core.fields import Doc, Duration, Element
from nano_sre.core.ports import Browser, Outcome, failed
from nano_sre.core.registry import register
from nano_sre.core.result import Finding
from nano_sre.core.template import Template
from nano_sre.kinds._shared import refusals
from nano_sre.kinds._shared.cart_view import look_at_cart_until
from nano_sre.kinds._shared.parts import SHOPPING, press_at, wait
from nano_sre.kinds._shared.theme import Cart, CartLine, ask, ask_until, catalogue, no_product_form, read_cart

ANSWER_SECONDS = 6.0  # how long a shopper waits for anything at all to happen
SHOWN_SECONDS = 4.0
CHANGED_SECONDS = 2.0


@register("step", "add_to_cart")
class AddToCart:
    """Presses the product page's add-to-cart button as a shopper does, and checks that it worked.

    It worked when the cart holds the chosen variant, in the right quantity, and the page shows it. The button is
    found in any language; for a page that hides it well, say `button`.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = SHOPPING
    example: ClassVar[str] = "- add_to_cart"

    button: Annotated[Element | None, Doc("The button, if it is not the product form's own.")] = None
    quantity: Annotated[
        int | Template | None, Doc("How many to add; what the page proposes if not said.")
    ] = None

    def title(self) -> str:
        return "Add to cart" if self.quantity is None else f"Add {self.quantity} to the cart"

    async def run(self, io: Browser) -> Outcome | None:
        import asyncio  # noqa: PLC0415 - a third of what `validate` takes to start: it reads steps and runs none

        facts, before, start = await asyncio.gather(
            ask(io, "product"), read_cart(io), ask(io, "traffic", {"since": 0, "text": True})
        )
        if self.button is None:
            await _must_be_pressable(io, facts)
        quantity = None if self.quantity is None else int(io.value(self.quantity))
        if quantity is not None:
            await _fill_quantity(io, facts, quantity)
        adding = _Adding(io, facts, quantity=quantity or 1, before=before, start=start)
        await self._press(io, facts)
        after = await adding.after()
        line = adding.must_hold(after)
        io.memory["added"] = line.title
        io.memory["just_added"] = True
        io.memory["cart_lines"] = after.lines
        return await adding.shown(after, line)

    async def _press(self, io: Browser, facts: dict[str, Any]) -> None:
        if self.button is not None:
            await (await io.one(self.button)).press()
            return
        await press_at(io, facts["submit"]["path"], what=f"The button “{facts['submit']['name']}”")


async def _must_be_pressable(io: Browser, facts: dict[str, Any]) -> None:
    name = f"“{facts['title']}”" if facts["title"] else "The product"
    submit = facts["submit"]
    if not facts["form"]:
        raise no_product_form(facts)
    if submit is None or not submit["visible"]:
        raise failed(
            "R511",
            f"Shoppers cannot buy {name}: its page shows no add-to-cart button.",
            expected="a visible button that submits the product form (which posts to /cart/add)",
            actual="no such button" if submit is None else f"the button “{submit['name']}” is not visible",
        )
    if submit["disabled"]:
        raise failed(
            "R511",
            f"Shoppers cannot buy {name}: its add-to-cart button is disabled and reads “{submit['name']}”.",
            expected="a button that can be pressed",
            actual=f"“{submit['name']}”, disabled",
            hint="The variant is sold out or unavailable, or the theme's script stopped half-way.",
            evidence=await _stock(io, facts),
        )


async def _stock(io: Browser, facts: dict[str, Any]) -> tuple[str, ...]:
    """What the catalogue says of the variant: a page may be behind the stock."""
    product = await catalogue(io, facts["handle"]) if facts["handle"] else None
    variant = product.variant(facts["variant"] or facts["url_variant"]) if product else None
    if variant is None:
        return ()
    return (f"the catalogue (/products/….js): {'in stock' if variant.available else 'sold out'}",)


async def _fill_quantity(io: Browser, facts: dict[str, Any], quantity: int) -> None:
    if facts["quantity"]:
        await io.at(facts["quantity"]).fill(str(quantity))
    elif quantity != 1:
        raise failed(
            "R511",
            f"Shoppers cannot say that they want {quantity}: the product form has no quantity field.",
            expected="a visible field named “quantity”",
        )


@dataclass(slots=True)
class _Adding:
    """One press of the button: what was before, and what became of it."""

    io: Browser
    facts: dict[str, Any]
    quantity: int
    before: Cart
    start: dict[str, Any]
    now: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"“{self.facts['title']}”" if self.facts["title"] else "the product"

    @property
    def button(self) -> str:
        submit = self.facts["submit"]
        return f"“{submit['name']}”" if submit else "the button"

    async def after(self) -> Cart:
        """The cart once it has grown. Raises `Abort` (R511, R517, R518) when it has not."""
        self.now = await ask_until(
            self.io,
            "traffic",
            {"since": self.start["now"], "text": False},
            done="seen.page !== want ? seen.ready : seen.seen.some((one) => one.path.includes('/add'))",
            want=self.start["page"],
            most=ANSWER_SECONDS,
        )
        if not self._is_answered and await self._still_busy():
            await self.io.until(self._answered)
        cart = await read_cart(self.io)
        if cart.count <= self.before.count:
            cart = await self._look_again()
        if cart.count <= self.before.count:
            raise await refusals.not_added(self.io, self.facts, seen=self.now, start=self.start, cart=cart)
        return cart

    async def _answered(self) -> bool:
        self.now = await ask(self.io, "traffic", {"since": self.start["now"], "text": False})
        return self._is_answered

    @property
    def _is_answered(self) -> bool:
        if self.now["page"] != self.start["page"]:
            return bool(self.now["ready"])
        return any("/add" in request["path"] for request in self.now["seen"])

    async def _still_busy(self) -> bool:
        """Whether the theme shows that it is at work: a slow store is not a dead button."""
        submit = (await ask(self.io, "product"))["submit"]
        return bool(submit and (submit["busy"] or submit["disabled"]))

    async def _look_again(self) -> Cart:
        carts: list[Cart] = []

        async def grown() -> bool:
            carts[:] = [await read_cart(self.io)]
            return carts[0].count > self.before.count

        # A refusal is final, and so is silence; only an answer that said yes may be ahead of the cart.
        moved = self.now["page"] != self.start["page"]
        statuses = [self.now["status"]] if moved else [request["status"] for request in self.now["seen"]]
        final = not self._is_answered or any((status or 200) >= 400 for status in statuses)
        await wait(self.io, grown, most=0 if final else CHANGED_SECONDS, pause=0.5)
        return carts[0]

    def must_hold(self, after: Cart) -> CartLine:
        """The line that grew. Raises `Abort` (R511) for another variant than the chosen one, or another number."""
        grown = [
            line for line in after.lines if after.quantity(line.variant) > self.before.quantity(line.variant)
        ]
        wanted = self.facts["variant"] if self.facts["handle"] else None
        mine = next((line for line in grown if line.variant == wanted), None)
        if wanted is not None and mine is None:
            chosen = refusals.variant_name(self.io, self.facts)
            actual = " and ".join(line.name for line in grown) or "something else"
            raise failed(
                "R511",
                f"The wrong variant lands in the cart: {chosen} was chosen, but the cart got {actual}.",
                expected=chosen,
                actual=actual,
                hint="Shoppers pay for what they did not choose. Look at what the product form sends as `id`.",
            )
        line = mine or grown[0]
        added = after.quantity(line.variant) - self.before.quantity(line.variant)
        if added != self.quantity:
            raise failed(
                "R511",
                f"Adding {self.name} once put {added} into the cart instead of {self.quantity}.",
                expected=str(self.quantity),
                actual=str(added),
                hint="Fewer: the stock or a quantity rule limits it. More: two scripts may both send the form.",
            )
        return line

    async def shown(self, after: Cart, line: CartLine) -> Outcome | None:
        """Wait for the page to show what happened; a page that gives no sign at all is a warning."""
        note = f"{line.name}, {after.count} in the cart" if after.count > 1 else line.name
        view = await look_at_cart_until(self.io, [line], count=after.count, most=SHOWN_SECONDS)
        if view.complete or view.counts(after.count):
            return Outcome(note=note)
        now = await ask(self.io, "traffic", {"since": 0, "text": True})
        if now["page"] != self.start["page"] or now["text"] != self.start["text"]:
            return Outcome(note=note)
        return Outcome(
            warning=Finding(
                code="R511",
                summary=f"{line.name} is in the cart, but the page gives shoppers no sign of it.",
                expected="a cart drawer, a notice, a new number at the cart's link or the cart page",
                actual="the page looks as before",
                hint="Shoppers press again, or leave.",
                warn=True,
            )
        )
