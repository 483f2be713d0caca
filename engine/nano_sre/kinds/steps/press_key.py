from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Example, Inline
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.registry import register
from nano_sre.kinds._shared.keys import Key
from nano_sre.kinds._shared.parts import ACTING, healed


@register("step", "press_key", short="key")
class PressKey:
    """Presses a key of the keyboard: in an element, when one is said, else wherever the focus is."""

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = ACTING
    example: ClassVar[str] = "- press_key: {key: Enter, field: Search}"

    key: Annotated[
        Key,
        Doc("The key: Enter, Escape, Tab, ArrowDown, a letter; held together with others as in Control+A."),
        Example("Escape"),
    ]
    element: Annotated[Element | None, Doc("What gets the focus first."), Inline] = None

    def title(self) -> str:
        return f"Press {self.key}" + (f" in {self.element}" if self.element else "")

    async def run(self, io: Browser) -> Outcome | None:
        if self.element is None:
            await io.press_key(self.key)
            return None
        handle = await io.one(self.element)
        await handle.press_key(self.key)
        return healed(handle, self.element)
