"""Web Bot Auth: the headers by which a store lets this monitor in, sent to the store's own address and nowhere else."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from typing import Any

from playwright.async_api import BrowserContext, Error
from playwright.async_api import Page as PlaywrightPage

from nano_sre.core.ports import cannot_work
from nano_sre.runtime.addresses import origin
from nano_sre.runtime.values import Environment

_LINE = re.compile(r"([A-Za-z][A-Za-z0-9-]*)\s*:\s*(\S.*)")
_EXPIRES = re.compile(r"expires=(\d{9,11})\b")
WHERE = "Copy them from the admin, under Online Store, Preferences, Crawler access"


def signature_headers(text: str, *, now: float) -> dict[str, str]:
    """The headers in a secret, a line each: `Signature: …`. Raises `Abort` (inconclusive) when they cannot be used."""
    headers: dict[str, str] = {}
    for line in filter(None, (each.strip() for each in text.replace("\\n", "\n").splitlines())):
        said = _LINE.fullmatch(line)
        if said is None:
            raise cannot_work(
                "The value of `crawler` is not a list of headers: each line is a name, a colon and a value. "
                f"{WHERE}."
            )
        headers[said[1].lower()] = said[2]
    missing = {"signature", "signature-input"} - headers.keys()
    if missing:
        names = " and ".join(name.title() for name in sorted(missing))
        raise cannot_work(f"The value of `crawler` lacks the header {names}. {WHERE}.")
    ends = _EXPIRES.search(headers["signature-input"])
    if ends and int(ends[1]) <= now:
        day = time.strftime("%Y-%m-%d", time.gmtime(int(ends[1])))
        raise cannot_work(
            f"The signature of `crawler` expired on {day}: the store lets nobody in with it. {WHERE}."
        )
    return headers


def headers_for(url: str, environment: Environment) -> dict[str, str]:
    """What a request to this address carries besides: nothing, unless it goes to the store itself."""
    given = environment.store.crawler
    if given is None or origin(url) != origin(environment.url):
        return {}
    headers = signature_headers(environment.text(given), now=time.time())
    for name in ("signature", "signature-input"):
        environment.redactor.add(headers[name])
    return headers


async def sign_requests(context: BrowserContext, page: PlaywrightPage, environment: Environment) -> None:
    """From now on, requests of the page to the store carry the headers.

    Chromium adds them itself: routing would add them to redirects, too, which may lead to somebody else.
    """
    home = environment.url
    headers = headers_for(home, environment)
    if not headers:
        return
    session = await context.new_cdp_session(page)
    running: set[asyncio.Task[None]] = set()

    async def go_on(paused: dict[str, Any]) -> None:
        asked = {name.lower(): value for name, value in paused["request"]["headers"].items()} | headers
        pairs = [{"name": name, "value": value} for name, value in asked.items()]
        with suppress(Error):  # the page has gone, and its request with it
            await session.send("Fetch.continueRequest", {"requestId": paused["requestId"], "headers": pairs})

    def on_paused(paused: dict[str, Any]) -> None:
        task = asyncio.ensure_future(go_on(paused))
        running.add(task)
        task.add_done_callback(running.discard)

    session.on("Fetch.requestPaused", on_paused)
    scheme, host = origin(home)
    await session.send("Fetch.enable", {"patterns": [{"urlPattern": f"{scheme}://{host}/*"}]})
