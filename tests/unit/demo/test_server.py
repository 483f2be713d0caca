from __future__ import annotations

import time

import httpx
import pytest

from nano_sre.demo.server import DemoServer


def test_it_listens_and_stops() -> None:
    with DemoServer("gipfel", ["checkout-500"], password="x") as server:
        answer = httpx.get(server.url, verify=False)
        assert answer.headers["location"] == "/password"
        assert server.state.faults.on == ("checkout-500",)
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url, verify=False)


def test_a_taken_port_is_told_at_once(server: DemoServer) -> None:
    with pytest.raises(OSError, match="in use"):
        DemoServer(port=server.port)


def test_a_page_takes_a_few_milliseconds(shop: httpx.Client) -> None:
    shop.get("/products/complete-snowboard")
    spent = []
    for _ in range(5):
        started = time.perf_counter()
        shop.get("/products/complete-snowboard")
        spent.append(time.perf_counter() - started)
    assert min(spent) < 0.03
