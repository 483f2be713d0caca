"""The examples of a vendor file, tried: what is read of each against what it says."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from nano_sre.core.hits import Decoded, Hit, TrackedEvent, TrackedItem
from nano_sre.core.values import frozen
from nano_sre.core.vendor import Vendor
from nano_sre.core.vendor_examples import ExampleHit, ExpectedEvent, ExpectedItem
from nano_sre.kinds._shared.tracking.decode import Vendors

Path = tuple[str | int, ...]


@frozen
class Difference:
    """Where an example comes out otherwise: its YAML path in the file, what it says and what is read."""

    path: Path
    what: str
    expected: str
    actual: str

    @property
    def message(self) -> str:
        """In a sentence without a full stop."""
        return f"{self.what} {self.actual}, not {self.expected} as the example says"


@frozen
class Trial:
    """One example, tried."""

    example: ExampleHit
    decoded: Decoded
    differences: tuple[Difference, ...] = ()


def trials(vendor: Vendor) -> list[Trial]:
    """Every example of a vendor, with nobody else's vendors around."""
    alone = Vendors([vendor])
    return [tried(alone, vendor, index) for index in range(len(vendor.examples))]


def tried(vendors: Vendors, vendor: Vendor, index: int) -> Trial:
    """One example of a vendor, read by vendors that it is one of."""
    example = vendor.examples[index]
    decoded = vendors.decode(hit_of(example))
    found = tuple(_differences(example, decoded, vendor, ("examples", index)))
    return Trial(example=example, decoded=decoded, differences=found)


def hit_of(example: ExampleHit) -> Hit:
    """The hit that an example describes."""
    body = (example.body or "").encode("utf-8", "replace")
    if example.base64 is not None:
        body = b64decode(example.base64)
    return Hit(
        number=1,
        method=example.method or ("POST" if body else "GET"),
        url=example.url,
        body=body,
        length=len(body),
        content_type=example.content_type,
        encoding=example.encoding,
    )


def _differences(example: ExampleHit, decoded: Decoded, vendor: Vendor, at: Path) -> Iterator[Difference]:
    name = str(vendor.id)
    whose = f"a hit of {decoded.vendor}" if decoded.vendor else "nobody's"
    wanted = f"a hit of {name}" if example.hit else "somebody else's or nobody's"
    if (decoded.vendor == name) != example.hit:
        path = (*at, "url" if example.hit else "hit")
        yield Difference(path=path, what="this request is", expected=wanted, actual=whose)
        return
    if not example.hit:
        return
    trouble = "; ".join(decoded.trouble)
    if example.trouble is None and trouble:
        yield Difference(path=at, what="what is wrong with it is", expected="nothing", actual=f"“{trouble}”")
    elif (example.trouble or "") not in trouble:
        path = (*at, "trouble")
        yield Difference(
            path=path, what="what is wrong with it is", expected=_said(example.trouble), actual=_said(trouble)
        )
    if len(decoded.events) != len(example.events):
        names = ", ".join(event.name for event in decoded.events)
        actual = f"{len(decoded.events)} ({names})" if names else "0"
        number = str(len(example.events))
        yield Difference(path=(*at, "events"), what="the number of events is", expected=number, actual=actual)
        return
    for index, (expected, event) in enumerate(zip(example.events, decoded.events, strict=True)):
        for below, what, should, found in _event(expected, event):
            path = (*at, "events", index, *below)
            yield Difference(path=path, what=f"{what} is", expected=_said(should), actual=_said(found))


_Compared = tuple[Path, str, Any, Any]


def _event(expected: ExpectedEvent, event: TrackedEvent) -> Iterator[_Compared]:
    for name in ("name", "account", "value", "currency", "order_id", "event_id", "page_url"):
        wanted, found = getattr(expected, name), getattr(event, name) or ""
        if wanted is not None and wanted != found:
            yield (name,), name, wanted, found
    happened = None if event.happened_ms is None else str(event.happened_ms)
    told: tuple[tuple[str, str, Any, Any], ...] = (
        ("canonical", "the event in our words", expected.canonical, event.canonical or "none"),
        ("test", "test", expected.test, event.test),
        ("value_as_text", "value_as_text", expected.value_as_text, event.value_as_text),
        ("happened", "happened", expected.happened, happened),
        ("consent", "consent", expected.consent, event.consent),
    )
    for name, what, wanted, found in told:
        if wanted is not None and wanted != found:
            yield (name,), what, wanted, found
    yield from _more(expected, event)


def _more(expected: ExpectedEvent, event: TrackedEvent) -> Iterator[_Compared]:
    """The parameters and the products."""
    for key, wanted in expected.fields.items():
        if event.fields.get(key) != wanted:
            yield ("fields", key), f"the parameter {key}", wanted, event.fields.get(key)
    if expected.items is None:
        return
    if len(expected.items) != len(event.items):
        yield ("items",), "the number of products", len(expected.items), len(event.items)
        return
    for index, (wanted_item, item) in enumerate(zip(expected.items, event.items, strict=True)):
        for path, what, wanted, found in _item(wanted_item, item):
            yield ("items", index, *path), f"{what} of product {index + 1}", wanted, found


def _item(expected: ExpectedItem, item: TrackedItem) -> Iterator[_Compared]:
    for name in ("ids", "name", "price", "quantity", "variant"):
        wanted, found = getattr(expected, name), getattr(item, name)
        if wanted is not None and wanted != found:
            yield (name,), name, wanted, found


def _said(value: Any) -> str:
    if value is None or not (value or isinstance(value, (bool, int))):
        return "missing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    if isinstance(value, tuple):
        return "“" + ", ".join(map(str, value)) + "”"
    return f"“{value}”" if isinstance(value, str) else str(value)
