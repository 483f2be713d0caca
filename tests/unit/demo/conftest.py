from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from nano_sre.demo.server import DemoServer
from nano_sre.demo.theme import themes


@pytest.fixture(scope="session", params=themes())
def server(request: pytest.FixtureRequest) -> Iterator[DemoServer]:
    with DemoServer(request.param) as running:
        yield running


@pytest.fixture
def shop(server: DemoServer) -> Iterator[httpx.Client]:
    """A shopper with an empty cart in a healthy store."""
    server.heal()
    server.state.password = None
    with httpx.Client(base_url=server.url, verify=False) as client:
        yield client
    server.heal()
    server.state.password = None
