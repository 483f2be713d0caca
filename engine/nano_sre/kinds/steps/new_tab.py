from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Example, Inline, Text
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import GOING, healed
from nano_sre.kinds._shared.paths import must_begin_with_a_slash


@register("step", "new_tab", short="element")
class NewTab:
    """Presses what opens a new tab, and goes on in that tab; `close_tab` goes back.

    With `path` it opens a page of the store in a new tab instead, as people do to compare two products.
    """

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = GOING
    example: ClassVar[str] = "- new_tab: {link: Size guide}"

    element: Annotated[Element | None, Doc("What to press."), Inline] = None
    path: Annotated[
        Text | None, Doc("The path of a page to open in the new tab."), Example("/products/board")
    ] = None

    def __post_init__(self) -> None:
        if (self.element is None) == (self.path is None):
            raise ValueError("say either what to press, or the `path` of a page")
        must_begin_with_a_slash(self.path)

    def title(self) -> str:
        return (
            f"Open {self.path} in a new tab" if self.path else f"Press {self.element}, and go to the new tab"
        )

    async def run(self, io: Browser) -> Outcome | None:
        if self.path is not None:
            await io.open_in_new_tab(str(io.value(self.path)))
            return None
        assert self.element is not None
        handle = await io.one(self.element)
        await io.new_tab(handle.press, what=f"Pressing {self.element}")
        return healed(handle, self.element)
