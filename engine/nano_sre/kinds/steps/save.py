from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from nano_sre.core.fields import Doc, Duration, Element, Example, SavedName, Text, Unfit
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.registry import register
from nano_sre.kinds._shared import subjects
from nano_sre.kinds._shared.amounts import AMOUNT, doubts, must_exist, named, read_amount
from nano_sre.kinds._shared.parts import ACTING
from nano_sre.kinds._shared.readings import shown


@register("step", "save")
class Save:
    """Keeps something the page shows under a name, for later steps and for checks that watch the visit.

    Later steps write the name as `${price}`. Money keeps its currency.
    """

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = ACTING
    example: ClassVar[str] = "- save: {money: product_price, as: price}"
    exactly_one: ClassVar[tuple[str, ...]] = ("money", "number", "text", "attribute", "url")

    money: Annotated[
        Text | None,
        AMOUNT,
    ] = None
    number: Annotated[Element | None, Doc("The number that this element shows.")] = None
    text: Annotated[Element | None, Doc("The text that this element shows.")] = None
    attribute: Annotated[
        str | None, Doc("The attribute of this name, of the element in `of`."), Example("href")
    ] = None
    of: Annotated[Element | None, Doc("The element that has the attribute.")] = None
    url: Annotated[Literal["whole", "path"] | None, Doc("The page's address, or only its path.")] = None
    as_: Annotated[SavedName, Doc("The name to keep it under."), Example("price")]

    def __post_init__(self) -> None:
        must_exist(self.money)
        if (self.attribute is None) != (self.of is None):
            raise ValueError(
                "`attribute` and `of` go together: the attribute's name and the element that has it"
            )

    def doubts(self) -> Iterator[Unfit]:
        return doubts(self.money)

    def title(self) -> str:
        what = (
            self.text or self.number or (self.attribute and f"{self.attribute} of {self.of}") or "the address"
        )
        return f"Save {named(str(self.money)) if self.money is not None else what} as {self.as_}"

    async def run(self, io: Browser) -> Outcome | None:
        value = await self._read(io)
        io.keep(self.as_, value)
        return Outcome(note=f"{self.as_} = {shown(value, io.store.market.locale)}")

    async def _read(self, io: Browser) -> Any:
        if self.money is not None:
            return await read_amount(io, str(io.value(self.money)))
        if self.number is not None:
            return await subjects.number_in(io, self.number)
        if self.text is not None:
            return await (await io.one(self.text, purpose="read")).text()
        if self.attribute is not None and self.of is not None:
            return await subjects.attribute_of(io, self.of, self.attribute)
        return urlsplit(io.url).path if self.url == "path" else io.url
