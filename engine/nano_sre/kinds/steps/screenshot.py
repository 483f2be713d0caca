from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Slug
from nano_sre.core.ports import Browser
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import ACTING


@register("step", "screenshot", short="as_")
class Screenshot:
    """Takes a picture of the window for the report; fields filled from a secret are masked."""

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = ACTING
    example: ClassVar[str] = "- screenshot: product-page"

    as_: Annotated[Slug, Doc("The picture's name in the report.")] = Slug("page")

    def title(self) -> str:
        return f"Take a picture, “{self.as_}”"

    async def run(self, io: Browser) -> None:
        await io.screenshot(self.as_)
