from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from nano_sre.core.fields import Doc, Duration, Element, Example, Inline, Text, Unfit
from nano_sre.core.ports import Abort, Browser, Outcome, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared import amounts, availability, subjects
from nano_sre.kinds._shared.assertions import must_be_amounts, must_be_of
from nano_sre.kinds._shared.compare import MISSING, Expectation, Verdict, conclude, judge
from nano_sre.kinds._shared.sentence import said
from nano_sre.kinds._shared.theme import ask, read_cart

MOST_LINES = 6
SUBJECTS = ("money", "number", "text", "attribute", "url", "title", "count", "value", "product")


@register("step", "expect")
class Expect:
    """Checks that something on the page is what it should be; waits a moment for it to become so.

    Say one thing to look at, and beside it what it must be: `equals`, `contains`, `at_least`, `about` …
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = Duration(5_000)
    example: ClassVar[str] = "- expect: {money: cart_subtotal, at_least: 0.01}"
    exactly_one: ClassVar[tuple[str, ...]] = SUBJECTS

    money: Annotated[
        Text | None,
        amounts.AMOUNT,
        Example("cart_subtotal"),
    ] = None
    number: Annotated[Element | None, Doc("The number that this element shows.")] = None
    text: Annotated[Element | None, Doc("The text that this element shows.")] = None
    attribute: Annotated[str | None, Doc("The attribute of this name, of the element in `of`.")] = None
    of: Annotated[Element | None, Doc("The element that has the attribute.")] = None
    url: Annotated[Expectation | None, Doc("The page's address."), Example("{contains: /cart}")] = None
    title_: Annotated[Expectation | None, Doc("The page's title."), Example("{contains: Snowboard}")] = None
    count: Annotated[Element | None, Doc("How many of these are visible.")] = None
    value: Annotated[Text | None, Doc("A saved value."), Example('"${price}"')] = None
    product: Annotated[
        Literal["in_stock", "sold_out"] | None,
        Doc("Whether the chosen variant can be bought: page, structured data and catalogue must agree."),
    ] = None
    expectation: Annotated[Expectation | None, Doc("What it must be."), Inline] = None

    def __post_init__(self) -> None:
        amounts.must_exist(self.money)
        if (self.attribute is None) != (self.of is None):
            raise ValueError(
                "`attribute` and `of` go together: the attribute's name and the element that has it"
            )
        beside = self.url is None and self.title_ is None and self.product is None
        if beside and self.expectation is None:
            raise ValueError("say what it must be: equals, contains, at_least, about …")
        if not beside and self.expectation is not None:
            raise ValueError("say what it must be under the key itself, such as {url: {contains: /cart}}")
        if self.expectation is not None and self.money is not None:
            must_be_amounts(self.expectation)
        elif self.expectation is not None and (self.number or self.count):
            must_be_of(None, self.expectation)

    def doubts(self) -> Iterator[Unfit]:
        return amounts.doubts(self.money)

    def title(self) -> str:
        expectation = self.expectation or self.url or self.title_
        if expectation is None:
            return f"Expect the product to be {self._stock}"
        return f"Expect {self._what} to {said(expectation)}"

    @property
    def _stock(self) -> str:
        return str(self.product).replace("_", " ")

    @property
    def _what(self) -> str:
        named: dict[str, Any] = {
            "money": amounts.named(str(self.money)),
            "number": f"the number in {self.number}",
            "text": f"the text of {self.text}",
            "attribute": f"{self.attribute} of {self.of}",
            "url": "the page's address",
            "title": "the page's title",
            "count": f"the number of {self.count} on the page",
            "value": f"{self.value}",
        }
        return str(named[self._subject])

    @property
    def _subject(self) -> str:
        fields = ((name, "title_" if name == "title" else name) for name in SUBJECTS)
        return next(name for name, field in fields if getattr(self, field) is not None)

    async def run(self, io: Browser) -> Outcome | None:
        if self.product is not None:
            return await self._judge_stock(io)
        expectation = self.expectation or self.url or self.title_
        assert expectation is not None
        verdicts: list[Verdict] = []

        async def as_it_should_be() -> bool:
            actual = await self._look(io)
            verdicts[:] = [judge(expectation, actual, value=io.value, locale=io.store.market.locale)]
            return verdicts[0].ok

        await io.until(as_it_should_be, pause=0.15)
        if verdicts[0].actual == "nothing" and (not verdicts[0].ok or self._must_be_there(expectation)):
            await self._explain_nothing(io)
        what = self._what[0].upper() + self._what[1:]
        seen = () if verdicts[0].ok else await self._beside(io)
        return conclude(verdicts[0], code="R505", what=what, evidence=seen)

    async def _beside(self, io: Browser) -> tuple[str, ...]:
        """What explains an amount of the cart: it may hold more than the check put into it."""
        if self.money is None or not str(io.value(self.money)).startswith("cart_"):
            return ()
        try:
            cart = await read_cart(io)
        except Abort:
            return ()
        held = [f"{line.quantity} of {line.name}" for line in cart.lines[:MOST_LINES]]
        return (f"the cart holds {' and '.join(held) or 'nothing'}",)

    @staticmethod
    def _must_be_there(expectation: Expectation) -> bool:
        """Unless the check speaks of that: `not: {contains: error}` is no promise kept by an element that went away."""
        denied = expectation.not_.words if expectation.not_ is not None else ()
        return not {"exists", "empty"} & {*expectation.words, *denied}

    async def _look(self, io: Browser) -> Any:
        if self.money is not None:
            return (await amounts.look(io, str(io.value(self.money)))).amount or MISSING
        if self.url is not None:
            return io.url
        if self.title_ is not None:
            return await io.js("() => document.title")
        if self.value is not None:
            return io.value(self.value)
        if self.count is not None:
            return len(await io.seen(self.count))
        return await subjects.look(
            io, number=self.number, text=self.text, attribute=self.attribute, of=self.of
        )

    async def _explain_nothing(self, io: Browser) -> None:
        """Nothing was there to judge: say so, rather than that nothing differs from something."""
        if self.money is not None:
            name = str(io.value(self.money))
            seen = await amounts.look(io, name)
            if seen.amount is None:
                raise amounts.missing(name, seen)
        element = self.number or self.text or self.of
        if element is not None and not await io.seen(element):
            raise failed("R501", f"The page does not show {element}.", evidence=(f"the page is {io.url}",))

    async def _judge_stock(self, io: Browser) -> Outcome | None:
        problem: list[Abort] = []

        async def agreed() -> bool:
            problem.clear()
            try:
                await self._stock_as_expected(io)
            except Abort as abort:
                problem.append(abort)
            return not problem

        await io.until(agreed, pause=0.3)
        if problem:
            raise problem[0]
        return None

    async def _stock_as_expected(self, io: Browser) -> None:
        facts = await ask(io, "product")
        product = f"“{facts['title'] or 'the product'}”"
        found = await availability.claims(io)
        claim = availability.must_agree(found, product=product)
        if claim is None:
            raise failed(
                "R518", f"Nothing on the page says whether {product} can be bought.", expected=self._stock
            )
        if claim != self._stock:
            raise failed(
                "R505",
                f"{product} is {claim}, expected {self._stock}.",
                expected=self._stock,
                actual=claim,
                evidence=tuple(f"{source}: {each}" for source, each in found.items()),
            )
