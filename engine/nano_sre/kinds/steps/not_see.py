from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Inline, OneOrMany
from nano_sre.core.ports import Browser, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import ACTING, listed


@register("step", "not_see", short="all_")
class NotSee:
    """Checks that something is not visible on the page; waits until it has gone. A list means none of them."""

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = ACTING
    example: ClassVar[str] = "- not_see: Sold out"

    all_: Annotated[tuple[Element, ...], OneOrMany, Doc("Things none of which may be visible.")] = ()
    element: Annotated[Element | None, Doc("What may not be visible."), Inline] = None

    def __post_init__(self) -> None:
        if not self.elements:
            raise ValueError("say what must not be seen")

    @property
    def elements(self) -> tuple[Element, ...]:
        return (*self.all_, *([self.element] if self.element else []))

    def title(self) -> str:
        return f"Do not see {listed(self.elements)}"

    async def run(self, io: Browser) -> None:
        still: list[Element] = []

        async def none_there() -> bool:
            still[:] = [element for element in self.elements if await io.seen(element)]
            return not still

        if await io.until(none_there, pause=0.1):
            return
        texts = [await handle.text() for handle in (await io.seen(still[0]))[:3]]
        raise failed(
            "R504",
            f"The page shows {listed(still)}, which should not be there.",
            expected="not visible",
            actual="visible"
            + (f": {'; '.join(f'“{text[:80]}”' for text in texts if text)}" if texts else ""),
            evidence=(f"the page is {io.url}",),
        )
