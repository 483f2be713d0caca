"""A browser that shows what a test says: elements by name, scripts by what they answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from nano_sre.core.fields import Element
from nano_sre.core.ports import Answer, failed
from nano_sre.core.program import Market, ShopperData, StoreFacts
from nano_sre.core.template import Template, lookup_in

T = TypeVar("T")


class FakeHandle:
    def __init__(self, *, text: str = "", attributes: Mapping[str, str] | None = None) -> None:
        self.said = text
        self.attributes = attributes or {}
        self.done: list[tuple[Any, ...]] = []

    async def press(self) -> None:
        self.done.append(("press",))

    async def fill(self, value: str, *, secret: bool = False) -> None:
        self.done.append(("fill", value, secret))

    async def choose(self, option: str) -> None:
        self.done.append(("choose", option))

    async def tick(self, *, on: bool = True) -> None:
        self.done.append(("tick", on))

    async def hover(self) -> None:
        self.done.append(("hover",))

    async def press_key(self, key: str) -> None:
        self.done.append(("press_key", key))

    async def upload(self, files: Sequence[str]) -> None:
        self.done.append(("upload", *files))

    async def scroll_to(self) -> None:
        self.done.append(("scroll_to",))

    async def text(self) -> str:
        return self.said

    async def attribute(self, name: str) -> str | None:
        return self.attributes.get(name)

    def at(self, path: str) -> FakeHandle:
        return self.things[path]

    async def js(self, function: str, argument: Any = None) -> Any:
        return None

    async def within(self, selector: str, *, visible: bool = True) -> Sequence[FakeHandle]:
        return ()


class FakeBrowser:
    """Implements `core.ports.Browser`; `things` are visible, by the text that names them."""

    def __init__(
        self,
        things: Mapping[str, FakeHandle] | None = None,
        *,
        scripts: Callable[[str], Any] = lambda _function: None,
        currency: str = "USD",
        locale: str = "en-US",
    ) -> None:
        self.things = dict(things or {})
        self.scripts = scripts
        self.kept: dict[str, Any] = {}
        self.memory: dict[str, Any] = {}
        self.pictures: list[str] = []
        self.went: list[str] = []
        self.answers: dict[str, tuple[int, str]] = {}
        self.sent: list[tuple[str, str, dict[str, Any]]] = []
        self.status = 200
        self.url = "https://shop.example.com/products/board"
        self.device = "desktop"
        self.left = 1.0
        market = Market(currency=currency, locale=locale)
        self.store = StoreFacts(
            id="demo", name="Demo", url="https://shop.example.com", market_id="us", market=market
        )  # type: ignore[arg-type]

    def value(self, given: Any) -> Any:
        return (
            given.resolve(lambda ref: lookup_in(self.kept, ref.name))
            if isinstance(given, Template)
            else given
        )

    def keep(self, name: str, value: Any) -> None:
        self.kept[name] = value

    def shopper(self, name: str = "default") -> ShopperData:
        return self.store.shoppers[name]

    async def open(self, path: str) -> int:
        self.went.append(path)
        return self.status

    async def back(self) -> None:
        self.went.append("back")

    async def reload(self) -> int:
        self.went.append("reload")
        return self.status

    async def new_tab(self, opens: Callable[[], Awaitable[None]], *, what: str) -> int:
        await opens()
        self.went.append(f"new tab: {what}")
        return self.status

    async def open_in_new_tab(self, path: str) -> int:
        self.went.append(f"new tab: {path}")
        return self.status

    async def close_tab(self) -> bool:
        self.went.append("close tab")
        return len(self.went) > 1

    async def press_key(self, key: str) -> None:
        self.went.append(f"key {key}")

    async def scroll(self, edge: str) -> None:
        self.went.append(edge)

    def beside(self, file: str) -> str:
        return f"/checks/{file}"

    async def one(self, element: Element, *, purpose: str = "act") -> FakeHandle:
        found = await self.seen(element)
        if not found:
            raise failed("R501", f"Nothing visible on the page matches {element}")
        return found[0]

    async def seen(self, element: Element) -> Sequence[FakeHandle]:
        found = self.things.get(str(self.value(element.what)))
        return [found] if found else []

    async def css(self, selector: str, *, visible: bool = True) -> Sequence[FakeHandle]:
        found = self.things.get(selector)
        return [found] if found else []

    def at(self, path: str) -> FakeHandle:
        return self.things[path]

    async def js(self, function: str, argument: Any = None) -> Any:
        return self.scripts(function)

    async def until(self, probe: Callable[[], Awaitable[T]], *, pause: float = 0.05) -> T:
        """Asks a few times without waiting; each time takes a part of the step's seconds."""
        while True:
            answer = await probe()
            self.left -= 0.25
            if answer or self.left <= 0:
                self.left = max(self.left, 0.5)
                return answer

    async def nearest_names(self, wanted: str, *, limit: int = 5) -> Sequence[str]:
        return [f"“{name}”" for name in self.things][:limit]

    async def fetch(self, path: str, *, method: str = "GET", **sent: Any) -> Answer:
        self.sent.append((method, path, sent))
        status, body = self.answers.get(path, (404, "nothing"))
        return Answer(url=path, status=status, headers={}, body=body.encode(), took_ms=1)

    async def requests(self, after: str | None = None) -> Sequence[Any]:
        return ()

    async def frames(self) -> Sequence[Any]:
        return ()

    async def screenshot(self, name: str) -> None:
        self.pictures.append(name)
