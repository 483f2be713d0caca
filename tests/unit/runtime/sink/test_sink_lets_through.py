"""What is no hit goes on to the real servers, unread where that is possible; hits do so only where a store wants it."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import h11
import httpx
import pytest

from nano_sre.runtime.sink.log import HitLog
from nano_sre.runtime.sink.ways import Ways
from nano_sre.runtime.sink.wire import Wire, pump
from support.sinks import GA4, Real, Through, certificates, hello, real_server, through

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxy_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def behind(
    work: Callable[[Through, Real], Awaitable[Any]],
    *,
    host: str,
    reply: Any = hello,
    tls: Any = None,
    **more: Any,
) -> tuple[HitLog, Real]:
    """Do something through a sink behind which a host is a server of ours."""

    async def all_of_it() -> tuple[HitLog, Real]:
        async with real_server(reply, tls=tls) as real, through(real.rule(host), **more) as made:
            await work(made, real)
            return made.log, real

    return asyncio.run(all_of_it())


def test_an_unknown_host_is_let_through_unread_and_told(tmp_path: Path) -> None:
    server, _ = certificates("reviews.example", tmp_path)

    async def work(it: Through, real: Real) -> None:
        for _ in range(2):
            answer = await it.client.post("https://reviews.example/stars", content=b"five")
            assert answer.text == "hello from the real one"

    log, real = behind(work, host="reviews.example", tls=server)
    assert [(each[0], each[1], each[3]) for each in real.asked] == [("POST", "/stars", b"five")] * 2
    assert [(each.host, each.requests) for each in log.other_hosts] == [("reviews.example", 1)]
    assert log.hits == []


def test_a_plain_request_goes_on_as_it_was() -> None:
    async def work(it: Through, real: Real) -> None:
        answer = await it.client.post(
            "http://reviews.example/a%20b?x=|y&z", content=b"five", headers={"x-mine": "1"}
        )
        assert (answer.status_code, answer.headers["x-real"]) == (200, "yes")

    _, real = behind(work, host="reviews.example")
    [(method, target, headers, body)] = real.asked
    assert (method, target.split("?")[0], body) == ("POST", "/a%20b", b"five")
    assert headers["host"] == "reviews.example"
    assert headers["x-mine"] == "1"
    assert "proxy-connection" not in headers


def test_one_connection_of_the_browser_is_one_to_the_server() -> None:
    async def work(it: Through, real: Real) -> None:
        for _ in range(5):
            await it.client.get("http://reviews.example/x")

    _, real = behind(work, host="reviews.example")
    assert (len(real.asked), real.connections) == (5, 1)


def test_a_server_that_hangs_up_between_two_requests_is_asked_anew() -> None:
    async def once(request: h11.Request, wire: Wire) -> None:
        await hello(request, wire)
        wire.writer.transport.close()

    async def work(it: Through, real: Real) -> None:
        for _ in range(3):
            assert (await it.client.get("http://reviews.example/x")).status_code == 200
            await asyncio.sleep(0.02)

    _, real = behind(work, host="reviews.example", reply=once)
    assert real.connections == 3


def test_a_long_answer_streams(tmp_path: Path) -> None:
    async def long(_request: h11.Request, wire: Wire) -> None:
        await wire.send(h11.Response(status_code=200, headers=[("content-type", "video/mp4")]))
        for _ in range(64):
            await wire.send(h11.Data(data=b"z" * 65_536))
        await wire.send(h11.EndOfMessage())

    async def work(it: Through, real: Real) -> None:
        assert len((await it.client.get("http://reviews.example/v")).content) == 64 * 65_536

    behind(work, host="reviews.example", reply=long)


def test_a_library_on_a_vendors_host_comes_from_there(tmp_path: Path) -> None:
    """TikTok's host takes hits and serves its own library: a page gets the one and not the other."""
    server, trust = certificates("analytics.tiktok.com", tmp_path)

    async def work(it: Through, real: Real) -> None:
        library = await it.client.get("https://analytics.tiktok.com/i18n/pixel/events.js")
        assert library.text == "hello from the real one"
        assert (
            await it.client.post("https://analytics.tiktok.com/api/v2/pixel", content=b"{}")
        ).status_code == 204

    log, real = behind(work, host="analytics.tiktok.com", tls=server, trust=trust)
    assert [each[1] for each in real.asked] == ["/i18n/pixel/events.js"]
    assert [each.url for each in log.hits] == ["https://analytics.tiktok.com/api/v2/pixel"]


def test_a_library_behind_a_bad_certificate_does_not_come(tmp_path: Path) -> None:
    server, _ = certificates("analytics.tiktok.com", tmp_path)

    async def work(it: Through, real: Real) -> None:
        with pytest.raises(httpx.HTTPError):
            await it.client.get("https://analytics.tiktok.com/i18n/pixel/events.js")

    _, real = behind(work, host="analytics.tiktok.com", tls=server)
    assert real.asked == []


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("MAP dead.example 127.0.0.1:1", "ERR_CONNECTION_REFUSED"),
        ("MAP dead.example ~NOTFOUND", "ERR_NAME_NOT_RESOLVED"),
    ],
)
def test_what_a_dead_server_is_called_without_a_proxy(rule: str, code: str) -> None:
    async def work() -> HitLog:
        async with through(rule) as it:
            with pytest.raises(httpx.ProxyError, match="502"):
                await it.client.get("https://dead.example/")
            with pytest.raises(httpx.RemoteProtocolError):
                await it.client.get("http://dead.example/")
            return it.log

    log = asyncio.run(work())
    for said in ("net::ERR_TUNNEL_CONNECTION_FAILED", "net::ERR_EMPTY_RESPONSE"):
        assert log.as_without(said, "https://dead.example/x") == f"net::{code}"
    redirected = log.as_without("net::ERR_TUNNEL_CONNECTION_FAILED", "https://led.there.example/")
    assert redirected == f"net::{code}"
    assert log.as_without("net::ERR_EMPTY_RESPONSE", "https://other.example/") == "net::ERR_EMPTY_RESPONSE"
    assert log.as_without("net::ERR_ABORTED", "https://dead.example/") == "net::ERR_ABORTED"


def test_the_browsers_own_questions_are_refused() -> None:
    async def work() -> HitLog:
        async with through() as it:
            with pytest.raises(httpx.ProxyError, match="403"):
                await it.client.get("https://content-autofill.googleapis.com/v1/pages/x")
            return it.log

    assert asyncio.run(work()).other_hosts == ()


def test_delivered_hits_reach_the_vendor_and_are_kept(tmp_path: Path) -> None:
    server, trust = certificates("www.google-analytics.com", tmp_path)

    async def work(it: Through, real: Real) -> None:
        answer = await it.client.post(GA4, content=b"en=a")
        assert answer.text == "hello from the real one"
        await it.client.options(GA4, headers={"origin": "null", "access-control-request-method": "POST"})

    log, real = behind(work, host="www.google-analytics.com", tls=server, trust=trust, tracking="deliver")
    target = GA4.removeprefix("https://www.google-analytics.com")
    assert [(each[0], each[1], each[3]) for each in real.asked] == [
        ("POST", target, b"en=a"),
        ("OPTIONS", target, b""),
    ]
    [hit] = log.hits
    assert (hit.url, hit.body, hit.fate, hit.status) == (GA4, b"en=a", "delivered", 200)


def test_a_marked_hit_says_that_it_is_a_tests_and_others_are_swallowed(tmp_path: Path) -> None:
    server, trust = certificates("www.google-analytics.com", tmp_path)
    meta = "https://www.facebook.com/tr/?id=1&ev=PageView"

    async def work(it: Through, real: Real) -> None:
        await it.client.post(GA4, content=b"en=a\r\nen=b")
        await it.client.get(meta)

    log, real = behind(work, host="www.google-analytics.com", tls=server, trust=trust, tracking="mark")
    [(_, target, _, body)] = real.asked
    assert (target, body) == (
        GA4.removeprefix("https://www.google-analytics.com") + "&tt=internal",
        b"en=a\r\nen=b",
    )
    assert [(each.url, each.fate, each.status) for each in log.hits] == [
        (GA4, "marked", 200),
        (meta, "swallowed", 204),
    ]


def test_the_stores_own_endpoint_is_read_where_that_is_wanted(tmp_path: Path) -> None:
    server, trust = certificates("shop.example", tmp_path)

    async def work(it: Through, real: Real) -> None:
        assert (await it.client.get("https://shop.example/products/board")).text == "hello from the real one"
        assert (
            await it.client.post("https://shop.example/g/collect?v=2&tid=G-TEST&cid=1.2&en=page_view")
        ).status_code == 204

    log, real = behind(work, host="shop.example", tls=server, trust=trust, first_party=("shop.example",))
    assert [each[1] for each in real.asked] == ["/products/board"]
    assert [each.fate for each in log.hits] == ["swallowed"]
    assert log.other_hosts == ()


def test_a_bad_certificate_of_the_store_is_seen_by_the_browser_itself(tmp_path: Path) -> None:
    """Were its TLS ended here all the same, the sink would hide what every shopper is warned of."""
    server, theirs = certificates("shop.example", tmp_path)

    async def work() -> tuple[bytes | None, bytes]:
        async with (
            real_server(tls=server) as real,
            through(real.rule("shop.example"), first_party=("shop.example",)) as it,
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
            writer.write(b"CONNECT shop.example:443 HTTP/1.1\r\nhost: shop.example:443\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            seeing = ssl.create_default_context()
            seeing.check_hostname, seeing.verify_mode = False, ssl.CERT_NONE
            await writer.start_tls(seeing, server_hostname="shop.example")
            shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            writer.transport.abort()
            return shown, theirs.get_ca_certs(binary_form=True)[0]

    shown, its_own = asyncio.run(work())
    assert shown == its_own


def test_a_socket_of_the_stores_own_stays_open() -> None:
    """A page of the store may talk over a WebSocket while its hits are read."""

    async def echo(request: h11.Request, wire: Wire) -> None:
        await wire.send(
            h11.InformationalResponse(
                status_code=101, headers=[("upgrade", "websocket"), ("connection", "Upgrade")]
            )
        )
        reader, writer = wire.streams
        while data := await reader.read(100):
            writer.write(data.upper())

    async def work(it: Through, real: Real) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
        writer.write(
            b"GET http://shop.example/live HTTP/1.1\r\nhost: shop.example\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n"
        )
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        writer.write(b"ping")
        async with asyncio.timeout(5):
            assert await reader.readexactly(4) == b"PING"
        writer.transport.abort()

    behind(work, host="shop.example", reply=echo, first_party=("shop.example",))


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_companys_proxy_is_used(scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server, _ = certificates("reviews.example", tmp_path)

    async def work() -> tuple[str, Real]:
        async with real_server(tls=server if scheme == "https" else None) as real:

            async def connect(request: h11.Request, wire: Wire) -> None:
                await wire.send(h11.Response(status_code=200, headers=[]))
                onward = await asyncio.open_connection("127.0.0.1", real.port)
                try:
                    await pump(wire.streams, onward)
                finally:
                    onward[1].transport.abort()

            async with real_server(connect) as company, through() as it:
                monkeypatch.setenv(f"{scheme}_proxy", f"http://me:my%20word@127.0.0.1:{company.port}")
                it.sink._ways = Ways()
                answer = await it.client.get(f"{scheme}://reviews.example/x")
                return answer.text, company

    text, company = asyncio.run(work())
    [(method, target, headers, _)] = company.asked
    assert text == "hello from the real one"
    assert (method, target) == ("CONNECT", f"reviews.example:{443 if scheme == 'https' else 80}")
    assert headers["proxy-authorization"] == "Basic " + b64encode(b"me:my word").decode()


@pytest.mark.parametrize(
    ("proxy", "code"),
    [("socks5://127.0.0.1:1", "ERR_NO_SUPPORTED_PROXIES"), ("http://127.0.0.1:1", "ERR_CONNECTION_REFUSED")],
)
def test_a_companys_proxy_that_does_not_work_is_no_way_round_it(
    proxy: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", proxy)

    async def work(it: Through, real: Real) -> None:
        with pytest.raises(httpx.ProxyError, match="502"):
            await it.client.get("https://reviews.example/x")
        assert it.log.as_without("ERR_TUNNEL_CONNECTION_FAILED", "https://reviews.example/x") == code

    _, real = behind(work, host="reviews.example")
    assert real.connections == 0
