"""Requests in the session of the page: the same cookies, from inside the page where that is possible."""

from __future__ import annotations

import json as json_text
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from playwright.async_api import Error

from nano_sre.core.ports import Answer, failed
from nano_sre.runtime import trouble
from nano_sre.runtime.addresses import blocked, is_bot_protection, origin, shown
from nano_sre.runtime.crawler import headers_for
from nano_sre.runtime.navigation import address_in

if TYPE_CHECKING:
    from nano_sre.runtime.page import Page

ACCEPT = "application/json, text/html;q=0.9, */*;q=0.8"
FETCH = """async ([url, method, headers, body]) => {
  const started = performance.now();
  const answer = await fetch(url, {method, headers, body, credentials: 'same-origin'});
  const text = await answer.text();
  return {url: answer.url, status: answer.status, headers: Object.fromEntries(answer.headers), text,
          took: performance.now() - started};
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a request sends: its method, headers and body."""

    method: str
    headers: Mapping[str, str]
    body: str | None

    @classmethod
    def of(
        cls, method: str, *, json: Any, form: Mapping[str, str] | None, headers: Mapping[str, str] | None
    ) -> Sent:
        made = {"Accept": ACCEPT}
        body = None
        if json is not None:
            made["Content-Type"], body = "application/json", json_text.dumps(json)
        elif form is not None:
            made["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(form)
        said = {name.lower() for name in headers or {}}
        kept = {name: value for name, value in made.items() if name.lower() not in said}
        return cls(method=method.upper(), headers={**kept, **(headers or {})}, body=body)


async def fetch(page: Page, path: str, sent: Sent) -> Answer:
    """Ask the store's origin, market path included. Raises `Abort` when there is no answer, or none to robots."""
    url = address_in(page, path)
    if origin(page.url) != origin(url):
        answer = await _beside_the_page(page, url, sent)
    else:
        answer = await _in_the_page(page, url, sent)
    if page.state.shop and sent.method == "GET" and answer.status == 200:
        page.state.shop.met(url, answer.text)
    return answer


async def _in_the_page(page: Page, url: str, sent: Sent) -> Answer:
    try:
        got = await page.js(FETCH, [url, sent.method, dict(sent.headers), sent.body])
    except Error as error:
        if "Failed to fetch" not in str(error):
            raise
        raise _no_answer(url, sent) from None
    return _answer(got["url"], got["status"], got["headers"], got["text"].encode(), got["took"])


async def _beside_the_page(page: Page, url: str, sent: Sent) -> Answer:
    """The same cookies, but not from inside the page: it shows another origin, or nothing yet."""
    signature = headers_for(url, page.state.environment)
    started = page.left
    try:
        got = await page.state.context.request.fetch(
            url,
            method=sent.method,
            headers={**sent.headers, **signature},
            data=sent.body,
            timeout=page.milliseconds_left(),
            max_redirects=0 if signature else None,  # a redirect would take the signature along
        )
    except Error as error:
        if trouble.is_dead(error):
            raise
        raise _no_answer(url, sent) from None
    data = await got.body()
    return _answer(got.url, got.status, got.headers, data, (started - page.left) * 1000)


def _no_answer(url: str, sent: Sent) -> Exception:
    return failed("R520", f"{sent.method} {shown(url)} got no answer from the store")


def _answer(url: str, status: int, headers: Any, body: bytes, took: float) -> Answer:
    lower = {str(name).lower(): str(value) for name, value in headers.items()}
    if is_bot_protection(status, lower):
        raise blocked(status)
    return Answer(url=url, status=status, headers=lower, body=body, took_ms=round(took))
