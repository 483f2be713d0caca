"""Hits as they are kept and shown: without their bodies, without personal data, and of bounded size.

What was on the wire, whole, is in the recorded file of the visit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from nano_sre.core.hits import Decoded, Hit, JudgedHit, TrackedEvent, TrackedItem
from nano_sre.core.personal import mask_address, mask_text, mask_value
from nano_sre.core.result import WatchReport

MOST_HITS = 200
MOST_HEARD = 200  # events at vendors
MOST_EVENTS = 50  # of one hit
MOST_ITEMS = 30
MOST_FIELDS = 200
MOST_HOSTS = 100
LONGEST = 500
ROOM = 300_000  # characters of parameters in one report; later hits come without theirs
_SLACK = 200  # a secret that the cut would go through is still whole when it is masked

Mask = Callable[[str], str]


def kept(report: WatchReport, *, mask: Mask = lambda text: text) -> WatchReport:
    """`report` with its hits as they may be kept. `mask` takes out secrets."""
    if not (report.hits or report.heard or report.other_hosts):
        return report
    shortened = _Kept(mask)
    chosen = report.hits
    if len(chosen) > MOST_HITS:  # those with faults say most
        numbers = {each.decoded.hit.number for each in sorted(chosen, key=_faulty)[:MOST_HITS]}
        chosen = tuple(each for each in chosen if each.decoded.hit.number in numbers)
    heard = sorted(report.heard, key=lambda each: each.state == "unasked")[:MOST_HEARD]
    return replace(
        report,
        hits=tuple(shortened.hit(each) for each in chosen),
        heard=tuple(
            replace(each, vendor=shortened.text(each.vendor), event=shortened.text(each.event))
            for each in heard
        ),
        heard_more=report.heard_more + len(report.heard) - len(heard),
        other_hosts=tuple(
            replace(each, host=shortened.text(each.host)) for each in report.other_hosts[:MOST_HOSTS]
        ),
    )


def in_short(report: WatchReport) -> WatchReport:
    """`report` with what its hits mean and little more: what is fine is kept small, a row holds many of them."""
    if not report.hits:
        return report
    return replace(report, hits=tuple(map(_short_hit, report.hits)))


def _short_hit(judged: JudgedHit) -> JudgedHit:
    hit = judged.decoded.hit
    bare = replace(hit, url=hit.url.partition("?")[0], page="", content_type="", encoding="")
    events = tuple(map(_short_event, judged.decoded.events))
    return replace(judged, decoded=replace(judged.decoded, hit=bare, events=events))


def _short_event(event: TrackedEvent) -> TrackedEvent:
    items = tuple(TrackedItem(name=each.name, quantity=each.quantity) for each in event.items)
    return replace(event, items=items, page_url=None, consent={}, fields={})


def _faulty(judged: JudgedHit) -> tuple[bool, int]:
    return not judged.faults, judged.decoded.hit.number


class _Kept:
    def __init__(self, mask: Mask) -> None:
        self._mask = mask
        self._room = ROOM

    def text(self, text: str) -> str:
        masked = mask_text(self._mask(text[: LONGEST + _SLACK]))
        return masked if len(masked) <= LONGEST else f"{masked[:LONGEST]}…"

    def hit(self, judged: JudgedHit) -> JudgedHit:
        decoded = judged.decoded
        known = any(event.fields for event in decoded.events)
        room = self._room
        events = tuple(self._event(each) for each in decoded.events[:MOST_EVENTS])
        trouble = [self.text(each) for each in decoded.trouble[:MOST_EVENTS]]
        if len(decoded.events) > MOST_EVENTS:
            trouble.append(f"{len(decoded.events) - MOST_EVENTS} more events are in the recorded file")
        if any(len(event.fields) > MOST_FIELDS for event in decoded.events) or (known and room <= 0):
            trouble.append("further parameters are in the recorded file")
        return replace(
            judged,
            decoded=Decoded(
                hit=self._wire(decoded.hit, parameters_told=known),
                vendor=None if decoded.vendor is None else self.text(decoded.vendor),
                events=events,
                trouble=tuple(trouble),
            ),
        )

    def _wire(self, hit: Hit, *, parameters_told: bool) -> Hit:
        url = hit.url.partition("?")[0] if parameters_told else hit.url
        return replace(
            hit,
            method=hit.method[:20],
            url=self.text(mask_address(self._mask(url[: 4 * LONGEST]))),
            body=b"",
            length=hit.length or len(hit.body),
            content_type=self.text(hit.content_type),
            encoding=self.text(hit.encoding),
            page=self.text(mask_address(hit.page[: 4 * LONGEST])),
        )

    def _event(self, event: TrackedEvent) -> TrackedEvent:
        optional = ("account", "value", "currency", "order_id", "event_id")
        page = event.page_url
        return replace(
            event,
            vendor=self.text(event.vendor),
            name=self.text(event.name),
            hit=Hit(number=event.hit.number, method="", url=""),  # told once, by the hit itself
            items=tuple(self._item(each) for each in event.items[:MOST_ITEMS]),
            page_url=None if page is None else self.text(mask_address(self._mask(page[: 4 * LONGEST]))),
            consent=dict(list(event.consent.items())[:MOST_ITEMS]),
            fields=self._fields(event.fields),
            **self._texts(event, optional),
        )

    def _texts(self, given: object, names: tuple[str, ...]) -> dict[str, Any]:
        texts = {name: getattr(given, name) for name in names}
        return {name: None if text is None else self.text(str(text)) for name, text in texts.items()}

    def _item(self, item: TrackedItem) -> TrackedItem:
        names = ("name", "price", "quantity", "variant")
        ids = tuple(map(self.text, item.ids[:5]))
        return replace(item, ids=ids, more={}, **self._texts(item, names))

    def _fields(self, fields: Mapping[str, str]) -> dict[str, str]:
        shown: dict[str, str] = {}
        for key, value in list(fields.items())[:MOST_FIELDS]:
            if self._room <= 0:
                break
            told = self.text(mask_value(key, self._mask(str(value)[: LONGEST + _SLACK])))
            shown[self.text(key)] = told
            self._room -= len(key) + len(told)
        return shown
