from __future__ import annotations

from typing import ClassVar

from nano_sre.core.fields import Duration
from nano_sre.core.ports import Browser
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import GOING


@register("step", "back")
class Back:
    """Goes back one page, as with the browser's back button."""

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = GOING
    example: ClassVar[str] = "- back"

    def title(self) -> str:
        return "Go back"

    async def run(self, io: Browser) -> None:
        await io.back()
