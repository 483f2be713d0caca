"""The summary at the end of a run, in lines that fit a screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from nano_sre.core.result import Finding, RunReport, TargetResult
from nano_sre.core.visible import clean, columns, cut, shorten
from nano_sre.report.heard import heard_lines
from nano_sre.report.tracked import reports
from nano_sre.report.words import (
    GLYPHS,
    VERDICTS,
    Verdict,
    counts,
    deciding_attempt,
    duration,
    elapsed_ms,
    findings,
    patch_lines,
    place,
    plural,
    sentence,
    stop,
    verdict,
)

STYLES: dict[str, str] = {
    "PASS": "32",
    "WARN": "33",
    "FAIL": "1;31",
    "INCONCLUSIVE": "35",
    "bold": "1",
    "dim": "2",
}
_ROWS = 40  # more results than this, and those that passed are counted instead of listed
_LINES_OF_VALUE = 6
_NARROWEST = 24
_MOST_TEXT = 2000
_CONSOLE = "console: "
_COUNTED: dict[Verdict, str] = {
    "FAIL": "failed",
    "INCONCLUSIVE": "inconclusive",
    "WARN": "with a warning",
    "PASS": "passed",
}


def paint(style: str, text: str, *, color: bool) -> str:
    """`text` in the colour of a verdict, or as it is."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if color and text else text


def summary_lines(report: RunReport, *, color: bool, width: int, passes: bool = True) -> list[str]:
    """One block per result, the worst at the bottom near the prompt, then the count; `width` columns.

    Without `passes` only what did not pass is listed: the rest has scrolled by already.
    """
    width = max(width, _NARROWEST)
    lines: list[str] = []
    results = sorted(report.results, key=lambda r: (VERDICTS.index(verdict(r)), r.severity), reverse=True)
    passed = [r for r in results if verdict(r) == "PASS"]
    if not passes:
        results, passed = [r for r in results if verdict(r) != "PASS"], []
    if len(results) > _ROWS and passed:
        results = [r for r in results if verdict(r) != "PASS"]
        lines += _row("PASS", plural(len(passed), "check"), "", color=color, width=width)
    for alike in _alike(results):
        lines += result_lines(alike[0], color=color, width=width, others=alike[1:])
    if lines:
        lines.append("")
    return [*lines, *_count_lines(report, color=color, width=width)]


def _alike(results: Iterable[TargetResult]) -> list[list[TargetResult]]:
    """Results about which there is the same to say are told once, where the first of them stands."""
    groups: dict[object, list[TargetResult]] = {}
    for result in results:
        said = (sentence(result), tuple((f.summary, f.expected, f.actual) for f in findings(result)))
        same = id(result) if verdict(result) == "PASS" else (verdict(result), *said)
        groups.setdefault(same, []).append(result)
    return [sorted(each, key=lambda result: result.severity) for each in groups.values()]


def result_lines(
    result: TargetResult, *, color: bool, width: int, others: Sequence[TargetResult] = ()
) -> list[str]:
    """One result: its line, and for what did not pass the reason and the place.

    `others` are further results about which there is the same to say: only their targets are named.
    """
    width = max(width, _NARROWEST)
    word = verdict(result)
    names = ", ".join(dict.fromkeys(clean(each.name or each.target) for each in (result, *others)))
    where = f"{clean(result.severity)} · {len(others) + 1} targets" if others else _where(result)
    lines = _row(word, names, where, color=color, width=width)
    if word == "PASS":
        return lines
    said = sentence(result)
    lines += _wrapped(said, indent=4, width=width)
    if others:
        targets = ", ".join(clean(each.target) for each in (result, *others))
        lines += _wrapped(f"on {len(others) + 1} targets: {targets}", indent=4, width=width)
    at = _position(result)
    if at:
        lines += [paint("dim", line, color=color) for line in _wrapped(at, indent=4, width=width)]
    for finding in findings(result):
        lines += finding_lines(finding, already=said, color=color, width=width)
    heard = heard_lines(reports(deciding_attempt(result)))
    if heard:
        lines += _labelled("heard", "\n".join(heard), color=color, width=width)
    error = result.result.error
    if error and clean(error) != said and not findings(result):
        lines += _labelled("error", error, color=color, width=width)
    return lines


def finished_line(result: TargetResult, *, color: bool, width: int | None) -> str:
    """One result on one line, with its reason and its place; uncut when `width` is None (a pipe)."""
    word = verdict(result)
    head = f"{GLYPHS[word]} {word}"
    body = clean(result.name or result.target)
    if word != "PASS":
        at = place(result)
        body = f"{body}: {sentence(result)}" + (f" ({clean(str(at))})" if at else "")
    where = _where(result)
    if width is not None:
        width = max(width, _NARROWEST)
        body = cut(body, width - columns(head) - 2)
        where = cut(where, width - columns(head) - columns(body) - 4)
    tail = "  " + paint("dim", where, color=color) if len(where) > 1 else ""
    return f"{paint(word, head, color=color)}  {body}{tail}"


def _where(result: TargetResult) -> str:
    """The target comes last: it is what may be cut."""
    flaky = ["flaky"] if result.flaky else []
    parts = [duration(result.duration_ms), clean(result.severity), *flaky, clean(result.target)]
    return " · ".join(parts)


def _row(word: Verdict, name: str, where: str, *, color: bool, width: int) -> list[str]:
    """One line; a second one for the target where there is no room for it, since a target is never cut."""
    head = f"{GLYPHS[word]} {word}"
    room = width - columns(head) - 2
    body = cut(clean(name), room)
    line = f"{paint(word, head, color=color)}  {body}"
    if not where:
        return [line]
    if columns(where) <= room - columns(body) - 2:
        return [line + "  " + paint("dim", where, color=color)]
    return [line, *(paint("dim", more, color=color) for more in _wrapped(where, indent=4, width=width))]


def _position(result: TargetResult) -> str:
    stopped = stop(deciding_attempt(result))
    at = place(result)
    step = f"step {stopped.number} of {stopped.total}: {clean(stopped.step.title)}" if stopped else ""
    return " · ".join(part for part in (clean(str(at)) if at else "", step) if part)


def finding_lines(finding: Finding, *, already: str, color: bool, width: int) -> Iterator[str]:
    """A finding below its result; the summary is left out where it is part of `already`."""
    said = clean(finding.summary)
    if said and said not in already:
        yield from _wrapped(said, indent=4, width=width)
    for word, value in (
        ("expected", finding.expected),
        ("actual", finding.actual),
        ("differs", finding.difference),
        ("help", finding.hint),
    ):
        if value is not None:
            yield from _labelled(word, value, color=color, width=width)
    if finding.patch is not None:
        yield from _labelled("change", "\n".join(patch_lines(finding.patch)), color=color, width=width)
    for line in finding.evidence:
        if line.startswith(_CONSOLE):
            yield from _labelled("console", line.removeprefix(_CONSOLE), color=color, width=width)
        elif " (saved as " in line:
            yield from _labelled("where", line, color=color, width=width)


def _labelled(word: str, value: str, *, color: bool, width: int) -> list[str]:
    """“    expected  1 item”, with the lines of a long value below each other."""
    lines = clean(shorten(value, _MOST_TEXT), newlines=True).expandtabs(4).split("\n")
    kept = [line for raw in lines for line in _fitted(raw, width - 14)]
    if len(kept) > _LINES_OF_VALUE:
        more = cut(f"… ({len(kept) - _LINES_OF_VALUE + 1} more lines)", max(width - 14, 8))
        kept = [*kept[: _LINES_OF_VALUE - 1], more]
    label = paint("dim", f"{word:<8}", color=color)
    first, *rest = kept or [""]
    return [f"    {label}  {first}".rstrip(), *(f"{' ' * 14}{line}" for line in rest)]


def _fitted(line: str, width: int) -> list[str]:
    """A line that fits keeps its spaces: in a difference they mean something."""
    return [line.rstrip()] if columns(line) <= width else _wrapped(line, indent=0, width=width)


def _wrapped(text: str, *, indent: int, width: int) -> list[str]:
    """`text` broken at spaces into lines of at most `width` columns; a word that is too long is broken, too."""
    room, lines, line = max(width - indent, 8), [], ""
    words = (part for word in shorten(text, _MOST_TEXT).split() for part in _broken(word, room))
    for word in words:
        longer = f"{line} {word}" if line else word
        if columns(longer) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
    if line:
        lines.append(line)
    return [" " * indent + text for text in lines]


def _broken(word: str, room: int) -> Iterator[str]:
    part = ""
    for char in word:
        if columns(part + char) > room:
            yield cut(part, room)
            part = ""
        part += char
    yield cut(part, room)


def _count_lines(report: RunReport, *, color: bool, width: int) -> Iterable[str]:
    found = counts(report)
    parts = [
        (word, f"{found[word]:,} {_COUNTED[word]}") for word in VERDICTS if found[word] or word == "PASS"
    ]
    flaky = sum(1 for r in report.results if r.flaky)
    plain = ", ".join(text for _, text in parts) + (f" ({flaky} flaky)" if flaky else "")
    visits = f" · {plural(report.visits, 'visit')}" if report.visits else ""
    time = f"in {duration(elapsed_ms(report))}{visits}"
    if columns(plain) + columns(time) + 1 > width:
        return [cut(plain, width), cut(time, width)]
    painted = ", ".join(paint(word, text, color=color) for word, text in parts)
    return [painted + plain[len(", ".join(text for _, text in parts)) :] + " " + time]
