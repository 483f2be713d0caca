from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from nano_sre.runtime.browser import BrowserHost
from support.drive import adrive, journey, store_at
from support.pages import Site, site


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def host(loop: asyncio.Runner) -> Iterator[BrowserHost]:
    """One browser for all tests that do it no harm."""

    async def made() -> BrowserHost:
        return BrowserHost()

    one = loop.run(made())
    yield one
    loop.run(one.close())


@pytest.fixture
def shop() -> Iterator[Site]:
    with site(index="<title>Shop</title><h1>Welcome</h1>") as made:
        yield made


@pytest.fixture
def drive(loop: asyncio.Runner, host: BrowserHost, shop: Site) -> Callable[..., Any]:
    """Drive steps at the shop once: `drive([go(), press("Buy")])` is an `Attempt`."""

    def run(steps: Any, *, store: Any = None, **more: Any) -> Any:
        wish = {key: more.pop(key) for key in ("environment", "artifacts", "film", "trace") if key in more}
        program = journey(store or store_at(shop.url), steps, **more)
        work: Coroutine[Any, Any, Any] = adrive(program, host=host, **wish)
        return loop.run(work)

    return run
