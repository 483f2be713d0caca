"""Addresses: which vendor a request belongs to, by host first, and by shape anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from nano_sre.core.vendor import Asked
from nano_sre.kinds._shared.tracking.texts import form

MOST_HOSTS = 5_000
LONGEST_HOST = 260  # of a name that can be looked up, with its port
_ADDRESS = re.compile(
    r"(?:https?|wss?)://(?:[^/?#@]*@)?(\[[^\]/]*\]|[^/?#:]*)(?::[0-9]*)?([^?#]*)(?:\?([^#]*))?", re.IGNORECASE
)


class Address(NamedTuple):
    """The parts of an address that matter, the host in lower case and without a dot at its end."""

    host: str
    path: str
    query: str


def address(url: str) -> Address | None:
    """The parts of a web address; None when it is none."""
    found = _ADDRESS.match(url)
    if found is None:
        return None
    host, path, query = found.groups("")
    if len(host) > LONGEST_HOST:
        return None
    return Address(host.lower().rstrip("."), path or "/", query)


Fits = Callable[[str], bool]


def likeness(pattern: str) -> Fits:
    """Whether a text is as a pattern says, in which `*` stands for anything."""
    if "*" not in pattern:
        return pattern.__eq__
    if pattern == "*":
        return bool
    begins, *inside, ends = pattern.split("*")
    least = len(begins) + len(ends)

    def fits(text: str) -> bool:
        if len(text) < least or not text.startswith(begins) or not text.endswith(ends):
            return False
        place, end = len(begins), len(text) - len(ends)
        for part in inside:
            place = text.find(part, place, end)
            if place < 0:
                return False
            place += len(part)
        return True

    return fits


class Request:
    """Whether a request is one of a kind that a vendor file describes."""

    __slots__ = ("_host", "_methods", "_needles", "_path", "_query")

    def __init__(self, asked: Asked) -> None:
        self._path = None if asked.path is None else likeness(asked.path)
        self._host = None if asked.host is None else likeness(asked.host)
        self._methods = frozenset(asked.method)
        self._query = [(name, likeness(pattern)) for name, pattern in asked.query.items()]
        # Looked for before a query is taken apart: most requests of a page are nobody's hits.
        self._needles = [f"{name}=" for name in asked.query if re.fullmatch(r"[\w.~-]+", name)]

    def fits(self, method: str, where: Address) -> bool:
        # What is no GET, a preflight as well, goes where the POST goes.
        if self._methods and ("GET" if method in ("GET", "HEAD") else "POST") not in self._methods:
            return False
        if self._path is not None and not self._path(where.path):
            return False
        if self._host is not None and not self._host(where.host):
            return False
        if not self._query:
            return True
        query = where.query
        if any(needle not in query for needle in self._needles):
            return False
        given: Mapping[str, Any] = form(query, [])
        return all(name in given and fits(given[name]) for name, fits in self._query)


class Hosts:
    """Things filed under hosts, `*.` at the front standing for any names before it."""

    def __init__(self) -> None:
        self._whole: dict[str, list[Any]] = {}
        self._below: dict[str, list[Any]] = {}
        self._known: dict[str, tuple[Any, ...]] = {}

    def add(self, host: str, thing: Any) -> None:
        if host.startswith("*."):
            self._below.setdefault(host[2:], []).append(thing)
        else:
            self._whole.setdefault(host, []).append(thing)

    def of(self, host: str) -> tuple[Any, ...]:
        """What is filed under a host, the nearest first."""
        found = self._known.get(host)
        if found is None:
            if len(self._known) > MOST_HOSTS:
                self._known.clear()
            found = self._known[host] = tuple(self._look_up(host))
        return found

    def has(self, host: str) -> bool:
        """Whether anything is filed under a host."""
        return bool(self.of(host))

    def _look_up(self, host: str) -> Iterable[Any]:
        yield from self._whole.get(host, ())
        above = host
        while "." in above:
            above = above.partition(".")[2]
            yield from self._below.get(above, ())
