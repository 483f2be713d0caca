from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Inline
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import ACTING, healed


@register("step", "hover", short="element")
class Hover:
    """Moves the mouse over something, as one does to open a menu; it stays there until the next step moves it."""

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = ACTING
    example: ClassVar[str] = "- hover: {link: Snowboards}"

    element: Annotated[Element, Doc("What the mouse goes to."), Inline]

    def title(self) -> str:
        return f"Move the mouse over {self.element}"

    async def run(self, io: Browser) -> Outcome | None:
        handle = await io.one(self.element)
        await handle.hover()
        return healed(handle, self.element)
