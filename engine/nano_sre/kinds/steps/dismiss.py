from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Inline
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.registry import register
from nano_sre.kinds._shared import languages
from nano_sre.kinds._shared.parts import press_at
from nano_sre.kinds._shared.theme import ask


@register("step", "dismiss", short="element")
class Dismiss:
    """Closes something that lies over the page: a newsletter pop-up, a cookie notice, a dialog.

    Written bare, it presses the close control of the topmost dialog, in any language. A pop-up that does not show
    within the time is no failure: the report says that it was not there.
    """

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = Duration(4_000)
    example: ClassVar[str] = "- dismiss: No thanks"

    element: Annotated[
        Element | None, Doc("What to press; the topmost dialog's close control if not said."), Inline
    ] = None

    def title(self) -> str:
        return f"Dismiss with {self.element}" if self.element else "Close the dialog on top"

    async def run(self, io: Browser) -> Outcome | None:
        if self.element is not None:
            return await self._press(io, self.element)
        found: str | None = await io.until(lambda: ask(io, "closing", languages.CLOSE), pause=0.1)
        if found is None:
            return Outcome(note="not there")
        await press_at(io, found, what="The dialog's close control")
        return None

    async def _press(self, io: Browser, element: Element) -> Outcome | None:
        if not await io.until(lambda: io.seen(element), pause=0.1):
            return Outcome(note="not there")
        await (await io.one(element)).press()
        return None
