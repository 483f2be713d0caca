"""Sets of host names in which `*.example.com` stands for every name below it."""

from __future__ import annotations

from collections.abc import Iterable

BROWSERS_OWN = (
    "content-autofill.googleapis.com",
    "optimizationguide-pa.googleapis.com",
    "update.googleapis.com",
    "clientservices.googleapis.com",
    "safebrowsing.googleapis.com",
    "clients2.google.com",
    "redirector.gvt1.com",
    "edgedl.me.gvt1.com",
)
"""Hosts that the browser asks by itself. No page needs them, and no visit is about them."""


class Hosts:
    """Host names, some of them with `*.` at the front: `in` says whether a name is one of them."""

    __slots__ = ("_below", "_exact", "patterns")

    def __init__(self, patterns: Iterable[str]) -> None:
        self.patterns = tuple(each.lower() for each in patterns)
        self._exact = frozenset(each for each in self.patterns if not each.startswith("*."))
        self._below = frozenset(each[2:] for each in self.patterns if each.startswith("*."))

    def __contains__(self, host: str) -> bool:
        if host in self._exact:
            return True
        while "." in host:
            host = host.partition(".")[2]
            if host in self._below:
                return True
        return False
