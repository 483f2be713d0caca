from __future__ import annotations

from typing import ClassVar

from nano_sre.core.fields import Duration
from nano_sre.core.ports import Browser
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import GOING


@register("step", "reload")
class Reload:
    """Loads the page again, as with the browser's reload button."""

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = GOING
    example: ClassVar[str] = "- reload"

    def title(self) -> str:
        return "Reload the page"

    async def run(self, io: Browser) -> None:
        await io.reload()
