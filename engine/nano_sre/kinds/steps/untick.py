from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Inline
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import ACTING, healed


@register("step", "untick", short="element")
class Untick:
    """Takes the tick out of a check box; one that is not ticked stays so."""

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = ACTING
    example: ClassVar[str] = "- untick: Send me offers"

    element: Annotated[Element, Doc("The check box."), Inline]

    def title(self) -> str:
        return f"Untick {self.element}"

    async def run(self, io: Browser) -> Outcome | None:
        handle = await io.one(self.element)
        await handle.tick(on=False)
        return healed(handle, self.element)
