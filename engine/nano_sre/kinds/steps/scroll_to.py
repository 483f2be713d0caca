from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from nano_sre.core.fields import Doc, Duration, Element, Inline
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import SHOPPING, healed

EDGES: dict[str, Literal["top", "bottom"]] = {"top": "top", "bottom": "bottom"}


@register("step", "scroll_to", short="element")
class ScrollTo:
    """Scrolls until something is in the window; `top` and `bottom` are the ends of the page.

    Going to the bottom waits for what the page loads on the way. Something that is called “top” or “bottom” itself
    is written `{text: top}`.
    """

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = SHOPPING
    example: ClassVar[str] = "- scroll_to: {heading: Reviews}"

    element: Annotated[Element, Doc("What to bring into the window, or `top` or `bottom`."), Inline]

    @property
    def _edge(self) -> Literal["top", "bottom"] | None:
        return EDGES.get(str(self.element.any_name))

    def title(self) -> str:
        return f"Scroll to the {self._edge} of the page" if self._edge else f"Scroll to {self.element}"

    async def run(self, io: Browser) -> Outcome | None:
        if self._edge:
            await io.scroll(self._edge)
            return None
        handle = await io.one(self.element)
        await handle.scroll_to()
        return healed(handle, self.element)
