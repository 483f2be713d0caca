"""Which requests are tracking hits, for those who only see their addresses."""

from __future__ import annotations

from functools import cache

from nano_sre.core.hits import Decoder
from nano_sre.kinds._shared.tracking.decode import vendors_for
from nano_sre.runtime.sink.hosts import Hosts

ANY_PATH = "https://{}/nano-sre/any-path"


def is_hit(url: str) -> bool:
    """Whether a request went to a tracking vendor: that it failed says nothing about the store."""
    return vendors_for(None).role("GET", url) == "hit"


def is_hit_host(host: str | None) -> bool:
    """Whether the host takes tracking hits, be it among other things."""
    return host is not None and host in _hosts()


@cache
def _hosts() -> Hosts:
    return Hosts(vendors_for(None).hosts)


def for_hits_alone(decoder: Decoder) -> tuple[str, ...]:
    """Hosts that take hits and serve no page: whatever is sent there is one."""
    return tuple(
        each
        for each in decoder.hosts
        if decoder.role("POST", ANY_PATH.format(each.replace("*", "any"))) == "hit"
    )
