from __future__ import annotations

import asyncio

from nano_sre.kinds._shared.tracking.decode import vendors_for
from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.sink.log import HitLog
from nano_sre.runtime.sink.proxy import Sink
from nano_sre.runtime.sink.ways import Ways
from support.drive import store_at
from support.pages import site

WORKER = """
const said = (what) => fetch('https://bat.bing.com/action/' + what, {method: 'POST', mode: 'no-cors', body: what});
addEventListener('install', (event) => { event.waitUntil(said('install')); skipWaiting(); });
addEventListener('activate', (event) => event.waitUntil(clients.claim().then(() => said('activate'))));
addEventListener('fetch', (event) => { if (event.request.url.includes('/through')) event.respondWith(fetch(event.request)); });
"""
PAGE = """<h1>x</h1><script>
navigator.serviceWorker.addEventListener('controllerchange', () =>
  fetch('https://bat.bing.com/action/through', {method: 'POST', mode: 'no-cors', body: 'through'}));
navigator.serviceWorker.register('/worker.js');
</script>"""


def test_even_a_service_workers_hits_end_in_the_sink() -> None:
    """Our visits let none in. Were one there, what it sends and passes on would come to its context's sink all the same."""
    with site(index=PAGE) as shop:
        shop.put("/worker.js", WORKER, headers={"content-type": "text/javascript"})

        async def visit() -> HitLog:
            log = HitLog()
            store = store_at(shop.url)
            sink = Sink(log, vendors_for(store), ways=Ways(("MAP * ~NOTFOUND",)))
            async with BrowserHost() as host, sink:
                browser = (await host._ready()).browser
                bypass = shop.url.removeprefix("http://")
                with host._guard.watching(log):
                    context = await browser.new_context(
                        proxy={"server": sink.address, "bypass": bypass}, service_workers="allow"
                    )
                    page = await context.new_page()
                    await page.goto(shop.url)
                    async with asyncio.timeout(20):
                        while len(log.hits) < 3:
                            await log.next()
                    await context.close()
            return log

        log = asyncio.run(visit())
    assert sorted(each.body for each in log.hits) == [b"activate", b"install", b"through"]
    assert log.trouble is None
