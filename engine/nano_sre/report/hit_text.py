"""Hits for a terminal, a line for each event, and what came of a visit's tracking below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nano_sre.core.hits import JudgedHit, TrackedEvent
from nano_sre.core.result import Finding, WatchReport
from nano_sre.core.visible import clean, columns, cut
from nano_sre.report.heard import heard_lines, hue, title_of
from nano_sre.report.text import finding_lines, paint
from nano_sre.report.tracked import item_words, money_words, total
from nano_sre.report.words import duration

_SHADES = (43, 44, 39, 33, 63, 99, 135, 171, 207, 205)  # of a terminal's 256, as the hues of vendors go round
_TIME, _VENDOR, _EVENT, _MONEY = 8, 11, 28, 12
_MOST_HOSTS = 12


def hit_lines(judged: JudgedHit, *, color: bool, width: int) -> list[str]:
    """A line for each event of a hit, and below them what is wrong with it; `width` columns."""
    decoded = judged.decoded
    at = duration(decoded.hit.at_ms)
    if decoded.events:
        lines = [_event_line(at, each, color=color, width=width) for each in decoded.events]
    else:
        said = f"{decoded.hit.method} {decoded.hit.url}"
        what = said if decoded.vendor is None else f"not an event: {said}"
        lines = [_line(at, decoded.vendor or "unknown", [clean(what)], color=color, width=width)]
    room = max(width - _TIME - 3, 20)
    told = [paint("FAIL", cut(f"✗ {code} {title_of(code)}", room), color=color) for code in judged.faults]
    told += [paint("WARN", cut(f"! {clean(each)}", room), color=color) for each in decoded.trouble]
    return [*lines, *(f"{' ' * (_TIME + 2)}{each}" for each in told)]


def vendor_word(vendor: str, *, color: bool) -> str:
    """The name of a vendor in its own colour."""
    word = cut(clean(vendor), _VENDOR - 1)
    shade = _SHADES[(hue(vendor) - 165) * len(_SHADES) // 180]
    gap = " " * (_VENDOR - columns(word))
    return (f"\x1b[38;5;{shade}m{word}\x1b[0m" if color else word) + gap


def end_lines(report: WatchReport, *, color: bool, width: int) -> list[str]:
    """What came of it all: who heard what, what is wrong, who else was talked to."""
    lines = [paint("bold", total(report.hits), color=color)]
    lines += [cut(f"  {clean(each)}", width) for each in heard_lines([report])]
    for finding in report.findings:
        lines += ["", *_finding(finding, color=color, width=width)]
    hosts = sorted(report.other_hosts, key=lambda each: -each.requests)
    if hosts:
        named = ", ".join(clean(each.host) for each in hosts[:_MOST_HOSTS])
        more = f" and {len(hosts) - _MOST_HOSTS} more" if len(hosts) > _MOST_HOSTS else ""
        lines += ["", paint("dim", f"Other hosts that pages talked to: {named}{more}", color=color)]
    return lines


def _finding(finding: Finding, *, color: bool, width: int) -> Iterator[str]:
    word = "WARN" if finding.warn else "FAIL"
    yield paint(word, f"{'!' if finding.warn else '✗'} {finding.code}", color=color)
    yield from finding_lines(finding, already="", color=color, width=width)


def _event_line(at: str, event: TrackedEvent, *, color: bool, width: int) -> str:
    name = event.canonical or event.name
    own = f" ({event.name})" if event.name != name else ""
    parts: Sequence[str] = [
        clean(f"{name}{own}").ljust(_EVENT),
        money_words(event).ljust(_MONEY),
        item_words(event.items),
        clean(event.account or ""),
    ]
    return _line(at, event.vendor, [each for each in parts if each], color=color, width=width)


def _line(at: str, vendor: str, parts: Sequence[str], *, color: bool, width: int) -> str:
    rest = cut("  ".join(parts).rstrip(), max(width - _TIME - 2 - _VENDOR, 20))
    return f"{paint('dim', at.rjust(_TIME), color=color)}  {vendor_word(vendor, color=color)}{rest}"
