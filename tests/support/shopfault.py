"""ShopFault: a broken demo store, what the starter checks find there, and whether the diagnosis names the cause."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nano_sre.core.diagnosis import Diagnosis, Evidence, Neighbour
from nano_sre.core.program import Program
from nano_sre.core.result import Attempt, SkillResult, TargetResult
from nano_sre.demo.faults import fault_causes
from nano_sre.diagnosis.evidence import evidence_of
from nano_sre.diagnosis.rules import RuleDiagnoser
from nano_sre.service import Selection, read_folder, select
from nano_sre.spec.rules import built_in_rules
from nano_sre.store.plain import plain, restore
from support.demo import ROOT, STORE_IDS, Shops, run_programs, starter_programs, working_in

RECORDED = Path(__file__).parent / "data" / "shopfault"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MORE_CHECKS = Path(__file__).parent / "data" / "shopfault-checks"
GUESS = 0.5  # alerts call what is less sure than this a guess
LONGEST_PAGE = (
    4_000  # of a recorded page: what decides may stand far down, and the file is read by people, too
)
RULES = RuleDiagnoser(built_in_rules)

UNSEEN = (
    "address-line-made-obligatory", "antiflicker-waits", "apex-and-www-chase", "buttons-for-phones",
    "canonical-of-myshopify", "captcha-before-log-in", "cart-upsell-section-gone", "chat-frame-over-page",
    "code-used-up", "converter-feeds-itself", "converter-guesses-sterling", "cookie-button-throws",
    "delivery-day-first", "domain-not-connected", "drawer-event-renamed", "engraving-merged-away",
    "favourite-size-sold", "filter-app-down", "form-selector-outdated", "french-by-default",
    "handle-follows-title", "holiday-app-left-on", "icons-from-other-host", "lazysizes-deleted",
    "log-in-for-prices", "mail-filter-too-strict", "new-domain-without-records", "notify-me-everywhere",
    "one-click-checkout-stalls", "own-button-never-comes", "pickup-comes-first", "platform-has-an-outage",
    "preloader-needs-jquery", "price-range-setting", "proxy-header-bars-card-frames", "recommendations-moved",
    "related-section-deleted", "return-put-back", "robot-question-at-log-in", "rule-against-copycats",
    "sale-half-undone", "savings-badge-divides", "schema-always-in-stock", "search-of-articles", "second-jquery",
    "second-quantity-field", "set-partner-sold-out", "slide-cart-style-left", "slide-cart-unpaid",
    "smart-collection-condition", "sold-by-the-pair", "speed-app-removed", "styles-put-off",
    "subscription-preselected", "supplier-picture-gone", "ten-off-typed-as-amount", "terms-alert",
    "theme-texts-untouched", "ticked-add-on", "translator-takes-all-for-french", "two-pack-preselected",
    "vpn-blocker-takes-all", "weight-rates-end-too-low", "www-at-switched-off-server",
)  # fmt: skip
"""Faults that were written when the rules were frozen, by people who had not read them, their causes before any of them
was diagnosed. The rules have learnt nothing from them: what they score here is what they scored first.
"""
DECOYS = (
    ("checkout-500", "missing-image"),
    ("price-differs", "script-error"),
    ("dead-add-to-cart", "failed-request"),
    ("wrong-variant-added", "liquid-error"),
    ("product-404", "layout-shift"),
    ("discount-run-out", "reviews-host-down"),
    ("variant-renamed", "theme-script-throws"),
)
"""What is wrong, and something beside it that harms no shopper there."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One theme with these faults on. `accepted` are the causes that count as right; none means: guess at the most."""

    faults: tuple[str, ...]
    theme: str
    accepted: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{'+'.join(self.faults) or 'healthy'}@{self.theme}"


@dataclass(frozen=True, kw_only=True)
class Played:
    """What came of a case: the evidence of every trouble, that of the worst check first."""

    case: Case
    evidence: tuple[Evidence, ...]
    seconds: float = 0.0


def cases(faults: Sequence[str], *, harmless: Sequence[str] = ()) -> list[Case]:
    """The first fault is what is wrong; `harmless` ones only make noise."""
    accepted = fault_causes()[faults[0]] if faults else ()
    return [Case(faults=(*faults, *harmless), theme=theme, accepted=accepted) for theme in STORE_IDS]


def desktop(environ: Mapping[str, str]) -> tuple[list[Program], list[Program]]:
    """The starter checks, without those on a phone (they find the same); and those for what starters do not meet."""
    with working_in(ROOT):
        _, linkage = read_folder([Path("checks"), MORE_CHECKS], environ=environ)
    assert not [d for d in linkage.diagnostics if d.severity == "error"], linkage.diagnostics
    every = [p for p in select(linkage, Selection()) if p.device_id != "iphone"]
    more = {p.check_id for p in every} - {p.check_id for p in starter_programs(environ)}
    return [p for p in every if p.check_id not in more], [p for p in every if p.check_id in more]


def play(
    opened: Shops, wanted: Sequence[Case], *, folder: Path, programs: tuple[list[Program], list[Program]]
) -> list[Played]:
    """Run the checks on both themes with the faults of these cases, which differ in their theme only."""
    files: dict[str, bytes] = {}
    started = time.monotonic()
    first, more = programs

    def run(chosen: list[Program]) -> list[TargetResult]:
        # A failure is confirmed by a second try, as ever: what comes once is no incident.
        kept = _Kept(files)
        report = run_programs(chosen, folder=folder, environ=opened.environ, artifacts=kept, retries=1)
        return list(report.results)

    with opened.broken(*wanted[0].faults):
        results = run(first)
        fine = [name for name in STORE_IDS.values() if not troubles(r for r in results if r.store_id == name)]
        if fine and wanted[0].faults:
            results += run([p for p in more if p.store.id in fine])
    seconds = time.monotonic() - started
    found = []
    for case in wanted:
        mine = [r for r in results if r.store_id == STORE_IDS[case.theme]]
        evidence = [evidence_of(r, now=NOON, standing=mine, read=files.get) for r in troubles(mine)]
        found.append(Played(case=case, evidence=tuple(evidence), seconds=seconds))
    return found


class _Kept:
    """Keeps files in memory."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def write(self, run_id: str, name: str, data: bytes) -> str:
        self._files[f"{run_id}/{name}"] = data
        return f"{run_id}/{name}"


def troubles(results: Iterable[TargetResult]) -> list[TargetResult]:
    """Whatever is not fine, as an alert would be headed: failures by severity, then what could not be judged."""
    bad = [
        r for r in results if (r.status != "PASS" or r.inconclusive) and "caused_by" not in r.result.details
    ]
    rank = {"FAIL": 0, "WARN": 1, "PASS": 2}
    return sorted(bad, key=lambda r: (r.inconclusive is not None, rank[r.status], r.severity, r.check_id))


# Scores


@dataclass(frozen=True, kw_only=True)
class Score:
    """How one case went: the rank of the right cause among those told (0: not told), or that nothing was told."""

    case: Case
    diagnosis: Diagnosis
    rank: int
    agreeing: float  # the share of all the case's troubles whose first cause is right
    seconds: float

    @property
    def told(self) -> tuple[str, ...]:
        return tuple(cause.id for cause in self.diagnosis.causes)

    @property
    def abstained(self) -> bool:
        return not self.told

    @property
    def held_back(self) -> bool:
        """Nothing was told, or no more than a guess."""
        return all(cause.confidence < GUESS for cause in self.diagnosis.causes)

    @property
    def right(self) -> bool:
        return self.held_back if not self.case.accepted else self.rank == 1


def score(played: Played) -> Score:
    """Diagnose the worst of a case's troubles, and hold it against the truth."""
    told = [RULES.conclude(each) for each in played.evidence]
    first = told[0] if told else Diagnosis()
    rank = next((n for n, c in enumerate(first.causes, 1) if c.id in played.case.accepted), 0)
    good = [bool(d.cause and d.cause.id in played.case.accepted) for d in told]
    agreeing = sum(good) / len(good) if good else 1.0
    return Score(case=played.case, diagnosis=first, rank=rank, agreeing=agreeing, seconds=played.seconds)


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Shares of the cases whose cause is a known one, 0 to 1."""

    cases: int
    top1: float
    top3: float
    abstained: float
    agreeing: float


def totals(every: Iterable[Score]) -> Totals:
    scores = [each for each in every if each.case.accepted]
    many = len(scores)
    return Totals(
        cases=many,
        top1=sum(s.rank == 1 for s in scores) / many,
        top3=sum(1 <= s.rank <= 3 for s in scores) / many,
        abstained=sum(s.abstained for s in scores) / many,
        agreeing=sum(s.agreeing for s in scores) / many,
    )


def listed(scores: Iterable[Score]) -> list[str]:
    """A line for each case: what is wrong, what was concluded, how sure."""
    return [
        f"{'ok ' if s.right else 'top3' if s.rank else '-- '} {s.case.name:<44} {' | '.join(s.case.accepted) or '(nothing)':<50} "
        f"{', '.join(f'{c.id} {c.confidence:.2f}' for c in s.diagnosis.causes) or 'no conclusion'}  "
        f"[{s.agreeing:.0%} of the failing checks agree]"
        for s in scores
    ]


# Recorded samples


def record(played: Sequence[Played], file: Path) -> None:
    """Write what the worst check of each case met, without addresses and tokens."""
    rows = [json.dumps(_row(each), ensure_ascii=False) for each in played]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


def recorded(file: Path) -> list[Played]:
    """The cases of a recorded file."""
    return [_played(row) for row in json.loads(file.read_text(encoding="utf-8"))]


def _row(played: Played) -> dict[str, Any]:
    case = played.case
    row: dict[str, Any] = {"faults": list(case.faults), "theme": case.theme, "accepted": list(case.accepted)}
    if played.evidence:
        row["evidence"] = _plain(played.evidence[0], theme=case.theme)
    return row


def _plain(evidence: Evidence, *, theme: str) -> dict[str, Any]:
    result = evidence.result
    small = replace(
        result,
        attempts=tuple(map(_small, result.attempts[-1:])),
        findings=tuple(replace(each, span=None, patch=None) for each in result.findings),
        duration_ms=0,
        span=None,
        shared_visit=None,
    )
    fields = {k: v for k, v in plain(small).items() if k != "result"}
    skill = {"status": result.status, "summary": result.result.summary}
    data = {
        "result": {**fields, "skill": skill},
        "neighbours": [plain(each) for each in evidence.neighbours],
        "page": evidence.page[:LONGEST_PAGE],
    }
    return json.loads(_anonymous(json.dumps(data, ensure_ascii=False), theme=theme))


def _small(attempt: Attempt) -> Attempt:
    """What a diagnosis looks at: which step failed, the console, the requests, what watchers sighted."""
    failing = (step for step in attempt.steps if step.state == "failed")
    steps = tuple(replace(s, finding=None, span=None, started_ms=0, duration_ms=0) for s in failing)
    watched = tuple(replace(w, measures=(), findings=()) for w in attempt.watched if w.sightings)
    return replace(attempt, artifacts=(), steps=steps, duration_ms=0, watched=watched)


def _anonymous(text: str, *, theme: str) -> str:
    for host, name in (("127\\.0\\.0\\.1", f"{theme}.example"), ("localhost", "elsewhere.example")):
        text = re.sub(rf"http://{host}:\d+", f"https://{name}", text)
        text = re.sub(rf"{host}(:\d+)?", name, text)
    # Where the recording machine keeps this repository is nobody's business.
    text = text.replace(f"{Path(__file__).resolve().parents[2]}/", "")
    return re.sub(r"/checkouts/cn/[\w-]+", "/checkouts/cn/c1", text)


def _played(row: dict[str, Any]) -> Played:
    case = Case(faults=tuple(row["faults"]), theme=row["theme"], accepted=tuple(row["accepted"]))
    given = row.get("evidence")
    return Played(case=case, evidence=(_evidence(given),) if given else ())


def _evidence(data: dict[str, Any]) -> Evidence:
    fields = dict(data["result"])
    skill = fields.pop("skill")
    made = restore(TargetResult, {**fields, "result": {}})
    result = replace(made, result=SkillResult(made.kind, skill["status"], skill["summary"], timestamp=NOON))
    neighbours = tuple(restore(Neighbour, each) for each in data["neighbours"])
    return Evidence(result=result, now=NOON, neighbours=neighbours, page=data["page"])
