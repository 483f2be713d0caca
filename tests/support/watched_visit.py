"""A visit for watchers, without a browser: the ports `WatchedVisit` and `Baseline`, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nano_sre.core.program import Market, StoreFacts
from nano_sre.core.watch import ConsoleError, FailedRequest, PageLoad


@dataclass
class FakeBaseline:
    """What is kept, by what it is about; `keep` waits for `commit` as the real one does."""

    target: str = "shop/quality@desktop/us"
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)

    def read(self, about: str = "") -> Mapping[str, Any]:
        return self.kept.get(about, {})

    def keep(self, values: Mapping[str, Any], about: str = "") -> None:
        self.waiting.setdefault(about, {}).update(values)

    def commit(self) -> None:
        for about, values in self.waiting.items():
            self.kept.setdefault(about, {}).update(values)
        self.waiting = {}


@dataclass
class FakeVisit:
    """A visit whose pages are given."""

    loads: list[PageLoad] = field(default_factory=list)
    baseline: FakeBaseline | None = None
    own: bool = True
    traced: bool = False
    memory: dict[str, Any] = field(default_factory=dict)
    console: list[ConsoleError] = field(default_factory=list)
    failed_requests: list[FailedRequest] = field(default_factory=list)
    device: str = "desktop"
    store: StoreFacts = field(
        default_factory=lambda: StoreFacts(
            id="shop",
            name="The shop",
            url="https://shop.example",
            market_id="us",
            market=Market(currency="USD", locale="en-US"),
            timezone="America/Toronto",
        )
    )

    def value(self, given: Any) -> Any:
        return given


def page_load(path: str = "/", **measures: float) -> PageLoad:
    """A page that told its measures, in milliseconds."""
    return PageLoad(url=f"https://shop.example{path}", measures=measures, reported=True)
