"""What tracking heard, arranged for the eye: who heard what, and every hit under the step that caused it."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from nano_sre.core.hits import (
    Decoded,
    Hit,
    JudgedHit,
    TrackedEvent,
    TrackedItem,
)
from nano_sre.core.result import Attempt, Finding, WatchReport
from nano_sre.core.visible import clean, shorten
from nano_sre.report.heard import LONGEST, attributed, fault_words, hue, matrix, vendor_name
from nano_sre.report.words import duration, plural

ROOM = 2_000_000  # characters of parameters on one page
_SENT_LATER = 1_000  # ms between what happened and its hit, from which it is worth a word
_MOST_IN_A_STEP = 60
_MOST_HOSTS = 50
_FATES = {
    "swallowed": "swallowed here, the vendor never saw it",
    "marked": "sent on, marked as a test",
    "delivered": "sent on to the vendor",
    "refused": "refused",
}


def reports(attempt: Attempt | None) -> list[WatchReport]:
    """What those say who listened to tracking."""
    return [
        each for each in (attempt.watched if attempt else ()) if each.hits or each.heard or each.other_hosts
    ]


def recording(attempt: Attempt | None, *, folder: str | None) -> str:
    """The file with the hits of an attempt as a shell takes it; empty when there is none."""
    path = next((a.path for a in attempt.artifacts if a.kind == "hits"), "") if attempt else ""
    return shlex.quote(f"{folder}/{path}" if folder else path) if path else ""


def item_words(items: Sequence[TrackedItem]) -> str:
    """“Complete Snowboard”, “2 times Complete Snowboard”, “3 items”; nothing for no items."""
    if len(items) != 1:
        return plural(len(items), "item") if items else ""
    item = items[0]
    name = clean(item.name or item.variant or next(iter(item.ids), "") or "1 item")
    return name if item.quantity in (None, "", "1", "1.0") else f"{clean(item.quantity or '')} times {name}"


def money_words(event: TrackedEvent) -> str:
    """“629.95 USD”, as the vendor was told; a text where a number belongs is in quotes."""
    if event.value is None:
        return clean(event.currency or "")
    value = f"“{clean(event.value)}”" if event.value_as_text else clean(event.value)
    return f"{value} {clean(event.currency or '')}".rstrip()


class Tracked:
    """Arranges the hits of attempts; parameters are shown until the page has enough of them.

    `folder` is where the paths of artifacts begin, for a command that can be copied.
    """

    def __init__(self, *, folder: str | None = None, room: int = ROOM) -> None:
        self._folder = folder
        self._room = room

    def attempt(self, attempt: Attempt) -> dict[str, Any] | None:
        """What belongs to no step; None where nobody listened."""
        listened = reports(attempt)
        if not listened:
            return None
        hits = [each for report in listened for each in report.hits]
        hosts = [each for report in listened for each in report.other_hosts]
        within = range(len(attempt.steps))
        outside = {each.during for each in hits if each.during not in within}
        numbers = [each.decoded.hit.number for each in hits]
        missing = max(numbers, default=0) - len(set(numbers))
        return {
            "hosts": [
                f"{shorten(each.host, LONGEST)} ({plural(each.requests, 'request')})"
                for each in sorted(hosts, key=lambda host: -host.requests)[:_MOST_HOSTS]
            ],
            "before": self._lines(listened, outside),
            "missing": f"{plural(missing, 'more hit')} in the recorded file" if missing > 0 else "",
            "recording": recording(attempt, folder=self._folder),
        }

    def matrix(self, attempt: Attempt | None) -> dict[str, Any] | None:
        """Who heard what: a row for each event, a column for each vendor; None where nobody listened."""
        listened = reports(attempt)
        if not listened:
            return None
        hits = [each for report in listened for each in report.hits]
        return {**matrix(listened), "total": total(hits)}

    def by_step(self, attempt: Attempt) -> dict[int, dict[str, Any]]:
        """The lines of the hits under the index of the step that caused them."""
        listened = reports(attempt)
        steps = {each.during for report in listened for each in report.hits}
        return {
            step: self._lines(listened, {step}) for step in sorted(steps) if 0 <= step < len(attempt.steps)
        }

    def _lines(self, listened: Sequence[WatchReport], steps: Collection[int]) -> dict[str, Any]:
        lines = [
            line
            for report in listened
            for judged in report.hits
            if judged.during in steps
            for line in self._of_hit(judged, report.findings)
        ]
        more = len(lines) - _MOST_IN_A_STEP
        kept = sorted(range(len(lines)), key=lambda at: (not lines[at]["faults"], at))[:_MOST_IN_A_STEP]
        return {
            "lines": [lines[at] for at in sorted(kept)],
            "more": f"… and {more} more" if more > 0 else "",
        }

    def _of_hit(self, judged: JudgedHit, findings: Sequence[Finding]) -> Iterator[dict[str, Any]]:
        decoded = judged.decoded
        shared = {
            "number": decoded.hit.number,
            "at": duration(decoded.hit.at_ms),
            "wire": _wire(decoded.hit),
            "trouble": [shorten(each, LONGEST) for each in decoded.trouble],
        }
        told = zip_longest(attributed(judged, findings), judged.moments[: len(decoded.events)])
        for (event, codes), moment in told:
            faults = [fault_words(code, findings, event) for code in codes]
            if event is None:
                yield {**shared, **_unread(decoded), "faults": faults}
            else:
                yield {**shared, **self._event(event, decoded.hit, moment), "faults": faults}
            shared["trouble"] = []  # told with the first event of a hit

    def _event(self, event: TrackedEvent, hit: Hit, moment: int | None) -> dict[str, Any]:
        name = event.canonical or event.name
        return {
            "vendor": vendor_name(event.vendor),
            "hue": hue(event.vendor),
            "event": shorten(name, LONGEST),
            "own": shorten(event.name, LONGEST) if event.name != name else "",
            "money": shorten(money_words(event), 80),
            "goods": shorten(item_words(event.items), 80),
            "facts": [(word, shorten(text, LONGEST)) for word, text in _facts(event, hit, moment) if text],
            "products": [_product(item) for item in event.items],
            "fields": self._fields(event),
            "test": event.test,
        }

    def _fields(self, event: TrackedEvent) -> list[tuple[str, str]]:
        if self._room <= 0:
            return []
        shown = [(shorten(key, 100), shorten(value, LONGEST)) for key, value in event.fields.items()]
        self._room -= sum(len(key) + len(value) + 40 for key, value in shown)
        return shown


def total(hits: Sequence[JudgedHit]) -> str:
    """“9 hits to 3 vendors, 1 of them with a fault”."""
    vendors = {each.decoded.vendor for each in hits if each.decoded.vendor}
    wrong = sum(1 for each in hits if each.faults)
    if not hits:
        return "No hit was heard"
    strange = sum(1 for each in hits if each.decoded.vendor is None)
    said = f"{plural(len(hits) - strange, 'hit')} to {plural(len(vendors), 'vendor')}"
    said += f" and {strange} to somebody we do not know" if strange else ""
    return f"{said}, {wrong} of them with a fault" if wrong else f"{said}, none with a fault"


def _unread(decoded: Decoded) -> dict[str, Any]:
    """A hit without an event: of a vendor that sends other things, too, or of nobody we know."""
    address = shorten(decoded.hit.url, LONGEST)
    vendor = decoded.vendor
    nothing: dict[str, Any] = dict.fromkeys(("own", "money", "goods"), "")
    return {
        **nothing,
        **dict.fromkeys(("products", "fields"), ()),
        "vendor": vendor_name(vendor) if vendor else "unknown",
        "hue": hue(vendor) if vendor else None,
        "event": "not an event we can read" if vendor else shorten(address, 120),
        "facts": [("Address", address)],
        "test": False,
    }


def _facts(event: TrackedEvent, hit: Hit, moment: int | None) -> Iterator[tuple[str, str]]:
    yield "Account", event.account or ""
    yield "Value", money_words(event)
    yield "Event id", event.event_id or ""
    yield "Order", event.order_id or ""
    yield "Page", event.page_url or ""
    yield "Consent", ", ".join(f"{name} {state}" for name, state in event.consent.items())
    if moment is not None and moment <= hit.at_ms - _SENT_LATER:
        yield "Happened", f"{duration(moment)} into the visit, and was sent later"
    yield "Sent as", "a test" if event.test else ""


def _product(item: TrackedItem) -> dict[str, str]:
    given = {
        "name": item.name or "",
        "ids": ", ".join(item.ids),
        "variant": item.variant or "",
        "quantity": item.quantity or "",
        "price": item.price or "",
    }
    return {key: shorten(value, 120) for key, value in given.items()}


def _wire(hit: Hit) -> str:
    length = hit.length or len(hit.body)
    size = f", {length:,} bytes" if length else ""
    status = "" if hit.status is None else f" ({hit.status})"
    address = shorten(hit.url.partition("?")[0], LONGEST)
    return f"{hit.method} {address}{size}; {_FATES.get(hit.fate, hit.fate)}{status}"
