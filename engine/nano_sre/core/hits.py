"""What tracking sends during a visit, as it was on the wire and as its vendor means it. Plain data.

The sink (runtime) records a `Hit`, a vendor's description (data) turns it into `TrackedEvent`s, `kind: pixels` judges
them against what shoppers saw: the cart, the store's own events, the answer to the banner.

Times are milliseconds since the visit began, as in `StepReport`. `step` is the index of the step during which
something happened, -1 before the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Literal, Protocol

from nano_sre.core.values import frozen

Fate = Literal["swallowed", "marked", "delivered", "refused"]
Granted = Literal["granted", "denied"]

CANONICAL_EVENTS = (
    "page_view",
    "view_item",
    "view_item_list",
    "search",
    "add_to_cart",
    "remove_from_cart",
    "view_cart",
    "begin_checkout",
    "add_shipping_info",
    "add_payment_info",
    "purchase",
    "sign_up",
    "login",
)
"""What shoppers do, by one name for all vendors."""


@frozen
class Hit:
    """One request to a tracking vendor (or of a vendor's shape), as it was on the wire.

    `body` holds the bytes as sent (still packed when `encoding` says so), at most as many as the sink keeps;
    `length` is how many there were. `page` is the Referer, else the Origin, else empty: sandboxes send neither.
    """

    number: int  # in the order of arrival, from 1
    method: str
    url: str
    body: bytes = b""
    length: int = 0
    content_type: str = ""
    encoding: str = ""
    page: str = ""
    at_ms: int = 0
    step: int = -1
    fate: Fate = "swallowed"
    status: int | None = 204  # what the page was answered; None when it was gone before


@frozen
class TrackedItem:
    """A product in an event. `price` and `quantity` are texts as sent; `ids` holds every id the vendor's item names."""

    ids: tuple[str, ...] = ()
    name: str | None = None
    price: str | None = None
    quantity: str | None = None
    variant: str | None = None
    more: Mapping[str, str] = field(default_factory=dict)


@frozen
class TrackedEvent:
    """One event of a hit. `name` is the vendor's own word, `canonical` ours; texts are as sent, unpacked.

    `value_as_text` says that the vendor got words where it wants a number. `consent` is what the hit itself claims,
    by Google's names (`ad_storage`, `analytics_storage` …). `happened_ms` is when it happened, in ms since 1970,
    where a vendor says so.
    """

    vendor: str
    name: str
    hit: Hit
    account: str | None = None
    canonical: str | None = None
    value: str | None = None
    value_as_text: bool = False
    currency: str | None = None
    order_id: str | None = None
    event_id: str | None = None
    items: tuple[TrackedItem, ...] = ()
    page_url: str | None = None
    consent: Mapping[str, Granted] = field(default_factory=dict)
    test: bool = False  # sent as a test or for debugging
    happened_ms: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)  # every parameter by its own name


@frozen
class Decoded:
    """What a hit means. `vendor` is None when it is nobody's; `trouble` says what of it could not be read."""

    hit: Hit
    vendor: str | None = None
    events: tuple[TrackedEvent, ...] = ()
    trouble: tuple[str, ...] = ()


@frozen
class ShopEvent:
    """An event that the store itself published (`Shopify.analytics`, web pixels), in its own words.

    `data` is JSON. `place` says where it was heard: the page, a pixel's frame, a pixel's worker.
    """

    name: str
    data: Mapping[str, Any]
    id: str = ""
    page: str = ""
    place: Literal["page", "frame", "worker"] = "page"
    at_ms: int = 0
    step: int = -1


@frozen
class CartSeen:
    """The cart after a step, as `/cart.js` tells it: the truth that values and items are compared with."""

    cart: Mapping[str, Any]
    at_ms: int = 0
    step: int = -1


@frozen
class BannerAnswered:
    """The consent banner was answered."""

    choice: Literal["accept", "refuse"]
    at_ms: int = 0
    step: int = -1


@frozen
class HostAsked:
    """A host that pages talked to past every known vendor; the sink let it through."""

    host: str
    requests: int = 1
    first_ms: int = 0


@frozen
class JudgedHit:
    """A hit as a report shows it: decoded, and the codes of what is wrong with it.

    `step` is the index of the step that caused it, where that is another than the one during which it came.
    `moments` is when each of its events happened, in ms of the visit; empty where that is when it was sent.
    """

    decoded: Decoded
    faults: tuple[str, ...] = ()
    step: int | None = None
    moments: tuple[int, ...] = ()

    @property
    def during(self) -> int:
        """The index of the step that it belongs to, -1 before the first."""
        return self.decoded.hit.step if self.step is None else self.step


State = Literal["ok", "warn", "fail", "unasked"]
"""How an expectation came out; “unasked” where there is none."""


@frozen
class Heard:
    """How often a vendor heard of an event, beside what the check expects of it.

    `event` is canonical, or the vendor's own word where there is none. `expected` is in words (“once”, “never”),
    empty where the check asks nothing; `state` is then “unasked”.
    """

    vendor: str
    event: str
    times: int
    expected: str = ""
    state: State = "unasked"


Role = Literal["hit", "library", "other"]
"""What a request to a vendor's host is: a hit, a script or picture that the page needs, or neither of the two."""


class Decoder(Protocol):
    """All vendors that are known in a visit: the built-in ones and the store's own."""

    @property
    def hosts(self) -> Sequence[str]:
        """Hosts that take hits; `*.` at the front stands for any names before it."""
        ...

    def role(self, method: str, url: str) -> Role:
        """What a request is, by its address."""
        ...

    def marked(self, url: str) -> str | None:
        """The address that makes a hit recognisable as a test's; None when its vendor cannot be told (`mark`)."""
        ...

    def decode(self, hit: Hit) -> Decoded:
        """The events of a hit. Never raises, whatever somebody sends."""
        ...
