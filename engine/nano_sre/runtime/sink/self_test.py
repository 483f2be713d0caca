"""Proof, before hits count, that a browser's hits end in the sink: three kinds that are easily missed, fired once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress

import h11
from playwright.async_api import Browser, Error

from nano_sre.core.hits import Decoded, Hit, Role
from nano_sre.runtime.sink.guard import Guard
from nano_sre.runtime.sink.log import HitLog
from nano_sre.runtime.sink.proxy import Sink
from nano_sre.runtime.sink.ways import Ways
from nano_sre.runtime.sink.wire import Gone, Wire
from nano_sre.runtime.trouble import BrowserDied, first_line, is_dead

HOST = "www.google-analytics.com"  # the guard takes what the sink does not get
PATIENCE = 8.0  # seconds for one kind of hit
KINDS = {
    "frame": "a request of a sandboxed frame",
    "worker": "a request of a shared worker",
    "leaving": "a beacon of a page that is being left",
}
PAGE = f"""<!doctype html><title>self-test</title>
<iframe sandbox="allow-scripts" srcdoc="<script>
  fetch('https://{HOST}/self-test/frame', {{method: 'POST', mode: 'no-cors', body: 'frame'}});
</script>"></iframe>
<script>
  const source = "fetch('https://{HOST}/self-test/worker', {{method: 'POST', mode: 'no-cors', body: 'worker'}})";
  new SharedWorker(URL.createObjectURL(new Blob([source], {{type: 'text/javascript'}})));
  addEventListener('pagehide', () => navigator.sendBeacon('https://{HOST}/self-test/leaving', 'leaving'));
</script>"""


class _OneVendor:
    """Implements `core.hits.Decoder` for the self-test: everything is a hit."""

    hosts = (HOST,)

    def role(self, method: str, url: str) -> Role:  # noqa: ARG002 - the port's words
        return "hit"

    def marked(self, url: str) -> str | None:  # noqa: ARG002 - the same
        return None

    def decode(self, hit: Hit) -> Decoded:
        return Decoded(hit=hit)


async def self_test(browser: Browser, guard: Guard, *, patience: float = PATIENCE) -> str | None:
    """Why hits of this browser cannot be relied on, or None; `patience` in seconds. Raises `BrowserDied`."""
    log = HitLog()
    try:
        with guard.watching(log):
            async with _page() as place, Sink(log, _OneVendor(), ways=Ways()) as sink:
                context = await browser.new_context(proxy={"server": sink.address, "bypass": place})
                try:
                    page = await context.new_page()
                    await page.goto(f"http://{place}/", wait_until="commit")
                    await _arrived(log, {"frame", "worker"}, patience)
                    await page.close()
                    await _arrived(log, set(KINDS), patience)
                finally:
                    with suppress(Error):
                        await context.close()
    except Error as error:
        if is_dead(error):
            raise BrowserDied(first_line(error)) from error
        return f"R582: the self-test of the sink for tracking hits broke off: {first_line(error)}"
    if log.trouble is not None:
        return log.trouble
    missing = [words for kind, words in KINDS.items() if kind not in _bodies(log)]
    if missing:
        return f"R582: the sink for tracking hits does not see {' or '.join(missing)} of this browser."
    return None


def _bodies(log: HitLog) -> Collection[str]:
    return {each.body.decode() for each in log.hits}


async def _arrived(log: HitLog, kinds: set[str], patience: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            while log.trouble is None and not kinds.issubset(_bodies(log)):
                await log.next()


@asynccontextmanager
async def _page() -> AsyncIterator[str]:
    """A page on loopback, asked without the sink like a store's; yields host and port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = Wire(reader, writer)
        with suppress(Gone, h11.ProtocolError):
            request = await wire.request()
            if request is not None:
                headers = [("content-type", "text/html"), ("connection", "close")]
                await wire.answer(200, headers, PAGE.encode())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield "127.0.0.1:" + str(server.sockets[0].getsockname()[1])
    finally:
        server.close()
