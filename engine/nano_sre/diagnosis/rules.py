"""The likely causes by rules: weights of evidence, added up, compared, and a silence where they do not suffice."""

from __future__ import annotations

import asyncio
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from nano_sre.core.diagnosis import Cause, Diagnosis, Evidence
from nano_sre.core.rules import Clue, Rule
from nano_sre.core.values import frozen
from nano_sre.diagnosis.seen import Line, Seen, seen_in

FLOOR = 0.05  # less than this is no conclusion, not even a guess
CLOSE = 0.15  # a lead that is no lead
LEAST = 0.01  # what is less likely than this is not worth a line
MOST = 3
MOST_EVIDENCE = 6
LONE = 3.2  # what a cause owes that a single source speaks for: one sentence fits more than one cause
SCALE = 0.8  # how much of a weight is believed: shops hold more surprises than the faults the rules were written on
SOURCES = {
    "says": "finding",
    "words": "words",
    "unjudged": "monitor",
    "console": "console",
    "thrown": "console",
    "request": "requests",
    "page": "page",
    "lacks": "page",
    "neighbour": "neighbours",
    "all_fail": "neighbours",
    "changed": "changes",
    "passed_within": "changes",
}
"""What a clue looks at, by where that comes from: two clues of one source are one witness."""


class RuleDiagnoser:
    """Concludes from rules alone. `rules` is asked for them when the first failure needs them."""

    def __init__(self, rules: Callable[[], Iterable[Rule]]) -> None:
        self._rules = rules

    async def diagnose(self, evidence: Evidence) -> Diagnosis:
        """The likely causes, likeliest first; none when nothing fits well enough, or nothing is wrong."""
        return await asyncio.to_thread(self.conclude, evidence)

    def conclude(self, evidence: Evidence) -> Diagnosis:
        """`diagnose` for code that is not async."""
        if evidence.result.status == "PASS" and evidence.result.inconclusive is None:
            return Diagnosis()
        seen = seen_in(evidence)
        return _ranked([found for rule in self._rules() if (found := _weighed(rule, seen, evidence))])


@frozen
class Suspect:
    """A rule that something speaks for: by how much, and which lines."""

    rule: Rule
    score: float  # log-odds
    owed: float  # what a second source would have to add before it is believed
    lines: tuple[str, ...]


def _weighed(rule: Rule, seen: Seen, evidence: Evidence) -> Suspect | None:
    by_source: dict[str, float] = defaultdict(float)
    lines = dict[str, None]()
    settled = False
    for clue in rule.for_:
        held = holds(clue, seen, evidence)
        if held is not None:
            settled = settled or clue.settles
            sources = _sources(clue)
            for name in sources:
                by_source[name] += clue.weight / len(sources)
            lines |= dict.fromkeys(held)
    if not by_source:
        return None
    score = sum(by_source.values()) - rule.rarity
    score -= sum(clue.weight for clue in rule.against if holds(clue, seen, evidence) is not None)
    return Suspect(
        rule=rule, score=score, owed=0 if settled else _owed(by_source), lines=tuple(lines)[:MOST_EVIDENCE]
    )


def _sources(clue: Clue) -> set[str]:
    """Where a clue's weight comes from. Its patterns tell; without any, it is the finding that speaks."""
    return {SOURCES[name] for name in SOURCES if getattr(clue, name)} or {"finding"}


def _owed(by_source: Mapping[str, float]) -> float:
    """What is missing for want of a second source; nothing where the monitor itself says what is wrong."""
    if "monitor" in by_source:
        return 0
    return max(0.0, LONE - (sum(by_source.values()) - max(by_source.values())))


def _ranked(suspects: list[Suspect]) -> Diagnosis:
    """Shares of likelihood among the suspects and “something else”, which gets what the leading one owes."""
    ranked = sorted(suspects, key=lambda each: (-each.score, each.rule.cause))
    odds = [math.exp(each.score * SCALE) for each in ranked]
    whole = sum(odds) + (math.exp(ranked[0].owed * SCALE) if ranked else 1)
    shares = [(odd / whole, each) for odd, each in zip(odds, ranked, strict=True)]
    likely = [(share, each) for share, each in shares if share >= LEAST][:MOST]
    if not likely or likely[0][0] < FLOOR:
        return Diagnosis(note="No rule fits well enough to name a cause.")
    return Diagnosis(causes=tuple(_cause(each, share) for share, each in likely), note=_closeness(likely))


def _closeness(likely: list[tuple[float, Suspect]]) -> str | None:
    if len(likely) < 2 or likely[0][0] - likely[1][0] >= CLOSE:
        return None
    return f"It may as well be: {likely[1][1].rule.title}."


def _cause(suspect: Suspect, share: float) -> Cause:
    rule = suspect.rule
    return Cause(
        id=rule.cause,
        title=rule.title,
        confidence=round(share, 2),
        shoppers=rule.shoppers,
        remedy=rule.remedy,
        links=rule.links,
        evidence=suspect.lines,
    )


def holds(clue: Clue, seen: Seen, evidence: Evidence) -> tuple[str, ...] | None:
    """The lines that make a clue hold; None when it does not. A clue about what is absent has no lines."""
    lines = _lines(clue, seen, evidence)
    if clue.absent:
        return () if lines is None else None
    return lines


def _lines(clue: Clue, seen: Seen, evidence: Evidence) -> tuple[str, ...] | None:
    if clue.code and seen.codes.isdisjoint(clue.code):
        return None
    if clue.verb and seen.verbs.isdisjoint(clue.verb):
        return None
    if clue.all_fail is not None and not _all_fail(clue, seen):
        return None
    if clue.lacks and (not seen.page or _first(clue.lacks, seen.page.splitlines()) is not None):
        return None
    since = evidence.since_then or {}
    if clue.changed is not None and clue.changed not in since:
        return None
    if clue.passed_within is not None and not _passed_lately(clue, evidence):
        return None
    found: list[str] = [f"changed: {since[clue.changed]}"] if clue.changed is not None else []
    for patterns, among in (
        (clue.says, seen.says),
        (clue.words, seen.words),
        (clue.unjudged, (seen.unjudged,)),
        (clue.console, _from(clue, seen.console)),
        (clue.thrown, _from(clue, [line for line in seen.console if line.thrown])),
        (clue.request, _from(clue, seen.requests)),
        (clue.page, seen.page.splitlines()),
        (clue.neighbour, seen.neighbours),
    ):
        if patterns:
            line = _first(patterns, among)
            if line is None:
                return None
            found.append(line)
    return tuple(found) or (seen.says[:1] if clue.code or clue.verb else ())


def _first(patterns: tuple[str, ...], among: Iterable[str]) -> str | None:
    return next((line.strip() for line in among for each in patterns if _compiled(each).search(line)), None)


def _from(clue: Clue, lines: Iterable[Line]) -> list[str]:
    return [line.text for line in lines if not clue.origin or line.origin in clue.origin]


def _all_fail(clue: Clue, seen: Seen) -> bool:
    assert clue.all_fail is not None
    return seen.others > 0 and seen.failing * 100 >= clue.all_fail * seen.others


def _passed_lately(clue: Clue, evidence: Evidence) -> bool:
    if evidence.last_pass is None or clue.passed_within is None:
        return False
    return (evidence.now - evidence.last_pass).total_seconds() <= clue.passed_within.seconds


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
