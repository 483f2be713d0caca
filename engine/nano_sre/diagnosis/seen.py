"""What a diagnosis looks at, as short clean lines: everything in it came from a page or a store, and is hostile."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from nano_sre.core.diagnosis import Evidence, Neighbour
from nano_sre.core.result import Attempt, Finding
from nano_sre.core.rules import Origin
from nano_sre.core.values import frozen
from nano_sre.core.visible import clean

LONGEST_LINE = 400
MOST_LINES = 60
MOST_TIMES = 60
LONGEST_PAGE = 20_000
_CONSOLE = ("console: ", "the console shows no error")
_ADDRESS = re.compile(r"https?://[^\s()'\"<>]+")
_LOGGED = r"^(?:logged: )?"
_BROWSERS = re.compile(
    _LOGGED + r"(?:failed to load resource|refused to |access to |mixed content|.*content security policy)",
    re.IGNORECASE,
)
_BLOCKED = re.compile(
    _LOGGED + r"(?!mixed content)(?:refused to |access to |.*content security policy)", re.IGNORECASE
)
_QUOTING = re.compile(r"\b(?:says?|refuses to add it:|shows an error:|complains about|refused:)\s+(.+)$")
_HEADED = re.compile(
    r"^(?:status \d{3}, )?“(.+)”(?:, no such field)?$"
)  # how a checkout that is none is headed
_OURS = re.compile(r"^(?:the (?:page is|page's add-to-cart control|cart holds|catalogue)\b|https?:|logged: )|\(saved as ")
_LOUD = re.compile(r"^(?P<indent> *)- '?(?:alert|alertdialog|status)\b(?P<text>.*)$")
_SAVED = re.compile(r"^(?P<value>.+) \(saved as (?P<name>\w+) at ")
_AMOUNT = re.compile(r"[^\d.,<>]*(?P<whole>\d{1,3}(?:[.,\u2019'\s]?\d{3}){0,2})[.,](?P<cents>\d\d)[^\d.,]*")
_THEME_FILE = re.compile(r"/cdn/shop/t/\d+/assets/|/s/files/(?:\d+/)+t/\d+/assets/")
_OF_AN_APP = re.compile(r"^/(?:apps|a|tools|community)/|/extensions/")
_SHOPIFYS = re.compile(r"(?:^|\.)(?:shopify\.com|shopifycdn\.com|shopifycloud\.com|shop\.app)$")


@frozen
class Line:
    """One line of the console or one failed request, and where it comes from, when that is told.

    `thrown` is whether a script said it: browsers write into the console themselves what they could not load.
    """

    text: str
    origin: Origin | None
    thrown: bool = True


@frozen
class Seen:
    """The evidence, cut to size.

    `words` are the store's own to shoppers, `verbs` the steps that failed, `others` how many other checks were judged.
    """

    codes: frozenset[str]
    verbs: frozenset[str]
    says: tuple[str, ...]
    words: tuple[str, ...]
    unjudged: str
    console: tuple[Line, ...]
    requests: tuple[Line, ...]
    page: str
    neighbours: tuple[str, ...]
    others: int
    failing: int


def seen_in(evidence: Evidence) -> Seen:
    """Everything that clues are held against."""
    result = evidence.result
    last = result.attempts[-1] if result.attempts else None
    findings = telling(result.findings)
    host = urlsplit(result.store_url).netloc
    others = _others(evidence)
    failing = [each for each in others if each.status == "FAIL" and each.inconclusive is None]
    told = [*(f"{each.code or ''} {each.failing_verb or ''}: {each.summary}" for each in failing)]
    page = clean(evidence.page[:LONGEST_PAGE], newlines=True)
    return Seen(
        codes=frozenset(finding.code for finding in findings),
        verbs=frozenset(step.verb for step in last.steps if step.state == "failed") if last else frozenset(),
        says=lines_of(text for finding in findings for text in _words(finding)),
        words=lines_of([*_quoted(findings), *_alerts(page), *(w for each in told if (w := _quote(each)))]),
        unjudged=_line(result.inconclusive or ""),
        console=_placed(_console(last, findings), host=host),
        requests=_placed(last.failed_requests if last else (), host=host),
        page=page,
        neighbours=lines_of(told),
        others=sum(each.inconclusive is None for each in others),
        failing=len(failing),
    )


def telling(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that made the verdict: warnings count only where there is nothing worse."""
    every = list(findings)
    return [each for each in every if not each.warn] or every


def lines_of(texts: Iterable[Any]) -> tuple[str, ...]:
    """The first lines, each once, short and without anything that could act on a terminal or a message."""
    found: dict[str, None] = {}
    for text in texts:
        line = _line(str(text))
        if line:
            found[line] = None
        if len(found) == MOST_LINES:
            break
    return tuple(found)


def _line(text: str) -> str:
    return clean(text[: LONGEST_LINE * 4])[:LONGEST_LINE]


def _words(finding: Finding) -> Iterable[str]:
    yield finding.summary
    for word, value in (("expected", finding.expected), ("actual", finding.actual)):
        if value:
            yield f"{word}: {value}"
    yield from (line for line in finding.evidence if not line.startswith(_CONSOLE))
    for line in finding.evidence:
        saved = _SAVED.match(line)
        if saved and saved["value"] == finding.actual:
            yield f"{finding.actual} is still what was saved as {saved['name']}"
    times = _times(finding)
    if times is not None:
        yield f"{finding.actual} is {times} times {finding.expected}"


def _times(finding: Finding) -> int | None:
    """How often the expected amount goes into the one that is there, to the cent; None where it does not, or once."""
    expected, actual = (_cents(text or "") for text in (finding.expected, finding.actual))
    if not expected or not actual:
        return None
    times = round(actual / expected)
    # A rate is rounded to the cent, so whatever it is paid n times may be n halves of a cent away.
    return times if 2 <= times <= MOST_TIMES and abs(actual - times * expected) <= times / 2 + 1 else None


def _cents(text: str) -> int | None:
    """The one amount in a text, in hundredths, however its country writes it."""
    found = _AMOUNT.fullmatch(text)
    return int(re.sub(r"\D", "", found["whole"]) + found["cents"]) if found else None


def _quoted(findings: Iterable[Finding]) -> Iterable[str]:
    """What findings pass on of the store's own words: quoted in their sentence, or as their evidence."""
    for finding in findings:
        if words := _quote(finding.summary):
            yield words
        if finding.code == "R514" and (headed := _HEADED.match(finding.actual or "")):
            yield headed[1]
        if not (finding.code or "").startswith(
            "R53"
        ):  # what watchers show are requests and lines of the console
            yield from (w for w in finding.evidence if not w.startswith(_CONSOLE) and not _OURS.search(w))


def _quote(sentence: str) -> str | None:
    found = _QUOTING.search(sentence)
    return found[1] if found else None


def _alerts(page: str) -> Iterable[str]:
    """The texts of the page's alerts: what stands in the line of one, and in the lines below that are part of it."""
    within: int | None = None
    for line in page.splitlines():
        indent = len(line) - len(line.lstrip())
        if within is not None and indent > within:
            yield line.strip().removeprefix("- ")
            continue
        loud = _LOUD.match(line)
        within = len(loud["indent"]) if loud else None
        if loud and (text := loud["text"].strip(" :'\"")):
            yield text


def _console(last: Attempt | None, findings: list[Finding]) -> Iterable[str]:
    """The console's lines; those of a watcher first, since they name the script."""
    yield from (line for f in findings if f.code == "R531" for line in f.evidence)
    if last is None:
        return
    for report in last.watched:
        if report.watcher == "console":
            yield from (sighting.text for sighting in report.sightings if sighting.counted)
    yield from last.console


def _placed(texts: Iterable[str], *, host: str) -> tuple[Line, ...]:
    return tuple(
        Line(text=text, origin=origin_of(text, host=host), thrown=not _BROWSERS.search(text))
        for text in lines_of(texts)
    )


def origin_of(line: str, *, host: str) -> Origin | None:
    """Where a line of the console or a failed request comes from.

    The last address in it names the script; of what a browser blocks, the first says what was blocked.
    """
    addresses = _ADDRESS.findall(line)
    if not addresses:
        return None
    parts = urlsplit(addresses[0] if _BLOCKED.search(line) else addresses[-1])
    if _THEME_FILE.search(parts.path):
        return "theme"
    if _OF_AN_APP.search(parts.path):
        return "app"
    if parts.netloc == host or _SHOPIFYS.search(parts.hostname or ""):
        return "store"
    return "others"


def _others(evidence: Evidence) -> list[Neighbour]:
    """One neighbour for each other check: a check that fails on two devices is no stronger sign."""
    found: dict[str, Neighbour] = {}
    for each in evidence.neighbours:
        if each.check_id == evidence.result.check_id:
            continue
        known = found.get(each.check_id)
        if known is None or (each.status == "FAIL" and known.status != "FAIL"):
            found[each.check_id] = each
    return list(found.values())
