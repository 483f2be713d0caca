from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from nano_sre.core.fields import Doc, Duration, Example, Text
from nano_sre.core.ports import Browser, Outcome, failed
from nano_sre.core.registry import register
from nano_sre.core.values import frozen_row
from nano_sre.kinds._shared import amounts
from nano_sre.kinds._shared.parts import SHOPPING, press_at, wait
from nano_sre.kinds._shared.theme import (
    Product,
    Variant,
    ask,
    ask_until,
    catalogue,
    no_product_form,
    prefetch,
)

FOLLOW_SECONDS = 8.0
PRICE_SECONDS = 2.0
MOST_LISTED = 12


@register("step", "choose_variant", short="variant")
class ChooseVariant:
    """Chooses a variant in the product page's picker, and waits until the page has followed the choice.

    It is written as its title in the admin, such as `154cm / Blue`, or option by option. Drop-down lists, radio
    buttons, swatches and buttons are found without a selector. A variant that is sold out can be chosen too.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = SHOPPING
    example: ClassVar[str] = "- choose_variant: 154cm"
    exactly_one: ClassVar[tuple[str, ...]] = ("variant", "options")

    variant: Annotated[
        Text | None, Doc("The variant's title, or one value that says enough."), Example("154cm / Blue")
    ] = None
    options: Annotated[
        Mapping[str, Text] | None, Doc("Options and their values."), Example("{Size: 154cm}")
    ] = None

    def title(self) -> str:
        said = self.variant or ", ".join(f"{name} {value}" for name, value in (self.options or {}).items())
        return f"Choose the variant {said}"

    async def run(self, io: Browser) -> Outcome | None:
        import asyncio  # noqa: PLC0415 - as in add_to_cart

        # The address almost always says which product this is: its catalogue entry is fetched meanwhile.
        facts, _ = await asyncio.gather(ask(io, "product"), prefetch(io))
        product = await _product_here(io, facts)
        current = product.variant(facts["variant"])
        choice = _Choice(
            io, product, _one_variant(self._asked(io), product=product, current=current), current
        )
        wanted = choice.wanted
        price, controls = await asyncio.gather(choice.price_before(), choice.controls())
        await choice.make(controls)
        await choice.followed(price)
        io.memory["variant"] = {"handle": product.handle, "id": wanted.id}
        return None if wanted.available else Outcome(note=f"{wanted.title} is sold out")

    def _asked(self, io: Browser) -> str | dict[str, str]:
        if self.options is not None:
            return {name: str(io.value(value)) for name, value in self.options.items()}
        return str(io.value(self.variant))


async def _product_here(io: Browser, facts: dict[str, Any]) -> Product:
    if facts["handle"] is None:
        raise failed("R510", "A variant is chosen on a product page, but this is none.", actual=io.url)
    if not facts["form"]:
        raise no_product_form(facts)
    product = await catalogue(io, facts["handle"])
    if product is None:
        path = f"/products/{facts['handle']}.js"
        raise failed(
            "R510",
            f"The variants of “{facts['title']}” cannot be read: the store does not answer {path} with a product.",
            expected="the product as JSON",
            hint="Every theme store answers this address; a headless store may not.",
        )
    return product


def _one_variant(asked: str | dict[str, str], *, product: Product, current: Variant | None) -> Variant:
    """The variant meant; where only some options are said, the others stay as the page has them."""
    found = product.find(asked)
    if not found:
        raise _unknown(asked, product)
    mine = current.options if current else ()

    def likeness(variant: Variant) -> tuple[int, bool]:
        return sum(a == b for a, b in zip(variant.options, mine, strict=False)), variant.available

    return max(found, key=likeness)


def _unknown(asked: str | dict[str, str], product: Product) -> Exception:
    said = asked if isinstance(asked, str) else ", ".join(f"{name}: {value}" for name, value in asked.items())
    titles = [variant.title for variant in product.variants]
    import difflib  # noqa: PLC0415 - only a mistake needs it

    near = difflib.get_close_matches(said, titles, n=1, cutoff=0.4)
    listed = ", ".join(f"“{title}”" for title in titles[:MOST_LISTED])
    more = f" and {len(titles) - MOST_LISTED} more" if len(titles) > MOST_LISTED else ""
    return failed(
        "R510",
        f"“{product.title}” has no variant “{said}”.",
        expected=f"a variant “{said}”",
        actual=f"{listed}{more}",
        hint=f"Did you mean “{near[0]}”?" if near else None,
    )


@frozen_row
class _Choice:
    io: Browser
    product: Product
    wanted: Variant
    before: Variant | None

    @property
    def _name(self) -> str:
        return f"“{self.wanted.title}” of “{self.product.title}”"

    async def make(self, controls: list[dict[str, Any] | None]) -> None:
        """Use the control of each option that is not chosen yet. The page may be drawn anew after each of them."""
        for position, value in enumerate(self.wanted.options):
            if position:
                controls = await self.controls()
            if len(controls) == 1 < len(self.wanted.options):  # one list of whole variants
                await self._use(controls[0], what=f"“{self.wanted.title}”")
                return
            control = controls[position] if position < len(controls) else None
            if control is not None and not control["current"]:
                await self._use(control, what=f"“{value}”")
                await self._settled(position)
            elif control is None and len(self.product.values(position)) > 1:
                raise self._no_control(position, value)

    async def controls(self) -> list[dict[str, Any] | None]:
        options = [
            {"value": value, "values": self.product.values(position)}
            for position, value in enumerate(self.wanted.options)
        ]
        found: list[dict[str, Any] | None] = await ask(
            self.io, "picker", {"id": self.wanted.id, "options": options}
        )
        return found

    async def _use(self, control: dict[str, Any] | None, *, what: str) -> None:
        if control is None or control["current"]:
            return
        if control["kind"] == "press":
            await press_at(self.io, control["path"], what=f"The choice {what}")
        else:
            await self.io.at(control["path"]).choose(control["option"])

    async def _settled(self, position: int) -> None:
        """Wait until the page has taken in one option: one that redraws itself would lose the next choice."""
        if position == len(self.wanted.options) - 1:
            return
        between = self._between(position)

        async def taken_in() -> bool:
            facts = await ask(self.io, "product")
            if between is not None:
                return facts["variant"] == between.id and not facts["busy"]
            controls = await self.controls()
            control = controls[position] if position < len(controls) else None
            return control is not None and bool(control["current"]) and not facts["busy"]

        await wait(self.io, taken_in, most=FOLLOW_SECONDS / 2, pause=0.1)

    def _between(self, position: int) -> Variant | None:
        """The variant the page holds once options up to this one are chosen; None where the store has none such."""
        if self.before is None:
            return None
        options = (*self.wanted.options[: position + 1], *self.before.options[position + 1 :])
        return next((variant for variant in self.product.variants if variant.options == options), None)

    async def price_before(self) -> amounts.Seen | None:
        """The price as the page shows it, when the choice must change it; else None."""
        if self.before is None or self.before.price == self.wanted.price:
            return None
        return await amounts.look(self.io, "product_price")

    async def followed(self, price: amounts.Seen | None) -> None:
        """Wait until the form holds the variant and the price has changed if it must. Raises `Abort` (R510)."""
        facts = await ask_until(
            self.io,
            "product",
            done="seen.variant === want && !seen.busy",
            want=self.wanted.id,
            most=FOLLOW_SECONDS,
        )
        if facts["variant"] != self.wanted.id:
            raise self._did_not_follow(facts)
        if price is not None:
            # A price that stays is for the check's own expectation to judge: a market may price variants alike.
            await amounts.look_until_changed(self.io, "product_price", price, most=PRICE_SECONDS)

    def _no_control(self, position: int, value: str) -> Exception:
        option = self.product.options[position] if position < len(self.product.options) else "the option"
        return failed(
            "R510",
            f"Shoppers cannot choose {self._name}: the page has no control for “{option}” with the value “{value}”.",
            expected=f"a list, radio button, swatch or button for each of {', '.join(self.product.values(position))}",
            actual="none beside the product form",
        )

    def _did_not_follow(self, facts: dict[str, Any]) -> Exception:
        held = self.product.variant(facts["variant"])
        actual = f"“{held.title}”" if held else (facts["variant"] or "no variant")
        return failed(
            "R510",
            f"Choosing {self._name} has no effect: the product form still holds {actual}.",
            expected=f"“{self.wanted.title}” (variant {self.wanted.id}) in the product form's `id` field",
            actual=actual,
            hint="A shopper would put the wrong variant into the cart.",
        )
