from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Inline
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import ACTING, healed


@register("step", "tick", short="element")
class Tick:
    """Ticks a check box, or chooses a radio button; one that is ticked stays so."""

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = ACTING
    example: ClassVar[str] = "- tick: I agree to the terms"

    element: Annotated[Element, Doc("The check box or radio button."), Inline]
    on: Annotated[bool, Doc("`false` unticks it.")] = True

    def title(self) -> str:
        return f"{'Tick' if self.on else 'Untick'} {self.element}"

    async def run(self, io: Browser) -> Outcome | None:
        handle = await io.one(self.element)
        await handle.tick(on=self.on)
        return healed(handle, self.element)
