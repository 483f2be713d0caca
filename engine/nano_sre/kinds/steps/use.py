from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from nano_sre.core.check import nothing
from nano_sre.core.fields import Doc, Duration, Element, Slug, Text
from nano_sre.core.ports import Browser, Outcome
from nano_sre.core.registry import register


@register("step", "use", short="fragment")
class Use:
    """Runs the steps of a fragment here.

    The fragment's steps take this step's place before anything runs, so reports show them one by one.
    """

    asserts: ClassVar[bool] = False
    patience: ClassVar[Duration] = Duration(10_000)
    modifiers: ClassVar[tuple[str, ...]] = ()  # they belong to the steps of the fragment
    example: ClassVar[str] = "- use: {fragment: look-at-product, with: {handle: complete-snowboard}}"

    fragment: Annotated[Slug, Doc("The fragment's id.")]
    with_: Annotated[Mapping[str, Text | Element], Doc("The fragment's inputs.")] = nothing()

    def title(self) -> str:
        return f"Use {self.fragment}"

    async def run(self, io: Browser) -> Outcome | None:
        raise TypeError("`use` is replaced by its fragment's steps before a journey runs")
