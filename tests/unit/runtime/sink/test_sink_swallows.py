"""What vendors are sent ends in the sink, whatever it looks like, and the page is answered."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlencode

import httpx
import pytest

from nano_sre.runtime.sink.log import KEPT, KEPT_IN_ALL, HitLog
from support.sinks import GA4, Through, through


def run(work: Callable[[Through], Awaitable[object]], **more: object) -> HitLog:
    async def all_of_it() -> HitLog:
        async with through(**more) as made:  # type: ignore[arg-type]
            await work(made)
            await made.log.settle(quiet=0.05, longest=5)
            return made.log

    return asyncio.run(all_of_it())


def test_a_post_is_kept_with_all_that_tells_what_it_was() -> None:
    async def work(it: Through) -> None:
        headers = {
            "referer": "https://shop.example/p",
            "content-type": "text/plain;charset=UTF-8",
            "origin": "https://shop.example",
        }
        answer = await it.client.post(GA4, content=b"en=a\nen=b", headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        assert answer.headers["access-control-allow-credentials"] == "true"

    [hit] = run(work).hits
    assert (hit.number, hit.method, hit.url, hit.body, hit.length) == (1, "POST", GA4, b"en=a\nen=b", 9)
    assert (hit.content_type, hit.page, hit.fate, hit.status, hit.step) == (
        "text/plain;charset=UTF-8", "https://shop.example/p", "swallowed", 204, -1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "page"),
    [({"origin": "https://shop.example"}, "https://shop.example"), ({"origin": "null"}, ""), ({}, "")],
)
def test_the_page_is_the_origin_where_there_is_no_referer(headers: dict[str, str], page: str) -> None:
    [hit] = run(lambda it: it.client.get(GA4, headers=headers)).hits
    assert hit.page == page


def test_a_body_in_pieces_comes_together() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for each in (b"en=", b"page", b"_view"):
            yield each
            await asyncio.sleep(0)

    [hit] = run(lambda it: it.client.post(GA4, content=pieces())).hits
    assert hit.body == b"en=page_view"


def test_who_waits_for_100_continue_gets_it() -> None:
    async def work(it: Through) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
        target = "http://www.google-analytics.com/g/collect?v=2&tid=G-TEST"
        writer.write(
            f"POST {target} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n".encode()
        )
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
        writer.write(b"en=a")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204 ")
        writer.close()

    [hit] = run(work).hits
    assert hit.body == b"en=a"


def test_one_connection_carries_many_hits_in_order() -> None:
    async def work(it: Through) -> None:
        for number in range(20):
            await it.client.post(f"{GA4}&n={number}", content=str(number).encode())

    hits = run(work).hits
    assert [each.body for each in hits] == [str(number).encode() for number in range(20)]
    assert [each.number for each in hits] == list(range(1, 21))
    assert [each.at_ms for each in hits] == sorted(each.at_ms for each in hits)


def test_a_body_of_ten_megabytes_is_cut_and_its_length_told() -> None:
    [hit] = run(lambda it: it.client.post(GA4, content=b"x" * 10_000_000)).hits
    assert (len(hit.body), hit.length, hit.status) == (KEPT, 10_000_000, 204)


def test_the_bodies_of_a_visit_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nano_sre.runtime.sink.log.KEPT_IN_ALL", 1500)
    assert KEPT_IN_ALL > 1500

    async def work(it: Through) -> None:
        for _ in range(3):
            await it.client.post(GA4, content=b"y" * 1000)

    assert [(len(each.body), each.length) for each in run(work).hits] == [
        (1000, 1000),
        (500, 1000),
        (0, 1000),
    ]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xff\xfe\x00bad utf-8 \xc3\x28", id="bad utf-8"),
        pytest.param(gzip.compress(b"en=a", mtime=0)[:-4], id="broken gzip"),
        pytest.param(b"<script>alert(1)</script>", id="script"),
        pytest.param(b"\x00" * 100, id="nul"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_bytes_are_kept_as_they_are(body: bytes) -> None:
    [hit] = run(lambda it: it.client.post(GA4, content=body, headers={"content-encoding": "gzip"})).hits
    assert (hit.body, hit.encoding) == (body, "gzip")


def test_ten_thousand_parameters_are_one_hit() -> None:
    url = f"{GA4}&{urlencode({f'ep.key{number}': 'value' for number in range(10_000)})}"

    async def work(it: Through) -> None:  # by hand: httpx refuses addresses that Chromium sends
        reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
        writer.write(f"GET {url.replace('https:', 'http:')} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204 ")
        writer.close()

    [hit] = run(work).hits
    assert hit.url == url.replace("https:", "http:")


@pytest.mark.parametrize(
    "junk",
    [b"\x16\x03\x01\x02\x00\x01\x00", b"hello\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x00\x00\r\n\r\n"],
    ids=["TLS", "one word", "another version", "nul"],
)
def test_what_is_no_request_is_told_so(junk: bytes) -> None:
    async def work(it: Through) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
        writer.write(junk)
        writer.write_eof()
        async with asyncio.timeout(5):
            said = await reader.read()
        assert said == b"" or said.startswith(b"HTTP/1.1 400 ")
        writer.close()
        await it.client.post(GA4)  # and it still listens

    assert len(run(work).hits) == 1


@pytest.mark.parametrize(
    "target", ["/g/collect", "ftp://vendor/x", "https://www.google-analytics.com/g/collect"]
)
def test_who_takes_it_for_a_web_server_is_told_that_it_is_a_proxy(target: str) -> None:
    async def work(it: Through) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
        writer.write(f"GET {target} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 400 ")
        writer.close()

    assert run(work).hits == []


def test_a_preflight_is_answered_and_no_hit() -> None:
    async def work(it: Through) -> None:
        asked = {
            "origin": "null",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type,x-more",
        }
        answer = await it.client.options(GA4, headers=asked)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "null"
        assert answer.headers["access-control-allow-headers"] == "content-type,x-more"
        assert answer.headers["access-control-allow-methods"] == "POST"

    assert run(work).hits == []


@pytest.mark.parametrize(
    ("meant_for", "status", "kind"),
    [
        ("image", 200, "image/gif"),
        ("script", 200, "text/javascript"),
        ("empty", 204, None),
        ("iframe", 204, None),
    ],
)
def test_the_answer_suits_who_asks(meant_for: str, status: int, kind: str | None) -> None:
    async def work(it: Through) -> None:
        answer = await it.client.get(GA4, headers={"sec-fetch-dest": meant_for})
        assert (answer.status_code, answer.headers.get("content-type")) == (status, kind)
        assert meant_for != "image" or answer.content.startswith(b"GIF89a")

    assert [each.status for each in run(work).hits] == [status]


def test_a_web_socket_is_refused_and_told() -> None:
    async def work(it: Through) -> None:
        headers = {
            "connection": "Upgrade",
            "upgrade": "websocket",
            "sec-websocket-key": "x",
            "sec-websocket-version": "13",
        }
        assert (await it.client.get(GA4, headers=headers)).status_code == 204

    [hit] = run(work).hits
    assert (hit.fate, hit.status) == ("refused", 204)


def test_a_hit_that_is_cut_off_is_kept_as_far_as_it_came() -> None:
    async def work(it: Through) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", it.port)
        target = "http://www.google-analytics.com/g/collect?v=2"
        writer.write(f"POST {target} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nen=a".encode())
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.transport.abort()
        async with asyncio.timeout(5):
            while not it.hits:
                await it.log.next()

    [hit] = run(work).hits
    assert (hit.body, hit.length, hit.status) == (b"en=a", 4, None)


def test_where_nobody_watches_nothing_is_kept() -> None:
    async def work(it: Through) -> None:
        assert (await it.client.post(GA4, content=b"en=a")).status_code == 204

    assert run(work, wanted=False).hits == []


def test_of_too_many_hits_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nano_sre.runtime.sink.log.MOST_HITS", 2)

    async def work(it: Through) -> None:
        for _ in range(5):
            await it.client.post(GA4)

    log = run(work)
    assert (len(log.hits), log.dropped) == (2, 3)


def test_closing_cuts_what_is_open() -> None:
    async def work() -> bytes:
        async with through() as made:
            reader, writer = await asyncio.open_connection("127.0.0.1", made.port)
            writer.write(
                b"POST http://bat.bing.com/action/0 HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n"
            )
            await writer.drain()
            await asyncio.sleep(0.05)
        async with asyncio.timeout(5):
            try:
                return await reader.read()
            except ConnectionError:
                return b""
            finally:
                writer.transport.abort()

    assert asyncio.run(work()) == b""


def test_a_dead_listener_is_noticed() -> None:
    async def work() -> tuple[str | None, str | None]:
        async with through() as made:
            await made.log.examine()
            before = made.log.trouble
            assert made.sink._server is not None
            made.sink._server.close()
            await made.log.examine()
            with pytest.raises(httpx.ConnectError):
                await made.client.get(GA4)
            return before, made.log.trouble

    before, after = asyncio.run(work())
    assert before is None
    assert after is not None
    assert after.startswith("R581: ")
