from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest

from nano_sre.core.fields import Duration
from nano_sre.kinds._shared.tracking.decode import vendors_for
from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.vendor_hosts import for_hits_alone, is_hit, is_hit_host
from support.drive import adrive, journey, store_at
from support.pages import site
from support.steps import Do, go

SENT = """(hosts) => {
  for (const host of hosts) {
    const url = (how) => `http://${host}/${how}`;
    fetch(url('fetch'), {mode: 'no-cors', keepalive: true, method: 'POST', body: 'x'}).catch(() => {});
    navigator.sendBeacon(url('beacon'), 'x');
    new Image().src = url('image');
    addEventListener('pagehide', () => navigator.sendBeacon(url('pagehide'), 'x'));
  }
}"""


def test_hits_reach_no_vendor() -> None:
    """Every name leads to our server, so whatever a vendor would have received is seen here."""
    hosts = [pattern.replace("*", "region1") for pattern in for_hits_alone(vendors_for(None))]
    control = "control.example"

    async def fire(io: object) -> None:
        await io.js(SENT, [*hosts, control])  # type: ignore[attr-defined]
        await arrived(3)  # leaving the page would cut off what is still on its way
        await io.open("/two")  # type: ignore[attr-defined]
        await arrived(4)

    async def arrived(count: int) -> None:
        async with asyncio.timeout(10):
            while shop.hosts.count(control) < count:
                await asyncio.sleep(0.02)

    with site(index="<h1>x</h1>", two="<h1>y</h1>") as shop:
        port = urlsplit(shop.url).port

        async def visit() -> str:
            async with BrowserHost(rules=(f"MAP * 127.0.0.1:{port}",)) as host:
                made = await adrive(
                    journey(store_at("http://shop.example"), [go(), Do(fire, patience=Duration(15_000))]),
                    host=host,
                )
                return made.status

        assert asyncio.run(visit()) == "PASS"
        seen = {host for host in shop.hosts if not host.startswith("127.")}
        at_control = [path for path, host in zip(shop.asked, shop.hosts, strict=True) if host == control]
    assert seen == {"shop.example", control}
    assert sorted(at_control) == ["GET /image", "POST /beacon", "POST /fetch", "POST /pagehide"]


@pytest.mark.parametrize(
    ("host", "wanted"),
    [("region1.google-analytics.com", True), ("bat.bing.com", True), ("shop.example", False), (None, False),
     ("www.googletagmanager.com", False), ("connect.facebook.net", False)],
)  # fmt: skip
def test_which_hosts_take_hits(host: str | None, wanted: bool) -> None:
    assert is_hit_host(host) is wanted


@pytest.mark.parametrize(
    ("url", "wanted"),
    [("https://www.facebook.com/tr/?id=1&ev=PageView", True), ("https://www.facebook.com/summit", False),
     ("https://www.google.com/recaptcha/api.js", False), ("https://shop.example/tr", False), ("no address", False)],
)  # fmt: skip
def test_which_requests_are_hits(url: str, wanted: bool) -> None:
    assert is_hit(url) is wanted


def test_the_guard_takes_no_host_that_also_serves_pages() -> None:
    alone = for_hits_alone(vendors_for(None))
    assert {"www.google-analytics.com", "bat.bing.com", "*.hotjar.com"} <= set(alone)
    assert not {"www.google.com", "www.facebook.com"} & set(alone)
