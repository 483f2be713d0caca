from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Inline
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import ACTING, healed


@register("step", "press", short="element")
class Press:
    """Presses a button, a link or anything else on the page, as a shopper does.

    It must be visible, enabled and not covered, and there must be exactly one match.
    """

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = ACTING
    example: ClassVar[str] = "- press: Add to cart"

    element: Annotated[Element, Doc("What to press."), Inline]

    def title(self) -> str:
        return f"Press {self.element}"

    async def run(self, io: Browser) -> Outcome | None:
        handle = await io.one(self.element)
        await handle.press()
        return healed(handle, self.element)
