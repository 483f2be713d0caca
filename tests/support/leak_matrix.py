"""Every way a page can send a hit, from every place, at every moment: pages that do it, and what must arrive."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from nano_sre.core.fields import Duration
from nano_sre.core.hits import Hit
from nano_sre.core.program import Program
from nano_sre.runtime import browsers
from nano_sre.runtime.browser import BrowserHost
from support.drive import journey, store_at
from support.hits import Tracked, track
from support.pages import Site, site
from support.steps import Do, go

VENDORS = (
    "region1.google-analytics.com",
    "analytics.tiktok.com",
    "bat.bing.com",
    "ct.pinterest.com",
    "tr.snapchat.com",
)
LONG = Duration(40_000)

KINDS: dict[str, str] = {
    "beacon-text": "navigator.sendBeacon(u, b)",
    "beacon-blob": "navigator.sendBeacon(u, new Blob([b], {type: 'text/plain'}))",
    "beacon-json": "navigator.sendBeacon(u, new Blob([JSON.stringify({said: b})], {type: 'application/json'}))",
    "beacon-form": "navigator.sendBeacon(u, form(b))",
    "beacon-urlencoded": "navigator.sendBeacon(u, new URLSearchParams({said: b}))",
    "beacon-bytes": "navigator.sendBeacon(u, new TextEncoder().encode(b))",
    "beacon-60k": "navigator.sendBeacon(u, b.padEnd(60000, '.'))",
    "keepalive": "fetch(u, {method: 'POST', mode: 'no-cors', keepalive: true, body: b})",
    "keepalive-get": "fetch(u + '?' + b, {mode: 'no-cors', keepalive: true})",
    "fetch-text": "fetch(u, {method: 'POST', mode: 'no-cors', body: b})",
    "fetch-blob": "fetch(u, {method: 'POST', mode: 'no-cors', body: new Blob([b])})",
    "fetch-form": "fetch(u, {method: 'POST', mode: 'no-cors', body: form(b)})",
    "fetch-json-cors": "fetch(u, {method: 'POST', headers: {'content-type': 'application/json', 'x-more': '1'}, body: JSON.stringify({said: b})})",
    "fetch-credentials": "fetch(u, {method: 'POST', credentials: 'include', body: b})",
    "fetch-gzip": "new Response(new Blob([b]).stream().pipeThrough(new CompressionStream('gzip'))).blob().then((packed) => fetch(u, {method: 'POST', headers: {'content-encoding': 'gzip'}, body: packed}))",
    "fetch-300k": "fetch(u, {method: 'POST', mode: 'no-cors', body: b.padEnd(300000, '.')})",
    "image": "new Image().src = u + '?' + b",
    "xhr": "xhr(u, b)",
    "xhr-credentials": "xhr(u, b, true)",
    "script": "add('script', 'src', u + '?' + b)",
    "style-sheet": "add('link', 'href', u + '?' + b)",
    "background": "document.body.append(Object.assign(document.createElement('p'), {style: `background: url(${u}?${b})`, textContent: '.'}))",
    "frame": "add('iframe', 'src', u + '?' + b)",
    "form-post": "post(u, b)",
    "ping": "ping(u)",
    "event-source": "new EventSource(u + '?' + b)",
    "web-socket": "new WebSocket(u.replace('https:', 'wss:') + '?' + b)",
    "prefetch": "add('link', 'href', u + '?' + b, 'prefetch')",
    "fetch-later": "fetchLater(u + '?' + b, {activateAfter: 0})",
}
WORKER_KINDS = ("fetch-text", "keepalive", "fetch-json-cors", "fetch-form", "xhr")
FRAME_KINDS = ("beacon-text", "keepalive", "image", "fetch-form", "xhr")
LEAVING_KINDS = ("beacon-text", "beacon-form", "keepalive")
CLICK_KINDS = ("beacon-text", "keepalive", "keepalive-get", "ping")
AT_RISK = ("fetch-text", "image", "form-post")  # fired by a click that goes to another page at once

DROPPED_BY_CHROMIUM: dict[str, str] = {
    **{
        f"click/{kind}": "the page goes away before a request without keepalive has left it"
        for kind in AT_RISK
    },
    "leave/image": "an image of a page that is being left may be cancelled with it",
    **{
        f"service-worker/{kind}": "our visits let no service worker in; test_service_worker.py lets one in"
        for kind in ("fetch-text", "fetch-form")
    },
    "page/fetch-later": "not in every build: a page without the function sends nothing",
}
"""What never reaches the wire, or not always, with no sink at all. It must not leak either."""

FIRE = """
const VENDORS = @vendors@;
const form = (b) => { const made = new FormData(); made.append('said', b); return made; };
const xhr = (u, b, withCredentials = false) => { const made = new XMLHttpRequest(); made.open('POST', u); made.withCredentials = withCredentials; made.send(b); };
const add = (tag, key, value, rel = 'stylesheet') => { const made = document.createElement(tag); if (tag === 'link') made.rel = rel; made[key] = value; document.body.append(made); };
const post = (u, b) => {
  const made = Object.assign(document.createElement('form'), {method: 'post', action: u, target: 'form-target'});
  made.append(Object.assign(document.createElement('input'), {name: 'said', value: b}));
  if (!document.querySelector('[name=form-target]')) document.body.append(Object.assign(document.createElement('iframe'), {name: 'form-target'}));
  document.body.append(made); made.submit();
};
const ping = (u) => { const made = Object.assign(document.createElement('a'), {href: '#pinged', ping: u}); document.body.append(made); made.click(); };
const KINDS = {@kinds@};
let turn = 0;
const fire = (visit, place, kinds) => {
  for (const kind of kinds) {
    const u = `https://${VENDORS[turn++ % VENDORS.length]}/${visit}/${place}/${kind}`;
    try { const going = KINDS[kind](u, `said-${visit}-${place}-${kind}`); if (going && going.catch) going.catch(() => {}); } catch (error) { console.warn(kind, String(error)); }
  }
};
""".replace("@vendors@", str(list(VENDORS))).replace(
    "@kinds@", ",\n".join(f"'{name}': (u, b) => {code}" for name, code in KINDS.items())
)
ASKED = "const asked = new URLSearchParams(location.search), visit = asked.get('visit'), place = asked.get('place') || 'page';"


@dataclass
class Network:
    """All that leaves the machine would arrive here. `said` is what each connection began with."""

    port: int = 0
    said: list[bytes] = field(default_factory=list)


@contextmanager
def network() -> Iterator[Network]:
    """A listener that takes everything and answers nothing."""
    listener = socket.create_server(("127.0.0.1", 0))
    made = Network(port=listener.getsockname()[1])

    def listen() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(1)
            try:
                made.said.append(connection.recv(2048))
            except OSError:
                made.said.append(b"")
            connection.close()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@contextmanager
def firing_site() -> Iterator[Site]:
    """A store whose pages send hits in every way there is."""
    script = {"headers": {"content-type": "text/javascript"}}
    with site() as made:
        other = made.url.replace("127.0.0.1", "localhost")
        made.put("/fire.js", FIRE, **script)
        made.put(
            "/worker.js",
            f"importScripts('/fire.js');{ASKED}fire(visit, place, {list(WORKER_KINDS)});",
            **script,
        )
        made.put(
            "/nesting.js", f"{ASKED}new Worker('/worker.js?visit=' + visit + '&place=' + place);", **script
        )
        made.put(
            "/service.js",
            f"importScripts('/fire.js');{ASKED}addEventListener('install', () => fire(visit, place, ['fetch-text', 'fetch-form']));",
            **script,
        )
        made.put(
            "/frame",
            f"<body><script src=/fire.js></script><script>{ASKED}fire(visit, place, {list(FRAME_KINDS)})</script>",
        )
        made.put(
            "/leaving-frame",
            f"<body><script src=/fire.js></script><script>{ASKED}addEventListener('pagehide', () => fire(visit, place, ['beacon-text']))</script>",
        )
        made.put("/", _start(other))
        made.put("/leave", _leave(other))
        made.put("/second", "<h1>second</h1>")
        made.put("/favicon.ico", "")
        yield made


def _start(other: str) -> str:
    inner = f"<script src=${{origin}}/fire.js>${{end}}<script>fire('${{visit}}', 'srcdoc', {list(FRAME_KINDS)})${{end}}"
    return f"""<title>start</title><body><h1>start</h1><script src=/fire.js></script><script>{ASKED}
const end = '<' + '/script>', origin = location.origin, frame = (more) => document.body.append(Object.assign(document.createElement('iframe'), more));
fire(visit, 'page', {list(KINDS)});
frame({{src: `/frame?visit=${{visit}}&place=frame`}});
frame({{src: `/frame?visit=${{visit}}&place=sandboxed`, sandbox: 'allow-scripts'}});
frame({{srcdoc: `{inner}`, sandbox: 'allow-scripts'}});
frame({{src: `{other}/frame?visit=${{visit}}&place=cross-origin`}});
new Worker(`/worker.js?visit=${{visit}}&place=worker`);
new Worker(URL.createObjectURL(new Blob([`importScripts('${{origin}}/fire.js'); fire('${{visit}}', 'blob-worker', {list(WORKER_KINDS)})`])));
new Worker(`/nesting.js?visit=${{visit}}&place=nested-worker`);
new SharedWorker(`/worker.js?visit=${{visit}}&place=shared-worker`);
ServiceWorkerContainer.prototype.register.call(navigator.serviceWorker, `/service.js?visit=${{visit}}&place=service-worker`)
  .then((made) => setTimeout(() => made.unregister(), 300));
</script>
<button id=away>away</button><button id=popup>pop-up</button><script>
away.onclick = () => {{ fire(visit, 'click', {[*CLICK_KINDS, *AT_RISK]}); location.href = '/second?from=click'; }};
popup.onclick = () => {{ window.open(`/frame?visit=${{visit}}&place=pop-up`); window.open(`/frame?visit=${{visit}}&place=pop-up-alone`, '_blank', 'noopener'); }};
</script>"""


def _leave(other: str) -> str:
    return f"""<title>leave</title><body><h1>leave</h1><script src=/fire.js></script><script>{ASKED}
addEventListener('pagehide', () => fire(visit, place + '-pagehide', {list(LEAVING_KINDS)}));
document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && fire(visit, place + '-hidden', {list(LEAVING_KINDS)}));
addEventListener('pagehide', () => fire(visit, 'leave', ['image']));
const frame = (more) => document.body.append(Object.assign(document.createElement('iframe'), more));
frame({{src: `/leaving-frame?visit=${{visit}}&place=${{place}}-frame`}});
frame({{src: `/leaving-frame?visit=${{visit}}&place=${{place}}-sandboxed`, sandbox: 'allow-scripts'}});
frame({{src: `{other}/leaving-frame?visit=${{visit}}&place=${{place}}-cross-origin`}});
</script>"""


LEAVING = ("navigation", "reload", "other-site", "closing")


def expected() -> set[str]:
    """`place/kind` of everything that Chromium puts on the wire."""
    cases = {f"page/{kind}" for kind in KINDS}
    for place in ("frame", "sandboxed", "srcdoc", "cross-origin", "pop-up", "pop-up-alone"):
        cases |= {f"{place}/{kind}" for kind in FRAME_KINDS}
    for place in ("worker", "blob-worker", "nested-worker", "shared-worker"):
        cases |= {f"{place}/{kind}" for kind in WORKER_KINDS}
    cases |= {"service-worker/fetch-text", "service-worker/fetch-form"}
    cases |= {f"click/{kind}" for kind in CLICK_KINDS}
    for way in LEAVING:
        cases |= {f"{way}-{moment}/{kind}" for moment in ("pagehide", "hidden") for kind in LEAVING_KINDS}
        cases |= {f"{way}-{place}/beacon-text" for place in ("frame", "sandboxed", "cross-origin")}
    return cases - set(DROPPED_BY_CHROMIUM)


def case_of(hit: Hit) -> tuple[str, str]:
    """Which visit fired a hit, and which case it is."""
    _, _, _, visit, place, kind = hit.url.partition("?")[0].split("/")
    return visit, f"{place}/{kind}"


def said(hit: Hit) -> str:
    """What a hit says, whichever way it is packed."""
    body = gzip.decompress(hit.body) if hit.url.endswith("fetch-gzip") else hit.body
    return unquote_plus(hit.url.partition("?")[2] + body.decode("latin-1"))


def program(url: str, visit: str) -> Program:
    """A shopper who sets everything off."""

    async def rest(io: object, quiet: float = 0.4) -> None:
        await io.state.hit_log.settle(quiet=quiet, longest=12)  # type: ignore[attr-defined]

    async def press(io: object, what: str) -> None:
        await io.state.page.click(what)  # type: ignore[attr-defined]

    async def pop_up(io: object) -> None:
        await press(io, "#popup")
        await rest(io)

    async def away(io: object) -> None:
        await press(io, "#away")
        await io.state.page.wait_for_url("**/second?from=click")  # type: ignore[attr-defined]
        await rest(io)

    def leaving(way: str) -> list[Do]:
        async def leave(io: object) -> None:
            if way == "navigation":
                await io.open("/second")  # type: ignore[attr-defined]
            elif way == "reload":
                await io.reload()  # type: ignore[attr-defined]
            else:
                other = url.replace("127.0.0.1", "localhost")
                await io.state.page.goto(f"{other}/second")  # type: ignore[attr-defined]
            await rest(io)

        opened = go(f"/leave?visit={visit}&place={way}", patience=LONG)
        return [opened, Do(rest, patience=LONG), *([] if way == "closing" else [Do(leave, patience=LONG)])]

    steps = [
        go(f"/?visit={visit}", patience=LONG),
        Do(lambda io: rest(io, 1.0), patience=LONG),
        Do(pop_up, patience=LONG),
        Do(away, patience=LONG),
    ]
    for way in LEAVING:
        steps += leaving(way)
    return journey(store_at(url), steps, timeout=Duration(110_000))


def installed(environ: Mapping[str, str]) -> list[browsers.Browser]:
    """One headless shell and one full Chromium as far as they are there, or the one that is asked for."""
    if environ.get("NANO_SRE_BROWSER"):
        return [each for each in (browsers.find_browser(environ),) if each]
    kinds = {each.headless_shell: each for each in reversed([*browsers._candidates(environ)])}
    return [kinds[each] for each in sorted(kinds, reverse=True)]


async def matrix(browser: browsers.Browser, visits: Sequence[str]) -> tuple[list[Tracked], list[bytes]]:
    """All visits at once, and what the network heard meanwhile: every name but the guard's leads there."""
    with network() as outside, firing_site() as shop:
        port = shop.url.rpartition(":")[2]
        rules = (f"MAP localhost 127.0.0.1:{port}", f"MAP * 127.0.0.1:{outside.port}")
        async with BrowserHost(browser=browser, rules=rules) as host:
            seen = await asyncio.gather(*(track(program(shop.url, each), host=host) for each in visits))
        return seen, outside.said
