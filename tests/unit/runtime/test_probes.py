from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from nano_sre.core.fields import Duration
from nano_sre.core.ports import failed
from nano_sre.core.result import Attempt, Finding
from nano_sre.core.template import parse
from nano_sre.runtime import probes
from nano_sre.runtime.http import HttpClient
from nano_sre.runtime.values import Environment
from nano_sre.runtime.visit import VisitWish
from support.drive import finding, journey, store_at
from support.pages import Reply, Site

Ask = Callable[[Any], Awaitable[None]]


class Asking:
    def __init__(self, *asks: Ask) -> None:
        self.asks = asks

    def titles(self) -> tuple[str, ...]:
        return tuple("Ask" for _ in self.asks)

    async def run(self, io: Any) -> None:
        for index, ask in enumerate(self.asks):
            async with io.step(f"Ask {index + 1}", verb="get", span=None) as notes:
                io.notes = notes
                await ask(io)


def probe(url: str, *asks: Ask, store: dict[str, Any] | None = None, seconds: float = 5) -> Attempt:
    facts = store_at(url, **(store or {}))
    program = replace(
        journey(facts, []), parts=Asking(*asks), kind="api", timeout=Duration(int(seconds * 1000))
    )

    async def work() -> Attempt:
        async with HttpClient() as http:
            return await probes.attempt(
                program, VisitWish(targets=("t",)), http=http, environment=Environment(store=facts)
            )

    return asyncio.run(work())


def get(path: str, **more: Any) -> Ask:
    async def ask(io: Any) -> None:
        answer = await io.http.request("GET", path, **more)
        io.notes.note(f"{answer.status} {answer.text[:20]}")

    return ask


def test_an_answer(shop: Site) -> None:
    shop.put("/cart.js", "{}", headers={"content-type": "application/json"})

    async def ask(io: Any) -> None:
        answer = await io.http.request("post", "/cart.js", json={"a": 1}, headers={"x-test": "1"})
        assert (answer.status, answer.text, answer.headers["content-type"]) == (200, "{}", "application/json")
        assert answer.took_ms >= 0

    assert probe(shop.url, ask).status == "PASS"
    assert shop.bodies == [b'{"a":1}']


def test_a_finding_does_not_end_the_probe(shop: Site) -> None:
    async def broken(io: Any) -> None:
        raise failed("R520", "The status is 500", actual="500")

    made = probe(shop.url, broken, get("/"))
    assert [step.state for step in made.steps] == ["failed", "passed"]
    assert (made.status, made.steps[1].note) == ("FAIL", "200 <title>Shop</title><")


def test_a_warning_is_kept(shop: Site) -> None:
    async def slow(io: Any) -> None:
        io.notes.warn(Finding(code="R522", summary="Slow"))

    made = probe(shop.url, slow)
    assert (made.status, made.steps[0].state) == ("WARN", "warned")
    assert made.inconclusive is None


def test_cookies_last_for_one_attempt(shop: Site) -> None:
    shop.pages["/set"] = Reply("", 302, {"set-cookie": "cart=7; Path=/", "location": "/"})
    probe(shop.url, get("/set"), get("/"))
    assert shop.cookies == ["", "cart=7", "cart=7"]
    probe(shop.url, get("/"))
    assert shop.cookies[-1] == ""


def test_a_refused_connection_fails() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    problem = finding(probe(f"http://127.0.0.1:{port}", get("/")))
    assert problem is not None
    assert (problem.code, problem.summary) == ("R507", "GET /: the server refuses the connection")


def test_a_slow_answer_fails(shop: Site) -> None:
    shop.put("/", "late", wait=1.5)
    problem = finding(probe(shop.url, get("/", timeout=0.3)))
    assert problem is not None
    assert (problem.code, problem.summary) == ("R506", "GET / got no answer within 0.3 s")


def test_the_checks_own_time(shop: Site) -> None:
    shop.put("/", "late", wait=1.5)
    made = probe(shop.url, get("/"), seconds=0.3)
    assert made.status == "FAIL"
    assert finding(made).code == "R506"  # type: ignore[union-attr]


def test_a_connection_that_is_cut_fails() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        async def work() -> Attempt:
            async def cut(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                writer.close()

            listener = await asyncio.start_server(cut, sock=server)
            facts = store_at(f"http://127.0.0.1:{server.getsockname()[1]}")
            async with HttpClient() as http, listener:
                program = replace(journey(facts, []), parts=Asking(get("/")))
                return await probes.attempt(
                    program, VisitWish(targets=("t",)), http=http, environment=Environment(store=facts)
                )

        problem = finding(asyncio.run(work()))
    assert problem is not None
    assert problem.summary == "GET /: the server cut the connection"


@pytest.mark.parametrize("status", [429, 430])
def test_bot_protection_ends_the_probe(shop: Site, status: int) -> None:
    shop.put("/", "", status=status)
    made = probe(shop.url, get("/"), get("/"))
    assert made.status == "WARN"
    assert f"HTTP {status}" in (made.inconclusive or "")
    assert len(made.steps) == 1


def test_a_name_that_cannot_be_resolved_is_our_trouble() -> None:
    made = probe("http://no-such-host.invalid", get("/"))
    assert (
        made.inconclusive
        == "no-such-host.invalid cannot be reached from here: the host name cannot be resolved."
    )


def test_redirects_in_a_circle(shop: Site) -> None:
    shop.pages["/"] = Reply("", 302, {"location": "/"})
    problem = finding(probe(shop.url, get("/")))
    assert problem is not None
    assert problem.summary == "/ redirects in a circle"


def test_an_answer_that_is_too_large(shop: Site) -> None:
    shop.put("/", "x" * 5_000_001)
    problem = finding(probe(shop.url, get("/")))
    assert problem is not None
    assert problem.code == "R520"


def test_a_bug_of_a_kind_is_ours(shop: Site) -> None:
    async def broken(io: Any) -> None:
        raise ZeroDivisionError("oh")

    assert probe(shop.url, broken).inconclusive == "X901: a bug in the kind api: ZeroDivisionError: oh"


def test_a_locked_storefront(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOOR", "open-sesame")
    shop.pages["/"] = Reply("", 302, {"location": "/password"})
    shop.put("/password", "enter")
    for store in ({}, {"password": parse("${secret.DOOR}")}):
        problem = finding(probe(shop.url, get("/"), store=store))
        assert problem is not None
        assert problem.code == "R508"
    assert any(b"password=open-sesame" in body for body in shop.bodies)
