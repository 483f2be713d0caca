"""The decoder: all vendors of a visit, and what their hits mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from urllib.parse import urlencode

from nano_sre.core import registry
from nano_sre.core.hits import Decoded, Hit, Role
from nano_sre.core.program import StoreFacts
from nano_sre.core.vendor import Vendor
from nano_sre.kinds._shared.tracking.addresses import Address, Hosts, Request, address, likeness
from nano_sre.kinds._shared.tracking.reading import Reading
from nano_sre.kinds._shared.tracking.texts import fit_to_keep

UNREAD_METHODS = ("OPTIONS", "HEAD")


class Vendors:
    """All vendors that are known in a visit. Implements `core.hits.Decoder`."""

    def __init__(self, vendors: Iterable[Vendor]) -> None:
        self._vendors = {str(each.id): each for each in vendors}
        self._by_host = Hosts()
        self._libraries = Hosts()
        self._shaped: list[tuple[Request, Reading, Callable[[str], bool]]] = []
        self._hosts: list[str] = []
        for vendor in self._vendors.values():
            self._add(vendor)

    def _add(self, vendor: Vendor) -> None:
        reading = Reading(vendor)
        asked, silent = ([Request(each) for each in several] for several in (vendor.hits, vendor.silent))
        for host in map(str, (*vendor.hosts, *vendor.shared_hosts)):
            self._by_host.add(host, (reading, asked, silent if host in vendor.shared_hosts else None))
            self._hosts.append(host)
        elsewhere = Hosts()
        for host in vendor.not_hosts:
            elsewhere.add(host, reading)
        self._shaped += [(Request(each), reading, elsewhere.has) for each in vendor.shape]
        for written in vendor.library:
            host, _, path = written.partition("/")
            self._libraries.add(host, likeness(f"/{path}"))

    @property
    def hosts(self) -> Sequence[str]:
        """Hosts that take hits; `*.` at the front stands for any names before it."""
        return tuple(dict.fromkeys(self._hosts))

    @property
    def names(self) -> tuple[str, ...]:
        """The words for the vendors."""
        return tuple(self._vendors)

    def vendor(self, name: str) -> Vendor | None:
        """What is known of a vendor, by its word."""
        return self._vendors.get(name)

    def role(self, method: str, url: str) -> Role:
        """What a request is, by its address."""
        where = address(url)
        if where is None:
            return "other"
        if any(fits(where.path) for fits in self._libraries.of(where.host)):
            return "library"
        return "other" if self._whose(method, where) is None else "hit"

    def decode(self, hit: Hit) -> Decoded:
        """The events of a hit. Never raises, whatever somebody sends."""
        where = address(fit_to_keep(hit.url))
        found = None if where is None else self._whose(hit.method, where)
        if found is None or where is None:
            return Decoded(hit=hit)
        reading, read = found
        if not read or hit.method in UNREAD_METHODS:
            return Decoded(hit=hit, vendor=reading.id)
        return reading.decode(hit, where)

    def marked(self, url: str) -> str | None:
        """The address with what tells its vendor that the visit is none of a shopper; None where it cannot be told."""
        where = address(url)
        found = None if where is None else self._whose("GET", where)
        marking = {} if found is None else self._vendors[found[0].id].marking
        if not marking:
            return None
        bare, sign, fragment = url.partition("#")
        return f"{bare}{'&' if '?' in bare else '?'}{urlencode(marking)}{sign}{fragment}"

    def _whose(self, method: str, where: Address) -> tuple[Reading, bool] | None:
        """The vendor that a request goes to, and whether it carries events."""
        kept: Reading | None = None
        for reading, asked, silent in self._by_host.of(where.host):
            if not asked or any(each.fits(method, where) for each in asked):
                return reading, True
            if silent is None or any(each.fits(method, where) for each in silent):
                kept = kept or reading
        if kept is not None:
            return kept, False
        for request, reading, elsewhere in self._shaped:
            if request.fits(method, where) and not elsewhere(where.host):
                return reading, True
        return None


@cache
def _built_in() -> tuple[Vendor, ...]:
    return tuple(registry.kind("vendor", name).cls.described for name in registry.names("vendor"))


@cache
def _built_in_alone() -> Vendors:
    return Vendors(_built_in())


def vendors_for(store: StoreFacts | None) -> Vendors:
    """All vendors that are known in a store's visits; its own come first, and take the place of built-in ones."""
    return vendors_with(() if store is None else store.vendors)


def vendors_with(own: Sequence[Vendor]) -> Vendors:
    """The built-in vendors and these, which come first, and take the place of built-in ones of the same word."""
    if not own:
        return _built_in_alone()
    mine = {str(each.id) for each in own}
    return Vendors([*own, *(each for each in _built_in() if str(each.id) not in mine)])
