from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar

from nano_sre.core.fields import Doc, Duration, Element, Example, Unfit
from nano_sre.core.ports import Browser, Outcome, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared.compare import Expectation, judge
from nano_sre.kinds._shared.parts import SETTLING, healed

_TIME = re.compile(r"\d+(\.\d+)?\s*(ms|s|secs?|seconds?|m|mins?|minutes?)?", re.IGNORECASE)


@register("step", "wait_for", short="see")
class WaitFor:
    """Waits until something is so; never for a bare length of time, which is either too short or too long.

    Say one of `see`, `gone`, `url` and `title`; several must hold together.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = Duration(20_000)
    example: ClassVar[str] = "- wait_for: {gone: Loading}"

    see: Annotated[Element | None, Doc("Until this is visible.")] = None
    gone: Annotated[Element | None, Doc("Until this is no longer visible.")] = None
    url: Annotated[
        Expectation | None, Doc("Until the page's address is so."), Example("{contains: /cart}")
    ] = None
    title_: Annotated[Expectation | None, Doc("Until the page's title is so.")] = None

    def __post_init__(self) -> None:
        if not self._conditions:
            raise ValueError("say what to wait for: see, gone, url or title")
        awaited = self.see.any_name if self.see is not None else None
        if isinstance(awaited, str) and _TIME.fullmatch(awaited):
            raise Unfit(
                f"“{awaited}” is a length of time: it is either too short or too long",
                "see",
                hint="name what to wait for: “wait_for: Added to your cart”, or “wait_for: {gone: Loading}”",
            )

    @property
    def _conditions(self) -> dict[str, Any]:
        said = {"see": self.see, "gone": self.gone, "url": self.url, "title": self.title_}
        return {name: value for name, value in said.items() if value is not None}

    def title(self) -> str:
        words = {"see": f"for {self.see}", "gone": f"until {self.gone} has gone", "url": "for the address"}
        return "Wait " + " and ".join(words.get(name, "for the title") for name in self._conditions)

    async def run(self, io: Browser) -> Outcome | None:
        missed: list[str] = []
        settled = io.left - SETTLING

        async def so() -> bool:
            missed[:] = [text for name in self._conditions if (text := await self._misses(io, name))]
            return not missed

        if not await io.until(so, pause=0.1):
            summary = f"It did not come about that {' and '.join(missed)}."
            raise failed("R506", summary, evidence=(f"the page is {io.url}",))
        if self.see is None or self.see.any_of is None:
            return None
        while found := await io.seen(self.see):
            outcome = healed(found[0], self.see)
            if outcome is None or io.left <= settled:
                return outcome
            await io.until(lambda: self._first_is_there(io, settled), pause=0.1)
        return None

    async def _first_is_there(self, io: Browser, settled: float) -> bool:
        """Whether the first of several names has appeared after all, or had its time."""
        assert self.see is not None
        found = await io.seen(self.see)
        return io.left <= settled or not found or healed(found[0], self.see) is None

    async def _misses(self, io: Browser, name: str) -> str | None:
        if name == "see" and self.see:
            return None if await io.seen(self.see) else f"{self.see} is visible"
        if name == "gone" and self.gone:
            return f"{self.gone} has gone" if await io.seen(self.gone) else None
        actual = io.url if name == "url" else await io.js("() => document.title")
        expectation = self.url if name == "url" else self.title_
        assert expectation is not None
        verdict = judge(expectation, actual, value=io.value)
        what = "address" if name == "url" else "title"
        return None if verdict.ok else f"the page's {what} is {verdict.expected} (it is {verdict.actual})"
