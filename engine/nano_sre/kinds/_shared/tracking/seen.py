"""All of a visit that its tracking is judged by: live from the visit, or read back from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any
from urllib.parse import urlsplit

from nano_sre.core.filters import FILTERS
from nano_sre.core.hits import BannerAnswered, CartSeen, Hit, HostAsked, ShopEvent
from nano_sre.core.ports import cannot_work
from nano_sre.core.program import Consent, Market, StoreFacts
from nano_sre.core.result import StepReport
from nano_sre.core.template import Ref, Template, lookup_in
from nano_sre.core.values import frozen
from nano_sre.core.watch import FailedRequest, PageLoad
from nano_sre.core.watcher import WatchedVisit

Value = Callable[[Any], Any]
"""Resolves a `Template`; anything else comes back as it is."""


@frozen
class StoreSeen:
    """What of the store matters to its tracking."""

    id: str
    host: str
    market_id: str
    market: Market


@frozen
class Seen:
    """One visit, as far as tracking is concerned. `saved` is what the journey's steps saved.

    `began_ms` is when it began, in ms since 1970 by the clock that its pages have; None where nobody knows.
    """

    store: StoreSeen
    consent: Consent = "accept"
    own: bool = False
    steps: tuple[StepReport, ...] = ()
    loads: tuple[PageLoad, ...] = ()
    hits: tuple[Hit, ...] = ()
    other_hosts: tuple[HostAsked, ...] = ()
    shop_events: tuple[ShopEvent, ...] = ()
    carts: tuple[CartSeen, ...] = ()
    banner: BannerAnswered | None = None
    failed: tuple[FailedRequest, ...] = ()
    saved: Mapping[str, Any] = field(default_factory=dict)
    began_ms: int | None = None

    def value(self, given: Any) -> Any:
        """Resolve a `Template` by what was saved. Raises `Abort` when it was not."""
        return given.resolve(self._lookup) if isinstance(given, Template) else given

    def _lookup(self, ref: Ref) -> Any:
        name = ref.rest if ref.root == "visit" and ref.rest else ref.name
        try:
            value = lookup_in({**self.saved, "store": self._facts}, name)
        except KeyError:
            raise cannot_work(f"{ref} has no value: the recording does not hold it.") from None
        for each in ref.filters:
            value = FILTERS[each](value)
        return value

    @property
    def _facts(self) -> Mapping[str, Any]:
        store = self.store
        more = {"id": store.id, "currency": store.market.currency, "locale": store.market.locale}
        return {**more, "country": store.market.country, "market": {"id": store.market_id, **more}}


def bare(url: str | None) -> str:
    """The address of a page without its fragment; empty where there is none."""
    return (url or "").partition("#")[0]


def store_seen(store: StoreFacts, url: str) -> StoreSeen:
    """The facts that are judged by; `url` is the store's address, resolved."""
    return StoreSeen(
        id=store.id, host=urlsplit(url).hostname or "", market_id=store.market_id, market=store.market
    )


def seen_of(visit: WatchedVisit, *, saved: Mapping[str, Any] | None = None) -> Seen:
    """The visit as it stands now."""
    return Seen(
        store=store_seen(visit.store, str(visit.value(visit.store.url))),
        consent=visit.consent,
        own=visit.own,
        steps=tuple(visit.steps),
        loads=tuple(visit.loads),
        hits=tuple(visit.hits),
        other_hosts=tuple(visit.other_hosts),
        shop_events=tuple(visit.shop_events),
        carts=tuple(visit.carts),
        banner=visit.banner,
        failed=tuple(visit.lost_hits),
        saved=saved or {},
        began_ms=visit.began_ms,
    )
