"""One vendor's way to read a hit, worked out once from its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from nano_sre.core.hits import Decoded, Hit, TrackedEvent, TrackedItem
from nano_sre.core.source import At, read, roots
from nano_sre.core.values import made_of
from nano_sre.core.vendor import FACTS, Items, Vendor, sources_of
from nano_sre.kinds._shared.tracking.addresses import Address
from nano_sre.kinds._shared.tracking.consent import consent_reader
from nano_sre.kinds._shared.tracking.look import Look, Reader, as_text, finder, first_of, reader
from nano_sre.kinds._shared.tracking.texts import LARGEST, Number, form
from nano_sre.kinds._shared.tracking.unpacking import unpacked

MOST_EVENTS = 500
MOST_ITEMS = 500
MOST_FIELDS = 2_000
DEEPEST_FIELD = 12
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?").fullmatch
_NO_TEST = ("0", "false", "no", "off", "live", "__live__")


def is_number(text: str) -> bool:
    """Whether a text is a number as machines write it: no sign of a currency, no comma."""
    return _NUMBER(text) is not None and len(text) < 400


def nothing(_: Look) -> None:
    """What is read where a vendor's file says nothing."""


class Reading:
    """Reads the hits of one vendor."""

    def __init__(self, vendor: Vendor) -> None:
        self.id = str(vendor.id)
        self._blind = not vendor.event
        self._names = dict(vendor.names)
        self._plain_names = {w: str(m.always) for w, m in vendor.names.items() if m.always is not None}
        self._ignore = frozenset(vendor.ignore)
        self._split = first_of(vendor.split)
        used = {root for _, source in sources_of(vendor) for root in roots(read(source))}
        self._lines = "lines" in used
        self._account: Reader = reader(vendor.account) or nothing
        self._event: Reader = reader(vendor.event) or nothing
        self._event_id: Reader = reader(vendor.event_id) or nothing
        self._order_id: Reader = reader(vendor.order_id) or nothing
        self._currency: Reader = reader(vendor.currency) or nothing
        self._page_url: Reader = reader(vendor.page_url) or nothing
        self._happened: Reader = reader(vendor.happened) or nothing
        self._tests = [found for each in vendor.test if (found := reader((each,))) is not None]
        self._consent = consent_reader(vendor.consent)
        self._value = first_of(vendor.value.at) if vendor.value else None
        self._text_value = first_of(vendor.value.as_text) if vendor.value else None
        self._wants_number = bool(vendor.value and vendor.value.number)
        self._items = None if vendor.items is None else ItemReading(vendor.items)

    def decode(self, hit: Hit, where: Address) -> Decoded:
        """What a hit to this vendor means."""
        if self._blind:
            return Decoded(hit=hit, vendor=self.id)
        trouble: list[str] = []
        look = Look(form(where.query[:LARGEST], trouble), where.path, where.host)
        look.trouble = trouble
        if hit.body:
            body = unpacked(hit.body, hit.encoding, trouble)
            look.take_body(body, hit.content_type, lines=self._lines)
            if hit.length > len(hit.body):
                trouble.append(f"only {len(hit.body):,} of {hit.length:,} bytes of the body were kept")
        events = []
        for piece in self._pieces(look):
            event = self._event_of(piece, look, hit)
            if event is not None:
                events.append(event)
        told = tuple(dict.fromkeys(trouble[:20])) if trouble else ()
        return Decoded(hit=hit, vendor=self.id, events=tuple(events), trouble=told)

    def _pieces(self, look: Look) -> list[Any]:
        """What of the hit is one event each; a single None when it is one as a whole."""
        if self._split is None:
            return [None]
        found = self._split(look)
        if isinstance(found, dict):
            return [found]
        if type(found) is not list or not found:
            return [None]
        if len(found) > MOST_EVENTS:
            look.trouble.append(f"only the first {MOST_EVENTS} of {len(found):,} events were read")
        return found[:MOST_EVENTS]

    def _event_of(self, piece: Any, look: Look, hit: Hit) -> TrackedEvent | None:
        look.each = piece
        look.read.clear()
        beside = look.body if piece is None else piece
        if type(beside) is dict and beside:
            look.any = {**look.query, **beside}
        else:
            look.any = look.query
        name = self._event(look)
        if name is None or name in self._ignore:
            return None
        items = () if self._items is None else self._items.of(look)
        value, value_as_text = self._value_of(look)
        event: dict[str, Any] = {
            "vendor": self.id,
            "name": name,
            "hit": hit,
            "account": self._account(look),
            "value": value,
            "value_as_text": value_as_text,
            "currency": self._currency(look),
            "order_id": self._order_id(look),
            "event_id": self._event_id(look),
            "items": items,
            "page_url": self._page_url(look),
            "consent": self._consent(look),
            "test": self._is_test(look),
            "happened_ms": moment(self._happened(look)),
            "fields": flat(look.any),
        }
        event["canonical"] = self._canonical(name, event)
        return made_of(TrackedEvent, event)

    def _canonical(self, name: str, event: Mapping[str, Any]) -> str | None:
        found = self._plain_names.get(name)
        if found is not None or name not in self._names:
            return found
        return self._names[name].of({fact for fact in FACTS if event[fact]})

    def _value_of(self, look: Look) -> tuple[str | None, bool]:
        raw = None if self._value is None else self._value(look)
        value = as_text(raw)
        if value is None and self._text_value is not None:
            value = as_text(self._text_value(look))
            return value, value is not None
        if value is None:
            return None, False
        as_words = self._wants_number and not isinstance(raw, Number)
        return str(value), as_words or not is_number(value)

    def _is_test(self, look: Look) -> bool:
        return any(
            said is not None and said.lower() not in _NO_TEST for said in (t(look) for t in self._tests)
        )


class ItemReading:
    """How a vendor writes the products of an event."""

    def __init__(self, items: Items) -> None:
        self._from = first_of(items.from_)
        self._ids = [finder(each) for each in items.ids]
        self._name: Reader = reader(items.name) or nothing
        self._price: Reader = reader(items.price) or nothing
        self._quantity: Reader = reader(items.quantity) or nothing
        self._variant: Reader = reader(items.variant) or nothing
        self._told = {
            str(tree.key)
            for each in (*items.ids, *items.name, *items.price, *items.quantity, *items.variant)
            if isinstance(tree := read(each), At)
        }

    def of(self, look: Look) -> tuple[TrackedItem, ...]:
        """The products of the event that is looked at."""
        found = None if self._from is None else self._from(look)
        if found is None:
            return ()
        if type(found) is not list:
            found = [found]
        if len(found) > MOST_ITEMS:
            look.trouble.append(f"only the first {MOST_ITEMS} of {len(found):,} products were read")
        return tuple([item for each in found[:MOST_ITEMS] if (item := self._item(look, each)) is not None])

    def _item(self, look: Look, item: Any) -> TrackedItem | None:
        if item is None:
            return None
        look.item = item
        ids = [text for find in self._ids if (text := as_text(find(look))) is not None]
        name, price, quantity = self._name(look), self._price(look), self._quantity(look)
        if not ids and name is None and price is None and quantity is None:
            return None
        more = {}
        if type(item) is dict and len(item) > len(self._told):
            more = {
                k: text for k, v in item.items() if k not in self._told and (text := as_text(v)) is not None
            }
        held = {
            "name": name,
            "price": price,
            "quantity": quantity,
            "variant": self._variant(look),
            "more": more,
        }
        return made_of(TrackedItem, {"ids": tuple(dict.fromkeys(ids)), **held})


def moment(said: str | None) -> int | None:
    """Milliseconds since 1970 of a time as vendors write it; None when it is none."""
    if said is None or len(said) > 40:
        return None
    if is_number(said):
        number = float(said)
        made = number if number > 1e11 else number * 1000
        return int(made) if 0 < made < 1e14 else None
    try:
        when = datetime.fromisoformat(said)
        return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def flat(given: Mapping[str, Any]) -> dict[str, str]:
    """Every single value by its path: `properties.contents[0].price`."""
    made: dict[str, str] = {}
    for name, value in given.items():
        if type(value) is str or type(value) is Number:
            made[name] = value
        elif value is not None:
            _flatten(value, name, made, DEEPEST_FIELD)
    return made


def _flatten(value: Any, name: str, made: dict[str, str], depth: int) -> None:
    if isinstance(value, str):
        if len(made) < MOST_FIELDS:
            made[name] = value
    elif value is True or value is False:
        made[name] = "true" if value else "false"
    elif depth and len(made) < MOST_FIELDS:
        if type(value) is dict:
            for key, each in value.items():
                _flatten(each, f"{name}.{key}", made, depth - 1)
        elif type(value) is list:
            for index, each in enumerate(value[:MOST_FIELDS]):
                _flatten(each, f"{name}[{index}]", made, depth - 1)
