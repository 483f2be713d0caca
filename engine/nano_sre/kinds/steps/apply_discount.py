from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote, urlsplit

from nano_sre.core.fields import Doc, Duration, Example, Money, Text, Unfit
from nano_sre.core.ports import Abort, Browser, Outcome, failed
from nano_sre.core.registry import register
from nano_sre.core.result import Finding
from nano_sre.kinds._shared import amounts
from nano_sre.kinds._shared.discounts import Reduced, field_of, look_for_field, read_reduced, refused, unfold
from nano_sre.kinds._shared.money import format_money
from nano_sre.kinds._shared.parts import press_at, quoted, wait
from nano_sre.kinds._shared.theme import must_not_be_locked

FIELD_SECONDS = 3.0
ANSWER_SECONDS = 8.0
SHOWN_SECONDS = 3.0

LINK, CART, CHECKOUT = "link", "cart", "checkout"


@register("step", "apply_discount", short="code")
class ApplyDiscount:
    """Applies a discount code as a shopper does, and checks that it takes something off.

    In the checkout the code goes into its discount field; elsewhere into the cart's, if the theme has one, or else it
    is applied with the link `/discount/CODE` that shops put into their newsletters. A code that is not applied fails
    with the words of the store: expired, not found, not for these products.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = Duration(30_000)
    example: ClassVar[str] = "- apply_discount: SUMMER10"

    code: Annotated[Text, Doc("The discount code."), Example('"${vars.coupon}"')]
    at: Annotated[
        Literal["cart", "checkout", "link"] | None,
        Doc("Where it is applied; by itself the step takes the page's own field, or else the link."),
    ] = None
    takes_off: Annotated[
        Literal["goods", "shipping"],
        Doc(
            "What the code makes cheaper: `shipping` for free shipping, which leaves the price of the goods."
        ),
    ] = "goods"

    def __post_init__(self) -> None:
        if isinstance(self.code, str) and not self.code.strip():
            raise Unfit("there is no code to apply", "code", hint="write the code as shoppers type it")

    def title(self) -> str:
        return f"Apply the discount code {self.code}"

    async def run(self, io: Browser) -> Outcome | None:
        code = str(io.value(self.code)).strip()
        seen = await look_for_field(io, code)
        where = self.at or (
            CHECKOUT if seen["checkout"] else CART if field_of(seen) else await _folded(io, seen)
        )
        use = _Use(io, code, free_shipping=self.takes_off == "shipping")
        if where == LINK:
            return await use.link()
        typed = await use.find(where)
        return await (use.in_checkout(typed) if where == CHECKOUT else use.in_cart(typed))


async def _folded(io: Browser, seen: dict[str, Any]) -> str:
    """Some carts fold their field away: it is looked for before the link is taken."""
    if "/cart" not in seen["here"] and not (await read_reduced(io)).count:
        return LINK
    return CART if seen["openers"] else LINK


@dataclass(slots=True)
class _Use:
    """One code, and what the store and the page made of it."""

    io: Browser
    code: str
    free_shipping: bool
    start: dict[str, Any] = field(default_factory=dict)

    async def find(self, where: str) -> dict[str, Any]:
        """The field to type into, once it can be seen. Raises `Abort` (R525)."""
        views: list[dict[str, Any]] = []

        async def there() -> bool:
            views[:] = [await look_for_field(self.io, self.code)]
            return field_of(views[0]) is not None

        if not await there() and await unfold(self.io, views[0]):
            await wait(self.io, there, most=FIELD_SECONDS, pause=0.1)
        found = field_of(views[0]) if await wait(self.io, there, most=FIELD_SECONDS, pause=0.1) else None
        if found is not None and (where == CHECKOUT) == views[0]["checkout"]:
            self.start = views[0]
            return found
        raise failed(
            "R525",
            f"The {where} shows shoppers no field for a discount code.",
            expected="a field for a discount code",
            actual=f"none at {urlsplit(self.io.url).path or '/'}",
            hint="Apply the code where the store takes it: `at: cart`, `at: checkout` or `at: link`."
            if (where == CHECKOUT) == views[0]["checkout"]
            else f"The step needs the {where} to be open.",
        )

    async def _type(self, typed: dict[str, Any]) -> None:
        await self.io.at(typed["path"]).fill(self.code)
        now = field_of(await look_for_field(self.io, self.code)) or typed  # buttons come alive with a text
        if now["button"] is None:
            await self.io.at(now["path"]).js("(el) => el.form ? el.form.requestSubmit() : null")
            return
        await press_at(self.io, now["button"], what=f"The button “{now['name']}” beside the discount code")

    async def in_cart(self, typed: dict[str, Any]) -> Outcome | None:
        before = await read_reduced(self.io)
        if not before.count:
            raise failed(
                "R525", "The cart is empty, so no discount code can be applied.", actual="an empty cart"
            )
        await self._type(typed)
        after = before

        async def answered() -> bool:
            nonlocal after
            after = await read_reduced(self.io)
            return after != before or bool(await self._complaint())

        await wait(self.io, answered, most=ANSWER_SECONDS, pause=0.3)
        return await self._judge(before, after, where="the cart")

    async def link(self) -> Outcome | None:
        before = await read_reduced(self.io)
        here = urlsplit(self.io.url)
        back = "/cart" if here.scheme not in {"http", "https"} else here.path or "/"
        await self.io.open(f"/discount/{quote(self.code, safe='')}?redirect={quote(back)}")
        must_not_be_locked(self.io.url)
        after = await read_reduced(self.io)
        if not after.count:
            return Outcome(note="the cart is empty: the code counts once something is in it")
        self.start = await look_for_field(self.io, self.code)
        return await self._judge(before, after, where="the page", quiet=True)

    async def _judge(
        self, before: Reduced, after: Reduced, *, where: str, quiet: bool = False
    ) -> Outcome | None:
        applies = after.holds(self.code)
        cheaper = after.total < before.total or (before.holds(self.code) is True and after.off > 0)
        if not applies and not cheaper:
            await wait(self.io, self._complaint, most=1.0, pause=0.2)
            raise refused(self.code, await self._complaint(), where=where)
        if applies is False:
            raise refused(self.code, await self._complaint(), where=where)
        if not cheaper and not self.free_shipping:
            raise self._ignored(self._money(after.total), where="cart")
        note = self._taken_off(before.total - after.total, after.off)
        if quiet or await wait(self.io, self._shown, most=SHOWN_SECONDS, pause=0.15):
            return Outcome(note=note)
        return Outcome(note=note, warning=self._unseen())

    def _taken_off(self, difference: int, whole: int) -> str:
        return f"{self._money(difference or whole)} off" if difference or whole else "applied, for shipping"

    def _money(self, hundredths: int) -> str:
        market = self.io.store.market
        amount = Money(Decimal(hundredths) / 100, market.currency)
        return format_money(amount, locale=market.locale)

    async def _shown(self) -> bool:
        return bool((await look_for_field(self.io, self.code))["shown"])

    def _unseen(self) -> Finding:
        return Finding(
            code="R525",
            summary=f"The discount code “{self.code}” is applied, but the cart does not show it to shoppers.",
            expected=f"“{self.code}” in the cart",
            actual="no sign of it",
            warn=True,
        )

    async def in_checkout(self, typed: dict[str, Any]) -> Outcome | None:
        before = (await amounts.look(self.io, "checkout_total")).amount
        await self._type(typed)
        seen: dict[str, Any] = {}
        total = before

        async def answered() -> bool:
            nonlocal total
            seen.update(await look_for_field(self.io, self.code))
            if not seen["ready"] or seen["busy"]:
                return False
            total = (await amounts.look(self.io, "checkout_total")).amount
            fell = before is not None and total is not None and total.amount < before.amount
            new_page = seen["page"] != self.start["page"]
            return (
                fell or bool(await self._complaint()) or (seen["shown"] and (new_page or self.free_shipping))
            )

        await wait(self.io, answered, most=ANSWER_SECONDS, pause=0.2)
        said = await self._complaint()
        if said or not seen["shown"]:
            raise refused(self.code, said, where="the checkout")
        if self.free_shipping:
            return Outcome(note="applied, for shipping")
        if before is None or total is None:
            raise amounts.missing("checkout_total", await amounts.look(self.io, "checkout_total"))
        if total.amount >= before.amount:
            raise self._ignored(format_money(total, locale=self.io.store.market.locale), where="checkout")
        off = Money(before.amount - total.amount, total.currency)
        return Outcome(note=f"{format_money(off, locale=self.io.store.market.locale)} off")

    async def _complaint(self) -> str:
        """What the page says against the code since the step began; a marked field counts if the words are old."""
        seen = await look_for_field(self.io, self.code)
        typed = field_of(seen)
        marked = typed is not None and typed["invalid"]
        fresh = [text for text in seen["said"] if marked or text not in self.start["said"]]
        return quoted(fresh)

    def _ignored(self, total: str, *, where: str) -> Abort:
        return failed(
            "R525",
            f"The {where} accepts the discount code “{self.code}”, but the total stays at {total}.",
            expected="a lower total",
            actual=f"{total}, as before",
            hint="Shoppers who count on the code pay the full price. Look at the code in the admin, at other discounts "
            "that do not combine with it, and at apps that change the cart. If the code is for free shipping, write "
            "`takes_off: shipping`.",
        )
