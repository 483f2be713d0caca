"""What is heard of one visit, gathered once for all who watch it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, Request
from playwright.async_api import Error as PageError

from nano_sre.core.watch import ConsoleError, FailedRequest, LiquidError, PageLoad
from nano_sre.runtime.sink.log import HitLog
from nano_sre.runtime.trouble import in_words, network_code
from nano_sre.runtime.vendor_hosts import is_hit, is_hit_host

MOST = 500  # of anything: a page that prints for ever must not fill our memory
LONGEST_TEXT = 500
CANCELLED = ("ERR_ABORTED", "ERR_BLOCKED_BY_CLIENT")  # by the browser, as the shopper went on
OURS = ("ERR_INTERNET_DISCONNECTED", "ERR_NETWORK_CHANGED", "ERR_NETWORK_IO_SUSPENDED", "ERR_PROXY_")
PLATFORM = ("cdn.shopify.com",)  # serves the theme's own files
NOUNS = {
    "image": "image",
    "script": "script",
    "stylesheet": "style sheet",
    "font": "font",
    "media": "video",
    "document": "page",
}
REASONS = {
    "404": "404, it is not there",
    "403": "403, the server refuses it",
    "500": "500, the server fails",
    "broken": "it came, but it is no picture",
}
_STATUS = re.compile(r"the server responded with a status of (\d+)")
WRONG_TYPE = re.compile(
    r"Refused to (?:apply style|execute script) from '(https?://[^']+)' because its MIME type \('([^']*)'\)"
)
"""A file that came as something else, mostly the page of an error: browsers tell no status of it."""
_CONSEQUENCES = ("Refused to ", "Access to ")
_ADDRESS = re.compile(r"https?://[^\s'\"<>]+")
_FAILED_LOAD = "Failed to load resource"
_PLACE = re.compile(r"(https?://[^\s()]+?):(\d+):\d+")


class Sightings:
    """Listeners of one visit. `step` says which step is at work."""

    def __init__(self, step: Callable[[], int]) -> None:
        self._step = step
        self.hit_log = HitLog(wanted=False)
        self.store_host = ""
        self.world = 0  # the execution context of our script in the page that is shown
        self.loads: list[PageLoad] = []
        self._console: list[ConsoleError] = []
        self._failed: dict[tuple[str, str], FailedRequest] = {}
        self._elements: dict[str, tuple[str, str]] = {}  # address → what asked for it, its text
        self._broken: list[tuple[str, str, int]] = []

    # what the page itself says

    def on_say(self, said: Mapping[str, Any], world: int) -> None:
        """A message of our script in the page."""
        if said["word"] == "hello":
            self.world = world
            if len(self.loads) < MOST:
                self.loads.append(PageLoad(url=str(said["url"]), step=self._step()))
        elif said["word"] == "leaving" and self.loads:
            self.read(said["report"])
        elif said["word"] == "broken":
            address = str(said["address"])
            self._elements[address] = (str(said["kind"]), str(said["alt"]))
            if address.startswith("http") and said["kind"] == "image" and len(self._broken) < MOST:
                self._broken.append((address, str(said["url"]), self._step()))

    def read(self, report: Mapping[str, Any]) -> None:
        """What the page that is shown has measured so far."""
        if not self.loads:
            return
        measures = {str(k): float(v) for k, v in report["measures"].items()}
        liquid = tuple(
            LiquidError(
                text=str(e["text"])[:LONGEST_TEXT], template=e["template"], visible=bool(e["visible"])
            )
            for e in report["liquid"][:MOST]
        )
        hosts = tuple(host for host in map(str, report["hosts"]) if not self.is_own(f"https://{host}/"))
        self.loads[-1] = replace(
            self.loads[-1],
            measures=measures,
            about={str(k): str(v) for k, v in report["about"].items() if v},
            reported=True,
            liquid=liquid,
            hosts=tuple(host for host in hosts if not is_hit_host(host)),
        )

    # what the browser says

    def on_exception(self, error: PageError) -> None:
        """Nothing in the page caught it."""
        place = _PLACE.search(str(error.stack))
        text = f"{error.name}: {error.message}" if error.name and error.name != "Error" else error.message
        self._add(
            text or str(error), place[1] if place else "", int(place[2]) if place else None, uncaught=True
        )

    def on_console(self, message: ConsoleMessage) -> None:
        """An error of the console: a script's own, or a request that came back with a status."""
        if message.type != "error":
            return
        url = str(message.location.get("url", ""))
        if message.text.startswith(_FAILED_LOAD):
            status = _STATUS.search(message.text)
            if status:
                self._fail(url, status[1], "")
            return
        if wrong := WRONG_TYPE.match(message.text):
            noun = "style sheet" if "style" in message.text[: wrong.start(1)] else "script"
            self._fail(wrong[1], f"it came as {wrong[2] or 'nothing'}, which is no {noun}", noun)
            return
        line = int(message.location.get("lineNumber", 0)) + 1
        self._add(message.text, url, line, uncaught=False)

    def on_failed(self, request: Request) -> None:
        """A request got no answer at all."""
        reason = self.hit_log.as_without(str(request.failure or "failed"), request.url)
        code = network_code(Exception(reason))
        if any(word in reason for word in (*CANCELLED, *OURS)):
            return
        if (
            request.resource_type == "document"
            and request.is_navigation_request()
            and not request.frame.parent_frame
        ):
            return  # the step that went there says so
        noun = NOUNS.get(request.resource_type, "request")
        self._fail(request.url, in_words(code) if code else reason, noun)

    # what is known in the end

    def errors(self) -> Sequence[ConsoleError]:
        """Errors of scripts: what the browser says about a request that failed is told with the requests."""
        lost = {url for _, url in self._failed}
        return [
            each
            for each in self._console
            if not (each.text.startswith(_CONSEQUENCES) and lost.intersection(_ADDRESS.findall(each.text)))
        ]

    def failed(self) -> Sequence[FailedRequest]:
        """Every failure once for each page, with what asked for it."""
        found = dict(self._failed)
        for address, page, step in self._broken:
            if (page, address) not in found and not self._elsewhere(address):
                reason = REASONS["broken"]
                own = self.is_own(address)
                found[page, address] = FailedRequest(
                    url=address, reason=reason, page=page, step=step, own=own
                )
        return [replace(each, what=self._what(each)) for each in found.values()]

    def is_own(self, url: str) -> bool:
        """Whether an address is the store's own: its host, hosts below it, and the platform's for theme files."""
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        return not host or host == self.store_host or host.endswith(f".{self.store_host}") or host in PLATFORM

    @property
    def _page(self) -> str:
        return self.loads[-1].url if self.loads else ""

    def _elsewhere(self, address: str) -> bool:
        return any(url == address for _, url in self._failed) or is_hit(address)

    def _what(self, failed: FailedRequest) -> str:
        kind, text = self._elements.get(failed.url, (failed.what, ""))
        return f"{kind} “{text}”" if text else kind

    def _fail(self, url: str, reason: str, noun: str) -> None:
        page = self._page
        if is_hit(url) or url.partition("#")[0] == page.partition("#")[0]:
            return
        key = (page, url)
        if key not in self._failed and len(self._failed) < MOST:
            self._failed[key] = FailedRequest(
                url=url[:LONGEST_TEXT],
                reason=REASONS.get(reason, reason),
                page=page,
                what=noun or "request",
                own=self.is_own(url),
                step=self._step(),
            )

    def _add(self, text: str, source: str, line: int | None, *, uncaught: bool) -> None:
        if is_hit(source) or len(self._console) >= MOST:
            return
        self._console.append(
            ConsoleError(
                text=" ".join(text.split())[:LONGEST_TEXT],
                page=self._page,
                source=source,
                line=line,
                uncaught=uncaught,
                own=self.is_own(source),
                step=self._step(),
            )
        )
