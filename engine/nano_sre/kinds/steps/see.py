from __future__ import annotations

from typing import Annotated, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Inline, OneOrMany
from nano_sre.core.ports import Browser, Outcome, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import ACTING, SETTLING, healed, listed


@register("step", "see", short="all_")
class See:
    """Checks that something is visible on the page; waits for it. A list means all of them."""

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = ACTING
    example: ClassVar[str] = "- see: [Free shipping, {button: Add to cart}]"

    all_: Annotated[tuple[Element, ...], OneOrMany, Doc("Things that must all be visible.")] = ()
    element: Annotated[Element | None, Doc("What must be visible."), Inline] = None

    def __post_init__(self) -> None:
        if not self.elements:
            raise ValueError("say what to see")

    @property
    def elements(self) -> tuple[Element, ...]:
        return (*self.all_, *([self.element] if self.element else []))

    def title(self) -> str:
        return f"See {listed(self.elements)}"

    async def run(self, io: Browser) -> Outcome | None:
        waiting = list(self.elements)
        found: dict[Element, Outcome | None] = {}
        settled = io.left - SETTLING

        async def all_there() -> bool:
            for element in tuple(waiting):
                if handles := await io.seen(element):
                    outcome = healed(handles[0], element)
                    if outcome is not None and io.left > settled:
                        continue
                    found[element] = outcome
                    waiting.remove(element)
            return not waiting

        if not await io.until(all_there, pause=0.1):
            raise await _not_seen(io, waiting)
        return next((outcome for outcome in found.values() if outcome), None)


async def _not_seen(io: Browser, waiting: list[Element]) -> Exception:
    # Names on the page help with a name that was written, not with a selector or a pattern.
    names = [
        e.what for e in waiting if isinstance(e.what, str) and e.how not in {"css", "test_id", "matches"}
    ]
    near = await io.nearest_names(str(io.value(names[0]))) if names else ()
    hint = f"The nearest on the page: {', '.join(near)}." if near else None
    return failed(
        "R501",
        f"The page does not show {listed(waiting)}.",
        expected=f"{listed(waiting)}, visible",
        actual="nothing visible that matches",
        hint=hint,
        evidence=(f"the page is {io.url}",),
    )
