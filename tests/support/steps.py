"""Steps for tests: a function in the clothes of a step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from nano_sre.core.fields import Duration, Element
from nano_sre.core.ports import Browser, Outcome

SHORT = Duration(2_000)


@dataclass(frozen=True)
class Do:
    """Runs a function of the browser."""

    what: Callable[[Browser], Awaitable[Any]]
    name: str = "Do something"
    patience: Duration = SHORT
    asserts: bool = True
    kind_name: str = "do"
    needs: tuple[str, ...] = ()

    def title(self) -> str:
        return self.name

    async def run(self, io: Browser) -> Outcome | None:
        result = await self.what(io)
        return result if isinstance(result, Outcome) else None


def go(path: str = "/", **more: Any) -> Do:
    return Do(lambda io: io.open(path), name=f"Open {path}", **({"patience": Duration(8_000)} | more))


def press(name: str | Element, **more: Any) -> Do:
    element = Element(any_name=name) if isinstance(name, str) else name

    async def run(io: Browser) -> None:
        await (await io.one(element)).press()

    return Do(run, name=f"Press {element}", **more)


def fill(field: str, value: Any, **more: Any) -> Do:
    async def run(io: Browser) -> None:
        handle = await io.one(Element(field=field))
        await handle.fill(io.value(value), secret=getattr(value, "is_secret", False))

    return Do(run, name=f"Fill {field}", **more)


def see(text: str, **more: Any) -> Do:
    async def run(io: Browser) -> None:
        await io.one(Element(any_name=text), purpose="see")

    return Do(run, name=f"See {text}", **more)


def note(ask: Callable[[Browser], Awaitable[Any]], **more: Any) -> Do:
    """Keeps the answer of a question as the step's note."""

    async def run(io: Browser) -> Outcome:
        return Outcome(note=str(await ask(io)))

    return Do(run, name="Ask", **more)
