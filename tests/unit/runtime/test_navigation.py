from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from nano_sre.core.fields import Duration
from nano_sre.core.ports import Abort
from nano_sre.core.program import Market
from nano_sre.core.template import parse
from nano_sre.demo.server import DemoServer
from nano_sre.runtime.addresses import address
from support.drive import finding, store_at
from support.pages import Reply, Site
from support.steps import go, note

Drive = Callable[..., Any]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.parametrize(
    ("market", "path", "wanted"),
    [
        ("", "/cart", "https://s.example/cart"),
        ("", "cart", "https://s.example/cart"),
        ("/de", "/", "https://s.example/de/"),
        ("/de", "/cart?x=1", "https://s.example/de/cart?x=1"),
        ("/de", "/de/cart", "https://s.example/de/cart"),
        ("/de", "/design", "https://s.example/de/design"),
        ("/de", "https://s.example/cart", "https://s.example/cart"),
    ],
)
def test_addresses(market: str, path: str, wanted: str) -> None:
    assert address("https://s.example/", market, path) == wanted


@pytest.mark.parametrize(
    "path", ["https://other.example/", "//other.example/x", "http://s.example/", "javascript:alert(1)"]
)
def test_another_origin_is_refused(path: str) -> None:
    with pytest.raises(Abort, match=r"is not an address of the store \(https://s\.example\)") as caught:
        address("https://s.example", "", path)
    assert caught.value.finding is None, "the author's mistake is no failure of the store"


def test_a_page_that_is_not_there(drive: Drive) -> None:
    problem = finding(drive([go("/nowhere")]))
    assert problem is not None
    assert (problem.code, problem.summary) == ("R507", "The page /nowhere does not exist (404)")


def test_an_error_page(drive: Drive, shop: Site) -> None:
    shop.put("/", "oops", status=503)
    problem = finding(drive([go()]))
    assert problem is not None
    assert (problem.summary, problem.actual) == ("The store answers / with an error page (503)", "503")


@pytest.mark.parametrize(
    "reply", [Reply("slow down", 429), Reply("", 430), Reply("", 403, {"cf-mitigated": "challenge"})]
)
def test_bot_protection_is_no_failure_of_the_store(drive: Drive, shop: Site, reply: Reply) -> None:
    shop.pages["/"] = reply
    result = drive([go()])
    assert result.status == "WARN"
    assert "bot protection" in result.inconclusive


def test_a_store_that_refuses_connections_fails(drive: Drive) -> None:
    problem = finding(drive([go()], store=store_at(f"http://127.0.0.1:{free_port()}")))
    assert problem is not None
    assert problem.code == "R507"
    assert "refuses the connection" in problem.summary


def test_a_name_that_cannot_be_resolved_is_our_trouble(drive: Drive) -> None:
    result = drive([go()], store=store_at("http://no-such-host.invalid"))
    assert (result.status, finding(result)) == ("WARN", None)
    assert "cannot be reached from here" in result.inconclusive


def test_a_server_that_hangs_fails(drive: Drive, shop: Site) -> None:
    shop.put("/", "late", wait=3.0)
    problem = finding(drive([go(patience=Duration(1_000))]))
    assert problem is not None
    assert (problem.code, problem.summary) == ("R507", "/ did not load in time")


def test_the_market_is_opened_in_its_language(drive: Drive, shop: Site) -> None:
    shop.put("/de/", "<h1>Hallo</h1>")
    german = store_at(
        shop.url,
        market_id="de",
        market=Market(currency="EUR", locale="de-DE", path="/de"),
        timezone="Europe/Berlin",
    )
    ask = note(
        lambda io: io.js("() => navigator.language + ' ' + Intl.DateTimeFormat().resolvedOptions().timeZone")
    )
    assert drive([go("/"), ask], store=german).steps[-1].note == "de-DE Europe/Berlin"


LOCK = "<form method=post action=/password><input type=password name=password></form>"


def test_a_wrong_password_is_said(drive: Drive, shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOOR", "open-sesame")
    shop.pages["/"] = Reply("", 302, {"location": "/password"})
    shop.put("/password", LOCK)
    problem = finding(drive([go()], store=store_at(shop.url, password=parse("${secret.DOOR}"))))
    assert b"password=open-sesame" in shop.bodies
    assert problem is not None
    assert (problem.code, "does not open it" in problem.summary) == ("R508", True)


def test_a_locked_store_is_entered_with_its_password(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOOR", "open-sesame")
    with DemoServer(password="open-sesame") as demo:
        locked = store_at(demo.url, password=parse("${secret.DOOR}"))
        made = drive([go("/cart"), note(url)], store=locked)
        assert (made.status, made.steps[-1].note) == ("PASS", f"{demo.url}/cart")


async def url(io: Any) -> str:
    return str(io.url)


def test_a_locked_store_without_a_password(drive: Drive, shop: Site) -> None:
    shop.pages["/"] = Reply("", 302, {"location": "/password"})
    shop.put("/password", LOCK)
    problem = finding(drive([go()]))
    assert problem is not None
    assert problem.code == "R508"


def test_fetch_shares_the_session(drive: Drive, shop: Site) -> None:
    shop.pages["/"] = Reply("<h1>x</h1>", 200, {"set-cookie": "cart=7; Path=/"})
    shop.put("/cart.js", '{"item_count": 1}', headers={"content-type": "application/json"})

    async def ask(io: Any) -> str:
        answer = await io.fetch("/cart.js", method="POST", json={"a": 1})
        return f"{answer.status} {answer.text} {answer.headers['content-type']}"

    assert drive([go(), note(ask)]).steps[-1].note == '200 {"item_count": 1} application/json'
    assert "cart=7" in shop.cookies[-1]
    assert shop.bodies[-1] == b'{"a": 1}'


def test_fetch_before_any_page(drive: Drive, shop: Site) -> None:
    shop.put("/cart.js", "{}")

    async def ask(io: Any) -> str:
        return str((await io.fetch("/cart.js")).status)

    assert drive([note(ask)]).steps[-1].note == "200"


def test_back_and_reload(drive: Drive, shop: Site) -> None:
    shop.put("/two", "<h1>Two</h1>")

    async def there_and_back(io: Any) -> str:
        await io.open("/")
        await io.open("/two")
        await io.back()
        return f"{io.url.removeprefix(shop.url)} {await io.reload()}"

    assert drive([note(there_and_back, patience=Duration(8_000))]).steps[-1].note == "/ 200"
