"""Who heard what: every event at every vendor, with what is wrong with it, and whose fault a finding is."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from nano_sre.core.codes import CODES
from nano_sre.core.hits import CANONICAL_EVENTS, Heard, JudgedHit, State, TrackedEvent
from nano_sre.core.result import Finding, WatchReport
from nano_sre.core.visible import shorten
from nano_sre.kinds._shared.tracking import vendors_for
from nano_sre.report.words import plural

LONGEST = 300
_SHADE = 328  # of 3,000 that were tried, the one that sets the vendors most shops have furthest apart
_MOST_ROWS = 60
_MOST_COLUMNS = 20
_STATES = {
    "ok": ("✓", "as expected", "passed"),
    "warn": ("!", "with a warning", "warned"),
    "fail": ("✗", "something is wrong", "failed"),
    "unasked": ("", "", "skipped"),
}
_WORSE: tuple[State, ...] = ("unasked", "ok", "warn", "fail")
_NOTHING = {
    "glyph": "",
    "times": "",
    "said": "nothing heard",
    "css": "none",
    "note": "",
    "title": "nothing heard",
}


def hue(vendor: str) -> int:
    """The colour of a vendor, in degrees: the same everywhere, and neither red nor green, which are verdicts."""
    return 165 + zlib.crc32(f"{_SHADE}{vendor}".encode("utf-8", "replace")) % 180


def heard_of(listened: Sequence[WatchReport]) -> list[Heard]:
    """Every event at every vendor: the worst that the judge says of it, and what was counted where it says nothing.

    An event that came as often as it should, and with a fault, is not as it should be.
    """
    told: dict[tuple[str, str], Heard] = {}
    wrongs = _wrongs(listened)
    for report in listened:
        for each in report.heard:
            known = told.setdefault((each.vendor, each.event), each)
            told[each.vendor, each.event] = max(
                known, each, key=lambda one: (_WORSE.index(one.state), one.times)
            )
        if report.heard_more:
            continue  # what is left of the hits would be counted too few times
        events = (event for judged in report.hits for event in judged.decoded.events)
        counts = Counter((event.vendor, event.canonical or event.name) for event in events)
        for (vendor, name), times in counts.items():
            told.setdefault((vendor, name), Heard(vendor=vendor, event=name, times=times))
    return [
        replace(each, state=max(each.state, *wrongs.get(key, {}).values(), key=_WORSE.index))
        if key in wrongs
        else each
        for key, each in told.items()
    ]


def heard_lines(listened: Sequence[WatchReport]) -> list[str]:
    """Who heard what, a line for each event: `add_to_cart: ga4 1, meta 1 ✗, tiktok 0 ✗`."""
    told: dict[str, list[str]] = {}
    for each in heard_of(listened):
        mark = {"fail": " ✗", "warn": " !"}.get(each.state, "")
        told.setdefault(each.event, []).append(f"{each.vendor} {each.times}{mark}")
    lines = [f"{name}: {', '.join(told[name])}" for name in _in_order(told)]
    more = sum(report.heard_more for report in listened)
    return [*lines, f"… and {plural(more, 'more event')} at a vendor, not kept"] if more else lines


def _wrongs(listened: Iterable[WatchReport]) -> dict[tuple[str, str], dict[str, State]]:
    """What is wrong with a vendor's event, each fault by its title, and how bad it is; failures come first."""
    found: dict[tuple[str, str], dict[str, State]] = {}
    for report in listened:
        for judged in report.hits:
            for event, codes in attributed(judged, report.findings):
                if event is None:
                    continue
                for code in codes:
                    told = found.setdefault((event.vendor, event.canonical or event.name), {})
                    only_warns = fault_words(code, report.findings, event)["css"] == "warned"
                    told.setdefault(title_of(code), "warn" if only_warns else "fail")
    return {key: dict(sorted(told.items(), key=lambda one: one[1] != "fail")) for key, told in found.items()}


def title_of(code: str) -> str:
    """What a fault is called."""
    known = CODES.get(code)
    return known.title if known else code


def matrix(listened: Sequence[WatchReport]) -> dict[str, Any]:
    """A row for each event, a column for each vendor, and what the signs in it mean."""
    heard, wrongs = heard_of(listened), _wrongs(listened)
    vendors = list(dict.fromkeys(each.vendor for each in heard))
    events = _in_order({each.event for each in heard})
    known = {
        (each.vendor, each.event): _cell(each, wrongs.get((each.vendor, each.event), ())) for each in heard
    }
    return {
        "columns": [
            {"vendor": vendor_name(vendor), "hue": hue(vendor)} for vendor in vendors[:_MOST_COLUMNS]
        ],
        "rows": [
            {
                "event": shorten(name, 60),
                "cells": [known.get((vendor, name), _NOTHING) for vendor in vendors[:_MOST_COLUMNS]],
            }
            for name in events[:_MOST_ROWS]
        ],
        "more": _left_out(
            events=len(events) - _MOST_ROWS,
            vendors=len(vendors) - _MOST_COLUMNS,
            unkept=sum(report.heard_more for report in listened),
        ),
        "legend": [
            {"glyph": glyph, "said": said, "css": css}
            for state, (glyph, said, css) in _STATES.items()
            if glyph and any(each.state == state for each in heard)
        ],
    }


def _left_out(*, events: int, vendors: int, unkept: int) -> str:
    """What the table does not show; empty when it shows everything."""
    cut = [
        plural(count, f"more {noun}") for count, noun in ((events, "event"), (vendors, "vendor")) if count > 0
    ]
    said = [f"{' and '.join(cut)} not shown here"] if cut else []
    said += [f"{plural(unkept, 'more event')} at a vendor not kept"] if unkept else []
    return f"… and {'; '.join(said)}" if said else ""


def _in_order(events: Iterable[str]) -> list[str]:
    """As shoppers meet them; what only one vendor knows comes last."""
    place = {name: at for at, name in enumerate(CANONICAL_EVENTS)}
    return sorted(events, key=lambda name: (place.get(name, len(place)), name))


def _cell(heard: Heard, wrongs: Collection[str]) -> dict[str, str]:
    glyph, said, css = _STATES[heard.state]
    note = ", ".join(list(wrongs)[:2])
    if not note and heard.expected and heard.state in ("fail", "warn"):
        note = f"expected {heard.expected}"
    asked = f"expected {heard.expected}" if heard.expected else "nothing was expected"
    title = "; ".join((f"heard {plural(heard.times, 'time')}", asked, *wrongs))
    return {
        "glyph": glyph,
        "times": str(heard.times),
        "said": said,
        "css": css,
        "note": shorten(note, 80),
        "title": shorten(title, LONGEST),
    }


def vendor_name(vendor: str) -> str:
    """A vendor as people call it; the word for it where only a store knows it."""
    known = vendors_for(None).vendor(vendor)
    return str(known.name) if known else vendor


def attributed(judged: JudgedHit, findings: Sequence[Finding]) -> list[tuple[TrackedEvent | None, list[str]]]:
    """The events of a hit with the codes of what is wrong with each; None stands for a hit without events."""
    events: tuple[TrackedEvent | None, ...] = judged.decoded.events or (None,)
    found: list[tuple[TrackedEvent | None, list[str]]] = [(event, []) for event in events]
    for code in dict.fromkeys(judged.faults):
        of_code = [each for each in findings if each.code == code]
        about = [at for at, event in enumerate(events) if event and any(_is_about(f, event) for f in of_code)]
        for at in about or [0]:
            found[at][1].append(code)
    return found


def _is_about(finding: Finding, event: TrackedEvent) -> bool:
    """Whether a finding names the vendor and the event."""
    said = "\n".join((finding.summary, *finding.evidence))
    names = (event.vendor, vendor_name(event.vendor))
    return any(each in said for each in names) and bool(
        re.search(rf"(?<!\w){re.escape(event.name)}(?!\w)", said)
    )


def fault_words(code: str, findings: Sequence[Finding], event: TrackedEvent | None) -> dict[str, str]:
    """A fault in the words of its finding where it is plain which one that is, else in those of its code."""
    of_code = [each for each in findings if each.code == code]
    about = [each for each in of_code if event is not None and _is_about(each, event)]
    found = next(iter(about or (of_code if len(of_code) == 1 else ())), None)
    return {
        "code": code,
        "title": title_of(code),
        "sentence": shorten(found.summary, LONGEST) if found else "",
        "fix": shorten(found.hint, LONGEST) if found and found.hint else "",
        "css": "warned" if found and found.warn else "failed",
    }
