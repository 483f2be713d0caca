from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Inline, Text
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import ACTING, healed


@register("step", "choose")
class Choose:
    """Chooses an option of a drop-down list, by the text a shopper reads."""

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = ACTING
    example: ClassVar[str] = "- choose: {field: Sort by, option: Price}"

    element: Annotated[Element, Doc("The list."), Inline]
    option: Annotated[Text, Doc("The option's text, or else its value.")]

    def title(self) -> str:
        return f"Choose “{self.option}” in {self.element}"

    async def run(self, io: Browser) -> Outcome | None:
        handle = await io.one(self.element)
        await handle.choose(str(io.value(self.option)))
        return healed(handle, self.element)
