"""Addresses of a store, and answers that say nothing about it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from nano_sre.core.ports import Abort, cannot_work


def address(store_url: str, market_path: str, path: str) -> str:
    """Where a path of the store leads: the market's path included, an absolute address kept if it is the store's.

    Raises `Abort` (inconclusive) for another origin: a check visits its store and nothing else.
    """
    parts = urlsplit(path)
    if parts.scheme or parts.netloc:
        if origin(path) != origin(store_url):
            raise cannot_work(
                f"{path} is not an address of the store ({'://'.join(origin(store_url))}). "
                "A check opens pages of its own store only; write a path such as /collections/all."
            )
        return path
    prefix = market_path.rstrip("/")
    if prefix and (path == prefix or path.startswith((f"{prefix}/", f"{prefix}?"))):
        prefix = ""
    return f"{store_url.rstrip('/')}{prefix}/{path.lstrip('/')}"


def origin(url: str) -> tuple[str, str]:
    """Scheme and host with port, as they count for "the same origin"."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def shown(url: str) -> str:
    """An address as messages show it: path and query."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def is_bot_protection(status: int, headers: Mapping[str, str]) -> bool:
    """Whether an answer says "not to robots" rather than anything about the store. Header names are lower-case."""
    return status in {429, 430} or headers.get("cf-mitigated") == "challenge"


def blocked(status: int) -> Abort:
    """The monitor is kept out: inconclusive."""
    return cannot_work(
        f"blocked by bot protection (HTTP {status}): the store does not let this monitor in. "
        "Set up its crawler access (Web Bot Auth), or visit less often."
    )


def is_locked(url: str, asked: str) -> bool:
    """Whether the store sent us to its password page, although another page was asked for."""
    arrived, wanted = urlsplit(url).path.rstrip("/"), urlsplit(asked).path.rstrip("/")
    return arrived.endswith("/password") and not wanted.endswith("/password")
