"""What the sink of one visit has seen: hits in the order of their arrival, other hosts, and its own troubles."""

from __future__ import annotations

import asyncio
import time
from bisect import insort
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import h11

from nano_sre.core.hits import Fate, Hit, HostAsked
from nano_sre.runtime.sink.wire import header

KEPT = 1024 * 1024  # bytes of one body
KEPT_IN_ALL = (
    64 * 1024 * 1024
)  # bytes of all bodies of a visit: a page that sends for ever must not fill our memory
MOST_HITS = 20_000
MOST_HOSTS = 2_000
NO_TUNNEL, NO_ANSWER = (
    "ERR_TUNNEL_CONNECTION_FAILED",
    "ERR_EMPTY_RESPONSE",
)  # all that a proxy can say of a dead server
LONGEST_WORD = 4_096  # of a header that is kept


@dataclass(slots=True)
class Arriving:
    """A hit of which the head has come, and perhaps some of the body."""

    hit: Hit
    kept: bytearray
    length: int = 0


class HitLog:
    """The hits of one visit. `wanted` False keeps no hits: nobody watches, they are only swallowed."""

    def __init__(self, *, wanted: bool = True) -> None:
        self.wanted = wanted
        self.hits: list[Hit] = []
        self.trouble: str | None = None  # why hits may be missing
        self.dropped = 0  # hits beyond what is kept
        self.listening: Callable[[], Awaitable[bool]] | None = None  # asks the sink
        self.proof: Awaitable[str | None] | None = None  # why the browser's hits cannot be relied on, if so
        self._hosts: dict[str, HostAsked] = {}
        self._unreachable: dict[str, str] = {}
        self._origin = time.monotonic()
        self._step: Callable[[], int] = lambda: -1
        self._news: asyncio.Future[None] | None = None
        self._numbers = 0
        self._bytes = 0
        self._busy = 0
        self._last = time.monotonic()

    def begin(self, origin: float, *, step: Callable[[], int]) -> None:
        """The visit begins: `origin` is the moment (`time.monotonic`) that its steps are timed from."""
        self._origin, self._step = origin, step

    @property
    def other_hosts(self) -> Sequence[HostAsked]:
        """Hosts that were let through, in the order in which they were first asked."""
        return tuple(self._hosts.values())

    def as_without(self, reason: str, url: str) -> str:
        """What the browser would say of a failed request if it had no proxy, in the place of `reason`."""
        known = self._unreachable
        code = known.get(urlsplit(url).hostname or "")
        if code is not None:
            reason = reason.replace(NO_ANSWER, code)
        if known:  # after a redirect the address is another one: then it was the host that failed last
            reason = reason.replace(NO_TUNNEL, code or known[next(reversed(known))])
        return reason

    async def settle(self, *, quiet: float, longest: float) -> None:
        """Wait until nothing is on its way and nothing has come for `quiet` seconds from now, at most `longest`."""
        begun = time.monotonic()
        ends = begun + longest
        while (now := time.monotonic()) < ends:
            left = max(begun, self._last) + quiet - now
            if left <= 0 and not self._busy:
                return
            await asyncio.sleep(min(max(left, 0.02), ends - now))

    async def next(self) -> None:
        """Wait until another hit is complete, or something went wrong."""
        if self._news is None:
            self._news = asyncio.get_running_loop().create_future()
        await asyncio.shield(self._news)

    def _told(self) -> None:
        news, self._news = self._news, None
        if news is not None and not news.done():
            news.set_result(None)

    async def prove(self) -> None:
        """Wait for the proof that this browser's hits arrive here. Raises what it does."""
        proof, self.proof = self.proof, None
        if proof is not None:
            why = await proof
            self.trouble = self.trouble or why

    async def examine(self) -> None:
        """Ask the sink whether it was and still is to be relied on: a visit without hits would else mean nothing."""
        await self.prove()
        if self.listening is not None and not await self.listening():
            self.trouble = (
                self.trouble or "R581: the sink for tracking hits stopped listening during the visit."
            )

    # what the proxy and the guard say

    def leaked(self, host: str) -> None:
        """Something went past the sink and was caught by the guard."""
        self.trouble = self.trouble or (
            f"R580: a request to {host} went past the sink. It was caught before it left this machine, but what it "
            "said is not known."
        )
        self._told()

    def let_through(self, host: str) -> None:
        known = self._hosts.get(host)
        if known is not None:
            self._hosts[host] = replace(known, requests=known.requests + 1)
        elif len(self._hosts) < MOST_HOSTS:
            self._hosts[host] = HostAsked(host=host, first_ms=self._now_ms())

    def unreachable(self, host: str, code: str) -> None:
        self._unreachable.pop(host, None)
        if len(self._unreachable) < MOST_HOSTS:
            self._unreachable[host] = code

    def works(self) -> None:
        """Something is on its way through the sink."""
        self._busy += 1
        self._last = time.monotonic()

    def rests(self) -> None:
        self._busy -= 1
        self._last = time.monotonic()

    def arrives(self, request: h11.Request, url: str) -> Arriving:
        """The head of a hit."""
        self._numbers += 1
        headers = request.headers
        origin = header(headers, b"origin")
        hit = Hit(
            number=self._numbers,
            method=request.method.decode("ascii"),
            url=url,
            content_type=header(headers, b"content-type")[:LONGEST_WORD],
            encoding=header(headers, b"content-encoding")[:LONGEST_WORD],
            page=(header(headers, b"referer") or (origin if origin != "null" else ""))[:LONGEST_WORD],
            at_ms=self._now_ms(),
            step=self._step(),
            status=None,
        )
        return Arriving(hit, bytearray())

    def add(self, arriving: Arriving, data: bytes) -> None:
        """Some of the body. What is too long is counted and forgotten."""
        arriving.length += len(data)
        room = min(KEPT - len(arriving.kept), KEPT_IN_ALL - self._bytes) if self.wanted else 0
        if room > 0:
            arriving.kept += data[:room]
            self._bytes += min(room, len(data))

    def keep(self, arriving: Arriving, *, fate: Fate, status: int | None) -> None:
        """A hit is complete; `status` None when the page was gone before it had an answer."""
        if not self.wanted:
            return
        if len(self.hits) >= MOST_HITS:
            self.dropped += 1
            return
        hit = replace(
            arriving.hit, body=bytes(arriving.kept), length=arriving.length, fate=fate, status=status
        )
        insort(self.hits, hit, key=lambda each: each.number)
        self._told()

    def _now_ms(self) -> int:
        return round((time.monotonic() - self._origin) * 1000)
