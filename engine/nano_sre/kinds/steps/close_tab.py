from __future__ import annotations

from typing import ClassVar

from nano_sre.core.fields import Duration
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import ACTING, NOWHERE


@register("step", "close_tab")
class CloseTab:
    """Closes the tab that `new_tab` opened, and goes back to the one before it."""

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = ACTING
    modifiers: ClassVar[tuple[str, ...]] = NOWHERE
    example: ClassVar[str] = "- close_tab"

    def title(self) -> str:
        return "Close the tab"

    async def run(self, io: Browser) -> Outcome | None:
        closed = await io.close_tab()
        return None if closed else Outcome(skipped="there is no other tab to go back to")
