"""A decoded hit as plain data, for machines: `nano-sre pixels decode --json`, recorded files of hits."""

from __future__ import annotations

from typing import Any

from nano_sre.core.hits import Decoded, TrackedEvent, TrackedItem
from nano_sre.kinds._shared.tracking.reading import is_number

LONGEST_NUMBER = 17  # more digits than that are an id, and would not survive as a number


def as_data(decoded: Decoded) -> dict[str, Any]:
    """`{vendor, account, events}`; `vendor` is None when it is nobody's hit. `trouble` is there when there is some."""
    accounts = [event.account for event in decoded.events if event.account is not None]
    made: dict[str, Any] = {
        "vendor": decoded.vendor,
        "account": accounts[0] if accounts else None,
        "events": [_event(event) for event in decoded.events],
    }
    return made | {"trouble": list(decoded.trouble)} if decoded.trouble else made


def _event(event: TrackedEvent) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": event.name,
        "canonical": event.canonical,
        "account": event.account,
        "value": amount(event.value),
        "value_as_text": event.value_as_text,
        "currency": event.currency,
        "order_id": event.order_id,
        "event_id": event.event_id,
        "items": [_item(item) for item in event.items],
        "page_url": event.page_url,
        "params": dict(event.fields),
    }
    if event.consent:
        made["consent"] = dict(event.consent)
    if event.test:
        made["test"] = True
    if event.happened_ms is not None:
        made["happened_ms"] = event.happened_ms
    return made


def _item(item: TrackedItem) -> dict[str, Any]:
    return {
        "id": item.ids[0] if item.ids else None,
        "ids": list(item.ids),
        "name": item.name,
        "price": amount(item.price),
        "quantity": amount(item.quantity),
        "variant": item.variant,
        **({"more": dict(item.more)} if item.more else {}),
    }


def amount(text: str | None) -> int | float | str | None:
    """A number when the text is one as machines write it, else the text as it was sent."""
    if text is None or not is_number(text) or len(text) > LONGEST_NUMBER or "e" in text.lower():
        return text
    return int(text) if text.lstrip("+-").isdecimal() else float(text)
