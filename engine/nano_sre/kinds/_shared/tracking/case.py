"""A visit prepared for judgement: its events in order, each with its step and its moment."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import cached_property

from nano_sre.core.hits import Decoded, Hit, TrackedEvent
from nano_sre.core.result import StepReport
from nano_sre.kinds._shared.tracking.decode import Vendors
from nano_sre.kinds._shared.tracking.faults import Occurrence
from nano_sre.kinds._shared.tracking.placing import Placing
from nano_sre.kinds._shared.tracking.seen import Seen, Value, bare

TWO_WAYS = 1_000  # ms between two hits by which a vendor sends one event on two ways
CLOSE = Decimal("0.01")
VALUED = (
    "view_item",
    "add_to_cart",
    "remove_from_cart",
    "view_cart",
    "begin_checkout",
    "add_shipping_info",
    "add_payment_info",
    "purchase",
)
"""Events that have products and an amount."""
ASK_FIRST = frozenset(
    "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905 - thirty words are read more easily in one text
)
"""Countries whose law wants consent before tracking."""


class Case:
    """What the rules look at. `accounts` are those that the check names, by vendor; empty where any will do.

    `told` is the visit as it was given, `seen` the same with the store's events where they belong.
    """

    def __init__(
        self,
        seen: Seen,
        *,
        vendors: Vendors,
        accounts: Mapping[str, tuple[str, ...]],
        value: Value | None = None,
        decoded: dict[int, Decoded] | None = None,
    ) -> None:
        placing = Placing(seen)
        self.told = seen
        self.seen = replace(seen, shop_events=placing.shop_events)
        self.decoder, self.accounts = vendors, accounts
        self.value = value or seen.value
        self.vendors = {name: known for name in vendors.names if (known := vendors.vendor(name)) is not None}
        cache: dict[int, Decoded] = {} if decoded is None else decoded
        for hit in seen.hits:
            if hit.number not in cache:
                cache[hit.number] = vendors.decode(hit)
        self.decoded = [cache[hit.number] for hit in seen.hits]
        placed = placing.placed([event for each in self.decoded for event in each.events])
        self.events = _without_copies(placed)
        self._placed = placed
        self.pages = placing.pages

    @property
    def steps(self) -> Sequence[StepReport]:
        return self.seen.steps

    def step_end(self, index: int) -> int:
        step = self.steps[index]
        return step.started_ms + step.duration_ms

    def opened(self, about: Occurrence) -> int | None:
        """When the page that an event tells of was there, at the latest, in ms of the visit; None if it never was."""
        at = self.pages.last(bare(about.event.page_url), by=about.event.hit.step)
        step = -1 if at is None else self.pages.steps[at]
        return self.step_end(step) if 0 <= step < len(self.steps) else None

    @cached_property
    def step_of(self) -> Mapping[int, int]:
        """The step that each hit belongs to, by the hit's number: that of its first event."""
        return {number: events[0].step for number, events in self._of_hit.items()}

    @cached_property
    def moments_of(self) -> Mapping[int, tuple[int, ...]]:
        """When each event of a hit happened, in ms of the visit, by the hit's number; not of those sent at once."""
        return {
            number: tuple(each.moment for each in events)
            for number, events in self._of_hit.items()
            if any(each.moment != each.sent for each in events)
        }

    @cached_property
    def _of_hit(self) -> Mapping[int, list[Occurrence]]:
        found: dict[int, list[Occurrence]] = defaultdict(list)
        for each in sorted(self._placed, key=lambda each: each.number):
            found[each.event.hit.number].append(each)
        return found

    def name(self, vendor: str) -> str:
        """A vendor as people call it."""
        known = self.vendors.get(vendor)
        return str(known.name) if known else vendor

    def event_name(self, about: Occurrence) -> str:
        """“Meta's AddToCart”: a vendor and the word it has for what happened."""
        owner = self.name(about.vendor)
        genitive = "'" if owner.endswith("s") else "'s"
        return f"{owner}{genitive} {clip(about.event.name, 40)}"

    @cached_property
    def judged(self) -> list[Occurrence]:
        """Events of the vendors that the check is about, of every account; of all vendors when it names none."""
        ignored = {str(vendor.id): vendor.ignore for vendor in self.vendors.values()}
        return [
            each
            for each in self.events
            if (not self.accounts or each.vendor in self.accounts)
            and each.event.name not in ignored.get(each.vendor, ())
        ]

    def heard(self, vendor: str, what: str) -> list[Occurrence]:
        """Events of one name that went to an account of the check."""
        return [each for each in self.judged_of(vendor) if each.what == what and self.is_ours(each)]

    def judged_of(self, vendor: str) -> list[Occurrence]:
        """The events of one vendor, whatever account they went to."""
        return self._by_vendor.get(vendor, [])

    @cached_property
    def _by_vendor(self) -> Mapping[str, list[Occurrence]]:
        found: dict[str, list[Occurrence]] = defaultdict(list)
        for each in self.judged:
            found[each.vendor].append(each)
        return found

    @cached_property
    def by_id(self) -> Mapping[tuple[str, str | None, str], list[Occurrence]]:
        """The events that have an id, by vendor, account and id."""
        found: dict[tuple[str, str | None, str], list[Occurrence]] = defaultdict(list)
        for each in self.judged:
            if each.event.event_id:
                found[each.vendor, each.event.account, each.event.event_id].append(each)
        return found

    @cached_property
    def paired(self) -> Sequence[list[Occurrence]]:
        """What the vendors tell of one thing: the first of each, the second of each …; orders by their numbers."""
        found: dict[tuple[str, int], dict[str, Occurrence]] = defaultdict(dict)
        counts: Counter[tuple[str, str]] = Counter()
        orders: dict[str, int] = {}
        for each in self.judged:
            if each.event.canonical is None or not self.is_ours(each):
                continue
            turn = counts[each.vendor, each.what]
            counts[each.vendor, each.what] += 1
            if each.what == "purchase" and each.event.order_id:
                turn = orders.setdefault(each.event.order_id, len(orders))
            found[each.what, turn].setdefault(each.vendor, each)
        return [list(each.values()) for each in found.values() if len(each) > 1]

    def pair_of(self, about: Occurrence) -> list[Occurrence]:
        """What the vendors tell of the same thing, this event among them; nothing if no other tells of it."""
        return self._pair_of.get(about.number, [])

    @cached_property
    def _pair_of(self) -> Mapping[int, list[Occurrence]]:
        return {each.number: same for same in self.paired for each in same}

    def is_ours(self, about: Occurrence) -> bool:
        """Whether the account is one of those the check names."""
        accounts = self.accounts.get(about.vendor)
        return not accounts or about.event.account is None or about.event.account in accounts

    @property
    def marked(self) -> bool:
        """Whether the sink itself marks hits as tests."""
        return any(each.hit.fate == "marked" for each in self.decoded)

    # consent

    @property
    def country(self) -> str:
        market = self.seen.store.market
        return str(market.country or market.locale.partition("-")[2] or "").upper()

    @property
    def asks_first(self) -> bool:
        """Whether the market is one where tracking waits for consent by law."""
        return self.country in ASK_FIRST

    def waits(self, vendor: str) -> bool:
        """Whether a vendor needs the shopper's consent."""
        known = self.vendors.get(vendor)
        if known is None:
            return True
        return bool(known.consent or (known.quirks and known.quirks.needs_consent))

    def refused(self, asked_first: bool) -> bool:
        """Whether the shopper's answer forbids tracking: no was said, or nothing where one has to ask."""
        if self.seen.banner is not None:
            return self.seen.banner.choice == "refuse"
        return self.seen.consent == "leave" and asked_first

    def only_known(self, vendor: str) -> bool:
        """Whether the vendor hears only of shoppers whom it knows already."""
        known = self.vendors.get(vendor)
        return bool(known and known.quirks and known.quirks.known_shoppers_only)

    def sends(self, vendor: str, what: str) -> bool:
        """Whether browsers tell the vendor of this at all."""
        known = self.vendors.get(vendor)
        if known is None:
            return True
        return bool(known.wire_names(what)) and what not in (known.quirks.from_server if known.quirks else ())

    def vendor_of(self, url: str) -> str | None:
        """Whose hit a request would have been, by its address."""
        if self.decoder.role("GET", url) != "hit":
            return None
        return self.decoder.decode(Hit(number=0, method="GET", url=url)).vendor


def _without_copies(events: Iterable[Occurrence]) -> list[Occurrence]:
    """Each event once, though its vendor sends it on two ways: to another address, at once, with the same id."""
    first: dict[tuple[str | None, ...], Occurrence] = {}
    kept: list[Occurrence] = []
    for each in events:
        event = each.event
        key = (event.vendor, event.account, event.name, event.event_id, event.value, event.order_id)
        known = first.setdefault(key, each) if event.event_id else each
        elsewhere = known.event.hit.url.partition("?")[0] != event.hit.url.partition("?")[0]
        if known is each or not elsewhere or abs(each.sent - known.sent) > TWO_WAYS:
            kept.append(each)
    return kept


def is_denied(event: TrackedEvent) -> bool:
    """Whether the hit says of itself that nothing was agreed to: it is sent without cookies."""
    asked = [event.consent[key] for key in ("ad_storage", "analytics_storage") if key in event.consent]
    return bool(asked) and set(asked) == {"denied"}


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")


def number_of(text: str | None) -> Decimal | None:
    """A plain number; None when it is none, or no finite one."""
    if text is None or len(text) > 40 or not _NUMBER.fullmatch(text.strip()):
        return None
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return None


def is_text(event: TrackedEvent) -> bool:
    """Whether the value is no plain number, or was sent where the vendor keeps texts."""
    return event.value is not None and (event.value_as_text or number_of(event.value) is None)


def is_close(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= CLOSE


def own_sum(event: TrackedEvent) -> Decimal | None:
    """The sum of an event's own products; None when one has no price."""
    total = Decimal(0)
    for item in event.items:
        price, quantity = number_of(item.price), number_of(item.quantity or "1")
        if price is None or quantity is None:
            return None
        total += price * quantity
    return total if event.items else None


def clip(text: str, most: int = 80) -> str:
    """A text from outside as a message shows it."""
    folded = " ".join(text.split())
    return folded if len(folded) <= most else f"{folded[: most - 1]}…"


def line(about: Occurrence) -> str:
    """An event as a line of evidence."""
    event = about.event
    said = [f"at {about.sent / 1000:.1f} s", f"{event.vendor} {clip(event.name, 40)}"]
    said += [f"account {clip(event.account, 40)}"] if event.account else []
    said += (
        [f"value {clip(event.value, 30)} {clip(event.currency or '(no currency)', 15)}"]
        if event.value is not None
        else []
    )
    said += (
        [f"items {', '.join(clip(item.ids[0], 30) if item.ids else '?' for item in event.items[:4])}"]
        if event.items
        else []
    )
    said += [f"order {clip(event.order_id, 30)}"] if event.order_id else []
    said += [f"event id {clip(event.event_id, 40)}"] if event.event_id else []
    said += [f"hit {event.hit.number}"]
    return ", ".join(said)
