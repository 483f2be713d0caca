"""A decoded hit for people: a line for the hit, one for each event, one for each product."""

from __future__ import annotations

from collections.abc import Iterator

from nano_sre.core.hits import Decoded, Hit, TrackedEvent, TrackedItem
from nano_sre.core.visible import clean, cut
from nano_sre.kinds._shared.tracking import Vendors

WIDEST = 60
MOST_ITEMS = 12


def shown(decoded: Decoded, known: Vendors) -> Iterator[str]:
    """The lines of one hit."""
    vendor = known.vendor(decoded.vendor or "")
    if vendor is None:
        yield f"nobody's hit  {_request(decoded.hit)}"
        return
    accounts = list(dict.fromkeys(event.account for event in decoded.events if event.account))
    yield "  ".join([clean(vendor.name), *map(_text, accounts), _request(decoded.hit)])
    for event in decoded.events:
        yield from event_lines(event)
    if not decoded.events:
        yield "  no event" if vendor.event else "  known by its host, and not read"
    for trouble in decoded.trouble:
        yield f"  ! {_text(trouble, 100)}"


def event_lines(event: TrackedEvent) -> Iterator[str]:
    """An event and its products."""
    name = _text(event.name)
    ours = "" if event.canonical in (None, event.name) else f" = {event.canonical}"
    facts = [
        _amount(event),
        f"order {_text(event.order_id)}" if event.order_id else "",
        f"id {_text(event.event_id)}" if event.event_id else "",
        _consent(event),
        "sent as a test" if event.test else "",
    ]
    yield "  ".join([f"  {name}{ours}", *filter(None, facts)])
    for item in event.items[:MOST_ITEMS]:
        yield f"      {_item(item)}"
    if len(event.items) > MOST_ITEMS:
        yield f"      and {len(event.items) - MOST_ITEMS} more products"


def _request(hit: Hit) -> str:
    bare = hit.url.partition("?")[0].partition("#")[0]
    size = f", {hit.length:,} bytes" if hit.length else ""
    return f"({hit.method} {_text(bare.partition('://')[2] or bare)}{size})"


def _amount(event: TrackedEvent) -> str:
    if event.value is None:
        return _text(event.currency or "")
    words = " (sent as text)" if event.value_as_text else ""
    return f"{_text(event.value, 30)} {_text(event.currency or 'without a currency', 20)}{words}"


def _consent(event: TrackedEvent) -> str:
    if not event.consent:
        return ""
    said = set(event.consent.values())
    if len(said) == 1:
        return f"consent {said.pop()}"
    return "consent " + ", ".join(f"{name} {given}" for name, given in event.consent.items())


def _item(item: TrackedItem) -> str:
    many = f"{_text(item.quantity)} \u00d7 " if item.quantity else ""
    what = _text(item.name or "") or "a product"
    ids = f" [{', '.join(_text(each, 40) for each in item.ids)}]" if item.ids else " [no id]"
    price = f" at {_text(item.price, 20)}" if item.price else ""
    variant = f", {_text(item.variant)}" if item.variant else ""
    return f"{many}{what}{variant}{ids}{price}"


def _text(text: str, width: int = WIDEST) -> str:
    return cut(clean(text[:2_000]), width)
